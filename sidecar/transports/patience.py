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

    def __init__(self, idle_s: float | None) -> None:
        self._idle_s = idle_s
        self._scope = asyncio.timeout(idle_s)

    async def __aenter__(self) -> Self:
        await self._scope.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._scope.__aexit__(kind, error, trace)

    async def listening(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            if self._idle_s is not None:
                self._scope.reschedule(asyncio.get_running_loop().time() + self._idle_s)
            yield chunk

    def heard(self, message: Message) -> None:
        """A message of the server: when it asks the client something, a person may have to answer."""
        if message.is_request and self._idle_s is not None:
            self._idle_s = None
            self._scope.reschedule(None)
