"""The default vault: bounded, with a time to live, in this process only, wiped at the end.

It does no I/O and never writes a value anywhere. Eviction makes a token unknown, never another value's.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from cachetools import LRUCache, TTLCache

from sidecar.vault.tokens import Origin, derive

_LONGEST_VALUE: Final = 4096
_RECENT: Final = 4096
_FRESH: Final = 0.01
"""A token's life is renewed when this part of it is over."""


class Vault(Protocol):
    """What the session asks of a vault that answers inline."""

    @property
    def ttl_s(self) -> float:
        """How long a token minted now can be restored, in seconds."""

    def mint(self, scope: str, origin: Origin, entity: str, value: str) -> str | None:
        """The token of a value, restorable from now on; None when it cannot be kept (too long)."""

    def resolve(self, scope: str, token: str) -> str | None:
        """The value of a token of this scope; None: unknown, expired or another scope's."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class MemorySettings:
    max_tokens: int = 100_000
    ttl_s: float = 24 * 3600.0


class MemoryVault:
    """Token → value. One key per process unless one is given, so tokens mean nothing outside it."""

    def __init__(
        self,
        settings: MemorySettings = MemorySettings(),
        key: bytes | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key = key or secrets.token_bytes(32)
        self._values: TTLCache[tuple[str, str], str] = TTLCache(settings.max_tokens, settings.ttl_s, timer=clock)
        self._recent: LRUCache[tuple[str, Origin, str, str], tuple[str, float]] = LRUCache(_RECENT)
        """What was minted lately, and until when it need not be minted anew: pages repeat their values."""
        self._clock = clock
        self.ttl_s = settings.ttl_s

    def mint(self, scope: str, origin: Origin, entity: str, value: str) -> str | None:
        recent = self._recent.get((scope, origin, entity, value))
        if recent is not None and self._clock() < recent[1] and (scope, recent[0]) in self._values:
            return recent[0]
        if len(value) > _LONGEST_VALUE:
            return None
        for attempt in range(4):
            token = derive(self._key, origin, scope, entity, value, attempt=attempt)
            if self._values.get((scope, token), value) == value:
                self._values[scope, token] = value
                self._recent[scope, origin, entity, value] = (token, self._clock() + self.ttl_s * _FRESH)
                return token
        return None

    def resolve(self, scope: str, token: str) -> str | None:
        return self._values.get((scope, token))

    def __len__(self) -> int:
        return len(self._values)

    def close(self) -> None:
        self._values.clear()
        self._recent.clear()
