"""What installed packages add, by entry point: their names and how to load them. Nothing is imported before it is used.

It knows what kinds there are, not what they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Final

_OPERATORS: Final = "mcp_sidecar.operators"


@cache
def operators() -> Mapping[str, EntryPoint]:
    """Operators by name. Looks through every installed package: ask only when a name is not built in."""
    return MappingProxyType({point.name: point for point in entry_points(group=_OPERATORS)})
