"""Every surface of the protocol that carries text, one row each: who asks what, who answers what, where the plant stands.

It moves no bytes: the two peers in this folder say these messages over real pipes and sockets. The id of a request, and
the progress token of a notification, is the row's key for one kind: both peers know from it what to do, and the test
what arrived.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from tests.leaks.plants import KINDS, Kind, Plant, plant

Era: TypeAlias = Literal["legacy", "modern"]
ERAS: Final[tuple[Era, ...]] = ("legacy", "modern")
VERSIONS: Final[dict[Era, str]] = {"legacy": "2025-11-25", "modern": "2026-07-28"}
META: Final = "io.modelcontextprotocol/"
AGAIN: Final = "|again"

Body: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """One row, for one kind, in one era."""

    row: Row
    kind: Kind
    era: Era

    @property
    def plant(self) -> Plant:
        return plant(self.kind, ROWS.index(self.row))

    @property
    def key(self) -> str:
        return f"{self.row.id}|{self.kind}"

    @property
    def text(self) -> str:
        return self.plant.sentence

    @property
    def uri(self) -> str:
        return f"crm://people/find?{self.plant.query}"

    def coming(self, policy: str) -> int:
        """How many messages of this slot the client gets to its first request."""
        said = len(self.row.reply(self))
        if policy not in self.row.withheld:
            return said
        return said - 1 if self.row.plants == "server" else 1

    def request(self, method: str, params: Body, again: str = "") -> Body:
        meta = dict(params.get("_meta", {}))
        if self.era == "modern":
            meta = {**envelope(), **meta}
        if meta:
            params = {**params, "_meta": meta}
        return {"jsonrpc": "2.0", "id": self.key + again, "method": method, "params": params}

    def call(self, arguments: Body, **more: Any) -> Body:
        return self.request("tools/call", {"name": self.row.id, "arguments": arguments, **more})

    def note(self, method: str, params: Body) -> Body:
        params = {**params, "_meta": {"progressToken": self.key}}
        return {"jsonrpc": "2.0", "method": method, "params": params}

    def result(self, result: Body, again: str = "") -> Body:
        if self.era == "modern":
            result = {"resultType": "complete", **result}
        return {"jsonrpc": "2.0", "id": self.key + again, "result": result}

    def error(self, code: int, message: str, data: Any = None) -> Body:
        return {"jsonrpc": "2.0", "id": self.key, "error": {"code": code, "message": message, "data": data}}

    def listing(self, result: Body) -> Body:
        """A complete result that may be cached (MCP 2026-07-28, server/utilities/caching)."""
        return self.result({**result, "ttlMs": 1000, "cacheScope": "public"} if self.era == "modern" else result)

    def asked(self, method: str, params: Body) -> list[Body]:
        """The server asks the client something: a request of its own, or an interim result."""
        if self.era == "legacy":
            return [{"jsonrpc": "2.0", "id": self.key, "method": method, "params": params}, self.result(DONE)]
        wanted = {"ask": {"method": method, "params": params}}
        return [self.result({"resultType": "input_required", "inputRequests": wanted, "requestState": "state-1"})]


def envelope() -> Body:
    """What every modern request carries (MCP 2026-07-28, basic: _meta)."""
    return {
        META + "protocolVersion": VERSIONS["modern"],
        META + "clientCapabilities": {"elicitation": {}, "sampling": {}, "roots": {}},
        META + "logLevel": "debug",
    }


DONE: Final[Body] = {"content": [{"type": "text", "text": "done"}]}
Say: TypeAlias = Callable[[Slot], Sequence[Body]]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """``plants``: who plants. ``ask``: what the client sends; ``reply``: what the server sends when it gets the request.

    ``answer``: the client's answer to what the server asks. ``header``: one more HTTP header of the request.
    ``withheld``: policies under which the message is refused as a whole. ``policies``: under which nothing may leak.
    ``tool``: what the tool of the row's name is announced with.
    """

    id: str
    plants: Literal["server", "client"]
    ask: Say
    reply: Say
    eras: tuple[Era, ...] = ERAS
    kinds: tuple[Kind, ...] = KINDS
    policies: tuple[str, ...] = ("strict", "reversible")
    withheld: tuple[str, ...] = ()
    answer: Callable[[Slot], Body] | None = None
    header: Callable[[Slot], tuple[str, str]] | None = None
    errors: Callable[[Slot], str] | None = None
    tool: Body | None = None
    transports: tuple[str, ...] = ("stdio", "http-json", "http-sse")

    def runs_over(self, transport: str, era: Era) -> bool:
        if era not in self.eras or transport not in self.transports:
            return False
        slot = Slot(self, self.kinds[0], era)
        # A modern JSON reply is one message (MCP 2026-07-28, basic/transports), so it can bring no notification.
        return not (era == "modern" and transport == "http-json" and len(self.reply(slot)) > 1)


HUMAN: Final = ("strict",)
NUMBERS: Final[tuple[Kind, ...]] = ("phone", "ssn", "card")
LEGACY: Final[tuple[Era, ...]] = ("legacy",)
MODERN: Final[tuple[Era, ...]] = ("modern",)


def _call(slot: Slot) -> list[Body]:
    return [slot.call({})]


def _done(slot: Slot) -> list[Body]:
    return [slot.result(DONE)]


def _result(row_id: str, build: Callable[[Slot], Body], **more: Any) -> Row:
    """A tool's result."""
    return Row(row_id, "server", _call, lambda slot: [slot.result(build(slot))], **more)


