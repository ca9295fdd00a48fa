"""What a server's HTTP response says, read for a client that has pipes: messages cross as lines, everything else ends here.

It opens no connection. Comments, event names and ids have no place on a pipe; an id is kept to resume the stream from.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import aiohttp

from sidecar.errors import Malformed, NotJsonRpc, TooLarge, UpstreamGone
from sidecar.events import FrameDropped
from sidecar.session.actions import Lane
from sidecar.transports.base import Conversation, Core
from sidecar.transports.encoded import decoded, read_all
from sidecar.transports.inbound import Inbound
from sidecar.transports.upstream import chunks, header_fields
from sidecar.wire import headers as fields
from sidecar.wire.framing import SseDecoder, SseEvent, SseItem
from sidecar.wire.jsonrpc import Caller, Json, Message, decode, dumps, encode

FIRST_ERROR: Final = 300
RETRY_S: Final = 1.0
MAX_RETRY_S: Final = 30.0


@dataclass(slots=True, eq=False)
class Call:
    """A request of the client."""

    message: Message
    is_modern: bool = False
    is_answered: bool = False
    """The client has its answer, or waits for none any more."""

    @property
    def key(self) -> bytes:
        return dumps(self.message.id)


@dataclass(slots=True)
class Stream:
    """One order of messages, over all connections that carry it."""

    conversation: Conversation
    lane: Lane
    calls: tuple[Call, ...] = ()
    """Whose answers it is to bring."""
    event_id: str | None = None
    retry_s: float = RETRY_S
    has_brought: bool = False

    @property
    def is_done(self) -> bool:
        return all(call.is_answered for call in self.calls)


class Reader:
    def __init__(
        self,
        core: Core,
        write: Callable[[bytes], Awaitable[None]],
        answer_server: Callable[[Message], None],
        on_response: Callable[[Message], None],
    ) -> None:
        """``on_response`` is told of each response that crosses."""
        self._core: Final = core
        self._write: Final = write
        self._answer_server: Final = answer_server
        self._on_response: Final = on_response
        self.crossing = 0
        """Messages of the server that wait for the core."""

    async def take(self, answer: aiohttp.ClientResponse, stream: Stream) -> None:
        """The whole response. Raises ``SidecarError`` when it breaks off, cannot be read, or brings no answer to its calls."""
        headers = header_fields(answer.raw_headers)
        body = decoded(chunks(answer), fields.get(headers, "Content-Encoding") or "")
        if answer.content_type == "text/event-stream":
            async for item in self.items(body):
                await self.event(item, stream)
            return
        raw = await read_all(body, self._core.limits.max_bytes)
        if raw and answer.content_type.endswith("json"):
            with contextlib.suppress(Malformed):
                await self._cross(self._addressed(raw, stream.calls, answer.status), stream)
        if not stream.is_done and (answer.status >= FIRST_ERROR or not raw):
            raise UpstreamGone(f"the server answered with HTTP status {answer.status}")

    async def items(self, body: AsyncIterator[bytes]) -> AsyncIterator[SseItem]:
        decoder = SseDecoder(self._core.limits.max_bytes)
        async for chunk in body:
            for item in decoder.feed(chunk):
                yield item
        for item in decoder.flush():
            yield item

    async def event(self, item: SseItem, stream: Stream) -> None:
        if not isinstance(item, SseEvent):
            return
        if item.id is not None:
            stream.event_id = item.id or None
        if item.retry is not None:
            stream.retry_s = min(item.retry / 1000, MAX_RETRY_S)
        if item.oversized:
            self._core.record(FrameDropped("to_client", TooLarge.reason, item.oversized))
        elif item.data and item.name == "message":
            stream.has_brought = True
            try:
                await self._cross(item.data, stream)
            except (Malformed, TooLarge) as failure:
                self._core.record(FrameDropped("to_client", failure.reason, len(item.data)))

    def _addressed(self, raw: bytes, calls: tuple[Call, ...], status: int) -> bytes:
        """An error that does not name its request gets the id of the only one there is: on a pipe nothing else says so."""
        frame = decode(raw, self._core.limits)
        if not isinstance(frame, list) and not frame.body.keys() & {"method", "result", "error"}:
            raise NotJsonRpc("a body that is no message")
        if len(calls) != 1 or isinstance(frame, list) or status < FIRST_ERROR or "error" not in frame.body:
            return raw
        request_id: Json = calls[0].message.id
        return raw if dumps(frame.id) == calls[0].key else encode(Message({**frame.body, "id": request_id}))

    async def _cross(self, frame: bytes, stream: Stream) -> None:
        requests = [call.message for call in stream.calls]
        inbound = Inbound(self._core, stream, Caller(), requests, self._answer_server, self._seen)
        self.crossing += 1
        try:
            out = await inbound.cross(frame, self._core.limits.max_line_bytes)
        finally:
            self.crossing -= 1
        if out is not None:
            await self._write(out)

    def _seen(self, message: Message) -> None:
        if message.is_response:
            self._on_response(message)
