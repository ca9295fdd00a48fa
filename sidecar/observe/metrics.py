"""Events as Prometheus metrics, names after the OpenTelemetry MCP conventions where they have one.

It counts; it never sees a value. Label values come from closed sets: entity, operator and rule names, JSON-RPC methods
of the specification, tools the server announced (at most 200, then ``other``).
"""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from sidecar import __version__
from sidecar.events import (
    BinaryPassed,
    DetectorReady,
    Event,
    FrameDropped,
    MessagePassed,
    MessageWithheld,
    PolicyKept,
    PolicyLoaded,
    SelfChecked,
)

_SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
_MOST_TOOLS: Final = 200


class MetricsSink:
    """One registry per process; ``render`` is what ``/metrics`` answers."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._redactions = Counter(
            "mcp_sidecar_redactions_total", "Values replaced (or, with operator keep, reported)",
            ("entity", "operator", "direction"), registry=self._registry,
        )  # fmt: skip
        self._restorations = Counter(
            "mcp_sidecar_restorations_total", "Tokens turned back into values", ("direction",), registry=self._registry
        )
        self._withheld = Counter(
            "mcp_sidecar_withheld_total", "Messages and frames that did not cross", ("reason",), registry=self._registry
        )
        self._binaries = Counter(
            "mcp_sidecar_binaries_passed_total", "Binaries passed unread, as the policy says", ("direction",),
            registry=self._registry,
        )  # fmt: skip
        self._analysis = Histogram(
            "mcp_sidecar_message_duration_seconds", "From a message's arrival to its outcome, detection included",
            ("mcp_method_name", "gen_ai_tool_name", "direction"), buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip
        self._warm = Gauge("mcp_sidecar_detector_ready", "1 when the models are loaded", registry=self._registry)
        self._policy = Gauge("mcp_sidecar_policy_info", "The policy in force", ("digest",), registry=self._registry)
        self._kept = Counter(
            "mcp_sidecar_policy_reload_failures_total",
            "Changed policies that could not be used",
            registry=self._registry,
        )
        self._clean = Gauge(
            "mcp_sidecar_selfcheck_clean", "1 when synthetic people crossed as the policy says", registry=self._registry
        )
        build = Gauge("mcp_sidecar_build_info", "Versions", ("version", "python", "presidio"), registry=self._registry)
        build.labels(__version__, platform.python_version(), _presidio()).set(1)
        self._tools: set[str] = set()

    def __call__(self, event: Event) -> None:
        match event:
            case MessagePassed():
                for change in event.changes:
                    self._redactions.labels(change.entity, change.operator, event.direction).inc(change.count)
                if event.restored:
                    self._restorations.labels(event.direction).inc(event.restored)
                seconds = event.duration_ms / 1000
                self._analysis.labels(event.method, self._tool(event.tool), event.direction).observe(seconds)
            case MessageWithheld() | FrameDropped():
                self._withheld.labels(event.reason).inc()
            case BinaryPassed():
                self._binaries.labels(event.direction).inc()
            case DetectorReady():
                self._warm.set(1)
            case PolicyLoaded():
                self._policy.clear()
                self._policy.labels(event.digest).set(1)
            case PolicyKept():
                self._kept.inc()
            case SelfChecked():
                self._clean.set(event.state == "clean")
            case _:
                pass

    def _tool(self, tool: str) -> str:
        if tool not in self._tools and len(self._tools) >= _MOST_TOOLS:
            return "other"
        self._tools.add(tool)
        return tool

    def render(self) -> bytes:
        return generate_latest(self._registry)


def _presidio() -> str:
    try:
        return version("presidio-analyzer")
    except PackageNotFoundError:
        return "missing"
