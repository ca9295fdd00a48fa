"""What is to be said in one HTTP response: messages in their order, bounded, until nobody reads them any more.

It writes nothing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final

from sidecar.wire.jsonrpc import Message, encode

_MAX_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Said:
    message: Message
    frame: bytes


class Outbox:
    """``is_open`` until the client leaves, the server ends, or the client reads so slowly that too much waits for it."""

    def __init__(self, max_bytes: int = _MAX_BYTES) -> None:
        self._max_bytes: Final = max_bytes
        self._said: deque[Said] = deque()
        self._bytes = 0
        self._changed: Final = asyncio.Event()
        self.is_open = True

    @property
    def is_empty(self) -> bool:
        return not self._said

    def put(self, message: Message) -> bool:
        """Whether it was taken. One that is alone is always taken."""
        said = Said(message, encode(message))
        if self._said and self._bytes + len(said.frame) > self._max_bytes:
            self.close()
        if not self.is_open:
            return False
        self._said.append(said)
        self._bytes += len(said.frame)
        self._changed.set()
        return True

    async def get(self) -> Said | None:
        """The next; None when there will be no more."""
        while not self._said:
            if not self.is_open:
                return None
            self._changed.clear()
            await self._changed.wait()
        said = self._said.popleft()
        self._bytes -= len(said.frame)
        return said

    def close(self) -> None:
        """What was put can still be got."""
        self.is_open = False
        self._changed.set()
