"""One HTTP request to a stdio server: checked as a server of Streamable HTTP must, asked on the pipe, answered as JSON or a stream.

It starts no process and never sends a byte of a message that did not come back as an outcome.

1. What cannot be served is refused with the statuses of the specification and both SDKs: 405, 406, 415; 400 without a session, 404
   for one that is over; a second standing stream is 409.
2. A modern request's header fields must say what its body says, or it is −32020 (MCP 2026-07-28, basic/transports: server validation).
3. A single request whose response is the first thing said gets it as JSON, with the status its error has; everything else is a
   stream, which a keep-alive comment opens where nothing is said for long.
4. Leaving a modern request cancels it; leaving a legacy one does not (MCP 2025-11-25, basic/transports: disconnection).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs, web

from sidecar.errors import NotJsonRpc, SidecarError, Unanalysable, UpstreamGone
from sidecar.protocol import eras
from sidecar.protocol.schemas import Tools
from sidecar.session import replies
from sidecar.session.actions import Side
from sidecar.transports import client_headers, heads
from sidecar.transports.hosted import Asked, Hosted
from sidecar.transports.listener import body_of
from sidecar.transports.outbox import Outbox, Said
from sidecar.transports.round_trip import SESSION_ID, caller_of
from sidecar.wire import headers as fields
from sidecar.wire.framing import sse_event
from sidecar.wire.jsonrpc import Envelope, Headers, Json, Message, decode

if TYPE_CHECKING:
    from sidecar.transports.spawning import SpawnProxy

_PING: Final = b": ping\n\n"
_HEADER_MISMATCH: Final = -32020
_INVALID_PARAMS: Final = -32602
_STATUS: Final = {-32601: 404, **dict.fromkeys((-32700, -32600, -32602, -32020, -32021, -32022), 400)}
"""Of a modern response that is an error (MCP 2026-07-28, basic/transports: error status); any other is 200."""
_SILENCE: Final = Said(Message({}), b"")
_ALLOWED: Final = ((hdrs.ALLOW, "GET, POST, DELETE"),)


class Refused(SidecarError):
    """Before anything was asked: HTTP status and JSON-RPC code of the answer, and the id it names."""

    def __init__(self, message: str, status: int, rpc_code: int = NotJsonRpc.code, request_id: Json = None) -> None:
        super().__init__(message)
        self.status = status
        self.rpc_code = rpc_code
        self.request_id = request_id


@dataclass(slots=True)
class _Offer:
    """What became of the client's frame."""

    crossing: list[Message] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    refused: list[Message] = field(default_factory=list)
    status: int = 200


