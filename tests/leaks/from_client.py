"""Surfaces on which the client plants: arguments, URIs, answers, notifications, headers."""

from __future__ import annotations

from typing import Final

from tests.leaks.rows import (
    FORMATS,
    HUMAN,
    LEGACY,
    MODERN,
    NUMBERS,
    Body,
    Row,
    answer_row,
    argument_row,
    as_json,
    call,
    done,
    header_value,
    hello,
    initialized,
    params_row,
    texts,
    told_row,
)

_ASK_SAMPLING: Final[Body] = {
    "messages": [{"role": "user", "content": {"type": "text", "text": "Summarise."}}],
    "maxTokens": 10,
}
_ASK_FORM: Final[Body] = {
    "message": "Whom shall we write to?",
    "requestedSchema": {"type": "object", "properties": {"who": {"type": "string"}, "note": {"type": "string"}}},
}


_REFUSED: Final = ("strict", "reversible")
_LISTEN: Final = "subscriptions/listen"

FROM_CLIENT: Final = (
    argument_row("argument_note", lambda s: {"note": s.text}),
    argument_row("argument_fields", lambda s: {"where": s.plant.record}),
    argument_row("argument_json", lambda s: {"payload": as_json(s.plant.record)}),
    argument_row("argument_key", lambda s: {"counts": {s.plant.value: 1}}),
    argument_row("argument_integer", lambda s: s.plant.integer, kinds=NUMBERS),
    argument_row("argument_formats", lambda s: {s.kind: s.plant.value}, tool={"inputSchema": FORMATS}),
    argument_row("argument_of_writing_tool", lambda s: {"note": s.text}, withheld=_REFUSED, tool={"annotations": {}}),
    params_row("prompt_argument", "prompts/get", lambda s: {"name": "letter", "arguments": {"note": s.text}}),
    params_row(
        "prompt_argument_field",
        "prompts/get",
        lambda s: {"name": "letter", "arguments": texts(s.plant.record)},
    ),
    params_row("uri_read", "resources/read", lambda s: {"uri": s.uri}, withheld=("strict",)),
    params_row("uri_subscribe", "resources/subscribe", lambda s: {"uri": s.uri}, withheld=("strict",), eras=LEGACY),
    params_row(
        "uri_listen",
        _LISTEN,
        lambda s: {"notifications": {"resourceSubscriptions": [s.uri]}},
        withheld=("strict",),
        eras=MODERN,
    ),
    params_row(
        "completion_argument",
        "completion/complete",
        lambda s: {
            "ref": {"type": "ref/prompt", "name": "letter"},
            "argument": {"name": "note", "value": s.text},
            "context": {"arguments": {"other": s.text}},
        },
        policies=HUMAN,
    ),
    params_row(
        "completion_uri",
        "completion/complete",
        lambda s: {"ref": {"type": "ref/resource", "uri": s.uri}, "argument": {"name": "page", "value": "1"}},
        policies=HUMAN,
        withheld=("strict",),
    ),
    params_row("request_meta", "vendor/lookup", lambda s: {"_meta": {"example.com/note": s.text}}),
    params_row("request_baggage", "vendor/lookup", lambda s: {"_meta": {"baggage": s.plant.query}}),
    params_row("vendor_params", "vendor/lookup", lambda s: {"row": s.plant.record, "note": s.text}),
    Row("client_info", "client", lambda s: [hello(s, {"title": s.text})], lambda s: [initialized(s)]),
    told_row("cancelled_reason", "notifications/cancelled", lambda s: {"requestId": "none", "reason": s.text}),
    told_row(
        "client_progress",
        "notifications/progress",
        lambda s: {"progressToken": s.key, "progress": 1, "message": s.text},
        eras=LEGACY,
    ),
    told_row(
        "client_vendor_notification", "notifications/vendor/event", lambda s: {"text": s.text, "row": s.plant.record}
    ),
    answer_row(
        "elicitation_result",
        "elicitation/create",
        _ASK_FORM,
        lambda s: {"action": "accept", "content": {**texts(s.plant.record), "note": s.text}},
        policies=HUMAN,
    ),
    answer_row(
        "sampling_result",
        "sampling/createMessage",
        _ASK_SAMPLING,
        lambda s: {"role": "assistant", "model": "m", "content": {"type": "text", "text": s.text}},
    ),
    answer_row("roots_name", "roots/list", {}, lambda s: {"roots": [{"uri": "file:///srv/crm", "name": s.text}]}),
    answer_row("roots_uri", "roots/list", {}, lambda s: {"roots": [{"uri": f"file:///srv/crm?{s.plant.query}"}]}),
    answer_row(
        "client_error",
        "roots/list",
        {},
        lambda s: {"error": {"code": -32603, "message": f"Failed: {s.text}", "data": s.plant.record}},
        eras=LEGACY,
    ),
    Row(
        "header_of_an_argument",
        "client",
        lambda s: [s.call({"customer": s.text})],
        done,
        eras=MODERN,
        header=lambda s: ("Mcp-Param-Customer", header_value(s.text)),
        tool={
            "inputSchema": {
                "type": "object",
                "properties": {"customer": {"type": "string", "x-mcp-header": "Customer"}},
            }
        },
        transports=("http-json", "http-sse"),
    ),
    Row(
        "header_alone",
        "client",
        call,
        done,
        eras=MODERN,
        header=lambda s: ("Mcp-Param-Note", header_value(s.text)),
        transports=("http-json", "http-sse"),
    ),
    Row(
        "header_baggage",
        "client",
        call,
        done,
        header=lambda s: ("baggage", f"tenant=7,{s.plant.query}"),
        transports=("http-json", "http-sse"),
    ),
    Row(
        "header_alone_encoded",
        "client",
        call,
        done,
        eras=MODERN,
        header=lambda s: ("Mcp-Param-Note", header_value(f"Größe: {s.text}")),
        transports=("http-json", "http-sse"),
    ),
)
