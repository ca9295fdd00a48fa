"""Requests from receipt to answer, as who asks sees them (``server``) and as who is asked takes (``client``).

It changes no message, and knows what it learns from events and ids alone: names after the OpenTelemetry MCP conventions, by which
receiving is the server's part and sending the client's, whoever asks; values from closed sets. The difference of the two times is
what the sidecar costs, and what a person took to decide where a server asks for one (sampling, elicitation).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
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
Ids = tuple[str, str]
"""A trace's and a span's, in hexadecimal digits."""
CURRENT: Final[ContextVar[Ids | None]] = ContextVar("CURRENT", default=None)
"""Of the operation an event is recorded for. Events themselves have none: they are compared, counted and audited without."""


class Span(Protocol):
    """One operation's trace, on both sides."""

    def ids(self, side: SideName) -> Ids | None:
        """Of the span of that side, as log lines have them; None where nothing is recorded."""

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
    """Of one conversation, in one direction. ``tool_name``: a tool's name where the server announced it, else ``other``."""

    def __init__(
        self,
        session: int,
        record: Callable[[Event], None],
        tool_name: Callable[[str], str],
        begin: Callable[[Message, str, str], tuple[Message, Span | None]] | None = None,
        clock: Callable[[], float] = time.perf_counter,
        beside: Operations | None = None,
        policy: Callable[[], str] = str,
    ) -> None:
        """``begin`` starts a trace: the message to forward, and its span. ``beside``: the other direction, whose revision holds."""
        self._session: Final = session
        self._record: Final = record
        self._tool_name: Final = tool_name
        self._begin: Final = begin
        self._clock: Final = clock
        self._policy: Final = policy
        self._waiting: dict[int | str | bytes, _Waiting] = {}
        self._beside: Final = beside
        self.protocol = ""
        self.has_spans = False
        """Whether there was one yet: without an SDK there is none."""

    def asked(self, message: Message) -> Message:
        """A message of who asks came; the message to go on with."""
        body = message.body
        number = body.get("id")
        if number is None or "method" not in body:
            return message
        method, params = message.method or "", body.get("params")
        name = params.get("name") if method == "tools/call" and isinstance(params, dict) else None
        waiting = _Waiting(
            eras.known_method(method),
            self._tool_name(name) if isinstance(name, str) else "",
            self._revision(body, method),
            self._clock(),
        )
        if self._begin is not None:
            message, waiting.span = self._begin(message, waiting.method, waiting.tool)
            self.has_spans |= waiting.span is not None
        self._waiting[_key(number)] = waiting
        if len(self._waiting) > _MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        return message

    def forwarded(self, message: Message) -> None:
        """It goes to who is asked."""
        waiting = self._waiting.get(_key(message.id)) if self._waiting and message.is_request else None
        if waiting is not None:
            waiting.forwarded = self._clock()
            if waiting.span is not None:
                waiting.span.forwarded()

    def replied(self, message: Message) -> None:
        """The answer came."""
        waiting = self._waiting.get(_key(message.id)) if self._waiting and message.is_response else None
        if waiting is None or waiting.forwarded is None:
            return
        error = error_of(message.body)
        self._tell(waiting, "client", error, waiting.forwarded)
        if waiting.span is not None:
            waiting.span.answered(error)

    def answered(self, message: Message) -> None:
        """An answer goes to who asked, the other's or our own."""
        waiting = self._waiting.pop(_key(message.id), None) if self._waiting and message.is_response else None
        if waiting is None:
            return
        error = error_of(message.body)
        self._tell(waiting, "server", error, waiting.received)
        if waiting.span is not None:
            waiting.span.end(error)

    def ids(self, message: Message) -> Ids | None:
        """Of the operation a message begins or ends."""
        waiting = self._waiting.get(_key(message.id)) if message.is_request or message.is_response else None
        return waiting.span.ids("server") if waiting is not None and waiting.span is not None else None

    def close(self) -> None:
        """What is unanswered stays so."""
        while self._waiting:
            _, waiting = self._waiting.popitem()
            if waiting.span is not None:
                waiting.span.end("other")

    def _tell(self, waiting: _Waiting, side: SideName, error: str, since: float) -> None:
        duration_ms = int((self._clock() - since) * 1_000_000 + 0.5) / 1000
        event = OperationEnded(
            self._session, side, waiting.method, waiting.tool, error, waiting.protocol, duration_ms, self._policy()
        )
        if waiting.span is None:
            self._record(event)
        else:
            recorded(self._record, event, waiting.span.ids(side))

    def _revision(self, body: dict[str, Json], method: str) -> str:
        if self._beside is not None:
            return self._beside.protocol
        if not self.protocol or method == "initialize" or eras.is_modern_request(body):
            found = eras.revision_of(body)
            self.protocol = found if found in REVISIONS else "other"
        return self.protocol


def _key(number: Json) -> int | str | bytes:
    """``1`` and ``1.0`` are two ids, as they are written."""
    return number if type(number) is int or type(number) is str else dumps(number)


def recorded(record: Callable[[Event], None], event: Event, ids: Ids | None) -> None:
    """``record(event)``, with what its log line is to name."""
    if ids is None:
        record(event)
        return
    before = CURRENT.set(ids)
    try:
        record(event)
    finally:
        CURRENT.reset(before)


def error_of(body: dict[str, Json]) -> str:
    """Nothing, ``tool_error``, a known code, or ``other``: a server could write anything into a code."""
    error = body.get("error")
    if isinstance(error, dict):
        code = error.get("code")
        is_known = isinstance(code, int) and (code in _RESERVED or code in _OURS)
        return str(code) if is_known else "other"
    result = body.get("result")
    return "tool_error" if isinstance(result, dict) and result.get("isError") is True else ""
