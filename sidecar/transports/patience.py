"""How long a server may say nothing while a call is under way. Any byte gives it as long again; a question to the client, for ever.

It cuts nothing itself: whoever waits within it gets a ``TimeoutError``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from sidecar.wire.jsonrpc import Message


class Patience:
    """Of one exchange. ``idle_s`` None: endless."""

    __slots__ = ("_heard_at", "_idle_s", "_scope", "_timer")

    def __init__(self, idle_s: float | None) -> None:
        self._idle_s = idle_s
        self._scope = asyncio.timeout(None)
        self._heard_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        """Not set again for each byte: it looks when the last one came."""

    async def __aenter__(self) -> Self:
        await self._scope.__aenter__()
        if self._idle_s is not None:
            loop = asyncio.get_running_loop()
            self._heard_at = loop.time()
            self._timer = loop.call_later(self._idle_s, self._look)
        return self

    def _look(self) -> None:
        if self._idle_s is None:
            return
        loop = asyncio.get_running_loop()
        left = self._heard_at + self._idle_s - loop.time()
        if left > 0:
            self._timer = loop.call_later(left, self._look)
        else:
            self._scope.reschedule(loop.time())

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        await self._scope.__aexit__(kind, error, trace)

    async def listening(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            if self._idle_s is not None:
                self._heard_at = asyncio.get_running_loop().time()
            yield chunk

    def heard(self, message: Message) -> None:
        """A message of the server: when it asks the client something, a person may have to answer."""
        if message.is_request and self._idle_s is not None:
            self._idle_s = None
