"""Whatever breaks, and wherever, its text is nowhere: an exception full of secrets is raised at each of these points.

The conversation is a real one over every kind of message; what is looked through is what crosses to the other side, the
log at debug, metrics, spans, the audit log, stderr and the dead tasks of the loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import io

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from sidecar.config.secret_registry import REGISTRY
from sidecar.observe import crash
from sidecar.observe.logs import LogSink
from sidecar.observe.metrics import MetricsSink
from sidecar.observe.traces import Traces
from sidecar.observe.watch import Observing
from sidecar.runtime.build import App, Settings, build_detector
from sidecar.session.actions import Side
from sidecar.wire.jsonrpc import Envelope, Message, decode, encode
from tests.support.raw_http import within
from tests.unit.observe.audit_log import Log

SECRET = "s3cr3t-CANARY-in-memory"
JANE = "canary.person@example.com"
BROKEN = f"broken by {SECRET} of {JANE}"

POINTS = [
    "sidecar.session.session:Session._begin",
    "sidecar.session.session:Session._lay_out",
    "sidecar.session.session:Session._leaves",
    "sidecar.session.session:Session._ask",
    "sidecar.session.session:Session._settle",
    "sidecar.session.session:Session._cross",
    "sidecar.session.session:Session._remember",
    "sidecar.session.session:Session._passed",
    "sidecar.session.session:settle",
    "sidecar.session.session:lay_out",
    "sidecar.session.session:seek",
    "sidecar.session.session:remember",
    "sidecar.session.topics:Topics.open",
    "sidecar.session.verdict:Judge.decide",
    "sidecar.session.verdict:Judge._sheet",
    "sidecar.session.verdict:Judge._redact",
    "sidecar.session.settle:amend",
    "sidecar.session.choose:Chooser.stand_in",
    "sidecar.session.records:passed",
    "sidecar.protocol.surface:leaves",
    "sidecar.protocol.schemas:Tools.learn",
    "sidecar.policy.policy:Policy.decide",
    "sidecar.redaction.detector:PresidioDetector.lookup",
    "sidecar.redaction.detector:PresidioDetector.detect",
    "sidecar.redaction.detector:PresidioDetector.store",
    "sidecar.redaction.detector:PresidioDetector._load",
    "sidecar.vault.memory:MemoryVault.mint",
    "sidecar.vault.memory:MemoryVault.resolve",
    "sidecar.transports.pool:Pool.detect",
    "sidecar.transports.pool:Pool._advance",
    "sidecar.observe.watch:Watch.received",
    "sidecar.observe.watch:Watch.sent",
    "sidecar.observe.operations:Operations.asked",
    "sidecar.observe.operations:Operations.answered",
    "sidecar.observe.traces:Traces.begin",
    "sidecar.observe.logs:LogSink._json",
    "sidecar.observe.metrics:MetricsSink._passed",
    "sidecar.observe.audit:AuditSink._record",
    "sidecar.observe.audit_file:AuditFile.append",
    "sidecar.wire.tree:rewrite",
]
"""``module:name``, as its user sees it."""
AFTERWARDS = [
    "sidecar.guard.guard:Guard.on_request",
    "sidecar.guard.guard:Guard.orders_in",
    "sidecar.transports.pump:looked",
    "sidecar.observe.metrics:MetricsSink.__call__",
    "sidecar.observe.audit:AuditSink._passed",
    "sidecar.observe.operations:Operations._tell",
    "sidecar.observe.logs:LogSink._json",
]
"""What is asked and told of a message when it has left, which is where nothing has to be told before."""

TOOL = {"name": "rows", "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": True}}
EXCHANGES = [
    (Side.CLIENT, {"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", "capabilities": {}}}),
    (Side.SERVER, {"id": 1, "result": {"protocolVersion": "2025-06-18", "capabilities": {}, "serverInfo": {}}}),
    (Side.CLIENT, {"id": 2, "method": "tools/list"}),
    (Side.SERVER, {"id": 2, "result": {"tools": [TOOL]}}),
    (Side.CLIENT, {"id": 3, "method": "tools/call", "params": {"name": "rows", "arguments": {"note": f"for {JANE} now {{point}}"}}}),
    (Side.SERVER, {"id": 3, "result": {"content": [{"type": "text", "text": f"{JANE} and {SECRET} {{point}}"}]}}),
    (Side.CLIENT, {"id": 4, "method": "tools/call", "params": {"name": "rows", "arguments": {"to": "{token}"}}}),
    (Side.SERVER, {"id": 4, "error": {"code": -32603, "message": f"no {JANE}", "data": {"key": SECRET}}}),
    (Side.SERVER, {"method": "notifications/message", "params": {"level": "info", "data": f"{JANE} {SECRET}"}}),
    (Side.SERVER, {"id": 9, "method": "roots/list"}),
    (Side.CLIENT, {"id": 9, "result": {"roots": []}}),
]  # fmt: skip


class Broken(Exception):
    pass


def patched(point, monkeypatch):
    """The point raises; how often it was met."""
    module, _, name = point.partition(":")
    holder = importlib.import_module(module)
    *above, last = name.split(".")
    for part in above:
        holder = getattr(holder, part)
    getattr(holder, last)
    met = []

    def broken(*_args, **_kwargs):
        met.append(point)
        raise Broken(BROKEN)

    monkeypatch.setattr(holder, last, broken)
    return met


async def converse(app, point, loop_errors):
    """Every exchange, as an edge offers it: what the other side sees."""
    asyncio.get_running_loop().set_exception_handler(
        lambda loop, context: (loop_errors.append(1), crash.on_loop(loop, context))
    )
    seen = []
    conversation = app.conversation("a principal")
    token = "x"
    for sender, body in EXCHANGES:
        text = (
            encode(Message({"jsonrpc": "2.0", **body}))
            .replace(b"{token}", token.encode())
            .replace(b"{point}", point.encode())
        )
        outcome = await within(conversation.submit(sender, Envelope(decode(text, app.limits)), 1))
        if outcome.error is not None:
            seen.append(str(outcome.error))
        if outcome.envelope is not None:
            seen.append(encode(outcome.envelope.message).decode())
            token = next((word for word in seen[-1].split('"') if word.startswith("EMAIL_ADDRESS_")), token).split(" ")[
                0
            ]
    with contextlib.suppress(Exception):
        seen.append(await within(app.scrub(f"a line of {JANE} with {SECRET}", "to_client")))
    with contextlib.suppress(Broken):
        await within(conversation.close())
    with contextlib.suppress(Broken):
        await within(app.close())
    return seen


@pytest.fixture(scope="module")
def detector():
    """Patterns are compiled once for all of these tests; every test sends texts of its own."""
    found = build_detector(Settings(engine="none"))
    found.warm()
    return found


@pytest.fixture
def run(tmp_path, capsys, monkeypatch, detector):
    """Break a point, converse, and give back everything that can be read afterwards."""
    REGISTRY.add(SECRET)

    async def everything(point, *, is_later=False):
        audit = Log(tmp_path)
        log, metrics, exporter = io.StringIO(), MetricsSink(), InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        begin = (
            Traces("pipe", provider.get_tracer("t")).begin if point != "sidecar.observe.traces:Traces.begin" else None
        )
        if not point.endswith("._load"):
            monkeypatch.setattr("sidecar.runtime.build.build_detector", lambda *_: detector)
        met = patched(point, monkeypatch) if point else []
        begin = begin or Traces("pipe", provider.get_tracer("t")).begin
        settings = Settings(policy="reversible", engine="none", is_public=is_later)
        app = App(
            settings,
            [LogSink("debug", "json", log), metrics, audit.sink],
            observing=Observing() if is_later else Observing(audit.sink.is_usable, begin),
        )
        loop_errors = []
        seen = await converse(app, point, loop_errors)
        counted = metrics.render().decode()
        monkeypatch.undo()
        provider.shutdown()
        captured = capsys.readouterr()
        said = {
            "the other side": "\n".join(seen), "the log": log.getvalue(), "metrics": counted,
            "spans": "".join(span.to_json() for span in exporter.get_finished_spans()),
            "the audit log": audit.path.read_text(), "stdout": captured.out, "stderr": captured.err,
        }  # fmt: skip
        audit.sink.close()
        return met, said

    yield everything
    REGISTRY.drop(SECRET)


@pytest.mark.parametrize(
    ("point", "is_later"), [*((point, False) for point in POINTS), *((point, True) for point in AFTERWARDS)]
)
async def test_what_breaks_says_nothing(run, point, is_later):
    met, said = await run(point, is_later=is_later)
    assert met, "the point is not on the way of any message"
    for where, text in said.items():
        assert "CANARY" not in text.upper().replace("CANARY.PERSON", ""), where
        if where != "the other side":
            assert JANE not in text, where
    assert BROKEN not in said["the other side"]


async def test_when_nothing_breaks_the_client_gets_tokens_and_the_server_the_value(run):
    """The conversation is one in which there is something to find."""
    _, said = await run("")
    assert "EMAIL_ADDRESS_" in said["the other side"]
    assert JANE in said["the other side"], "restored towards the server"
    assert "[REDACTED]" in said["the other side"]
    assert "OperationEnded" in said["the log"]
    assert "tools/call rows" in said["spans"]
    assert "message.passed" in said["the audit log"]
    assert all("CANARY" not in text for text in said.values())


def test_thirty_points_and_more():
    assert len(set(POINTS)) == len(POINTS) >= 30
