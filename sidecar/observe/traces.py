"""Operations as OpenTelemetry spans (extra: otel), through its API alone: without an SDK that the operator brings, nothing is sent.

A SERVER span from a request's receipt to its answer, a CLIENT span inside it while the server works. The parent is what
``params._meta.traceparent`` says (the specification reserves the key); towards the server it says our CLIENT span. No
argument, result or text of an error is ever an attribute: names, codes and counts only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sidecar.errors import BadConfig
from sidecar.observe.operations import Ids
from sidecar.wire.jsonrpc import Message

if TYPE_CHECKING:
    from opentelemetry.trace import Span as OtelSpan
    from opentelemetry.trace import Tracer

TRACEPARENT: Final = "traceparent"
_TRACEPARENT: Final = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_ASKED_EVERY: Final = 100
_NONE: Final = re.compile(r"0+")


class Traces:
    """Raises ``BadConfig`` where the package is missing."""

    __slots__ = ("_is_given", "_trace", "_tracer", "_transport", "_unseen")

    def __init__(self, transport: str, tracer: Tracer | None = None) -> None:
        try:
            from opentelemetry import trace
        except ImportError:
            raise BadConfig("traces: needs OpenTelemetry: install mcp-sidecar[otel]") from None
        self._trace: Final[Any] = trace
        self._tracer: Final = tracer or trace.get_tracer("mcp-sidecar")
        self._is_given: Final = tracer is not None
        self._unseen = 0
        """Operations before the next look for an SDK."""
        self._transport: Final = transport

    def begin(self, message: Message, method: str, tool: str) -> tuple[Message, _Spans | None]:
        """The message with our own ``traceparent``, where the tracer has one to give; no span where nobody could see it."""
        if self._unseen > 0:
            self._unseen -= 1
            is_unseen = True
        else:
            is_unseen = self._has_no_sdk()
        if is_unseen and _traceparent(message) is None:
            return message, None
        trace = self._trace
        name = f"{method} {tool}" if tool else method
        attributes = {"mcp.method.name": method, "network.transport": self._transport}
        if tool:
            attributes |= {"gen_ai.tool.name": tool, "gen_ai.operation.name": "execute_tool"}
        ambient = trace.get_current_span().get_span_context()
        parent = self._parent(message)
        server = self._tracer.start_span(
            name,
            context=parent if parent is not None else trace.set_span_in_context(trace.INVALID_SPAN),
            kind=trace.SpanKind.SERVER,
            attributes=attributes,
            links=[trace.Link(ambient)] if ambient.is_valid else [],
        )
        client = self._tracer.start_span(
            name, context=trace.set_span_in_context(server), kind=trace.SpanKind.CLIENT, attributes=attributes
        )
        return _with_parent(message, _written(client)), _Spans(server, client, trace.StatusCode.ERROR)

    def _has_no_sdk(self) -> bool:
        """Yet: without one a span records nothing and has no ids but its parent's. Asked now and then."""
        is_proxy = isinstance(self._trace.get_tracer_provider(), self._trace.ProxyTracerProvider)
        self._unseen = _ASKED_EVERY if is_proxy and not self._is_given else 0
        return self._unseen > 0

    def _parent(self, message: Message) -> Any:
        text = _traceparent(message)
        found = _TRACEPARENT.fullmatch(text) if isinstance(text, str) else None
        if found is None or _NONE.fullmatch(found[1]) or _NONE.fullmatch(found[2]):
            return None
        context = self._trace.SpanContext(
            int(found[1], 16), int(found[2], 16), is_remote=True, trace_flags=self._trace.TraceFlags(int(found[3], 16))
        )
        return self._trace.set_span_in_context(self._trace.NonRecordingSpan(context))


def _traceparent(message: Message) -> Any:
    params = message.body.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    return meta.get(TRACEPARENT) if isinstance(meta, dict) else None


class _Spans:
    """A ``Span`` of operations: the SERVER span and the CLIENT span in it."""

    __slots__ = ("_client", "_failed", "_server", "_was_forwarded")

    def __init__(self, server: OtelSpan, client: OtelSpan, failed: Any) -> None:
        self._server = server
        self._client: OtelSpan | None = client
        self._failed = failed
        self._was_forwarded = False

    def ids(self) -> Ids | None:
        context = self._server.get_span_context()
        return (f"{context.trace_id:032x}", f"{context.span_id:016x}") if context.is_valid else None

    def forwarded(self) -> None:
        self._was_forwarded = True

    def answered(self, error: str) -> None:
        client, self._client = self._client, None
        if client is not None:
            self._close(client, error)

    def end(self, error: str) -> None:
        self.answered(error if self._was_forwarded else "not_forwarded")
        self._close(self._server, error)

    def _close(self, span: OtelSpan, error: str) -> None:
        if error:
            span.set_attribute("error.type", error)
            if error.lstrip("-").isdigit():
                span.set_attribute("rpc.response.status_code", error)
            span.set_status(self._failed)
        span.end()


def _written(span: OtelSpan) -> str:
    context = span.get_span_context()
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def _with_parent(message: Message, traceparent: str) -> Message:
    params = message.body.get("params", {})
    meta = params.get("_meta", {}) if isinstance(params, dict) else None
    if not traceparent or not isinstance(meta, dict):
        return message
    return Message({**message.body, "params": {**params, "_meta": {**meta, TRACEPARENT: traceparent}}})
