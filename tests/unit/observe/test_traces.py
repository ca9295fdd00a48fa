"""Operations as OpenTelemetry spans: parent and child as the specification has them, and never a value."""

from __future__ import annotations

import io
import json
import sys

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from sidecar.errors import BadConfig
from sidecar.observe.logs import LogSink
from sidecar.observe.traces import Traces
from sidecar.observe.watch import Observing
from sidecar.runtime.build import App, Settings
from sidecar.session.actions import Side
from sidecar.wire.jsonrpc import Envelope, Message
from tests.support.raw_http import within

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
JANE = "jane@example.com"


@pytest.fixture
def exporter():
    return InMemorySpanExporter()


@pytest.fixture
def traces(exporter):
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return Traces("tcp", provider.get_tracer("test"))


def call(**meta):
    params = {"name": "rows", "arguments": {"email": JANE}}
    return Message(
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {**params, "_meta": meta} if meta else params}
    )


def test_a_server_span_with_a_client_span_in_it(traces, exporter):
    _, span = traces.begin(call(), "tools/call", "rows")
    span.forwarded()
    span.answered("")
    span.end("")
    client, server = exporter.get_finished_spans()
    assert (server.name, server.kind, client.kind) == ("tools/call rows", trace.SpanKind.SERVER, trace.SpanKind.CLIENT)
    assert client.parent.span_id == server.context.span_id
    assert server.parent is None
    assert dict(server.attributes) == {
        "mcp.method.name": "tools/call", "network.transport": "tcp", "gen_ai.tool.name": "rows",
        "gen_ai.operation.name": "execute_tool",
    }  # fmt: skip


def test_the_parent_is_what_the_message_says_and_the_server_is_told_of_ours(traces, exporter):
    message, span = traces.begin(call(traceparent=PARENT, other=1), "tools/call", "rows")
    span.end("")
    client, server = exporter.get_finished_spans()
    assert f"{server.context.trace_id:032x}" == "0af7651916cd43dd8448eb211c80319c"
    assert f"{server.parent.span_id:016x}" == "b7ad6b7169203331"
    meta = message.body["params"]["_meta"]
    assert meta["other"] == 1
    assert meta["traceparent"] == f"00-{client.context.trace_id:032x}-{client.context.span_id:016x}-01"
    assert message.body["params"]["arguments"] == {"email": JANE}
    assert message.raw is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        JANE,
        PARENT.upper(),
        PARENT + "-x",
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        PARENT.replace("00-", "ff-", 1),
        7,
        None,
    ],
)
def test_a_parent_that_is_none_begins_a_trace_of_our_own(traces, exporter, text):
    _, span = traces.begin(call(traceparent=text), "tools/call", "rows")
    span.end("")
    assert exporter.get_finished_spans()[-1].parent is None


@pytest.mark.parametrize(
    ("error", "code"), [("tool_error", None), ("-32603", "-32603"), ("other", None)]
)  # fmt: skip
def test_a_failure_is_a_code_and_no_text(traces, exporter, error, code):
    _, span = traces.begin(call(), "tools/call", "rows")
    span.forwarded()
    span.answered(error)
    span.end(error)
    for found in exporter.get_finished_spans():
        assert found.attributes["error.type"] == error
        assert found.attributes.get("rpc.response.status_code") == code
        assert found.status.status_code is trace.StatusCode.ERROR
        assert not found.status.description
        assert not found.events


def test_the_http_span_around_a_request_is_linked_and_no_parent(traces, exporter):
    ambient = TracerProvider().get_tracer("http").start_span("POST")
    with trace.use_span(ambient):
        _, span = traces.begin(call(), "tools/call", "rows")
    span.end("")
    server = exporter.get_finished_spans()[-1]
    assert server.parent is None
    assert [link.context.span_id for link in server.links] == [ambient.get_span_context().span_id]


def test_no_span_holds_a_value(traces, exporter):
    _, span = traces.begin(call(), "tools/call", "rows")
    span.forwarded()
    span.answered("other")
    span.end("other")
    assert JANE not in "".join(found.to_json() for found in exporter.get_finished_spans())


