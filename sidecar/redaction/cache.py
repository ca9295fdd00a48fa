"""What was found before, keyed by a digest that only this process can make; used on the event loop only.

It holds findings, never a text: neither key nor value can be turned back into what was read.
"""

from __future__ import annotations

from hashlib import blake2b
from secrets import token_bytes
from typing import Final

from cachetools import LRUCache

from sidecar.redaction.findings import Findings, Passage

MAX_TEXT: Final = 4096
"""Longer texts seldom repeat and would hold many findings."""


class FindingsCache:
    """At most ``entries`` answers, the least recently used forgotten first. ``fingerprint``: the detector's."""

    def __init__(self, fingerprint: str, entries: int = 50_000) -> None:
        self._base = blake2b(fingerprint.encode() + b"\0", digest_size=16, key=token_bytes(32))
        self._found: LRUCache[bytes, Findings] = LRUCache(entries)

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return f"FindingsCache({len(self._found)} answers)"

    def _key(self, passage: Passage) -> bytes:
        text, name, sibling, json_type, language, column, is_code = passage
        about = f"{len(name)},{len(sibling)},{len(json_type)},{len(language)},{is_code:d},{len(column)},"
        digest = self._base.copy()
        digest.update(f"{about}{name}{sibling}{json_type}{language}{text}".encode("utf-8", "surrogatepass") + column)
        return digest.digest()

    def get(self, passage: Passage) -> Findings | None:
        if len(passage.text) > MAX_TEXT:
            return None
        found: Findings | None = self._found.get(self._key(passage))
        return found

    def put(self, passage: Passage, found: Findings) -> None:
        if len(passage.text) <= MAX_TEXT:
            self._found[self._key(passage)] = found
