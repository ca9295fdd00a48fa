"""Relays a server-sent event stream event by event: each leaves as soon as the core has let its message through.

It opens no connection and knows no session; ids, retries, priming events, names and boundaries stay as they were,
because clients resume with them (MCP 2025-11-25, basic/transports: resumability and redelivery).

Nothing unread crosses, so for what is no JSON-RPC message:

1. Data that cannot be decoded is emptied; the event stays if it has an id, which a client may resume from.
2. Data of an event that is not a ``message`` is read as JSON-RPC if it is that, else scrubbed as text.
3. Comments and unknown fields, which clients ignore, pass when scrubbing leaves them as they are; keep-alives always.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from sidecar.errors import Malformed, SidecarError, TooLarge
from sidecar.events import FrameDropped
from sidecar.transports.base import Core
from sidecar.transports.inbound import Inbound, Offered
from sidecar.transports.mailboxes import EVENT as ENDPOINT
from sidecar.wire.framing import SseComment, SseDecoder, SseEvent, SseItem, sse_event
from sidecar.wire.jsonrpc import Message, encode

Write: TypeAlias = Callable[[bytes], Awaitable[None]]
Announce: TypeAlias = Callable[[bytes], bytes]
"""Takes the endpoint a stream names and gives the one to tell the client. Raises ``SidecarError``: then the stream is cut."""

_KEEP_ALIVE: Final = re.compile(rb":? ?(ping|keep-?alive|heartbeat)?( - [0-9T:. +-]{10,40})?\s*", re.IGNORECASE)
_KNOWN_FIELD: Final = re.compile(rb"(?:data|id)(?::|$)|event(?:: ?[A-Za-z][\w.-]{0,40})?$|retry(?:: ?\d{1,9})?$|$")
"""Ids are opaque; an event's name is a word, or it is read like any other line."""
FIELDS_BYTES: Final = 512
"""Left for an event's other lines."""
_LINES: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|$)")


class EventRelay:
    def __init__(self, core: Core, inbound: Inbound, announce: Announce | None = None) -> None:
        self._core: Final = core
        self._inbound: Final = inbound
        self._announce = announce
        """Until the first event: no later one may name an endpoint (MCP 2024-11-05, basic/transports: HTTP with SSE)."""

    async def run(self, chunks: AsyncIterator[bytes], write: Write, first: Sequence[Message] = ()) -> None:
        """``first``, then all until the server ends the stream. Raises what ``chunks`` and ``write`` raise."""
        for reply in first:
            await write(sse_event(encode(reply), "message").encode())
        decoder = SseDecoder(self._core.limits.max_bytes)
        async for chunk in chunks:
            await self._relay(decoder.feed(chunk), write)
        await self._relay(decoder.flush(), write)
        for reply in self._inbound.lost():
            await write(sse_event(encode(reply), "message").encode())

    async def _relay(self, items: list[SseItem], write: Write) -> None:
        """All messages of a chunk are offered at once and written in order: the core may work on them together."""
        for item, offer in [self._offered(item) for item in items]:
            if isinstance(item, SseComment):
                out = await self._comment(item)
            else:
                out = await self._event(await self._without_unread_lines(item), offer)
            if out:
                await write(out)

    def _offered(self, item: SseItem) -> tuple[SseItem, Offered | SidecarError | None]:
        if isinstance(item, SseComment):
            return item, None
        announce, self._announce = self._announce, None
        if announce is not None and item.name == ENDPOINT and item.data:
            told = announce(item.data)
            return item if told == item.data else item.with_data(told), None
        return item, self._offer(item) if item.data else None

    def _offer(self, event: SseEvent) -> Offered | SidecarError:
        try:
            return self._inbound.offer(event.data or b"", self._core.limits.max_event_bytes - FIELDS_BYTES)
        except (Malformed, TooLarge) as failure:
            return failure

    async def _event(self, event: SseEvent, offer: Offered | SidecarError | None) -> bytes:
        match offer:
            case None:
                if event.oversized:
                    return self._dropped(event, "too_large", event.oversized)
                return event.encode()
            case Offered():
                data = await self._inbound.settle(offer)
                if data is None:
                    return self._emptied(event)
                return event.encode() if data == event.data else event.with_data(data).encode()
            case Malformed() if event.name != "message":
                return await self._other(event)
            case failure:
                return self._dropped(event, failure.reason, len(event.data or b""))

    async def _other(self, event: SseEvent) -> bytes:
        data = event.data or b""
        try:
            scrubbed = await self._inbound.scrub_body(data, "utf-8")
        except SidecarError as failure:
            return self._dropped(event, failure.reason, len(data))
        return event.encode() if scrubbed == data else event.with_data(scrubbed).encode()

    def _dropped(self, event: SseEvent, reason: str, size: int) -> bytes:
        self._inbound.lose()
        self._core.record(FrameDropped("to_client", reason, size))
        return self._emptied(event)

    def _emptied(self, event: SseEvent) -> bytes:
        return event.with_data(b"").encode() if event.id is not None else b""

    async def _comment(self, comment: SseComment) -> bytes:
        return comment.encode() if await self._is_harmless(comment.raw) else b":\n"

    async def _is_harmless(self, line: bytes) -> bool:
        if _KEEP_ALIVE.fullmatch(line):
            return True
        try:
            return await self._inbound.scrub_body(line, "utf-8") == line
        except SidecarError:
            return False

    async def _without_unread_lines(self, event: SseEvent) -> SseEvent:
        lines: list[bytes] = _LINES.findall(event.raw)
        passing = [line for line in lines if _KNOWN_FIELD.match(line.rstrip(b"\r\n")) or await self._is_harmless(line)]
        if len(passing) == len(lines):
            return event
        decoder = SseDecoder(self._core.limits.max_bytes)
        cleaned = [item for item in (*decoder.feed(b"".join(passing)), *decoder.flush()) if isinstance(item, SseEvent)]
        return cleaned[0] if cleaned else SseEvent(b"")
