"""What was found before, keyed by a hash that only this cache can make; used on the event loop only.

It holds findings, never a text: neither key nor value can be turned back into what was read.
"""

from __future__ import annotations

from collections import OrderedDict
from secrets import token_hex
from typing import Final

from sidecar.redaction.findings import Findings, Passage

MOST_FINDINGS: Final = 1024
"""A text with more is not kept: that many findings take as much room as a thousand names."""
_ROOM: Final = 2
"""Findings kept per entry that may be kept, taken over all: 11 MB at most with 20,000 entries, 8 with one finding each."""


class FindingsCache:
    """One detector's. At most ``entries`` answers, the least recently used forgotten first."""

    __slots__ = ("_entries", "_findings", "_found", "_salt")

    def __init__(self, entries: int = 20_000) -> None:
        self._salt = token_hex(16)
        """The interpreter's own key can be fixed from outside (``PYTHONHASHSEED``), this cannot."""
        self._found: OrderedDict[int, Findings] = OrderedDict()
        self._entries = entries
        self._findings = 0

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return f"FindingsCache({len(self._found)} answers)"

    def _key(self, passage: Passage) -> int:
        text, name, sibling, json_type, language, column, is_code = passage
        salt = self._salt
        about = hash(salt + name) if name else 0, hash(salt + sibling) if sibling else 0
        return hash((hash(salt + text), about, json_type, language, column, is_code))

    def get(self, passage: Passage) -> Findings | None:
        key = self._key(passage)
        found = self._found.get(key)
        if found is not None:
            self._found.move_to_end(key)
        return found

    def put(self, passage: Passage, found: Findings) -> None:
        if len(found) > MOST_FINDINGS:
            return
        key = self._key(passage)
        self._findings += len(found) - len(self._found.pop(key, ()))
        self._found[key] = found
        while len(self._found) > self._entries or self._findings > _ROOM * self._entries:
            self._findings -= len(self._found.popitem(last=False)[1])
