"""The half of a vault in a store that needs no I/O: it mints, and remembers for a moment what the store has acknowledged.

It never restores: what a token stands for is asked of the store each time, so that what was erased there is gone. It keeps
values only as long as a page may repeat them, bounded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from cachetools import LRUCache

from sidecar.vault.base import Entry
from sidecar.vault.keys import KeyRing
from sidecar.vault.memory import LONGEST_VALUE
from sidecar.vault.tokens import Origin, derive

_RECENT: Final = 4096
_LONGEST_RECENT: Final = 256
_FRESH: Final = 0.01
_FRESH_AT_MOST_S: Final = 60.0
_ATTEMPTS: Final = 4


class StoredVault:
    """``ttl_s``: how long the store keeps what it is given."""

    is_remote = True
    is_sealed = False

    def __init__(self, ring: KeyRing, ttl_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._ring = ring
        self._clock = clock
        self.ttl_s = ttl_s
        self._new: dict[tuple[str, str], Entry] = {}
        self._acknowledged: LRUCache[tuple[str, str], tuple[Entry, float]] = LRUCache(_RECENT)
        """What the store has, and until when it need not be stored anew."""
        self._tokens: LRUCache[tuple[str, Origin, str, str], str] = LRUCache(_RECENT)
        self._taken: LRUCache[tuple[str, str], bool] = LRUCache(_RECENT)
        """Handles that stand for other values in the store, by (handle, value's own entry)."""

    @property
    def ring(self) -> KeyRing:
        return self._ring

    def mint(self, scope: str, origin: Origin, entity: str, value: str) -> str | None:
        recent = self._tokens.get((scope, origin, entity, value))
        if recent is not None and self._is_fresh(scope, recent.rpartition("_")[2]):
            return recent
        if len(value) > LONGEST_VALUE:
            return None
        key = self._ring.of(scope).first
        for attempt in range(_ATTEMPTS):
            token = derive(key, origin, scope, entity, value, attempt=attempt)
            if self._offer(Entry(scope, token.rpartition("_")[2], origin, entity, value)):
                if len(value) <= _LONGEST_RECENT:
                    self._tokens[scope, origin, entity, value] = token
                return token
        return None

    def spell(self, scope: str, origin: Origin, entity: str, value: str, candidates: Iterable[str]) -> str | None:
        if len(value) > LONGEST_VALUE:
            return None
        entries = (Entry(scope, f"={text}", origin, entity, value) for text in candidates)
        return next((entry.handle[1:] for entry in entries if self._offer(entry)), None)

    def _offer(self, entry: Entry) -> bool:
        """False when the handle is known to stand for another value."""
        place = (entry.scope, entry.handle)
        known, until = self._acknowledged.get(place, (None, 0.0))
        if (known is not None and known != entry) or self._new.get(place, entry) != entry or place in self._taken:
            return False
        if known is None or until <= self._clock():
            self._new[place] = entry
        return True

    def _is_fresh(self, scope: str, handle: str) -> bool:
        known, until = self._acknowledged.get((scope, handle), (None, 0.0))
        return known is not None and self._clock() < until

    def take(self) -> Sequence[Entry]:
        entries = tuple(self._new.values())
        self._new.clear()
        return entries

    def stored(self, entries: Sequence[Entry]) -> None:
        until = self._clock() + min(self.ttl_s * _FRESH, _FRESH_AT_MOST_S)
        for entry in entries:
            if len(entry.value) <= _LONGEST_RECENT:
                self._acknowledged[entry.scope, entry.handle] = (entry, until)

    def refused(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._taken[entry.scope, entry.handle] = True
            self._tokens.pop((entry.scope, entry.origin, entry.entity, entry.value), None)

    def forget(self) -> None:
        """The store may have lost what it acknowledged: everything is stored again before it is sent."""
        self._acknowledged.clear()

    def resolve(self, scope: str, token: str) -> str | None:  # noqa: ARG002  the store answers, see Lookup
        return None

    def spelt(self, scope: str, text: str) -> str | None:  # noqa: ARG002  the store answers, see Lookup
        return None

    def is_own(self, scope: str, version: str) -> bool:
        return self._ring.of(scope).of(version) is not None

    def close(self) -> None:
        for kept in (self._new, self._acknowledged, self._tokens, self._taken):
            kept.clear()
