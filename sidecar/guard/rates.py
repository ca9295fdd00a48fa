"""How much a caller may ask: token buckets, requests under way at once, and a ban for those who do not stop.

It holds a bounded number of callers: who has been quiet longest is forgotten, which only ever gives back what was used up.
"""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sidecar.guard.model import Ban, Rates

_MOST_CALLERS: Final = 10_000
_MINUTE_S: Final = 60.0
EVERYBODY: Final = ""
"""The caller all anonymous ones are."""


@dataclass(frozen=True, slots=True)
class Refused:
    """``retry_after_s``: whole seconds, at least one (RFC 9110, 10.2.3)."""

    reason: str
    retry_after_s: int


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float

    def take(self, now: float, per_minute: int) -> float:
        """0 when a token was taken, else the seconds until there is one."""
        self.left = min(float(per_minute), self.left + (now - self.at) * per_minute / _MINUTE_S)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) * _MINUTE_S / per_minute


@dataclass(slots=True)
class _Caller:
    bucket: _Bucket
    under_way: int = 0
    violations: deque[float] = field(default_factory=deque)
    banned_until: float = 0.0


class Turnstile:
    """``enter`` before a request is read, ``leave`` when its answer has gone. One event loop."""

    __slots__ = ("_all", "_ban", "_callers", "_clock", "_rates", "_under_way")

    def __init__(self, rates: Rates, ban: Ban, clock: Callable[[], float]) -> None:
        self._rates = rates
        self._ban = ban
        self._clock = clock
        self._callers: OrderedDict[str, _Caller] = OrderedDict()
        self._all = _Bucket(float(rates.in_all or 0), clock())
        self._under_way = 0

    def __len__(self) -> int:
        """Callers remembered."""
        return len(self._callers)

    def enter(self, caller: str) -> Refused | None:
        """``None``: the request is under way, and ``leave`` is owed."""
        now = self._clock()
        known = self._callers.get(caller)
        if known is None:
            known = self._known(caller, now)
        else:
            self._callers.move_to_end(caller)
        if known.banned_until > now:
            return Refused("banned for a while after too many violations", _whole(known.banned_until - now))
        limits = self._rates
        if limits.concurrent_per_caller is not None and known.under_way >= limits.concurrent_per_caller:
            return Refused(f"more than {limits.concurrent_per_caller} requests under way", 1)
        if limits.concurrent is not None and self._under_way >= limits.concurrent:
            return Refused("too many requests under way", 1)
        if limits.per_caller is not None and (wait := known.bucket.take(now, limits.per_caller)):
            return Refused(f"more than {limits.per_caller} requests a minute", _whole(wait))
        if limits.in_all is not None and (wait := self._all.take(now, limits.in_all)):
            return Refused("too many requests in all", _whole(wait))
        known.under_way += 1
        self._under_way += 1
        return None

    def leave(self, caller: str) -> None:
        if self._under_way > 0:
            self._under_way -= 1
        known = self._callers.get(caller)
        if known is not None and known.under_way > 0:
            known.under_way -= 1

    def violated(self, caller: str) -> bool:
        """Count one violation. True when it was the one too many."""
        if not self._ban.violations:
            return False
        now = self._clock()
        known = self._known(caller, now)
        known.violations.append(now)
        while known.violations and known.violations[0] <= now - self._ban.within_s:
            known.violations.popleft()
        if len(known.violations) < self._ban.violations:
            return False
        known.violations.clear()
        known.banned_until = now + self._ban.for_s
        return True

    def _known(self, caller: str, now: float) -> _Caller:
        known = self._callers.get(caller)
        if known is None:
            known = self._callers[caller] = _Caller(_Bucket(float(self._rates.per_caller or 0), now))
            self._forget(now)
        self._callers.move_to_end(caller)
        return known

    def _forget(self, now: float) -> None:
        """The longest quiet first, but nobody who is banned or has a request under way."""
        for name in list(self._callers)[: len(self._callers) - _MOST_CALLERS]:
            known = self._callers[name]
            if not known.under_way and known.banned_until <= now:
                del self._callers[name]


def _whole(seconds: float) -> int:
    return max(1, math.ceil(seconds))
