"""A client's requests from receipt to answer, as the caller sees them (``server``) and as the server behind takes (``client``).

It changes no message, and knows what it learns from events and ids alone: names after the OpenTelemetry MCP conventions,
values from closed sets. The difference of the two times is what the sidecar costs. Requests a server sends are not timed.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from sidecar.events import Event, OperationEnded
from sidecar.protocol import eras
from sidecar.protocol.methods import REVISIONS
from sidecar.wire.jsonrpc import Json, Message, dumps

_MOST_WAITING: Final = 10_000
_RESERVED: Final = range(-32768, -31999)
"""What belongs to JSON-RPC and the specification; ours follow it."""
_OURS: Final = range(-31020, -31009)
SideName = Literal["server", "client"]


class Span(Protocol):
    """One operation's trace, on both sides."""

    def forwarded(self) -> None: ...

    def answered(self, error: str) -> None:
        """The server behind gave its answer."""

    def end(self, error: str) -> None: ...


@dataclass(slots=True)
class _Waiting:
    method: str
    tool: str
    protocol: str
    received: float
    forwarded: float | None = None
    span: Span | None = None


class Operations:
    """Of one conversation. ``tool_name``: a tool's name where the server announced it, else ``other``."""

    def __init__(
        self,
        session: int,
        record: Callable[[Event], None],
        tool_name: Callable[[str], str],
        begin: Callable[[Message, str, str], tuple[Message, Span]] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """``begin`` starts a trace: the message to forward, and its span."""
        self._session: Final = session
        self._record: Final = record
        self._tool_name: Final = tool_name
        self._begin: Final = begin
        self._clock: Final = clock
        self._waiting: OrderedDict[bytes, _Waiting] = OrderedDict()
        self._protocol = ""

    def asked(self, message: Message) -> Message:
        """A client's message came; the message to go on with."""
        if not message.is_request:
            return message
        method, params = message.method or "", message.body.get("params")
        name = params.get("name") if method == "tools/call" and isinstance(params, dict) else None
        waiting = _Waiting(
            eras.known_method(method),
            self._tool_name(name) if isinstance(name, str) else "",
            self._revision(message.body, method),
            self._clock(),
        )
        if self._begin is not None:
            message, waiting.span = self._begin(message, waiting.method, waiting.tool)
        self._waiting[dumps(message.id)] = waiting
        if len(self._waiting) > _MOST_WAITING:
            self._waiting.popitem(last=False)
        return message

    def forwarded(self, message: Message) -> None:
        """It goes to the server."""
        waiting = self._waiting.get(dumps(message.id)) if message.is_request else None
        if waiting is not None:
            waiting.forwarded = self._clock()
            if waiting.span is not None:
                waiting.span.forwarded()

    def replied(self, message: Message) -> None:
        """The server's answer came."""
        waiting = self._waiting.get(dumps(message.id)) if message.is_response else None
        if waiting is None or waiting.forwarded is None:
            return
        error = error_of(message.body)
        self._tell(waiting, "client", error, waiting.forwarded)
        if waiting.span is not None:
            waiting.span.answered(error)

    def answered(self, message: Message) -> None:
        """An answer goes to the client, the server's or our own."""
        waiting = self._waiting.pop(dumps(message.id), None) if message.is_response else None
        if waiting is None:
            return
        error = error_of(message.body)
        self._tell(waiting, "server", error, waiting.received)
        if waiting.span is not None:
            waiting.span.end(error)

    def close(self) -> None:
        """What is unanswered stays so."""
        while self._waiting:
            _, waiting = self._waiting.popitem()
            if waiting.span is not None:
                waiting.span.end("other")

    def _tell(self, waiting: _Waiting, side: SideName, error: str, since: float) -> None:
        duration_ms = round((self._clock() - since) * 1000, 3)
        self._record(
            OperationEnded(self._session, side, waiting.method, waiting.tool, error, waiting.protocol, duration_ms)
        )

    def _revision(self, body: dict[str, Json], method: str) -> str:
        if method == "initialize" or eras.is_modern_request(body) or not self._protocol:
            found = eras.revision_of(body)
            self._protocol = found if found in REVISIONS else "other"
        return self._protocol


def error_of(body: dict[str, Json]) -> str:
    """Nothing, ``tool_error``, a known code, or ``other``: a server could write anything into a code."""
    error = body.get("error")
    if isinstance(error, dict):
        code = error.get("code")
        is_known = isinstance(code, int) and (code in _RESERVED or code in _OURS)
        return str(code) if is_known else "other"
    result = body.get("result")
    return "tool_error" if isinstance(result, dict) and result.get("isError") is True else ""
