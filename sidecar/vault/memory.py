"""The default vault: bounded in bytes and count, with a time to live, in this process only, wiped at the end.

It does no I/O and never writes a value anywhere. Eviction makes a token unknown, never another value's. With keys from a
file the same values get the same tokens again after a restart, and become restorable as soon as they pass; while two keys
are in use, the tokens of both.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from cachetools import LRUCache

from sidecar.vault.keys import Key, KeyRing, process_keys
from sidecar.vault.tokens import Origin, derive

LONGEST_VALUE: Final = 4096
_RECENT: Final = 4096
_LONGEST_RECENT: Final = 256
_FRESH: Final = 0.01
"""A token's life is renewed when this part of it is over."""
_ATTEMPTS: Final = 4
_OVERHEAD: Final = 520
"""Bytes of one entry without its value: key, tuple, numbers, links (measured in the bounds' test)."""


@dataclass(frozen=True, slots=True)
class MemorySettings:
    max_tokens: int = 100_000
    max_bytes: int = 64 * 1024 * 1024
    ttl_s: float = 24 * 3600.0


class _Kept(NamedTuple):
    value: str | None
    entity: str
    until: float
    size: int


_NOTHING: Final = _Kept(None, "", 0.0, 0)


class MemoryVault:
    """(scope, handle) → value. Keys of its own unless some are given, so that tokens mean nothing outside the process."""

    is_remote = False
    is_sealed = False

    def __init__(
        self,
        settings: MemorySettings = MemorySettings(),
        key: KeyRing | bytes | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ring = key if isinstance(key, KeyRing) else process_keys(key)
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        """In order of their end: all live equally long, and a renewed one moves to the back."""
        self._bytes = 0
        self._recent: LRUCache[tuple[str, Origin, str, str], tuple[str, float, tuple[str, str]]] = LRUCache(_RECENT)
        """What was minted lately, and until when it need not be minted anew: pages repeat their values."""
        self._settings = settings
        self._clock = clock
        self.ttl_s = settings.ttl_s

    def mint(self, scope: str, origin: Origin, entity: str, value: str) -> str | None:
        recent = self._recent.get((scope, origin, entity, value))
        if recent is not None and self._clock() < recent[1] and recent[2] in self._kept:
            return recent[0]
        if len(value) > LONGEST_VALUE:
            return None
        keys = self._ring.of(scope)
        if keys.second is not None:
            self._derived(keys.second, scope, origin, entity, value)
        token = self._derived(keys.first, scope, origin, entity, value)
        if token is not None and len(value) <= _LONGEST_RECENT:
            until = self._clock() + self.ttl_s * _FRESH
            self._recent[scope, origin, entity, value] = (token, until, (scope, token.rpartition("_")[2]))
        return token

    def _derived(self, key: Key, scope: str, origin: Origin, entity: str, value: str) -> str | None:
        for attempt in range(_ATTEMPTS):
            token = derive(key, origin, scope, entity, value, attempt=attempt)
            if self._keep(scope, token.rpartition("_")[2], entity, value):
                return token
        return None

    def spell(self, scope: str, origin: Origin, entity: str, value: str, candidates: Iterable[str]) -> str | None:  # noqa: ARG002  whoever makes candidates keeps the origins apart
        if len(value) > LONGEST_VALUE:
            return None
        return next((text for text in candidates if self._keep(scope, f"={text}", entity, value)), None)

    def _keep(self, scope: str, handle: str, entity: str, value: str) -> bool:
        """False when the handle stands for another value, still."""
        now = self._clock()
        key = (scope, handle)
        known = self._kept.get(key, _NOTHING)
        if known.until > now and (known.value != value or known.entity != entity):
            return False
        size = _OVERHEAD + value.__sizeof__()
        self._kept[key] = _Kept(value, entity, now + self.ttl_s, size)
        self._kept.move_to_end(key)
        self._bytes += size - known.size
        while self._kept and (
            self._bytes > self._settings.max_bytes
            or len(self._kept) > self._settings.max_tokens
            or next(iter(self._kept.values())).until <= now
        ):
            self._bytes -= self._kept.popitem(last=False)[1].size
        return key in self._kept

    def resolve(self, scope: str, token: str) -> str | None:
        entity, _, tail = token.rpartition("_")
        # One way for hit and miss: no look at the value before both were looked at.
        kept = self._kept.get((scope, tail), _NOTHING)
        is_alive, is_meant = kept.until > self._clock(), entity in ("", kept.entity)
        return kept.value if is_alive and is_meant else None

    def spelt(self, scope: str, text: str) -> str | None:
        kept = self._kept.get((scope, f"={text}"), _NOTHING)
        return kept.value if kept.until > self._clock() else None

    def is_own(self, scope: str, version: str) -> bool:
        return self._ring.of(scope).of(version) is not None

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size_bytes(self) -> int:
        """What is kept, estimated; never more than the configured size."""
        return self._bytes

    def close(self) -> None:
        self._kept.clear()
        self._recent.clear()
        self._bytes = 0
