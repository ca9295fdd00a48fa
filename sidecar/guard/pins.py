"""Tool definitions as they were when somebody first saw them: one hash a tool, so that a change is noticed.

It keeps no definition, and what a change means is for the operator to say.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sidecar.wire.jsonrpc import Json, dumps

_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Change:
    """``tool``: its name, which the server announced; ``is_new``: it was not there when pins were handed in."""

    tool: str
    is_new: bool = False


class Pins:
    """``known``: name → hash from earlier, as ``hashes`` gave it; tools that are not in it are then new."""

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._hashes: OrderedDict[str, str] = OrderedDict(known or {})
        self._is_closed = known is not None

    @property
    def hashes(self) -> dict[str, str]:
        return dict(self._hashes)

    def changed(self, tools: Json) -> list[Change]:
        """Which of the listed tools are not what they were. What is first seen is pinned, a change is not taken over."""
        changes = []
        for tool in tools if isinstance(tools, list) else ():
            if not isinstance(tool, dict) or not isinstance(tool.get("name"), str):
                continue
            name, seen = tool["name"], digest(tool)
            pinned = self._hashes.get(name)
            if pinned is None and self._is_closed:
                changes.append(Change(name, is_new=True))
            elif pinned is None:
                if len(self._hashes) < _MOST:
                    self._hashes[name] = seen
            elif pinned != seen:
                changes.append(Change(name))
        return changes


def digest(tool: dict[str, Json]) -> str:
    """Of what a model reads and a client acts on; the order of members does not count, ``_meta`` neither."""
    return hashlib.sha256(dumps(_sorted({key: value for key, value in tool.items() if key != "_meta"}))).hexdigest()


def _sorted(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
