"""One HTTP request and its response: up through the core to the server, and back through the core to the client.

It listens on nothing and checks no Host; it never sends a byte of a message that did not come back as an outcome.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import aiohttp
from aiohttp import hdrs, web

from sidecar.errors import Malformed, NotJsonRpc, SidecarError, Unanalysable, UpstreamGone
from sidecar.session import replies
from sidecar.session.actions import Side
from sidecar.transports import heads
from sidecar.transports.base import Core
from sidecar.transports.conversations import Conversations, Lease
from sidecar.transports.encoded import decoded, read_all
from sidecar.transports.inbound import Inbound
from sidecar.transports.listener import body_of
from sidecar.transports.mailboxes import Mailbox, Mailboxes
from sidecar.transports.patience import Patience
from sidecar.transports.sse import Announce, EventRelay
from sidecar.transports.tls import identity
from sidecar.transports.upstream import Upstream, chunks, header_fields
from sidecar.wire import headers as fields
from sidecar.wire.framing import sse_event
from sidecar.wire.jsonrpc import Caller, Envelope, Headers, Message, decode, encode, encode_batch

SESSION_ID: Final = "Mcp-Session-Id"

_BAD_GATEWAY: Final = 502
_ACCEPTED: Final = 202
_OK: Final = 200
_CLIENT_ERROR: Final = 400
_NOT_FOUND: Final = 404


_STOCK: Final = frozenset(status.phrase.encode() for status in HTTPStatus)
"""Bodies that say what the status says: reading them would load models for "Accepted"."""


def caller_of(request: heads.Request, headers: Headers) -> Caller:
    """Whom the gate let in; where it asked nobody an opaque digest of credential and client certificate, empty without either."""
    entered: Caller | None = request.get(heads.ENTERED)
    if entered is not None and entered.principal:
        return entered
    credential = fields.get(headers, "Authorization") or ""
    named = identity(request.get_extra_info("peercert"))
    principal = hashlib.sha256(f"{named}{credential}".encode()).hexdigest() if credential or named else ""
    return Caller(principal, "" if entered is None else entered.counted_as)


@dataclass(frozen=True, slots=True)
class Edge:
    """What all round trips of one proxy share."""

    core: Core
    upstream: Upstream
    conversations: Conversations
    mailboxes: Mailboxes
    max_body_bytes: int
    spawn: Callable[[Coroutine[Any, Any, None]], None]


@dataclass(slots=True)
class _Offer:
    """What became of the client's frame."""

    headers: Headers
    is_batch: bool = False
    crossing: list[Message] = field(default_factory=list)
    refused: list[Message] = field(default_factory=list)
    status: int = _OK

    @property
    def requests(self) -> list[Message]:
        return [message for message in self.crossing if message.is_request]


