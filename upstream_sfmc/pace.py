"""How long a call waits before it is repeated, and when it is given up.

It sends nothing and reads no answer but its status: `api` does both.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from typing import Protocol

from upstream_sfmc.errors import Category, Failure

RETRY_AFTER_MAX_S = 30.0
THROTTLE_WAITS = 3


class Clock(Protocol):
    """Where seconds come from, and how they pass."""

    def now(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Limits:
    request_timeout_s: float = 30.0
    call_budget_s: float = 55.0
    """Below the minute after which most MCP clients give a call up."""
    retry_waits_s: tuple[float, ...] = (1.0, 2.0, 4.0)
    response_max_bytes: int = 16 * 1024 * 1024
    """2,500 wide rows are a few megabytes; more than this is not an answer an agent can use."""


class Patience:
    """How long to wait before a call is repeated; None where it is not. One for each call."""

    def __init__(self, limits: Limits, clock: Clock, *, is_safe: bool) -> None:
        self._limits = limits
        self._clock = clock
        self._is_safe = is_safe
        self._ends_at = clock.now() + limits.call_budget_s
        self._failures = 0
        self._throttles = 0

    def timeout_s(self) -> float:
        left_s = self._ends_at - self._clock.now()
        if left_s <= 0:
            raise Failure(Category.TIMEOUT, "timeout", "Marketing Cloud did not answer in time.", retryable=True)
        return min(self._limits.request_timeout_s, left_s)

    def after_failure(self, *, is_sent: bool = True) -> float | None:
        """A call that waits for its token has not been sent yet, and may be tried again whatever it does."""
        waits_s = self._limits.retry_waits_s
        if (is_sent and not self._is_safe) or self._failures == len(waits_s):
            return None
        wait_s = waits_s[self._failures] * (1 + secrets.randbelow(250) / 1000)
        self._failures += 1
        return self._if_time(wait_s)

    def after_throttle(self, asked_s: float | None) -> float | None:
        if asked_s is None or asked_s > RETRY_AFTER_MAX_S or self._throttles == THROTTLE_WAITS:
            return None
        self._throttles += 1
        return self._if_time(asked_s)

    def _if_time(self, wait_s: float) -> float | None:
        return wait_s if self._clock.now() + wait_s < self._ends_at else None
