"""How long a server may say nothing while a call is under way. Any byte gives it as long again; a question to the client, for ever.

It cuts nothing itself: whoever waits within it gets a ``TimeoutError``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Final, Self

from sidecar.wire.jsonrpc import Message

_LOOKS: Final = 64
"""At most so many within ``idle_s``, however many calls are under way: one is given up late by this part of it at most."""


class Silences:
    """Of all calls under way: one timer, because one for each costs more than all the rest of it."""

    __slots__ = ("_timer", "_under_way", "idle_s")

    def __init__(self, idle_s: float) -> None:
        self.idle_s: Final = idle_s
        self._under_way: Final[set[Patience]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """Calls under way."""
        return len(self._under_way)

    def begin(self, patience: Patience) -> float:
        """What time it is."""
        loop = asyncio.get_running_loop()
        self._under_way.add(patience)
        if self._timer is None:
            self._timer = loop.call_later(self.idle_s, self._look, loop)
        return loop.time()

    def end(self, patience: Patience) -> None:
        self._under_way.discard(patience)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """The timer is set again while there is anything to look at."""
        now = loop.time()
        latest = now - self.idle_s
        oldest = now
        for patience in self._under_way:
            if patience.heard_at is None:
                continue
            if patience.heard_at <= latest:
                patience.give_up(now)
            else:
                oldest = min(oldest, patience.heard_at)
        self._timer = None
        if self._under_way:
            self._timer = loop.call_later(max(oldest - latest, self.idle_s / _LOOKS), self._look, loop)


class Patience:
    """Of one exchange. ``silences`` None: endless."""

    __slots__ = ("_scope", "_silences", "heard_at")

    def __init__(self, silences: Silences | None) -> None:
        self._silences = silences
        self._scope = asyncio.timeout(None)
        self.heard_at: float | None = None
        """When the last byte came, on the loop's clock; None: it may be silent."""

    async def __aenter__(self) -> Self:
        await self._scope.__aenter__()
        if self._silences is not None:
            self.heard_at = self._silences.begin(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._silences is not None:
            self._silences.end(self)
        await self._scope.__aexit__(kind, error, trace)

    def give_up(self, now: float) -> None:
        self.heard_at = None
        self._scope.reschedule(now)

    async def listening(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            if self.heard_at is not None:
                self.heard_at = asyncio.get_running_loop().time()
            yield chunk

    def heard(self, message: Message) -> None:
        """A message of the server: when it asks the client something, a person may have to answer."""
        if message.is_request:
            self.heard_at = None
