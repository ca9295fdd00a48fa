"""One running stdio server behind an HTTP listener: its process, its conversation, and which HTTP response gets what it says.

It speaks no HTTP and chooses no policy. A legacy session has a process of its own, as a stdio client would have. A modern server is
stateless by specification (MCP 2026-07-28, basic: a process is not a conversation), so one process serves all requests of a caller;
another caller never shares it, because on one pipe nothing says whom a log message is for. There, an id or progress token that is
in use, or was until its client left, gets one of the pipe's own, and every place that repeats it is translated back.

Where something goes that is no response (MCP 2025-11-25, basic/transports: each message to exactly one stream):

1. To the request it names: by progress token, subscription id, or the id it cancels.
2. To the only request there is.
3. To the standing stream, if the client has opened one.
4. To the newest request there is.
5. In a session, to whichever of these comes next; the oldest of too many goes. Elsewhere nowhere.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sidecar.errors import Malformed, SidecarError, Unanalysable, UpstreamGone
from sidecar.events import ChildExited, FrameDropped
from sidecar.protocol.schemas import Tools
from sidecar.session import replies
from sidecar.session.actions import Side
from sidecar.transports.base import Conversation, Core
from sidecar.transports.child import Child
from sidecar.transports.outbox import Outbox
from sidecar.transports.pipes import Sink, open_sink, open_source
from sidecar.transports.relay import Calls, Outlet, PipeOutlet, Relay
from sidecar.transports.sse import FIELDS_BYTES
from sidecar.transports.stderr import StderrRelay
from sidecar.transports.waits import first
from sidecar.wire.jsonrpc import Json, Message, dumps

SUBSCRIPTION: Final = "io.modelcontextprotocol/subscriptionId"
_MAX_PENDING: Final = 256
_MAX_LEFT: Final = 4096
_FIRST_NUMBER: Final = 2**40
"""Beyond what clients count to, and exact in JavaScript."""
_LAST_READ_S: Final = 0.5


@dataclass(slots=True, eq=False)
class Asked:
    """A request under way. ``on_pipe`` is its id there, ``token`` its progress token there."""

    request: Message
    on_pipe: Json
    token: Json
    outbox: Outbox

    @property
    def own_token(self) -> Json:
        return _meta(self.request.body.get("params")).get("progressToken")


class Hosted:
    """``conversation`` is its only one; ``on_end`` is called when it can answer no more."""

    def __init__(
        self, core: Core, child: Child, principal: str, errors: Sink, *, is_shared: bool, grace_s: float
    ) -> None:
        self._core: Final = core
        self._child: Final = child
        self._grace_s: Final = grace_s
        self.principal: Final = principal
        self.is_shared: Final = is_shared
        self.conversation: Final[Conversation] = core.conversation(principal)
        self.standing: Outbox | None = None
        self.tools: Final = Tools()
        self.used_at = asyncio.get_running_loop().time()
        self._numbers: Final = itertools.count(_FIRST_NUMBER)
        self._left: Final[OrderedDict[bytes, None]] = OrderedDict()
        self._asked: dict[bytes, Asked] = {}
        self._tokens: dict[bytes, Asked] = {}
        self._pending: deque[Message] = deque()
        self._closing: Final = asyncio.Event()
        self._input: Final = open_sink(child.stdin)
        self._pipe: Final = PipeOutlet(self._input)
        self._output: Final = open_source(child.stdout)
        outlets: dict[Side, Outlet] = {Side.CLIENT: _Router(self._route), Side.SERVER: self._pipe}
        self._relay: Final = Relay(
            core,
            self.conversation,
            self.conversation.lane(),
            Side.SERVER,
            self._output,
            outlets,
            Calls(),
            core.limits.max_event_bytes - FIELDS_BYTES,
        )
        self._errors_source: Final = open_source(child.stderr)
        self._stderr: Final = StderrRelay(core, self._errors_source, errors)
        self.ended: Final = asyncio.ensure_future(self._live())

    @property
    def is_over(self) -> bool:
        """It answers no more."""
        return self._closing.is_set() or self._relay.ended.is_set() or self._child.exited.is_set()

    @property
    def is_idle(self) -> bool:
        return not self._asked and self.standing is None

    # From the client

    def ask(self, request: Message, outbox: Outbox) -> tuple[Asked, Message]:
        """The request as it is to stand on the pipe. Raises ``Malformed`` when its id is already under way in this session."""
        self.used_at = asyncio.get_running_loop().time()
        asked = Asked(request, request.id, _meta(request.body.get("params")).get("progressToken"), outbox)
        on_pipe = request
        if self.is_shared and self._is_taken(asked):
            number = next(self._numbers)
            asked.on_pipe, body = number, {**request.body, "id": number}
            if asked.token is not None:
                asked.token, body["params"] = number, _with_meta(request.body["params"], "progressToken", number)
            on_pipe = Message(body)
        elif dumps(asked.on_pipe) in self._asked:
            raise Malformed("a request with this id is under way")
        self._asked[dumps(asked.on_pipe)] = asked
        if asked.token is not None:
            self._tokens[dumps(asked.token)] = asked
        return asked, on_pipe

    def _is_taken(self, asked: Asked) -> bool:
        request_id, token = dumps(asked.on_pipe), dumps(asked.token)
        is_taken = request_id in self._asked or request_id in self._left
        return is_taken or (asked.token is not None and (token in self._tokens or token in self._left))

    def is_waiting_for(self, asked: Asked) -> bool:
        return self._asked.get(dumps(asked.on_pipe)) is asked

    async def write(self, messages: Sequence[Message], *, is_batch: bool) -> None:
        """Raises ``UpstreamGone``."""
        self.used_at = asyncio.get_running_loop().time()
        await self._pipe.send(messages, is_batch=is_batch)
        if self._pipe.is_broken:
            raise UpstreamGone("the server has ended")

    def forget(self, asked: Asked) -> None:
        self._asked.pop(dumps(asked.on_pipe), None)
        self._tokens.pop(dumps(asked.token), None)
        self.used_at = asyncio.get_running_loop().time()

    async def cancel(self, asked: Asked) -> None:
        """The client of a modern request has left (MCP 2026-07-28, basic/utilities/cancellation); an answer may still come."""
        self.forget(asked)
        self._left[dumps(asked.on_pipe)] = None
        if asked.token is not None:
            self._left[dumps(asked.token)] = None
        while len(self._left) > _MAX_LEFT:
            self._left.popitem(last=False)
        params = {"requestId": asked.on_pipe}
        await self._pipe.send(
            [Message({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params})], is_batch=False
        )

    def stand(self) -> Outbox | None:
        """The standing stream, if there is none yet."""
        if self.standing is not None:
            return None
        self.standing = Outbox()
        self.flush(self.standing)
        return self.standing

    def flush(self, outbox: Outbox) -> None:
        """What had no place to go goes here."""
        for message in self._pending:
            outbox.put(message)
        self._pending.clear()

    def leave_standing(self, outbox: Outbox) -> None:
        outbox.close()
        if self.standing is outbox:
            self.standing = None
        self.used_at = asyncio.get_running_loop().time()

    # From the server

    async def _route(self, messages: Sequence[Message]) -> None:
        for message in messages:
            if message.is_response:
                self._answer(message)
            elif self.is_shared and message.is_request:  # a modern server asks in its results only
                refusal = replies.error(message.id, Unanalysable("requests of the server have no way to a client"))
                await self._pipe.send([refusal], is_batch=False)
            else:
                self._tell(message)

    def _answer(self, message: Message) -> None:
        asked = self._asked.get(dumps(message.id))
        if asked is None:
            self._core.record(FrameDropped("to_client", SidecarError.reason, 0))
            return
        self.forget(asked)
        if asked.request.method == "tools/list":
            self.tools.learn(message.body)
        own = Message({**message.body, "id": asked.request.id}) if self.is_shared else message
        asked.outbox.put(self._translated(own, asked))

    def _tell(self, message: Message) -> None:
        named = self._named(message)
        if named is not None:
            named.outbox.put(self._translated(message, named))
            return
        listening = [asked.outbox for asked in self._asked.values() if asked.outbox.is_open]
        if self.standing is not None and len(listening) != 1:
            listening = [self.standing]
        if listening and listening[-1].put(message):
            return
        if not self.is_shared:
            self._pending.append(message)
        if self.is_shared or len(self._pending) > _MAX_PENDING:
            self._core.record(FrameDropped("to_client", SidecarError.reason, 0))
        if len(self._pending) > _MAX_PENDING:
            self._pending.popleft()

    def _named(self, message: Message) -> Asked | None:
        params: Json = message.body.get("params")
        if not isinstance(params, dict):
            return None
        if message.method == "notifications/progress":
            return self._tokens.get(dumps(params.get("progressToken")))
        if message.method == "notifications/cancelled":
            return self._asked.get(dumps(params.get("requestId")))
        return self._asked.get(dumps(_meta(params).get(SUBSCRIPTION)))

    def _translated(self, message: Message, asked: Asked) -> Message:
        """With the client's id and token in place of the pipe's."""
        part = "result" if message.is_response else "params"
        told: Json = message.body.get(part)
        if not self.is_shared or not isinstance(told, dict):
            return message
        if _meta(told).get(SUBSCRIPTION) == asked.on_pipe:
            told = _with_meta(told, SUBSCRIPTION, asked.request.id)
        if message.method == "notifications/progress":
            told = {**told, "progressToken": asked.own_token}
        if message.method == "notifications/cancelled":
            told = {**told, "requestId": asked.request.id}
        return Message({**message.body, part: told})

    # Its life

    def close(self) -> None:
        """Begin to end it; ``ended`` says when it has."""
        self._closing.set()

    async def _live(self) -> None:
        reading = asyncio.create_task(self._relay.run())
        showing = asyncio.create_task(self._stderr.run())
        try:
            await first(self._child.exited.wait(), self._relay.ended.wait(), self._closing.wait())
            await first(self._input.drain(), self._child.exited.wait(), timeout_s=self._grace_s)
            self._input.close()
            await first(self._child.exited.wait(), timeout_s=self._grace_s)
            if not self._child.exited.is_set():
                self._child.terminate()
                await first(self._child.exited.wait(), timeout_s=self._grace_s)
            if not self._child.exited.is_set():
                self._child.kill()
            await self._child.end_rest(self._grace_s)
            await first(self._relay.ended.wait(), timeout_s=_LAST_READ_S)
            self._relay.stop()
            await asyncio.wait((reading,))
            await asyncio.wait((showing,), timeout=self._grace_s)
        except BaseException:
            self._child.kill()
            raise
        finally:
            code = await self._child.code()
            for task in (reading, showing):
                task.cancel()
            await asyncio.gather(reading, showing, return_exceptions=True)
            self._fail()
            for pipe in (self._input, self._output, self._errors_source):
                pipe.close()
            await self.conversation.close()
            self._core.record(ChildExited(code))

    def _fail(self) -> None:
        gone = UpstreamGone("the server ended before it answered")
        for asked in list(self._asked.values()):
            self.forget(asked)
            asked.outbox.put(replies.error(asked.request.id, gone))
            asked.outbox.close()
        if self.standing is not None:
            self.standing.close()


class _Router:
    """What the server says, on its way to HTTP responses."""

    is_broken = False

    def __init__(self, route: Callable[[Sequence[Message]], Coroutine[Any, Any, None]]) -> None:
        self._route: Final = route

    async def send(self, messages: Sequence[Message], *, is_batch: bool, is_large: bool = False) -> None:  # noqa: ARG002
        await self._route(messages)


def _meta(params: Json) -> dict[str, Json]:
    meta = params.get("_meta") if isinstance(params, dict) else None
    return meta if isinstance(meta, dict) else {}


def _with_meta(params: dict[str, Json], key: str, value: Json) -> dict[str, Json]:
    return {**params, "_meta": {**_meta(params), key: value}}