def _block(row_id: str, build: Callable[[Slot], Body], **more: Any) -> Row:
    """One content block of a tool's result."""
    return _result(row_id, lambda slot: {"content": [build(slot)]}, **more)


def _list(row_id: str, method: str, build: Callable[[Slot], Body], **more: Any) -> Row:
    """The result of any other method, params empty."""
    return Row(
        row_id,
        "server",
        lambda slot: [slot.request(method, {})],
        lambda slot: [slot.listing(build(slot))],
        **more,
    )


def _note(row_id: str, method: str, build: Callable[[Slot], Body], **more: Any) -> Row:
    """A notification of the server during a call."""
    return Row(row_id, "server", _call, lambda slot: [slot.note(method, build(slot)), slot.result(DONE)], **more)


def _argument(row_id: str, build: Callable[[Slot], Body], **more: Any) -> Row:
    return Row(row_id, "client", lambda slot: [slot.call(build(slot))], _done, **more)


def _params(row_id: str, method: str, build: Callable[[Slot], Body], **more: Any) -> Row:
    """Params of any other request."""
    return Row(row_id, "client", lambda slot: [slot.request(method, build(slot))], _done, **more)


def _told(row_id: str, method: str, build: Callable[[Slot], Body], **more: Any) -> Row:
    """A notification of the client, and a call after it to wait for."""
    return Row(row_id, "client", lambda slot: [slot.note(method, build(slot)), slot.call({})], _done, **more)


def _answer(row_id: str, method: str, params: Body, build: Callable[[Slot], Body], **more: Any) -> Row:
    """The client's answer to a request of the server."""
    return Row(row_id, "client", _call, lambda slot: slot.asked(method, params), answer=build, **more)


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _bare(planted: Plant) -> list[str]:
    """A value that nothing around it explains. A name counts only in a sentence or a named field."""
    return [] if planted.kind == "name" else [planted.value]


def _texts(record: Body) -> Body:
    return {key: str(value) for key, value in record.items()}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _initialized(slot: Slot, **more: Any) -> Body:
    about = {"name": "peer", "version": "1", **more.pop("about", {})}
    if slot.era == "modern":
        named = {"_meta": {META + "serverInfo": about}}
        return slot.listing({"supportedVersions": [VERSIONS["modern"]], "capabilities": {}, **named, **more})
    return slot.result({"protocolVersion": VERSIONS["legacy"], "capabilities": {}, "serverInfo": about, **more})


def _hello(slot: Slot, about: Body | None = None) -> Body:
    client = {"name": "client", "version": "1", **(about or {})}
    if slot.era == "modern":
        return slot.request("server/discover", {"_meta": {META + "clientInfo": client}})
    params = {"protocolVersion": VERSIONS["legacy"], "capabilities": {}, "clientInfo": client}
    return slot.request("initialize", params)


def _schema(slot: Slot, value: Any) -> Body:
    return {"type": "object", "properties": {"who": {"type": "string", **value}}, "required": []}


