"""One file, one operator; the file's name is its name in policies. ``load`` gets one by name.

An operator replaces one found value; it decides nothing and remembers nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final, Protocol, cast

NAMES: Final = ("keep", "label", "mask", "hash", "encrypt", "surrogate", "drop")


@dataclass(frozen=True, slots=True)
class Context:
    """``key``: the scope's secret, at least 16 bytes; ``format``: a JSON Schema ``format`` the result must satisfy, or empty."""

    key: bytes
    scope: str
    json_type: str = "string"
    format: str = ""

    def __repr__(self) -> str:
        return f"Context({self.json_type}, {self.format})"


class Operator(Protocol):
    """An operator's module is the operator."""

    def apply(self, text: str, entity: str, context: Context) -> str:
        """The stand-in for ``text``, which was found to be an ``entity``."""


@cache
def load(name: str) -> Operator:
    """The operator of that name; ``KeyError`` when there is none."""
    if name not in NAMES:
        raise KeyError(name)
    return cast("Operator", import_module(f"{__name__}.{name}"))