class SpawnedTrip:
    """``is_standing`` is true for a stream that ends only when somebody ends it."""

    def __init__(self, proxy: SpawnProxy, request: heads.Request, headers: Headers) -> None:
        self._proxy: Final = proxy
        self._request: Final = request
        self._headers: Final = headers
        self._caller: Final = caller_of(request, headers)
        self._version: Final = fields.get(headers, client_headers.VERSION)
        self._session_id = fields.get(headers, SESSION_ID)
        self.is_standing = request.method == hdrs.METH_GET

    async def run(self) -> web.StreamResponse:
        """Raises ``SidecarError``."""
        try:
            match self._request.method:
                case hdrs.METH_POST:
                    return await self._post()
                case hdrs.METH_GET if not self._is_modern:
                    return await self._stand()
                case hdrs.METH_DELETE if not self._is_modern:
                    self._session()
                    self._proxy.end_session(self._session_id or "")
                    return heads.whole(200, (), b"")
                case _:
                    return heads.whole(405, _ALLOWED if not self._is_modern else ((hdrs.ALLOW, "POST"),), b"")
        except Refused as refused:
            problem = {"code": refused.rpc_code, "message": str(refused)}
            body: dict[str, Json] = {"jsonrpc": "2.0", "id": refused.request_id, "error": problem}
            return heads.json_reply(refused.status, [Message(body)], is_batch=False)

    @property
    def _is_modern(self) -> bool:
        return self._version is not None and eras.is_modern(self._version)

    def _session(self) -> Hosted:
        if self._session_id is None:
            raise Refused("Bad Request: Missing session ID", 400)
        hosted = self._proxy.session(self._session_id, self._caller.principal)
        if hosted is None:
            raise Refused("Not Found: the session is over or was never opened", 404)
        return hosted

    # POST

    async def _post(self) -> web.StreamResponse:
        self._check_types()
        frame = decode(await body_of(self._request, self._headers, self._proxy.max_body_bytes), self._proxy.core.limits)
        messages = frame if isinstance(frame, list) else [frame]
        is_modern = self._is_modern or any(eras.is_modern_request(message.body) for message in messages)
        if is_modern:
            self._check_modern(frame)
            if messages[0].method == "notifications/cancelled":  # over HTTP a request is cancelled by leaving it
                return heads.whole(202, (), b"")
            hosted = self._proxy.shared(self._caller.principal)
            if messages[0].is_request:  # core defines no notification for this transport; those of others are passed on
                self._check_fields(messages[0], hosted.tools)
        elif any(message.method == "initialize" for message in messages):
            if len(messages) > 1:
                raise Refused("initialize must not be part of a batch", 400)
            self._session_id, hosted = self._proxy.open_session(self._caller.principal)
        else:
            hosted = self._session()
        return await self._converse(hosted, messages, is_batch=isinstance(frame, list))

    def _check_types(self) -> None:
        kind = (fields.get(self._headers, "Content-Type") or "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise Refused("Unsupported Media Type: Content-Type must be application/json", 415)
        accepted = [
            part.partition(";")[0].strip().lower() for part in (fields.get(self._headers, "Accept") or "").split(",")
        ]
        for wanted in ("application/json", "text/event-stream"):
            if not {wanted, wanted.partition("/")[0] + "/*", "*/*"} & set(accepted):
                raise Refused("Not Acceptable: the client must accept application/json and text/event-stream", 406)

    def _check_modern(self, frame: Message | list[Message]) -> None:
        if isinstance(frame, list):
            raise Refused("a batch is not part of this revision", 400)
        if frame.is_response:
            raise Refused("a client of this revision sends no responses", 400)

    def _check_fields(self, message: Message, tools: Tools) -> None:
        params: Json = message.body.get("params")
        if not eras.is_modern_request(message.body):
            raise Refused("params._meta must name the protocol version", 400, _INVALID_PARAMS, message.id)
        tool = params.get("name") if isinstance(params, dict) else None
        declared = tools.mirrors(tool) if isinstance(tool, str) else {}
        field_name = client_headers.disagreement(self._headers, message, declared)
        if field_name:
            text = f"the header {field_name} does not match the request's body"
            raise Refused(text, 400, _HEADER_MISMATCH, message.id)

    async def _converse(self, hosted: Hosted, messages: Sequence[Message], *, is_batch: bool) -> web.StreamResponse:
        outbox = Outbox()
        offer = _Offer()
        is_written = False
        try:
            await self._offer(hosted, messages, outbox, offer)
            if offer.crossing:
                is_written = True
                await hosted.write(offer.crossing, is_batch=is_batch)
            if not offer.asked:
                return self._answered_here(offer, is_batch=is_batch)
            hosted.flush(outbox)
            return await self._answer(hosted, outbox, offer)
        finally:
            outbox.close()
            for asked in offer.asked:
                if not is_written:
                    hosted.forget(asked)
                elif hosted.is_shared and hosted.is_waiting_for(asked):
                    self._proxy.spawn(hosted.cancel(asked))

    async def _offer(self, hosted: Hosted, messages: Sequence[Message], outbox: Outbox, offer: _Offer) -> None:
        futures = []
        lane = hosted.conversation.lane()
        for message in messages:
            asked = None
            on_pipe = message
            if message.is_request:
                asked, on_pipe = hosted.ask(message, outbox)
                offer.asked.append(asked)
            future = hosted.conversation.submit(Side.CLIENT, Envelope(on_pipe, (), self._caller), lane)
            futures.append((asked, future))
        for asked, future in futures:
            outcome = await future
            failure = outcome.error
            if outcome.envelope is not None and outcome.to is Side.SERVER:
                offer.crossing.append(outcome.envelope.message)
                continue
            if asked is not None:
                failure = failure or Unanalysable("the request was withheld")
                told = outcome.envelope.message if outcome.envelope is not None else replies.error(None, failure)
                offer.refused.append(Message({**told.body, "id": asked.request.id}))
                hosted.forget(asked)
                offer.asked.remove(asked)
            if failure is not None:
                offer.status = heads.status_of(failure)

    def _answered_here(self, offer: _Offer, *, is_batch: bool) -> web.Response:
        if not offer.refused:
            return heads.whole(202, (), b"")
        return heads.json_reply(200 if is_batch else offer.status, offer.refused, is_batch=is_batch)

    # The response

    async def _answer(self, hosted: Hosted, outbox: Outbox, offer: _Offer) -> web.StreamResponse:
        for reply in offer.refused:
            outbox.put(reply)
        said = await self._next(outbox)
        has_said = said is not None and said is not _SILENCE
        if has_said and said is not None and said.message.is_response and len(offer.asked) == 1 and not offer.refused:
            self._note(offer.asked[0].request, said.message)
            status = self._status(said.message, hosted)
            return heads.whole(status, self._fields("application/json"), said.frame)
        return await self._stream(outbox, said, lambda: any(map(hosted.is_waiting_for, offer.asked)))

    def _status(self, message: Message, hosted: Hosted) -> int:
        error: Json = message.body.get("error")
        code = error.get("code") if isinstance(error, dict) else None
        if code == UpstreamGone.code:
            return UpstreamGone.http_status
        return _STATUS.get(code, 200) if hosted.is_shared and isinstance(code, int) else 200

    def _note(self, request: Message, answer: Message) -> None:
        """A session that was refused is none."""
        if request.method == "initialize" and "error" in answer.body:
            self._proxy.end_session(self._session_id or "")
            self._session_id = None

    def _fields(self, kind: str) -> Headers:
        headers: Headers = ((hdrs.CONTENT_TYPE, kind),)
        if kind == "text/event-stream":
            headers = (*headers, (hdrs.CACHE_CONTROL, "no-cache, no-transform"), ("X-Accel-Buffering", "no"))
        is_legacy = self._session_id is not None and not self._is_modern
        return (*headers, (SESSION_ID, self._session_id or "")) if is_legacy else headers

    async def _stand(self) -> web.StreamResponse:
        hosted = self._session()
        outbox = hosted.stand()
        if outbox is None:
            raise Refused("Conflict: the session has a standing stream", 409)
        try:
            return await self._stream(outbox, _SILENCE, lambda: True)
        finally:
            hosted.leave_standing(outbox)

    async def _next(self, outbox: Outbox) -> Said | None:
        """``_SILENCE`` when nothing is said for long; None when there will be no more."""
        try:
            return await asyncio.wait_for(outbox.get(), self._proxy.settings.keep_alive_s)
        except TimeoutError:
            return _SILENCE

    async def _stream(self, outbox: Outbox, said: Said | None, is_waiting: Callable[[], bool]) -> web.StreamResponse:
        """``said`` and what follows, until nobody waits for anything and all is said."""
        response = web.StreamResponse(headers=heads.head(self._fields("text/event-stream")))
        await response.prepare(self._request)
        while said is not None:
            await response.write(_PING if said is _SILENCE else sse_event(said.frame, "message").encode())
            if outbox.is_empty and not is_waiting():
                return response
            said = await self._next(outbox)
        if is_waiting() and self._request.transport is not None and not self.is_standing:
            self._request.transport.close()  # cut off, not ended: what it waits for is lost
        return response