def test_without_an_sdk_the_message_stays_as_it_came():
    message = call()
    passed, span = Traces("tcp", trace.NoOpTracer()).begin(message, "tools/call", "rows")
    span.end("")
    assert passed is message


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(BadConfig, match=r"mcp-sidecar\[otel\]"):
        Traces("tcp")


def asking(number):
    params = {"name": "rows", "arguments": {"q": f"the quarter's figures for branch {number}, please"}}
    return Message({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params})


async def test_json_log_lines_of_an_operation_name_its_trace_and_nobody_elses(exporter):
    """Two calls under way at once, answered in the other order: every line of each has its own ids."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    log = io.StringIO()
    begin = Traces("tcp", provider.get_tracer("test")).begin
    settings = Settings(policy="reversible", engine="none")
    app = App(settings, [LogSink("debug", "json", log)], observing=Observing(begin=begin))
    conversation = app.conversation()
    try:
        asked = [conversation.submit(Side.CLIENT, Envelope(asking(number)), 1) for number in (1, 2)]
        for each in asked:
            await within(each)
        for number in (2, 1):
            text = {"type": "text", "text": f"{JANE} {number}"}
            answer = Message({"jsonrpc": "2.0", "id": number, "result": {"content": [text], "isError": number == 2}})
            await within(conversation.submit(Side.SERVER, Envelope(answer), 1))
        note = {"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": JANE}}
        await within(conversation.submit(Side.SERVER, Envelope(Message(note)), 1))
    finally:
        await within(conversation.close())
        await within(app.close())
    spans = exporter.get_finished_spans()
    servers = {f"{span.context.span_id:016x}": span for span in spans if span.kind is trace.SpanKind.SERVER}
    known = {f"{span.context.span_id:016x}": f"{span.context.trace_id:032x}" for span in spans}
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    traced = [line for line in lines if "trace_id" in line]
    assert len(servers) == 2
    assert all(known[line["span_id"]] == line["trace_id"] for line in traced)
    for span_id, span in servers.items():
        ours = [line for line in traced if line["trace_id"] == known[span_id]]
        (ended,) = (line for line in ours if line["event"] in {"OperationEnded", "OperationFailed"})
        assert ended["span_id"] == span_id
        assert {ended["error"], ended["peer_error"]} == {span.attributes.get("error.type", "")}
        passed = [(line["direction"], line["span_id"]) for line in ours if line["event"] == "MessagePassed"]
        assert passed == [("to_server", span_id), ("to_client", span_id)]
        assert [line for line in ours if line["event"] == "AnalysisEnded"]
    untraced = [line for line in lines if line["event"] == "MessagePassed" and "trace_id" not in line]
    assert [line["method"] for line in untraced] == ["notifications/message"]
    assert JANE not in log.getvalue()


async def test_without_traces_no_line_has_ids():
    log = io.StringIO()
    app = App(Settings(policy="observe", engine="none"), [LogSink("debug", "json", log)])
    conversation = app.conversation()
    await within(conversation.submit(Side.CLIENT, Envelope(call(traceparent=PARENT)), 1))
    await within(conversation.close())
    await within(app.close())
    assert '"event":"MessagePassed"' in log.getvalue()
    assert "trace_id" not in log.getvalue()


def test_without_an_sdk_there_is_a_span_only_where_the_caller_has_a_trace(monkeypatch):
    proxy = trace.ProxyTracerProvider()
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: proxy)
    unseen = Traces("tcp")
    for _ in range(3):
        message = call()
        assert unseen.begin(message, "tools/call", "rows") == (message, None)
    _, span = unseen.begin(call(traceparent=PARENT), "tools/call", "rows")
    assert span.ids() == (PARENT[3:35], PARENT[36:52])


def test_an_sdk_that_comes_later_is_found(exporter, monkeypatch):
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    there = [trace.ProxyTracerProvider()]
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: there[0])
    traces = Traces("tcp")
    assert traces.begin(call(), "tools/call", "rows")[1] is None
    there[0] = provider
    assert any(traces.begin(call(), "tools/call", "rows")[1] is not None for _ in range(200))
