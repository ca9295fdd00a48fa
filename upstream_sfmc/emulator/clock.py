"""The emulator's clock: a base clock plus an offset that tests move forward.

It does not sleep or schedule: everything that happens with time is worked out when somebody asks.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CENTRAL = timezone(timedelta(hours=-6))
"""Marketing Cloud's system time: Central Standard Time all year, without daylight saving."""


class VirtualClock:
    """Seconds since the epoch, as the emulated tenant sees them."""

    def __init__(self, base: Callable[[], float] | None = None) -> None:
        self._base = base or time.time
        self._offset_s = 0.0

    def now(self) -> float:
        return self._base() + self._offset_s

    def advance(self, seconds: float) -> None:
        self._offset_s += seconds

    def rewind(self) -> None:
        """Forget every advance."""
        self._offset_s = 0.0

    def stamp(self, shift_s: float = 0) -> str:
        """Now as the API writes most dates: `2019-07-22T15:54:48.547`, Central time, no zone."""
        return central(self.now() + shift_s)

    def utc(self, shift_s: float = 0) -> str:
        """Now as the few UTC fields write it: `2019-07-22T21:54:48.547Z`."""
        moment = datetime.fromtimestamp(self.now() + shift_s, UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def central(epoch_s: float) -> str:
    moment = datetime.fromtimestamp(epoch_s, CENTRAL)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
