"""One direction of a conversation over lines: lines in, messages through the core, outcomes out in their order.

It does not decide when to start or stop, and two relays share nothing but the two outlets and the list of open calls.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from sidecar.errors import Malformed, SidecarError, TooLarge, Unanalysable, UpstreamGone
from sidecar.events import FrameDropped
from sidecar.session.actions import Lane, Side
from sidecar.transports.base import Conversation, Core, Outcome
from sidecar.transports.pipes import Sink, Source
from sidecar.transports.salvage import HEAD_BYTES, TAIL_BYTES, Kind, Salvaged, error_reply, refusal, salvage
from sidecar.wire.framing import LineDecoder, Oversized, encode_line
from sidecar.wire.jsonrpc import Envelope, Json, Limits, Message, decode, dumps, encode, encode_batch

_MAX_WAITING: Final = 256
_MAX_WAITING_BYTES: Final = 8 * 1024 * 1024
"""Reading stops while this many frames, or more bytes of them, wait for their outcome."""
_LARGE_BYTES: Final = 128 * 1024
"""From here on JSON is parsed and written on a thread, so that the other direction goes on."""
_MAX_CALLS: Final = 10_000
_GONE: Final = "the server ended before it answered"


class Calls:
    """Ids of the client's requests that the server has and has not answered; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._open: OrderedDict[bytes, Json] = OrderedDict()

    def asked(self, message: Message) -> None:
        if message.is_request:
            self._open[dumps(message.id)] = message.id
            if len(self._open) > _MAX_CALLS:
                self._open.popitem(last=False)

    def answered(self, message: Message) -> bool:
        """Whether the id was open; it no longer is."""
        return self._open.pop(dumps(message.id), _NOTHING) is not _NOTHING

    def lost(self) -> list[Envelope]:
        """An error reply for each open call; none is open afterwards."""
        replies = [error_reply(request_id, UpstreamGone(_GONE)) for request_id in self._open.values()]
        self._open.clear()
        return replies


