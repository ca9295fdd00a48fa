"""A client's connection, and the server that makes one for each: who begins a request and does not go on is sent away.

It reads no header and no message. aiohttp limits each header field and their number, but neither their size together nor the time
they take; and a body may come a byte at a time for ever:

1. A connection's first request, and every later one from its first byte on, has its head within ``head_s``.
2. A head has at most ``MAX_HEAD_BYTES`` in all, or four fields as large as one may be.
3. A body may pause for ``PART_S``, and after that long has come at ``MIN_BYTES_PER_S`` on average.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from sidecar.errors import Malformed
from sidecar.transports import heads

MAX_HEAD_BYTES: Final = 256 * 1024
PART_S: Final = 30.0
MIN_BYTES_PER_S: Final = 1024


class Connection(RequestHandler):
    """A head is complete when aiohttp has queued its request; then bytes are its body's until that has ended."""

    head_s: float = 30.0
    most_bytes = MAX_HEAD_BYTES
    _deadline: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _seen = 0
    _body: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not data or (self._body is not None and not self._body.is_eof()):
            super().data_received(data)
            self._look()
            return
        if self._head_bytes > self.most_bytes and self.transport is not None:
            self.transport.abort()
            return
        self._head_bytes += len(data)
        super().data_received(data)
        if not self._look() and self._deadline is None:
            self._wait()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,  # noqa: ARG002  its text holds the bytes that were no request
        message: str | None = None,  # noqa: ARG002  as above
    ) -> web.StreamResponse:
        """What aiohttp itself refuses, in our words."""
        if request.writer.output_size:
            raise ConnectionError
        reply = heads.error_reply(Malformed("the request cannot be read"), status=status)
        reply.force_close()
        return reply

    def _look(self) -> bool:
        """Whether a head has been completed."""
        if self._request_count == self._seen:
            return False
        self._seen = self._request_count
        self._body = self._messages[-1][1]
        self._head_bytes = 0
        self._rest()
        return True

    def _wait(self) -> None:
        self._deadline = asyncio.get_running_loop().call_later(self.head_s, self._late)

    def _rest(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        if self._current_request is not None:  # what is under way is not broken off for what was sent behind it
            self._wait()
        elif self.transport is not None:
            self.transport.abort()


class Server(web.Server):
    head_s: float = 30.0
    most_field_bytes = 0

    def __call__(self) -> RequestHandler:
        connection = Connection(self, loop=self._loop, **self._kwargs)
        connection.head_s = self.head_s
        connection.most_bytes = max(MAX_HEAD_BYTES, 4 * self.most_field_bytes)
        return connection


async def in_time(request: heads.Request, limit: asyncio.Timeout) -> AsyncIterator[bytes]:
    """The body's parts; ``limit`` ends when the next one would be late."""
    loop = asyncio.get_running_loop()
    begun, came = loop.time(), 0
    limit.reschedule(begun + PART_S)
    async for chunk in request.content.iter_any():
        came += len(chunk)
        limit.reschedule(min(loop.time(), begun + came / MIN_BYTES_PER_S) + PART_S)
        yield chunk
