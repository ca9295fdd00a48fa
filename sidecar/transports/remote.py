"""A bridge's HTTP side: posts a stdio client's messages to a server and brings back what its streams say.

It reads no pipe and decides nothing about messages. Where a stdio client has no word for a thing, the specification decides:

1. ``initialize`` is waited for: its response names the session and the revision that every later request carries.
2. Notifications and responses are posted one after the other, and a request after those before it; requests run side by side.
3. Once ``notifications/initialized`` is accepted, the standing GET stream is opened where the server has one.
4. A stream that breaks after an event id is resumed with GET and Last-Event-ID (MCP 2025-11-25, basic/transports: resumability);
   otherwise its request is lost, and answered so.
5. ``notifications/cancelled`` of a modern request closes its stream (MCP 2026-07-28, basic/utilities/cancellation); of a legacy
   one it is posted.
6. An ``initialize`` answered by 400, 404 or 405 is tried over HTTP+SSE (MCP 2025-03-26, basic/transports: backwards compatibility).
7. 404 to a session's request says that the session is over: so is the server, as far as a stdio client can know.
8. An error that does not name its request is given the request's id.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
from aiohttp import hdrs

from sidecar.errors import SidecarError, TooLarge, UpstreamGone
from sidecar.protocol import eras
from sidecar.protocol.schemas import Tools
from sidecar.session import replies
from sidecar.transports import client_headers
from sidecar.transports.base import Conversation, Core
from sidecar.transports.encoded import decoded, read_all
from sidecar.transports.mailboxes import EVENT as ENDPOINT
from sidecar.transports.mailboxes import Mailboxes
from sidecar.transports.remote_reader import FIRST_ERROR, MAX_RETRY_S, Call, Reader, Stream
from sidecar.transports.upstream import Upstream, chunks, header_fields
from sidecar.wire import headers as fields
from sidecar.wire.framing import SseEvent
from sidecar.wire.jsonrpc import Headers, Json, Message, dumps, encode, encode_batch

SESSION_ID: Final = "Mcp-Session-Id"
_OLD_SERVER: Final = frozenset({400, 404, 405})
_NOT_FOUND: Final = 404
_OK: Final = 200
_ORDERED_S: Final = 5.0
"""How long a notification may keep those behind it waiting for the server to accept it."""
_RESUMES: Final = 6
"""Attempts in a row to get back to a broken stream that brought nothing."""
_MAX_CALLS: Final = 10_000
_UNANSWERED: Final = "the server ended without an answer to this request"


@dataclass(slots=True)
class _Session:
    """What the server said at the start, and every later request repeats."""

    id: str | None = None
    version: str | None = None
    posts_to: str | None = None
    """HTTP+SSE: the endpoint its stream named."""
    streams: list[asyncio.Task[None]] = field(default_factory=list)


class Remote:
    """``write`` takes frames for the client. ``lost`` is set when the session is over and the client cannot know."""

    def __init__(
        self, core: Core, upstream: Upstream, conversation: Conversation, write: Callable[[bytes], Awaitable[None]]
    ) -> None:
        self._upstream: Final = upstream
        self._conversation: Final = conversation
        self._write: Final = write
        self._max_bytes: Final = core.limits.max_bytes
        self._reader: Final = Reader(core, write, self._answer_server, self._on_response)
        self._tools: Final = Tools()
        self._session: Final = _Session()
        self._calls: dict[bytes, Call] = {}
        self._exchanges: dict[bytes, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.changed: Final = asyncio.Event()
        """Set whenever a call has ended."""
        self.lost: Final = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Requests without an answer."""
        return len(self._calls)

    @property
    def is_reading(self) -> bool:
        """Something the server said waits for the core, whose deadlines bound that."""
        return bool(self._reader.crossing)

    async def send(self, messages: Sequence[Message], *, is_batch: bool) -> None:
        """Returns when the next frame may be sent."""
        calls = tuple(Call(message, eras.is_modern_request(message.body)) for message in messages if message.is_request)
        if len(self._calls) + len(calls) > _MAX_CALLS:
            await self._settle(calls, TooLarge(f"more than {_MAX_CALLS} requests wait for an answer"))
            return
        self._calls.update({call.key: call for call in calls})
        if not calls:
            await self._send_quietly(messages, is_batch=is_batch)
            return
        body = encode_batch(list(messages)) if is_batch else encode(messages[0])
        headed = asyncio.Event()
        task = self._spawn(self._exchange(calls, body, self._post_headers(messages[0]), headed))
        for call in calls:
            self._exchanges[call.key] = task
        if messages[0].method == "initialize":
            await headed.wait()

    async def _send_quietly(self, messages: Sequence[Message], *, is_batch: bool) -> None:
        if messages[0].method == "notifications/cancelled" and not is_batch:
            self._cancel(messages[0])
            return
        await _within(self._post_quietly(messages, is_batch=is_batch), _ORDERED_S)
        if messages[0].method == "notifications/initialized" and self._session.posts_to is None:
            self._session.streams.append(self._spawn(self._stand()))

    def _cancel(self, message: Message) -> None:
        params: Json = message.body.get("params")
        key = dumps(params.get("requestId")) if isinstance(params, dict) else b""
        call = self._calls.get(key)
        if call is None or not call.is_modern:
            self._spawn(self._post_quietly([message], is_batch=False))
            return
        call.is_answered = True
        self._exchanges[key].cancel()

    async def close(self, grace_s: float) -> None:
        """End every stream, and the session at the server, as far as it answers within ``grace_s``."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session.id is not None and not self.lost.is_set():
            with contextlib.suppress(SidecarError, TimeoutError):
                async with asyncio.timeout(grace_s):
                    await self._ask(hdrs.METH_DELETE, self._upstream.target(), self._legacy_headers(), b"")

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # Requests

    async def _exchange(self, calls: tuple[Call, ...], body: bytes, headers: Headers, headed: asyncio.Event) -> None:
        failure: SidecarError = UpstreamGone(_UNANSWERED)
        is_posted = False
        try:
            is_posted = await self._converse(calls, body, headers)
        except SidecarError as raised:
            failure = raised
        except Exception:  # noqa: BLE001 - whatever broke, its text may hold a value, and the client waits
            failure = UpstreamGone("the server's answer could not be processed")
        finally:
            headed.set()
            if not is_posted:
                await self._settle(calls, failure)

    async def _converse(self, calls: tuple[Call, ...], body: bytes, headers: Headers) -> bool:
        """Whether the answers will come on the stream of HTTP+SSE; otherwise all that will come has come."""
        if self._session.posts_to is not None:
            return await self._post_call(body, headers)
        stream = Stream(self._conversation, self._conversation.lane(), calls)
        is_first = calls[0].message.method == "initialize"
        may_resume = not any(call.is_modern for call in calls)
        try:
            async with self._upstream.open(hdrs.METH_POST, self._upstream.target(), headers, body) as answer:
                if is_first and answer.status in _OLD_SERVER and await self._is_old_server():
                    return await self._post_call(body, headers)
                if is_first:
                    self._session.id = fields.get(header_fields(answer.raw_headers), SESSION_ID)
                elif may_resume:
                    self._note(answer.status)
                await self._reader.take(answer, stream)
        except UpstreamGone:
            if stream.event_id is None or not may_resume:
                raise
        if stream.event_id is not None and may_resume:
            await self._resume(stream)
        return False

    async def _settle(self, calls: Sequence[Call], failure: SidecarError) -> None:
        for call in calls:
            is_answered, call.is_answered = call.is_answered, True
            if self._calls.get(call.key) is call:
                del self._calls[call.key]
                self._exchanges.pop(call.key, None)
            if not is_answered:
                await self._write(encode(replies.error(call.message.id, failure)))
        self.changed.set()

    def _on_response(self, message: Message) -> None:
        call = self._calls.get(dumps(message.id))
        if call is None:
            return
        call.is_answered = True
        if self._session.posts_to is not None:
            del self._calls[call.key]
            self._exchanges.pop(call.key, None)
        self.changed.set()
        result: Json = message.body.get("result")
        if call.message.method == "tools/list":
            self._tools.learn(message.body)
        elif call.message.method == "initialize" and isinstance(result, dict):
            version = result.get("protocolVersion")
            self._session.version = version if isinstance(version, str) else None

    # Streams that are not a request's own

    async def _resume(self, stream: Stream) -> None:
        """Until its calls are answered, or the server brings nothing any more."""
        attempts = 0
        while not stream.is_done and attempts < _RESUMES:
            await asyncio.sleep(min(stream.retry_s * 2 ** max(attempts - 1, 0), MAX_RETRY_S))
            stream.has_brought = False
            with contextlib.suppress(UpstreamGone):
                if not await self._listen(stream):
                    return
            attempts = 0 if stream.has_brought else attempts + 1

    async def _stand(self) -> None:
        """The standing stream, as long as the session."""
        stream = Stream(self._conversation, self._conversation.lane())
        attempts = 0
        while not self.lost.is_set():
            stream.has_brought = False
            with contextlib.suppress(SidecarError):
                if not await self._listen(stream):
                    return
            attempts = 0 if stream.has_brought else min(attempts + 1, _RESUMES)
            await asyncio.sleep(min(stream.retry_s * 2 ** max(attempts - 1, 0), MAX_RETRY_S))

    async def _listen(self, stream: Stream) -> bool:
        """One GET; whether there was a stream."""
        headers = fields.replace(self._legacy_headers(), "Accept", "text/event-stream")
        headers = fields.replace(headers, "Last-Event-ID", stream.event_id)
        async with self._upstream.open(hdrs.METH_GET, self._upstream.target(), headers, b"") as answer:
            self._note(answer.status)
            if not _is_stream(answer):
                return False
            await self._reader.take(answer, stream)
            return True

    def _note(self, status: int) -> None:
        if status == _NOT_FOUND and self._session.id is not None:
            self.lost.set()

    # HTTP+SSE

    async def _is_old_server(self) -> bool:
        """Whether the endpoint is an HTTP+SSE server's. Its stream goes on by itself then."""
        named: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        task = self._spawn(self._old_stream(named))
        await asyncio.wait((named, task), return_when=asyncio.FIRST_COMPLETED)
        if not named.done():
            return False
        self._session.posts_to = named.result()
        return True

    async def _old_stream(self, named: asyncio.Future[str]) -> None:
        stream = Stream(self._conversation, self._conversation.lane())
        headers = fields.replace(self._legacy_headers(), "Accept", "text/event-stream")
        with contextlib.suppress(SidecarError):
            async with self._upstream.open(hdrs.METH_GET, self._upstream.target(), headers, b"") as answer:
                if not _is_stream(answer):
                    return
                encoding = fields.get(header_fields(answer.raw_headers), "Content-Encoding") or ""
                async for item in self._reader.items(decoded(chunks(answer), encoding)):
                    if named.done():
                        await self._reader.event(item, stream)
                    elif isinstance(item, SseEvent):
                        if item.name != ENDPOINT or not item.data:
                            return
                        named.set_result(Mailboxes(self._upstream.endpoint).resolve(item.data)[0])
        if named.done():
            self.lost.set()
            await self._settle(list(self._calls.values()), UpstreamGone(_UNANSWERED))

    # Posts

    async def _post_call(self, body: bytes, headers: Headers) -> bool:
        status = await self._ask(hdrs.METH_POST, self._session.posts_to or "", headers, body)
        if status >= FIRST_ERROR:
            raise UpstreamGone(f"the server answered with HTTP status {status}")
        return True

    async def _post_quietly(self, messages: Sequence[Message], *, is_batch: bool) -> None:
        """Notifications and responses: there is nobody to tell how it went."""
        body = encode_batch(list(messages)) if is_batch else encode(messages[0])
        target = self._session.posts_to or self._upstream.target()
        with contextlib.suppress(SidecarError):
            self._note(await self._ask(hdrs.METH_POST, target, self._post_headers(messages[0]), body))

    async def _ask(self, method: str, target: str, headers: Headers, body: bytes) -> int:
        """The status of a response whose body says nothing."""
        async with self._upstream.open(method, target, headers, body) as answer:
            await read_all(chunks(answer), self._max_bytes)
            return answer.status

    def _answer_server(self, message: Message) -> None:
        self._spawn(self._post_quietly([message], is_batch=False))

    def _post_headers(self, message: Message) -> Headers:
        headers = (*client_headers.JSON, *client_headers.ACCEPT)
        if eras.is_modern_request(message.body):
            params: Json = message.body.get("params")
            tool = params.get("name") if isinstance(params, dict) else None
            declared = self._tools.mirrors(tool) if isinstance(tool, str) else {}
            return self._upstream.upward((*headers, *client_headers.modern(message, declared)))
        if message.method == "initialize":
            return self._upstream.upward(headers)
        return (*headers, *self._legacy_headers())

    def _legacy_headers(self) -> Headers:
        headers: Headers = ()
        if self._session.version is not None and self._session.posts_to is None:
            headers = ((client_headers.VERSION, self._session.version),)
        return self._upstream.upward(fields.replace(headers, SESSION_ID, self._session.id))


def _is_stream(answer: aiohttp.ClientResponse) -> bool:
    return answer.status == _OK and answer.content_type == "text/event-stream"


async def _within(work: Coroutine[Any, Any, None], timeout_s: float) -> None:
    """Wait for ``work`` so long; it goes on afterwards."""
    await asyncio.wait((asyncio.ensure_future(work),), timeout=timeout_s)