_NOTHING: Final = object()


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One frame whose outcomes are not all known; ``messages`` as submitted, to answer them if the core breaks."""

    futures: tuple[asyncio.Future[Outcome], ...]
    messages: tuple[Message, ...]
    is_batch: bool
    size_bytes: int


class Outlet(Protocol):
    """Where what crosses goes: a pipe, or a bridge to another transport."""

    @property
    def is_broken(self) -> bool:
        """Nobody reads it any more."""

    async def send(self, messages: Sequence[Message], *, is_batch: bool, is_large: bool = False) -> None:
        """In the order of the calls; waits while too much is unsent. ``is_large``: encode on a thread."""


class PipeOutlet:
    """Lines into a pipe."""

    def __init__(self, sink: Sink) -> None:
        self._sink: Final = sink

    @property
    def is_broken(self) -> bool:
        return self._sink.is_broken

    async def send(self, messages: Sequence[Message], *, is_batch: bool, is_large: bool = False) -> None:
        line = (
            await asyncio.to_thread(_encode, messages, is_batch=is_batch)
            if is_large
            else _encode(messages, is_batch=is_batch)
        )
        await self._sink.write(line)


class Relay:
    """``ended`` is set when nothing more will be read; ``is_at_end`` is true when that is because the source ended."""

    def __init__(
        self,
        core: Core,
        conversation: Conversation,
        lane: Lane,
        sender: Side,
        source: Source,
        outlets: Mapping[Side, Outlet],
        calls: Calls,
        most_bytes: int = 0,
    ) -> None:
        """``most_bytes``: what the receiver reads of one frame; 0: any size."""
        self._core = core
        self._most_bytes = most_bytes
        self._conversation = conversation
        self._lane = lane
        self._sender = sender
        self._source = source
        self._outlets = outlets
        self._calls = calls
        self._waiting: deque[_Waiting] = deque()
        self._waiting_bytes = 0
        self._changed = asyncio.Event()
        self.ended = asyncio.Event()
        self.is_at_end = False
        self._reading: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Until the source ends, or :meth:`stop`, and every outcome is written."""
        if not self.ended.is_set():
            self._reading = asyncio.create_task(self._read())
        try:
            await self._deliver()
        finally:
            self.stop()
        if self._reading is not None and not self._reading.cancelled() and self._reading.done():
            self._reading.result()

    def stop(self) -> None:
        """Read no more; what was read is still delivered."""
        self.ended.set()
        self._changed.set()
        if self._reading is not None:
            self._reading.cancel()

    async def _read(self) -> None:
        decoder = LineDecoder(self._core.limits.max_bytes)
        ends = _Ends()
        try:
            while data := await self._source.read():
                for line, (head, tail) in zip(decoder.feed(data), ends.feed(data), strict=True):
                    await self._take(line, head, tail)
            self.is_at_end = True
            for line in decoder.flush():
                await self._take(line, *ends.last)
        finally:
            self.ended.set()
            self._changed.set()

    async def _take(self, line: bytes | Oversized, head: bytes, tail: bytes) -> None:
        if isinstance(line, Oversized):
            error = TooLarge(f"message of {line.size} bytes, limit {self._core.limits.max_bytes}")
            waiting = self._refused(error, salvage(head, tail, is_whole=False), line.size, null_id=False)
        elif not line or line.isspace():
            return
        else:
            try:
                decoded = await self._decode(line)
            except SidecarError as error:
                salvaged = salvage(line[:HEAD_BYTES], line[-TAIL_BYTES:], is_whole=len(line) <= HEAD_BYTES)
                waiting = self._refused(error, salvaged, len(line), null_id=isinstance(error, Malformed))
            else:
                waiting = self._submitted(decoded, len(line))
        self._waiting.append(waiting)
        self._waiting_bytes += waiting.size_bytes
        self._changed.set()
        while len(self._waiting) >= _MAX_WAITING or self._waiting_bytes > _MAX_WAITING_BYTES:
            self._changed.clear()
            await self._changed.wait()

    async def _decode(self, line: bytes) -> Message | list[Message]:
        if len(line) < _LARGE_BYTES:
            return _decode(line, self._core.limits)
        return await asyncio.to_thread(_decode, line, self._core.limits)

    def _submitted(self, decoded: Message | list[Message], size_bytes: int) -> _Waiting:
        messages = decoded if isinstance(decoded, list) else [decoded]
        envelopes = [Envelope(message, max_bytes=self._most_bytes) for message in messages]
        futures = [self._conversation.submit(self._sender, envelope, self._lane) for envelope in envelopes]
        return _Waiting(tuple(futures), tuple(messages), isinstance(decoded, list), size_bytes)

    def _refused(self, error: SidecarError, salvaged: Salvaged, size_bytes: int, *, null_id: bool) -> _Waiting:
        """Not a message: it never crosses. A client hears of it as JSON-RPC has it; a server's stray output is only counted."""
        is_client = self._sender is Side.CLIENT
        self._core.record(FrameDropped("to_server" if is_client else "to_client", error.reason, size_bytes))
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        if is_client or salvaged.kind != "unknown":
            future.set_result(refusal(self._sender, salvaged, error, null_id=null_id and is_client))
        else:
            future.set_result(Outcome(self._sender, None, error))
        return _Waiting((future,), (), is_batch=False, size_bytes=0)

    async def _deliver(self) -> None:
        while self._waiting or not self.ended.is_set():
            if not self._waiting:
                self._changed.clear()
                await self._changed.wait()
                continue
            await self._settle(self._waiting[0])
            self._waiting_bytes -= self._waiting.popleft().size_bytes
            self._changed.set()

    async def _settle(self, waiting: _Waiting) -> None:
        crossing: list[Message] = []
        replies: list[Message] = []
        for position, future in enumerate(waiting.futures):
            if not future.done():
                await asyncio.wait((future,))
            outcome = self._outcome(future, waiting.messages[position] if waiting.messages else None)
            if outcome.envelope is not None:
                (replies if outcome.to is self._sender else crossing).append(outcome.envelope.message)
        for to, messages in ((self._sender.other, crossing), (self._sender, replies)):
            if messages:
                await self._write(to, messages, is_batch=waiting.is_batch)

    def _outcome(self, future: asyncio.Future[Outcome], message: Message | None) -> Outcome:
        if not future.cancelled() and future.exception() is None:
            return future.result()
        kind: Kind = "request" if message is not None and message.is_request else "response"
        error = Unanalysable("the message could not be processed")
        return refusal(self._sender, Salvaged(kind, message.id if message is not None else None), error)

    async def _write(self, to: Side, messages: list[Message], *, is_batch: bool) -> None:
        if to is Side.SERVER:
            for message in messages:
                self._calls.asked(message)
        else:
            for message in messages:
                if message.is_response:
                    self._calls.answered(message)
        outlet = self._outlets[to]
        is_large = bool(self._waiting) and self._waiting[0].size_bytes >= _LARGE_BYTES
        await outlet.send(messages, is_batch=is_batch, is_large=is_large)
        if to is Side.SERVER and outlet.is_broken:
            for message in messages:
                if message.is_request and self._calls.answered(message):
                    gone = error_reply(message.id, UpstreamGone(_GONE))
                    await self._outlets[Side.CLIENT].send([gone.message], is_batch=False)


class _Ends:
    """The first and last bytes of each line, which is what is left of one that was too long to keep."""

    def __init__(self) -> None:
        self._head = self._tail = b""

    @property
    def last(self) -> tuple[bytes, bytes]:
        """Of the line that has not ended."""
        return self._head, self._tail

    def feed(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """Of the lines that ``data`` completes."""
        ended = []
        start = 0
        while (end := data.find(b"\n", start)) >= 0:
            self._extend(data, start, end)
            ended.append((self._head, self._tail))
            self._head = self._tail = b""
            start = end + 1
        self._extend(data, start, len(data))
        return ended

    def _extend(self, data: bytes, start: int, end: int) -> None:
        if (room := HEAD_BYTES - len(self._head)) > 0:
            self._head += data[start : min(end, start + room)]
        self._tail = (self._tail + data[max(start, end - TAIL_BYTES) : end])[-TAIL_BYTES:]


def _decode(line: bytes, limits: Limits) -> Message | list[Message]:
    """Peers that read text leniently see U+FFFD where a byte is not UTF-8: what they would read is analysed and sent."""
    try:
        return decode(line, limits)
    except Malformed:
        lenient = line.decode("utf-8", "replace").encode()
        if lenient == line:
            raise
        return decode(lenient, limits)


def _encode(messages: Sequence[Message], *, is_batch: bool) -> bytes:
    return encode_line(encode_batch(list(messages)) if is_batch else encode(messages[0]))
