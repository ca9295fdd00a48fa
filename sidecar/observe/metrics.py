"""Events as Prometheus metrics, names after the OpenTelemetry MCP conventions where they have one.

It counts; it never sees a value. Label values come from closed sets: entity, operator and rule names, JSON-RPC methods
of the specification, tools the server announced (at most 200, then ``other``). Never session ids, URIs, paths or names
of clients.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from sidecar import __version__
from sidecar.config.secret_registry import REGISTRY
from sidecar.events import (
    AnalysisEnded,
    BinaryPassed,
    DetectorReady,
    Event,
    FrameDropped,
    MessagePassed,
    MessageWithheld,
    OperationEnded,
    OperationFailed,
    PolicyKept,
    PolicyLoaded,
    SecretsRenewed,
    SelfChecked,
    SessionClosed,
    SessionOpened,
    Suspected,
    ThresholdPassed,
    ValueRestored,
)
from sidecar.observe.timings import Timings

_SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
_OPERATION: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300)
"""The buckets the OpenTelemetry MCP conventions give."""
_OPERATION_LABELS: Final = (
    "mcp_method_name", "gen_ai_tool_name", "error_type", "network_transport", "mcp_protocol_version"
)  # fmt: skip
_MOST_TOOLS: Final = 200
_MOST_SESSIONS: Final = 100_000
_TOGETHER: Final = 256
_COUNTING: Final[Mapping[type[Any], str]] = {
    MessagePassed: "_passed",
    OperationEnded: "_ended",
    OperationFailed: "_ended",
    AnalysisEnded: "_analysed",
    SessionOpened: "_opened",
    SessionClosed: "_closed",
    **dict.fromkeys(
        (MessageWithheld, FrameDropped, ValueRestored, BinaryPassed, Suspected, ThresholdPassed), "_seldom"
    ),
    **dict.fromkeys((DetectorReady, PolicyLoaded, PolicyKept, SecretsRenewed, SelfChecked), "_state"),
}
"""Who counts what."""

PROBES: Final[Mapping[str, str]] = {
    "mcp_sidecar_analysis_queue_depth": "Messages that wait for the worker, the one under way included",
    "mcp_sidecar_analysis_inflight": "1 while the worker reads",
    "mcp_sidecar_vault_tokens": "Tokens that can be turned back",
    "mcp_sidecar_secrets": "Secrets in memory, which no output may hold",
}
"""Gauges that are asked when they are read."""


class MetricsSink:
    """One registry per process; ``render`` is what ``/metrics`` answers."""

    __slots__ = (
        "_alerts",
        "_analysis",
        "_answered",
        "_asked",
        "_binaries",
        "_cached",
        "_children",
        "_clean",
        "_has_policy",
        "_message",
        "_open",
        "_policy",
        "_probes",
        "_redactions",
        "_registry",
        "_reloads",
        "_restorations",
        "_sessions",
        "_suspected",
        "_tools",
        "_waiting",
        "_warm",
        "_withheld",
    )

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._redactions = self._counter(
            "redactions_total", "Values replaced (or, with operator keep, reported)", "entity", "operator", "direction"
        )
        self._restorations = self._counter(
            "restorations_total", "Tokens turned back into values", "entity", "direction"
        )
        self._withheld = self._counter("withheld_total", "Messages and frames that did not cross", "reason")
        self._binaries = self._counter(
            "binaries_passed_total", "Binaries passed unread, as the policy says", "direction"
        )
        self._cached = self._counter(
            "cache_requests_total", "Texts read: known at once, or given to the worker", "result"
        )
        self._reloads = self._counter("config_reload_total", "Policies and secrets that were read again", "result")
        self._suspected = self._counter("security_events_total", "What an attacker would do", "kind")
        self._alerts = self._counter("alerts_total", "Thresholds that were passed", "kind")
        self._message = self._histogram(
            "mcp_sidecar_message_duration_seconds", "From a message's arrival to its outcome, detection included",
            _SECONDS, "mcp_method_name", "gen_ai_tool_name", "direction",
        )  # fmt: skip
        self._analysis = self._histogram(
            "mcp_sidecar_analysis_duration_seconds", "What the worker takes for a message, its queue included", _SECONDS
        )
        self._answered = self._histogram(
            "mcp_server_operation_duration_seconds", "From a request's receipt to our answer",
            _OPERATION, *_OPERATION_LABELS,
        )  # fmt: skip
        self._asked = self._histogram(
            "mcp_client_operation_duration_seconds", "What the server behind took for a request",
            _OPERATION, *_OPERATION_LABELS,
        )  # fmt: skip
        self._sessions = self._gauge("sessions", "Conversations under way", "transport")
        self._warm = self._gauge("detector_ready", "1 when the models are loaded")
        self._policy = self._gauge("policy_info", "The policy in force", "digest")
        self._clean = self._gauge("selfcheck_clean", "1 when synthetic people crossed as the policy says")
        self._gauge("build_info", "Versions", "version", "python", "presidio").labels(
            __version__, platform.python_version(), _presidio()
        ).set(1)
        self._probes = {name: Gauge(name, text, registry=self._registry) for name, text in PROBES.items()}
        self._tools: set[str] = set()
        self._children: dict[tuple[object, ...], Any] = {}
        """What was looked up under its labels before: asking ``prometheus_client`` again takes longer than counting."""
        self._waiting: list[Event] = []
        """Not counted yet; a look at the metrics counts them first."""
        self._open: dict[int, str] = {}
        self._has_policy = False
        self.probe("mcp_sidecar_secrets", lambda: len(REGISTRY))

    def probe(self, name: str, read: Callable[[], float]) -> None:
        """``read`` is asked whenever somebody looks."""
        self._probes[name].set_function(read)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"mcp_sidecar_{name}", text, labels, registry=self._registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"mcp_sidecar_{name}", text, labels, registry=self._registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Timings:
        timings = Timings(name, text, buckets, labels)
        self._registry.register(timings)
        return timings

    def _of(self, metric: Counter | Gauge, *labels: str) -> Any:
        key = (metric, *labels)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = metric.labels(*labels)
        return child

    def hears(self, kind: type[Any]) -> bool:
        return kind in _COUNTING

    def __call__(self, event: Event) -> None:
        """Counted together with others: one by one, between everything a message asks for, takes ten times as long."""
        self._waiting.append(event)
        if len(self._waiting) >= _TOGETHER:
            self._catch_up()

    def _catch_up(self) -> None:
        waiting, self._waiting = self._waiting, []
        for event in waiting:
            try:  # noqa: SIM105 - the block costs as much as the counting
                getattr(self, _COUNTING[type(event)])(event)
            except Exception:  # noqa: BLE001, S110 - one that cannot be counted must not take the others with it
                pass

    def _seldom(self, event: Event) -> None:
        """What there is little of."""
        match event:
            case MessageWithheld() | FrameDropped():
                self._withheld.labels(event.reason).inc()
            case ValueRestored():
                self._restorations.labels(event.entity, "to_server").inc(event.count)
            case BinaryPassed():
                self._binaries.labels(event.direction).inc()
            case Suspected() | ThresholdPassed():
                (self._suspected if isinstance(event, Suspected) else self._alerts).labels(event.kind).inc()
            case _:
                pass

    def _state(self, event: Event) -> None:
        """What there is one of."""
        match event:
            case DetectorReady():
                self._warm.set(1)
            case PolicyLoaded():
                self._policy.clear()
                self._policy.labels(event.digest).set(1)
                if self._has_policy:
                    self._reloads.labels("ok").inc()
                self._has_policy = True
            case PolicyKept():
                self._reloads.labels("failed").inc()
            case SecretsRenewed():
                self._reloads.labels("ok" if event.is_changed else "unchanged").inc()
            case SelfChecked():
                self._clean.set(event.state == "clean")
            case _:
                pass

    def _analysed(self, event: AnalysisEnded) -> None:
        self._analysis.observe((), event.duration_ms / 1000)

    def _passed(self, event: MessagePassed) -> None:
        for change in event.changes:
            self._of(self._redactions, change.entity, change.operator, event.direction).inc(change.count)
        if event.misses:
            self._of(self._cached, "miss").inc(event.misses)
        if event.passages > event.misses:
            self._of(self._cached, "hit").inc(event.passages - event.misses)
        self._message.observe((event.method, self._tool(event.tool), event.direction), event.duration_ms / 1000)

    def _ended(self, event: OperationEnded) -> None:
        transport = self._open.get(event.session, "tcp")
        method, tool = event.method, self._tool(event.tool)
        if event.peer_ms is not None:
            self._asked.observe((method, tool, event.peer_error, transport, event.protocol), event.peer_ms / 1000)
        self._answered.observe((method, tool, event.error, transport, event.protocol), event.duration_ms / 1000)

    def _opened(self, event: SessionOpened) -> None:
        if len(self._open) < _MOST_SESSIONS:
            self._open[event.session] = event.transport
            self._of(self._sessions, event.transport).inc()

    def _closed(self, event: SessionClosed) -> None:
        transport = self._open.pop(event.session, "")
        if transport:
            self._of(self._sessions, transport).dec()

    def _tool(self, tool: str) -> str:
        if tool not in self._tools and len(self._tools) >= _MOST_TOOLS:
            return "other"
        self._tools.add(tool)
        return tool

    def render(self) -> bytes:
        self._catch_up()
        return REGISTRY.hide(generate_latest(self._registry).decode()).encode()


def _presidio() -> str:
    try:
        return version("presidio-analyzer")
    except PackageNotFoundError:
        return "missing"
