"""The last messages for the dev page, bounded in number and in bytes, and who wants to hear of new ones.

It writes nothing to disk and forgets everything at exit. Rows hold metadata of closed vocabularies only; originals are
in the details, one fetch per message.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

from sidecar.events import Event, MessagePassed, MessageWithheld
from sidecar.protocol.eras import known_method
from sidecar.session.actions import Inspect
from sidecar.wire.jsonrpc import dumps

Told: TypeAlias = MessagePassed | MessageWithheld
"""The event the session records right before the ``Inspect`` of the same message."""


@dataclass(frozen=True, slots=True)
class RingSettings:
    """``max_bytes`` bounds all details together, ``max_detail_bytes`` one: a larger message keeps its row only."""

    max_records: int = 2000
    max_bytes: int = 64 * 1024 * 1024
    max_detail_bytes: int = 8 * 1024 * 1024
    max_waiting: int = 256
    """Updates a slow reader may be behind before it is told to start over."""
    max_readers: int = 8


@dataclass(frozen=True, slots=True)
class Row:
    """What the list shows of one message. ``at`` is seconds since the epoch, ``found`` counts per entity."""

    id: int
    at: float
    session: int
    direction: str
    method: str
    tool: str
    outcome: str
    found: dict[str, int]
    restored: int
    duration_ms: float | None
    size_bytes: int


class Signal(Enum):
    """``RESET``: read all rows again (first, after ``clear``, or when the reader was too slow). ``CLOSED``: the end."""

    RESET = "reset"
    CLOSED = "closed"


Update: TypeAlias = Row | Signal


class Reader:
    """One page's bounded queue of updates."""

    def __init__(self, limit: int) -> None:
        self._queue: asyncio.Queue[Update] = asyncio.Queue(limit)
        self._is_closed = False
        self.put(Signal.RESET)

    def put(self, update: Update) -> None:
        self._is_closed = self._is_closed or update is Signal.CLOSED
        if update is Signal.RESET or self._queue.full():
            self._empty()
            update = Signal.RESET
        self._queue.put_nowait(Signal.CLOSED if self._is_closed else update)

    async def next(self) -> Update:
        """After ``RESET`` the caller reads all rows at once, so what waited behind it is dropped."""
        update = await self._queue.get()
        if update is Signal.RESET:
            self._empty()
            if self._is_closed:
                return Signal.CLOSED
        return update

    def _empty(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()


class Ring:
    """Belongs to the event loop's thread. ``record`` is an event sink, ``add`` what an App calls to be inspected."""

    def __init__(self, settings: RingSettings | None = None, clock: Callable[[], float] = time.time) -> None:
        self._settings: Final = settings or RingSettings()
        self._clock: Final = clock
        self._kept: OrderedDict[int, tuple[Row, bytes]] = OrderedDict()
        self._readers: set[Reader] = set()
        self._told: Told | None = None
        self._last = 0
        self._bytes = 0

    @property
    def size_bytes(self) -> int:
        return self._bytes

    @property
    def is_full_of_readers(self) -> bool:
        return len(self._readers) >= self._settings.max_readers

    def record(self, event: Event) -> None:
        if isinstance(event, (MessagePassed, MessageWithheld)):
            self._told = event

    def add(self, inspect: Inspect) -> None:
        told, self._told = self._told, None
        self._last += 1
        row, detail = describe(inspect, told, number=self._last, at=self._clock())
        if len(detail) > self._settings.max_detail_bytes:
            detail = dumps({"omitted_bytes": len(detail)})
        self._kept[row.id] = row, detail
        self._bytes += len(detail)
        while len(self._kept) > self._settings.max_records or self._bytes > self._settings.max_bytes:
            _, (_, gone) = self._kept.popitem(last=False)
            self._bytes -= len(gone)
        self._tell(row)

    def rows(self) -> list[Row]:
        return [row for row, _ in self._kept.values()]

    def detail(self, number: int) -> tuple[Row, bytes] | None:
        """The row and the detail as JSON; None once it is forgotten."""
        return self._kept.get(number)

    def clear(self) -> None:
        self._kept.clear()
        self._bytes = 0
        self._tell(Signal.RESET)

    def close(self) -> None:
        """Readers come to their end; nothing is kept."""
        self._kept.clear()
        self._bytes = 0
        self._tell(Signal.CLOSED)

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Subscribed while the block runs."""
        reader = Reader(self._settings.max_waiting)
        self._readers.add(reader)
        try:
            yield reader
        finally:
            self._readers.discard(reader)

    def _tell(self, update: Update) -> None:
        for reader in self._readers:
            reader.put(update)


def describe(inspect: Inspect, told: Told | None, *, number: int, at: float) -> tuple[Row, bytes]:
    """The row and the detail (JSON, with originals) of one message.

    The row's method and tool are the event's: a name that nobody announced may be a value.
    """
    detail: dict[str, Any] = {
        "method": inspect.method,
        "tool": inspect.tool,
        "before": inspect.before,
        "after": inspect.after,
        "why": [asdict(why) for why in inspect.why],
        "withheld": None,
    }
    if isinstance(told, MessageWithheld):
        detail["withheld"] = {"reason": told.reason, "rule": told.rule, "pointer": told.pointer}
    encoded = dumps(detail)
    row = Row(
        id=number,
        at=at,
        session=told.session if told else 0,
        direction=inspect.direction,
        method=told.method if told else known_method(inspect.method),
        tool=told.tool if told else ("other" if inspect.tool else ""),
        outcome=inspect.outcome,
        found=dict(Counter(why.entity for why in inspect.why)),
        restored=told.restored if isinstance(told, MessagePassed) else 0,
        duration_ms=told.duration_ms if isinstance(told, MessagePassed) else None,
        size_bytes=len(encoded),
    )
    return row, encoded
