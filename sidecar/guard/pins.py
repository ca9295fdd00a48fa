"""Tool definitions as they were when somebody first saw them: one hash a tool, so that a change is noticed.

It keeps no definition and writes no file (``runtime.pin_files`` does), and what a change means is for the operator to say.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from sidecar.wire.jsonrpc import Json, dumps

_MOST: Final = 10_000
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./-]{1,128}")
"""A tool's name as the specification wants it (MCP 2026-07-28, server/tools: tool names)."""

Keep: TypeAlias = Callable[[Mapping[str, str]], bool]
"""Writes the hashes down; whether that was done."""


@dataclass(frozen=True, slots=True)
class Change:
    """``tool``: its name, which the server announced; ``is_new``: it is not among the pins, and none may be added."""

    tool: str
    is_new: bool = False


class Pins:
    """``known``: name → hash from an earlier run; with ``is_closed`` no other tool is taken up. ``keep`` is called when one was."""

    def __init__(
        self, known: Mapping[str, str] | None = None, *, is_closed: bool = False, keep: Keep | None = None
    ) -> None:
        self._hashes: OrderedDict[str, str] = OrderedDict(known or {})
        self._is_closed: Final = is_closed
        self._keep: Final = keep
        self._is_kept = True

    def changed(self, tools: Json) -> list[Change]:
        """Which of the listed tools are not what they were. What is first seen is pinned, a change is not taken over."""
        changes = []
        for tool in tools if isinstance(tools, list) else ():
            if not isinstance(tool, dict) or not isinstance(tool.get("name"), str):
                continue
            name, seen = written(tool["name"]), digest(tool)
            pinned = self._hashes.get(name)
            if pinned is None and self._is_closed:
                changes.append(Change(tool["name"], is_new=True))
            elif pinned is None:
                if len(self._hashes) < _MOST:
                    self._hashes[name] = seen
                    self._is_kept = False
            elif pinned != seen:
                changes.append(Change(tool["name"]))
        return changes

    def keep(self) -> bool:
        """Whether everything pinned so far is written down, where it has to be; what failed is tried again."""
        if not self._is_kept:
            self._is_kept = self._keep is None or self._keep(self._hashes)
        return self._is_kept


def written(name: str) -> str:
    """A tool's name as it stands in a file: what is none as the specification wants it could hold anything, so a digest stands for it."""
    return (
        name
        if _PLAIN.fullmatch(name)
        else f"sha256:{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()}"
    )


def digest(tool: dict[str, Json]) -> str:
    """Of what a model reads and a client acts on; the order of members does not count, ``_meta`` neither."""
    return hashlib.sha256(dumps(_sorted({key: value for key, value in tool.items() if key != "_meta"}))).hexdigest()


def _sorted(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
