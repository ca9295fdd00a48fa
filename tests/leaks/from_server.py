"""Surfaces on which the server plants: results, errors, notifications, lists, its own requests, its stderr."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from tests.leaks.rows import (
    DONE,
    FORMATS,
    HUMAN,
    LEGACY,
    NUMBERS,
    Body,
    Row,
    Slot,
    as_json,
    b64,
    bare,
    block_row,
    call,
    done,
    hello,
    initialized,
    list_row,
    note_row,
    result_row,
)


def _schema(slot: Slot, value: Any) -> Body:
    return {"type": "object", "properties": {"who": {"type": "string", **value}}, "required": []}


_STRUCTURED: Final[Body] = {"content": []}


def _tool_repr(slot: Slot) -> Body:
    text = f"structured_content must be a dict or None. Got list: {[slot.plant.record]!r}"
    return {"content": [{"type": "text", "text": text}], "isError": True}


def _sampling(slot: Slot) -> list[Body]:
    said = [
        {"role": "user", "content": {"type": "text", "text": slot.text}},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "u1", "name": "find", "input": slot.plant.record}]},
        {"role": "user", "content": [{"type": "tool_result", "toolUseId": "u1", "content": [], "structuredContent": slot.plant.record}]},
    ]  # fmt: skip
    return slot.asked("sampling/createMessage", {"messages": said, "systemPrompt": slot.text, "maxTokens": 10})


def _elicitation(slot: Slot) -> list[Body]:
    schema = _schema(slot, {"title": slot.text, "description": slot.text, "default": slot.plant.value})
    return slot.asked("elicitation/create", {"message": slot.text, "requestedSchema": schema})


def _prompt(slot: Slot) -> list[Body]:
    return [slot.request("prompts/get", {"name": slot.row.id, "arguments": {}})]


def _read(slot: Slot) -> list[Body]:
    return [slot.request("resources/read", {"uri": "crm://people/1"})]


def _contents(row_id: str, build: Callable[[Slot], Body], **more: Any) -> Row:
    def reply(slot: Slot) -> list[Body]:
        return [slot.listing({"contents": [{"uri": "crm://people/1", **build(slot)}]})]

    return Row(row_id, "server", _read, reply, **more)


FROM_SERVER: Final = (
    block_row("tool_text", lambda s: {"type": "text", "text": s.text}),
    block_row("tool_json", lambda s: {"type": "text", "text": as_json(s.plant.record)}),
    block_row("tool_json_note", lambda s: {"type": "text", "text": as_json({"rows": [{"note": s.text}]})}),
    block_row(
        "tool_json_in_json", lambda s: {"type": "text", "text": json.dumps({"body": json.dumps(s.plant.record)})}
    ),
    block_row(
        "tool_text_meta", lambda s: {"type": "text", "text": "done", "_meta": {"example.com/row": s.plant.record}}
    ),
    result_row("structured_string", lambda s: {**_STRUCTURED, "structuredContent": {"result": s.text}}),
    result_row("structured_field", lambda s: {**_STRUCTURED, "structuredContent": {"items": [s.plant.record]}}),
    result_row("structured_key", lambda s: {**_STRUCTURED, "structuredContent": {"openTasks": {s.plant.value: 3}}}),
    result_row("structured_integer", lambda s: {**_STRUCTURED, "structuredContent": s.plant.integer}, kinds=NUMBERS),
    result_row(
        "structured_formats",
        lambda s: {**_STRUCTURED, "structuredContent": {s.kind: s.plant.value}},
        tool={"outputSchema": FORMATS},
    ),
    result_row("tool_error", lambda s: {"content": [{"type": "text", "text": f"Failed: {s.text}"}], "isError": True}),
    result_row("tool_error_repr", _tool_repr),
    block_row("embedded_text", lambda s: {"type": "resource", "resource": {"uri": "crm://notes/1", "text": s.text}}),
    block_row(
        "embedded_blob",
        lambda s: {
            "type": "resource",
            "resource": {"uri": "crm://notes/1", "mimeType": "text/plain", "blob": b64(s.text)},
        },
    ),
    block_row(
        "embedded_blob_json",
        lambda s: {
            "type": "resource",
            "resource": {"uri": "crm://notes/1", "mimeType": "application/json", "blob": b64(as_json(s.plant.record))},
        },
    ),
    block_row("embedded_uri", lambda s: {"type": "resource", "resource": {"uri": s.uri, "text": "done"}}),
    block_row("link_uri", lambda s: {"type": "resource_link", "uri": s.uri, "name": "record"}),
    block_row("link_name", lambda s: {"type": "resource_link", "uri": "crm://people/1", "name": f"Note: {s.text}"}),
    block_row(
        "link_description",
        lambda s: {
            "type": "resource_link",
            "uri": "crm://people/1",
            "name": "r",
            "title": s.text,
            "description": s.text,
        },
    ),
    result_row(
        "result_meta", lambda s: {**DONE, "_meta": {"example.com/note": s.text, "example.com/row": s.plant.record}}
    ),
    result_row("result_unknown_member", lambda s: {**DONE, "remarks": [s.text]}),
    Row("error_message", "server", call, lambda s: [s.error(-32603, f"Internal error: {s.text}")]),
    Row("error_data", "server", call, lambda s: [s.error(-32000, "Failed", {"input": s.text, "row": s.plant.record})]),
    Row("error_params", "server", call, lambda s: [s.error(-32602, f"Invalid params. {s.text}", {"value": s.text})]),
    note_row("log_text", "notifications/message", lambda s: {"level": "info", "data": s.text}),
    note_row(
        "log_data",
        "notifications/message",
        lambda s: {"level": "debug", "logger": "crm", "data": {"msg": s.text, "extra": s.plant.record}},
    ),
    note_row(
        "progress", "notifications/progress", lambda s: {"progressToken": s.key, "progress": 1, "message": s.text}
    ),
    note_row("resource_updated", "notifications/resources/updated", lambda s: {"uri": s.uri}, withheld=("strict",)),
    note_row(
        "task_status",
        "notifications/tasks/status",
        lambda s: {
            "taskId": "t-1",
            "status": "working",
            "statusMessage": s.text,
            "createdAt": "2026-01-02T03:04:05Z",
            "lastUpdatedAt": "2026-01-02T03:04:05Z",
            "ttl": None,
        },
        eras=LEGACY,
    ),
    note_row("vendor_notification", "notifications/vendor/event", lambda s: {"text": s.text, "row": s.plant.record}),
    list_row(
        "tools_list",
        "tools/list",
        lambda s: {
            "tools": [{"name": "find", "title": s.text, "description": s.text, "inputSchema": {"type": "object"}}]
        },
    ),
    list_row(
        "tools_list_schema",
        "tools/list",
        lambda s: {
            "tools": [
                {
                    "name": "find",
                    "annotations": {"title": s.text},
                    "inputSchema": _schema(
                        s,
                        {
                            "description": f"For example: {s.text}",
                            "default": s.plant.value,
                            "examples": [s.plant.value],
                        },
                    ),
                }
            ]
        },
    ),
    list_row(
        "resources_list",
        "resources/list",
        lambda s: {"resources": [{"uri": "crm://people/1", "name": s.text, "title": s.text, "description": s.text}]},
    ),
    list_row("resources_list_uri", "resources/list", lambda s: {"resources": [{"uri": s.uri, "name": "record"}]}),
    list_row(
        "templates_list",
        "resources/templates/list",
        lambda s: {"resourceTemplates": [{"uriTemplate": "crm://people/{id}", "name": s.text, "description": s.text}]},
    ),
    list_row(
        "templates_list_uri",
        "resources/templates/list",
        lambda s: {"resourceTemplates": [{"uriTemplate": f"{s.uri}&page={{page}}", "name": "record"}]},
    ),
    list_row(
        "prompts_list",
        "prompts/list",
        lambda s: {
            "prompts": [
                {
                    "name": "letter",
                    "description": s.text,
                    "arguments": [{"name": "who", "description": f"Who. {s.text}"}],
                }
            ]
        },
    ),
    _contents("read_text", lambda s: {"mimeType": "text/plain", "text": s.text}),
    _contents("read_json", lambda s: {"mimeType": "application/json", "text": as_json([s.plant.record])}),
    _contents("read_blob", lambda s: {"mimeType": "text/plain", "blob": b64(s.text)}),
    _contents("read_uri", lambda s: {"uri": s.uri, "text": "done"}),
    Row(
        "prompt_text",
        "server",
        _prompt,
        lambda s: [
            s.result(
                {"description": s.text, "messages": [{"role": "user", "content": {"type": "text", "text": s.text}}]}
            )
        ],
    ),
    Row(
        "prompt_embedded",
        "server",
        _prompt,
        lambda s: [
            s.result(
                {
                    "messages": [
                        {
                            "role": "user",
                            "content": {
                                "type": "resource",
                                "resource": {"uri": "crm://n/1", "text": as_json(s.plant.record)},
                            },
                        }
                    ]
                }
            )
        ],
    ),
    Row(
        "completion_values",
        "server",
        lambda s: [
            s.request(
                "completion/complete",
                {"ref": {"type": "ref/prompt", "name": "letter"}, "argument": {"name": "who", "value": "a"}},
            )
        ],
        lambda s: [s.result({"completion": {"values": [s.text, *bare(s.plant)], "total": 2}})],
        policies=HUMAN,
    ),
    Row("instructions", "server", lambda s: [hello(s)], lambda s: [initialized(s, instructions=s.text)]),
    Row(
        "server_info",
        "server",
        lambda s: [hello(s)],
        lambda s: [initialized(s, about={"title": s.text, "description": s.text})],
    ),
    Row("sampling_request", "server", call, _sampling),
    Row("elicitation_request", "server", call, _elicitation, policies=HUMAN),
    Row(
        "vendor_result",
        "server",
        lambda s: [s.request("vendor/lookup", {})],
        lambda s: [s.result({"found": [s.plant.record], "note": s.text})],
    ),
    Row("stderr_line", "server", call, done, errors=lambda s: f"peer: {s.text}", transports=("stdio",)),
    Row(
        "stderr_json", "server", call, done, errors=lambda s: f"peer: {as_json(s.plant.record)}", transports=("stdio",)
    ),
    Row(
        "stderr_traceback",
        "server",
        call,
        done,
        errors=lambda s: f"peer: ValueError: no such record: {s.plant.record!r} ({s.text})",
        transports=("stdio",),
    ),
)
