"""Requests from receipt to answer, as who asks sees them (``server``) and as who is asked takes (``client``).

It changes no message, and knows what it learns from events and ids alone: names after the OpenTelemetry MCP conventions, by which
receiving is the server's part and sending the client's, whoever asks; values from closed sets. The difference of the two times is
what the sidecar costs, and what a person took to decide where a server asks for one (sampling, elicitation).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Protocol

from sidecar.events import Event, OperationEnded, OperationFailed
from sidecar.protocol import eras
from sidecar.protocol.methods import BY_METHOD, REVISIONS
from sidecar.wire.jsonrpc import Json, Message, dumps

_MOST_WAITING: Final = 10_000
_RESERVED: Final = range(-32768, -31999)
"""What belongs to JSON-RPC and the specification; ours follow it."""
_OURS: Final = range(-31020, -31009)
_PLAIN: Final = frozenset({int, str})
"""Ids that are their own keys, which nearly all are. Asked in place: a call between others costs more than what it does."""
Ids = tuple[str, str]
"""A trace's and a span's, in hexadecimal digits."""
CURRENT: Final[ContextVar[Ids | None]] = ContextVar("CURRENT", default=None)
"""Of the operation an event is recorded for. Events themselves have none: they are compared, counted and audited without."""


class Span(Protocol):
    """One operation's trace, on both sides."""

    def ids(self) -> Ids | None:
        """As log lines have them; None where nothing is recorded."""

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
    replied: float | None = None
    peer_error: str = ""
    """The error of whoever was asked."""
    span: Span | None = None


class Operations:
    """Of one conversation, in one direction. ``tool_name``: a tool's name where the server announced it, else ``other``."""

    __slots__ = (
        "_begin",
        "_beside",
        "_clock",
        "_ended",
        "_later",
        "_policy",
        "_record",
        "_session",
        "_tool_name",
        "_waiting",
        "has_spans",
        "protocol",
    )

    def __init__(
        self,
        session: int,
        record: Callable[[Event], None],
        tool_name: Callable[[str], str],
        begin: Callable[[Message, str, str], tuple[Message, Span | None]] | None = None,
        clock: Callable[[], float] = time.perf_counter,
        beside: Operations | None = None,
        policy: Callable[[], str] = str,
        later: Callable[[Callable[[], None]], object] | None = None,
    ) -> None:
        """``begin`` starts a trace: the message to forward, and its span. ``beside``: the other direction, whose revision holds.

        ``later`` calls what it is given when the answer has been sent, which need not wait for being told of.
        """
        self._session: Final = session
        self._record: Final = record
        self._tool_name: Final = tool_name
        self._begin: Final = begin
        self._clock: Final = clock
        self._policy: Final = policy
        self._waiting: dict[int | str | bytes, _Waiting] = {}
        self._beside: Final = beside
        self._later: Final = later
        self._ended: Final[deque[tuple[_Waiting, str, float]]] = deque()
        """Not told of yet."""
        self.protocol = ""
        self.has_spans = False
        """Whether there was one yet: without an SDK there is none."""

    def asked(self, message: Message) -> Message:
        """A message of who asks came; the message to go on with."""
        body = message.body
        number = body.get("id")
        if number is None or "method" not in body:
            return message
        method, params = body["method"], body.get("params")
        name = params.get("name") if method == "tools/call" and isinstance(params, dict) else None
        waiting = _Waiting(
            method if isinstance(method, str) and method in BY_METHOD else "other",
            self._tool_name(name) if isinstance(name, str) else "",
            self._revision(body, method),
            self._clock(),
        )
        if self._begin is not None:
            message, waiting.span = self._begin(message, waiting.method, waiting.tool)
            self.has_spans |= waiting.span is not None
        self._waiting[number if type(number) in _PLAIN else _key(number)] = waiting
        if len(self._waiting) > _MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        return message

    def forwarded(self, message: Message) -> None:
        """It goes to who is asked."""
        body = message.body
        if not self._waiting or "method" not in body:
            return
        number: Json = body.get("id")
        waiting = self._waiting.get(number if type(number) in _PLAIN else _key(number))
        if waiting is not None:
            waiting.forwarded = self._clock()
            if waiting.span is not None:
                waiting.span.forwarded()

    def replied(self, message: Message) -> None:
        """The answer came."""
        body = message.body
        if not self._waiting or "method" in body:
            return
        number: Json = body.get("id")
        waiting = self._waiting.get(number if type(number) in _PLAIN else _key(number))
        if waiting is None or waiting.forwarded is None:
            return
        waiting.replied = self._clock()
        waiting.peer_error = error_of(body)
        if waiting.span is not None:
            waiting.span.answered(waiting.peer_error)

    def answered(self, message: Message) -> None:
        """An answer goes to who asked, the other's or our own."""
        body = message.body
        if not self._waiting or "method" in body:
            return
        number: Json = body.get("id")
        waiting = self._waiting.pop(number if type(number) in _PLAIN else _key(number), None)
        if waiting is None:
            return
        self._ended.append((waiting, error_of(body), self._clock()))
        if self._later is None:
            self._tell()
        else:
            self._later(self._tell)

    def ids(self, message: Message) -> Ids | None:
        """Of the operation a message begins or ends."""
        waiting = self._waiting.get(_key(message.id)) if message.is_request or message.is_response else None
        return waiting.span.ids() if waiting is not None and waiting.span is not None else None

    def close(self) -> None:
        """What is unanswered stays so; what whoever was asked had answered is told of."""
        self._tell()
        while self._waiting:
            _, waiting = self._waiting.popitem()
            if waiting.replied is not None:
                self._end(waiting, "other", self._clock())
            elif waiting.span is not None:
                waiting.span.end("other")

    def _tell(self) -> None:
        while self._ended:
            self._end(*self._ended.popleft())

    def _end(self, waiting: _Waiting, error: str, now: float) -> None:
        took = now - waiting.received
        peer_ms = None
        if waiting.replied is not None and waiting.forwarded is not None:
            peer_ms = int((waiting.replied - waiting.forwarded) * 1_000_000 + 0.5) / 1000
        kind = OperationFailed if waiting.peer_error else OperationEnded
        event = kind(
            self._session,
            waiting.method,
            waiting.tool,
            waiting.protocol,
            error,
            int(took * 1_000_000 + 0.5) / 1000,
            waiting.peer_error,
            peer_ms,
            self._policy(),
        )
        if waiting.span is None:
            self._record(event)
        else:
            recorded(self._record, event, waiting.span.ids())
            waiting.span.end(error)

    def _revision(self, body: dict[str, Json], method: Json) -> str:
        if self._beside is not None:
            return self._beside.protocol
        if not self.protocol or method == "initialize" or eras.is_modern_request(body):
            found = eras.revision_of(body)
            self.protocol = found if found in REVISIONS else "other"
        return self.protocol


def _key(number: Json) -> int | str | bytes:
    """``1`` and ``1.0`` are two ids, as they are written."""
    return number if type(number) in _PLAIN else dumps(number)


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