_FORMATS: Final[Body] = {
    "type": "object",
    "properties": {
        "email": {"type": "string", "format": "email"},
        "phone": {"type": "string", "pattern": r"^\+?[\d\s().-]{10,20}$"},
        "ssn": {"type": "string", "pattern": r"^\d{3}-\d{2}-\d{4}$"},
        "card": {"type": "string", "pattern": r"^[\d -]{15,19}$"},
        "name": {"type": "string", "maxLength": 40, "pattern": r"^[^<>@]+$"},
    },
    "additionalProperties": False,
}
_STRUCTURED: Final[Body] = {"content": []}
_ASK_SAMPLING: Final[Body] = {
    "messages": [{"role": "user", "content": {"type": "text", "text": "Summarise."}}],
    "maxTokens": 10,
}
_ASK_FORM: Final[Body] = {
    "message": "Whom shall we write to?",
    "requestedSchema": {"type": "object", "properties": {"who": {"type": "string"}, "note": {"type": "string"}}},
}


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


_TO_CLIENT: Final = (
    _block("tool_text", lambda s: {"type": "text", "text": s.text}),
    _block("tool_json", lambda s: {"type": "text", "text": _json(s.plant.record)}),
    _block("tool_json_note", lambda s: {"type": "text", "text": _json({"rows": [{"note": s.text}]})}),
    _block("tool_json_in_json", lambda s: {"type": "text", "text": json.dumps({"body": json.dumps(s.plant.record)})}),
    _block("tool_text_meta", lambda s: {"type": "text", "text": "done", "_meta": {"example.com/row": s.plant.record}}),
    _result("structured_string", lambda s: {**_STRUCTURED, "structuredContent": {"result": s.text}}),
    _result("structured_field", lambda s: {**_STRUCTURED, "structuredContent": {"items": [s.plant.record]}}),
    _result("structured_key", lambda s: {**_STRUCTURED, "structuredContent": {"openTasks": {s.plant.value: 3}}}),
    _result("structured_integer", lambda s: {**_STRUCTURED, "structuredContent": s.plant.integer}, kinds=NUMBERS),
    _result(
        "structured_formats",
        lambda s: {**_STRUCTURED, "structuredContent": {s.kind: s.plant.value}},
        tool={"outputSchema": _FORMATS},
    ),
    _result("tool_error", lambda s: {"content": [{"type": "text", "text": f"Failed: {s.text}"}], "isError": True}),
    _result("tool_error_repr", _tool_repr),
    _block("embedded_text", lambda s: {"type": "resource", "resource": {"uri": "crm://notes/1", "text": s.text}}),
    _block(
        "embedded_blob",
        lambda s: {
            "type": "resource",
            "resource": {"uri": "crm://notes/1", "mimeType": "text/plain", "blob": _b64(s.text)},
        },
    ),
    _block(
        "embedded_blob_json",
        lambda s: {
            "type": "resource",
            "resource": {"uri": "crm://notes/1", "mimeType": "application/json", "blob": _b64(_json(s.plant.record))},
        },
    ),
    _block("embedded_uri", lambda s: {"type": "resource", "resource": {"uri": s.uri, "text": "done"}}),
    _block("link_uri", lambda s: {"type": "resource_link", "uri": s.uri, "name": "record"}),
    _block("link_name", lambda s: {"type": "resource_link", "uri": "crm://people/1", "name": f"Note: {s.text}"}),
    _block(
        "link_description",
        lambda s: {
            "type": "resource_link",
            "uri": "crm://people/1",
            "name": "r",
            "title": s.text,
            "description": s.text,
        },
    ),
    _result(
        "result_meta", lambda s: {**DONE, "_meta": {"example.com/note": s.text, "example.com/row": s.plant.record}}
    ),
    _result("result_unknown_member", lambda s: {**DONE, "remarks": [s.text]}),
    Row("error_message", "server", _call, lambda s: [s.error(-32603, f"Internal error: {s.text}")]),
    Row("error_data", "server", _call, lambda s: [s.error(-32000, "Failed", {"input": s.text, "row": s.plant.record})]),
    Row("error_params", "server", _call, lambda s: [s.error(-32602, f"Invalid params. {s.text}", {"value": s.text})]),
    _note("log_text", "notifications/message", lambda s: {"level": "info", "data": s.text}),
    _note(
        "log_data",
        "notifications/message",
        lambda s: {"level": "debug", "logger": "crm", "data": {"msg": s.text, "extra": s.plant.record}},
    ),
    _note("progress", "notifications/progress", lambda s: {"progressToken": s.key, "progress": 1, "message": s.text}),
    _note("resource_updated", "notifications/resources/updated", lambda s: {"uri": s.uri}, withheld=("strict",)),
    _note(
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
    _note("vendor_notification", "notifications/vendor/event", lambda s: {"text": s.text, "row": s.plant.record}),
    _list(
        "tools_list",
        "tools/list",
        lambda s: {
            "tools": [{"name": "find", "title": s.text, "description": s.text, "inputSchema": {"type": "object"}}]
        },
    ),
    _list(
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
    _list(
        "resources_list",
        "resources/list",
        lambda s: {"resources": [{"uri": "crm://people/1", "name": s.text, "title": s.text, "description": s.text}]},
    ),
    _list("resources_list_uri", "resources/list", lambda s: {"resources": [{"uri": s.uri, "name": "record"}]}),
    _list(
        "templates_list",
        "resources/templates/list",
        lambda s: {"resourceTemplates": [{"uriTemplate": "crm://people/{id}", "name": s.text, "description": s.text}]},
    ),
    _list(
        "templates_list_uri",
        "resources/templates/list",
        lambda s: {"resourceTemplates": [{"uriTemplate": f"{s.uri}&page={{page}}", "name": "record"}]},
    ),
    _list(
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
    _contents("read_json", lambda s: {"mimeType": "application/json", "text": _json([s.plant.record])}),
    _contents("read_blob", lambda s: {"mimeType": "text/plain", "blob": _b64(s.text)}),
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
                                "resource": {"uri": "crm://n/1", "text": _json(s.plant.record)},
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
        lambda s: [s.result({"completion": {"values": [s.text, *_bare(s.plant)], "total": 2}})],
        policies=HUMAN,
    ),
    Row("instructions", "server", lambda s: [_hello(s)], lambda s: [_initialized(s, instructions=s.text)]),
    Row(
        "server_info",
        "server",
        lambda s: [_hello(s)],
        lambda s: [_initialized(s, about={"title": s.text, "description": s.text})],
    ),
    Row("sampling_request", "server", _call, _sampling),
    Row("elicitation_request", "server", _call, _elicitation, policies=HUMAN),
    Row(
        "vendor_result",
        "server",
        lambda s: [s.request("vendor/lookup", {})],
        lambda s: [s.result({"found": [s.plant.record], "note": s.text})],
    ),
    Row("stderr_line", "server", _call, _done, errors=lambda s: f"peer: {s.text}", transports=("stdio",)),
    Row(
        "stderr_json", "server", _call, _done, errors=lambda s: f"peer: {_json(s.plant.record)}", transports=("stdio",)
    ),
    Row(
        "stderr_traceback",
        "server",
        _call,
        _done,
        errors=lambda s: f"peer: ValueError: no such record: {s.plant.record!r} ({s.text})",
        transports=("stdio",),
    ),
)


_REFUSED: Final = ("strict", "reversible")
_LISTEN: Final = "subscriptions/listen"

_TO_SERVER: Final = (
    _argument("argument_note", lambda s: {"note": s.text}),
    _argument("argument_fields", lambda s: {"where": s.plant.record}),
    _argument("argument_json", lambda s: {"payload": _json(s.plant.record)}),
    _argument("argument_key", lambda s: {"counts": {s.plant.value: 1}}),
    _argument("argument_integer", lambda s: s.plant.integer, kinds=NUMBERS),
    _argument("argument_formats", lambda s: {s.kind: s.plant.value}, tool={"inputSchema": _FORMATS}),
    _argument("argument_of_writing_tool", lambda s: {"note": s.text}, withheld=_REFUSED, tool={"annotations": {}}),
    _params("prompt_argument", "prompts/get", lambda s: {"name": "letter", "arguments": {"note": s.text}}),
    _params(
        "prompt_argument_field",
        "prompts/get",
        lambda s: {"name": "letter", "arguments": _texts(s.plant.record)},
    ),
    _params("uri_read", "resources/read", lambda s: {"uri": s.uri}, withheld=("strict",)),
    _params("uri_subscribe", "resources/subscribe", lambda s: {"uri": s.uri}, withheld=("strict",), eras=LEGACY),
    _params(
        "uri_listen",
        _LISTEN,
        lambda s: {"notifications": {"resourceSubscriptions": [s.uri]}},
        withheld=("strict",),
        eras=MODERN,
    ),
    _params(
        "completion_argument",
        "completion/complete",
        lambda s: {
            "ref": {"type": "ref/prompt", "name": "letter"},
            "argument": {"name": "note", "value": s.text},
            "context": {"arguments": {"other": s.text}},
        },
        policies=HUMAN,
    ),
    _params(
        "completion_uri",
        "completion/complete",
        lambda s: {"ref": {"type": "ref/resource", "uri": s.uri}, "argument": {"name": "page", "value": "1"}},
        policies=HUMAN,
        withheld=("strict",),
    ),
    _params("request_meta", "vendor/lookup", lambda s: {"_meta": {"example.com/note": s.text}}),
    _params("request_baggage", "vendor/lookup", lambda s: {"_meta": {"baggage": s.plant.query}}),
    _params("vendor_params", "vendor/lookup", lambda s: {"row": s.plant.record, "note": s.text}),
    Row("client_info", "client", lambda s: [_hello(s, {"title": s.text})], lambda s: [_initialized(s)]),
    _told("cancelled_reason", "notifications/cancelled", lambda s: {"requestId": "none", "reason": s.text}),
    _told(
        "client_progress",
        "notifications/progress",
        lambda s: {"progressToken": s.key, "progress": 1, "message": s.text},
        eras=LEGACY,
    ),
    _told(
        "client_vendor_notification", "notifications/vendor/event", lambda s: {"text": s.text, "row": s.plant.record}
    ),
    _answer(
        "elicitation_result",
        "elicitation/create",
        _ASK_FORM,
        lambda s: {"action": "accept", "content": {**_texts(s.plant.record), "note": s.text}},
        policies=HUMAN,
    ),
    _answer(
        "sampling_result",
        "sampling/createMessage",
        _ASK_SAMPLING,
        lambda s: {"role": "assistant", "model": "m", "content": {"type": "text", "text": s.text}},
    ),
    _answer("roots_name", "roots/list", {}, lambda s: {"roots": [{"uri": "file:///srv/crm", "name": s.text}]}),
    _answer("roots_uri", "roots/list", {}, lambda s: {"roots": [{"uri": f"file:///srv/crm?{s.plant.query}"}]}),
    _answer(
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
        _done,
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
        _call,
        _done,
        eras=MODERN,
        header=lambda s: ("Mcp-Param-Note", header_value(s.text)),
        transports=("http-json", "http-sse"),
    ),
    Row(
        "header_baggage",
        "client",
        _call,
        _done,
        header=lambda s: ("baggage", f"tenant=7,{s.plant.query}"),
        transports=("http-json", "http-sse"),
    ),
    Row(
        "header_alone_encoded",
        "client",
        _call,
        _done,
        eras=MODERN,
        header=lambda s: ("Mcp-Param-Note", header_value(f"Größe: {s.text}")),
        transports=("http-json", "http-sse"),
    ),
)


def header_value(text: str) -> str:
    """MCP 2026-07-28, basic/transports: custom headers."""
    if text.isascii() and text.isprintable() and text == text.strip():
        return text
    return f"=?base64?{_b64(text)}?="


ROWS: Final[tuple[Row, ...]] = _TO_CLIENT + _TO_SERVER
BY_ID: Final = {row.id: row for row in ROWS}


def tools() -> list[Body]:
    """Announced before anything else: every row's tool; all but one say that they only read."""
    reading = {"annotations": {"readOnlyHint": True}, "inputSchema": {"type": "object"}}
    return [{"name": row.id, **reading, **(row.tool or {}), **_input(row.tool)} for row in ROWS]


def _input(tool: Body | None) -> Body:
    return {} if tool and "inputSchema" in tool else {"inputSchema": {"type": "object"}}


def slots(transport: str, era: Era) -> list[Slot]:
    return [Slot(row, kind, era) for row in ROWS if row.runs_over(transport, era) for kind in row.kinds]


def slot_of(key: Any, era: Era) -> Slot | None:
    """The slot of a request id, without the mark of its second round."""
    row_id, _, kind = str(key).removesuffix(AGAIN).partition("|")
    row = BY_ID.get(row_id)
    return Slot(row, kind, era) if row is not None and kind in row.kinds else None  # type: ignore[arg-type]


def key_of(message: Any) -> str:
    """What slot's message this is, ``""`` for others."""
    if not isinstance(message, dict):
        return ""
    if "id" in message:
        return str(message["id"])
    meta = message.get("params", {}).get("_meta", {})
    return str(meta.get("progressToken", ""))