class RoundTrip:
    """``is_standing`` is true for a stream that ends only when somebody ends it."""

    __slots__ = ("_caller", "_edge", "_headers", "_opened", "_posted_to", "_request", "_target", "is_standing")

    def __init__(self, edge: Edge, request: heads.Request, headers: Headers) -> None:
        self._edge: Final = edge
        self._request: Final = request
        self._headers: Final = headers
        path, _, query = request.raw_path.partition("?")
        upstream = edge.upstream
        self._target = upstream.target(query) if path == upstream.endpoint.path else request.raw_path
        self._caller: Final = caller_of(request, headers)
        self._posted_to: Mailbox | None = None
        """The open HTTP+SSE stream this message belongs to: what answers it goes there."""
        self._opened: Mailbox | None = None
        """The same, of the stream that this very response is."""
        self.is_standing = request.method == hdrs.METH_GET

    async def run(self) -> web.StreamResponse:
        """Raises ``SidecarError`` for what never reached the server."""
        body = await body_of(self._request, self._headers, self._edge.max_body_bytes)
        session_id = fields.get(self._headers, SESSION_ID)
        lease = self._lease(session_id)
        try:
            offer = await self._offer(body, lease)
            await self._say_refused(offer)
            if body and not offer.crossing:
                return self._answered_here(offer)
            try:
                return await self._forward(offer, lease, session_id)
            except SidecarError as failure:  # the server cannot be reached, or its answer cannot be read
                return heads.error_reply(
                    failure, offer.requests, _BAD_GATEWAY, beside=offer.refused, is_batch=offer.is_batch
                )
        finally:
            if self._opened is not None:
                self._edge.mailboxes.close(self._opened)
            lease.release()

    def _lease(self, session_id: str | None) -> Lease:
        if self._request.method == hdrs.METH_POST:
            self._posted_to = self._edge.mailboxes.find(self._caller.principal, self._request.raw_path)
        if self._posted_to is None:
            return self._edge.conversations.lease(self._caller.principal, session_id)
        self._target = self._posted_to.target
        return self._posted_to.lease.another()

    async def _say_refused(self, offer: _Offer) -> None:
        """Over HTTP+SSE a client hears nothing but what is on its stream."""
        if self._posted_to is not None:
            for reply in offer.refused:
                await self._posted_to.say(reply)
            offer.refused.clear()

    async def _offer(self, body: bytes, lease: Lease) -> _Offer:
        offer = _Offer(self._edge.upstream.upward(self._headers))
        if not body:
            return offer
        frame = decode(body, self._edge.core.limits)
        offer.is_batch = isinstance(frame, list)
        messages = frame if isinstance(frame, list) else [frame]
        self.is_standing = any(message.method == "subscriptions/listen" for message in messages)
        received = offer.headers
        futures = [
            lease.conversation.submit(Side.CLIENT, Envelope(message, received, self._caller), lease.lane)
            for message in messages
        ]
        for message, future in zip(messages, futures, strict=True):
            outcome = await future
            failure = outcome.error
            if outcome.envelope is None:
                if message.is_request:  # a request must never be left without an answer
                    failure = failure or Unanalysable("the request was withheld")
                    offer.refused.append(replies.error(message.id, failure))
            elif outcome.to is Side.CLIENT:
                offer.refused.append(outcome.envelope.message)
            else:
                offer.crossing.append(outcome.envelope.message)
                if failure is None and outcome.envelope.headers != received:
                    offer.headers = outcome.envelope.headers
            if failure is not None:
                offer.status = heads.status_of(failure)
        return offer

    def _answered_here(self, offer: _Offer) -> web.Response:
        if not offer.refused:
            return heads.whole(_ACCEPTED, (), b"")
        return heads.json_reply(_OK if offer.is_batch else offer.status, offer.refused, is_batch=offer.is_batch)

    async def _forward(self, offer: _Offer, lease: Lease, session_id: str | None) -> web.StreamResponse:
        """Raises ``UpstreamGone`` for a server that says nothing for too long: streams that stand may be silent."""
        gate = self._edge.core.gate
        is_call = gate is not None and self._request.method == hdrs.METH_POST and not self.is_standing
        try:
            async with Patience(gate.silences if gate is not None and is_call else None) as patience:
                return await self._exchange(offer, lease, session_id, patience)
        except TimeoutError:
            if self._request.writer.output_size:
                raise ConnectionError from None  # inside its answer: the client must see that it is broken off
            raise UpstreamGone("the server said nothing for too long") from None

    async def _exchange(
        self, offer: _Offer, lease: Lease, session_id: str | None, patience: Patience
    ) -> web.StreamResponse:
        body = encode_batch(offer.crossing) if offer.is_batch else b"".join(map(encode, offer.crossing))
        method = self._request.method
        async with self._edge.upstream.open(method, self._target, offer.headers, body) as answer:
            answer_headers = header_fields(answer.raw_headers)
            session_id = self._note_session(lease, session_id, answer.status, answer_headers)
            inbound = Inbound(
                self._edge.core,
                lease,
                self._caller,
                offer.requests,
                self._answer_server(offer.headers, session_id),
                on_offered=patience.heard,
            )
            encoding = fields.get(answer_headers, "Content-Encoding") or ""
            body_chunks = decoded(patience.listening(chunks(answer)), encoding)
            if answer.content_type == "text/event-stream" and method != hdrs.METH_HEAD:
                return await self._relay_events(answer, answer_headers, inbound, body_chunks, offer.refused, lease)
            raw = await read_all(body_chunks, self._edge.core.limits.max_bytes)
            crossing = await self._cross_body(answer, raw, inbound, offer) if raw or offer.refused else raw
            headers = await self._downward(answer_headers, changed=crossing != raw)
            status = _OK if crossing and not raw else answer.status
            if crossing and not raw:
                headers = fields.replace(headers, "Content-Type", "application/json")
            return heads.whole(status, headers, crossing)

    def _note_session(self, lease: Lease, session_id: str | None, status: int, headers: Headers) -> str | None:
        """Binds the conversation to the session the server knows it by, or unbinds an ended one."""
        if session_id is not None:
            has_ended = status == _NOT_FOUND or (self._request.method == hdrs.METH_DELETE and status < _CLIENT_ERROR)
            if has_ended:
                lease.forget(session_id)
            elif status < _CLIENT_ERROR:
                lease.bind(session_id)
            return session_id
        issued = fields.get(headers, SESSION_ID)
        if issued is not None and status < _CLIENT_ERROR:
            lease.bind(issued)
        return issued

    async def _downward(self, headers: Headers, *, changed: bool) -> Headers:
        return await heads.downward(
            self._edge.core, headers, changed=changed, upstream_origin=self._edge.upstream.endpoint.origin
        )

    async def _cross_body(self, answer: aiohttp.ClientResponse, raw: bytes, inbound: Inbound, offer: _Offer) -> bytes:
        """The body for the client; raises ``SidecarError`` when it cannot be read."""
        is_json = answer.content_type == "application/json" or answer.content_type.endswith("+json")
        crossing: bytes | None = raw
        if raw:
            try:
                crossing = await inbound.cross(raw)
            except NotJsonRpc:
                crossing = await inbound.scrub_json(raw)
            except Malformed:
                if is_json:
                    raise
                if raw in _STOCK:
                    return raw
                crossing = await inbound.scrub_body(raw, answer.charset or "utf-8")
        if crossing and not is_json:
            return crossing
        own = [encode(message) for message in (*offer.refused, *([] if crossing else inbound.lost()))]
        if not own:
            return crossing or b""
        parts = [crossing.strip().removeprefix(b"[").removesuffix(b"]")] if crossing else []
        joined = b",".join(parts + own)
        return b"[" + joined + b"]" if offer.is_batch else joined

    async def _relay_events(
        self,
        answer: aiohttp.ClientResponse,
        headers: Headers,
        inbound: Inbound,
        body_chunks: AsyncIterator[bytes],
        refused: Sequence[Message],
        lease: Lease,
    ) -> web.StreamResponse:
        response = web.StreamResponse(
            status=answer.status, headers=heads.head(await self._downward(headers, changed=True))
        )
        await response.prepare(self._request)
        is_get = self._request.method == hdrs.METH_GET
        relay = EventRelay(self._edge.core, inbound, self._announce(lease, response) if is_get else None)
        try:
            await relay.run(body_chunks, response.write, refused)
        except SidecarError:
            # A broken stream stays broken: the client must see that its request is lost, so no terminating chunk.
            if self._request.transport is not None:
                self._request.transport.close()
        return response

    def _announce(self, lease: Lease, response: web.StreamResponse) -> Announce:
        async def say(message: Message) -> None:
            with contextlib.suppress(ConnectionError):  # whoever waited for it is gone
                await response.write(sse_event(encode(message), "message").encode())

        def announce(data: bytes) -> bytes:
            target, told = self._edge.mailboxes.resolve(data)
            self._opened = Mailbox(target, lease, self._caller.principal, say)
            self._edge.mailboxes.open(self._opened)
            return told

        return announce

    def _answer_server(self, headers: Headers, session_id: str | None) -> Callable[[Message], None]:
        """How the reply to a server's request that was refused gets to the server: as a post of its own."""
        headers = fields.replace(fields.replace(headers, "Last-Event-ID", None), SESSION_ID, session_id)
        headers = fields.replace(headers, "Content-Type", "application/json")
        headers = fields.replace(headers, "Accept", "application/json, text/event-stream")

        async def post(message: Message) -> None:
            target = self._opened.target if self._opened is not None else self._target
            try:
                async with self._edge.upstream.open(hdrs.METH_POST, target, headers, encode(message)) as answer:
                    await read_all(chunks(answer), self._edge.core.limits.max_bytes)
            except SidecarError:
                return

        return lambda message: self._edge.spawn(post(message))
