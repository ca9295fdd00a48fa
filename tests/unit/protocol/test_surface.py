"""Which strings of which message are leaves: one full message per method, each string saying what it must become.

A string that begins with a kind's name and a space (``text``, ``json``, ``uri``, ``blob``, ``schema``, ``opaque``) must come out as
a leaf of that kind, one that begins with ``never`` must not come out at all.
"""

from __future__ import annotations

import copy

import pytest

from sidecar.protocol.leaf import Channel, JsonType, Kind, Part, pointer
from sidecar.protocol.methods import ROWS
from sidecar.protocol.surface import leaves, rewrite
from sidecar.wire import tree
from sidecar.wire.jsonrpc import Message, Number

MCP = "io.modelcontextprotocol/"
ICON = {"src": "uri icon", "mimeType": "never", "sizes": ["never"], "theme": "never"}
META = {"ui": {"resourceUri": "uri ui", "visibility": ["never"]}, "com.example/x": {"json key": "json meta"}}
NOTES = {"audience": ["never"], "priority": 1, "lastModified": "never"}
IMPLEMENTATION = {
    "name": "never",
    "title": "text title",
    "version": "never",
    "description": "text description",
    "websiteUrl": "never",
    "icons": [ICON],
}
ASK_META = {
    "progressToken": "never",
    MCP + "protocolVersion": "never",
    MCP + "clientCapabilities": {"experimental": {"x": "never"}},
    MCP + "clientInfo": IMPLEMENTATION,
    MCP + "logLevel": "never",
    MCP + "related-task": {"taskId": "never"},
    "traceparent": "never",
    "tracestate": "never",
    "baggage": "text baggage",
    "vendor": "json vendor",
}
ANSWER_META = {
    MCP + "serverInfo": IMPLEMENTATION,
    MCP + "subscriptionId": "never",
    MCP + "model-immediate-response": "text immediate",
    "vendor": ["json vendor"],
}
SCHEMA = {
    "$schema": "never",
    "$id": "never",
    "type": "object",
    "title": "schema title",
    "$comment": "schema comment",
    "required": ["never"],
    "properties": {
        "description": {"type": "string", "description": "schema description", "x-mcp-header": "never"},
        "choice": {"enum": ["schema enum"], "default": "schema default", "enumNames": ["schema name"]},
        "one": {"oneOf": [{"const": "schema const", "title": "schema title"}], "format": "never"},
        "many": {"items": {"anyOf": [{"const": "schema const"}]}, "pattern": "schema pattern"},
    },
    "$defs": {"d": {"examples": ["schema example"], "$ref": "never"}},
    "dependentRequired": {"choice": ["never"]},
    "x-note": "json note",
}
TOOL = {
    "name": "never",
    "title": "text title",
    "description": "text description",
    "inputSchema": SCHEMA,
    "outputSchema": SCHEMA,
    "annotations": {"title": "text title", "readOnlyHint": True},
    "execution": {"taskSupport": "never"},
    "icons": [ICON, {"src": "data:image/png;base64,iVBORw0="}],
    "_meta": {"ui/resourceUri": "uri ui", **META},
}
RESOURCE = {
    "uri": "uri resource",
    "name": "text name",
    "title": "text title",
    "description": "text description",
    "mimeType": "never",
    "size": 3,
    "annotations": NOTES,
    "icons": [ICON],
    "_meta": META,
}
BLOCKS = [
    {"type": "text", "text": "text block", "annotations": NOTES, "_meta": META},
    {"type": "image", "data": "blob image", "mimeType": "never", "annotations": NOTES},
    {"type": "audio", "data": "blob audio", "mimeType": "never"},
    {"type": "resource_link", **RESOURCE},
    {"type": "resource", "resource": {"uri": "uri embedded", "mimeType": "never", "text": "text of it", "_meta": META}},
    {"type": "resource", "resource": {"uri": "uri embedded", "mimeType": "never", "blob": "blob of it"}},
    {"type": "tool_use", "id": "never", "name": "never", "input": {"json key": "json input"}},
    {
        "type": "tool_result",
        "toolUseId": "never",
        "content": [{"type": "text", "text": "text nested"}],
        "structuredContent": {"json key": "json nested"},
        "isError": False,
    },
    {"type": "json new kind", "json body": "json x"},
]
SAMPLING = {
    "messages": [{"role": "never", "content": BLOCKS, "_meta": META}, {"role": "never", "content": BLOCKS[0]}],
    "systemPrompt": "text system",
    "includeContext": "never",
    "maxTokens": 5,
    "stopSequences": ["text stop"],
    "modelPreferences": {"hints": [{"name": "never"}], "costPriority": 0},
    "metadata": {"json key": "json metadata"},
    "tools": [TOOL],
    "toolChoice": {"mode": "never"},
    "task": {"ttl": 1},
    "_meta": ASK_META,
}
SAMPLED = {"role": "never", "content": BLOCKS, "model": "never", "stopReason": "never", "_meta": ANSWER_META}
FORM = {"mode": "never", "message": "text message", "requestedSchema": SCHEMA, "_meta": ASK_META}
URL = {"mode": "url", "message": "text message", "url": "never", "elicitationId": "never"}
ELICITED = {"action": "never", "content": {"never": "text answer", "never too": ["text answers"]}}
ROOTS = {"roots": [{"uri": "uri root", "name": "text root", "_meta": META}]}
RESPONSES = {
    "never a": ELICITED,
    "never b": SAMPLED,
    "never c": ROOTS,
    "never d": None,
    "never e": {"json k": "json v"},
}
REQUESTS = {
    "never a": {"method": "elicitation/create", "params": FORM},
    "never b": {"method": "elicitation/create", "params": URL},
    "never c": {"method": "sampling/createMessage", "params": SAMPLING},
    "never d": {"method": "roots/list", "params": {"_meta": ASK_META}},
    "never e": {"json method": "json unknown"},
}
NEEDS_INPUT = {
    "resultType": "input_required",
    "inputRequests": REQUESTS,
    "requestState": "opaque state",
    "_meta": ANSWER_META,
}
TASK = {
    "taskId": "never",
    "status": "never",
    "statusMessage": "text status",
    "createdAt": "never",
    "lastUpdatedAt": "never",
    "ttl": 1,
    "pollInterval": 2,
}
CALLED = {
    "resultType": "complete",
    "content": BLOCKS,
    "structuredContent": {"json key": ["json structured", {"json deep": "json deeper"}]},
    "isError": False,
    "_meta": ANSWER_META,
    "json vendor": "json extension",
}
ERROR = {"code": -32603, "message": "text error", "data": {"json key": "json data"}}
DETAILED = {**TASK, "inputRequests": REQUESTS, "result": CALLED, "error": ERROR}
FILTER = {"toolsListChanged": True, "resourceSubscriptions": ["uri subscribed"], "taskIds": ["never"]}
CACHED = {"ttlMs": 1, "cacheScope": "never", "resultType": "never", "_meta": ANSWER_META}
PAGE = {"cursor": "opaque cursor", "_meta": ASK_META}
NEXT = {"nextCursor": "opaque cursor", **CACHED}
PROMPTED = {
    "description": "text description",
    "messages": [{"role": "never", "content": block} for block in BLOCKS],
    "_meta": ANSWER_META,
}
READ = {
    "contents": [
        {"uri": "uri read", "mimeType": "never", "text": "text read", "_meta": META},
        {"uri": "uri read", "mimeType": "never", "blob": "blob read"},
    ],
    **CACHED,
}
INITIALIZE = {"protocolVersion": "never", "capabilities": {"tools": {"x": "never"}}}
EMPTY = {"resultType": "never", "_meta": ANSWER_META}
SKILL = {
    "uri": "uri skill",
    "frontmatter": {"json name": "json skill"},
    "resources": [{"uri": "uri file", "digest": "never", "size": 1}],
}
IDENTIFIED = {"taskId": "never", "_meta": ASK_META}
PLACED = {"uri": "uri place", "_meta": ASK_META}

PARAMS = {
    "initialize": [{**INITIALIZE, "clientInfo": IMPLEMENTATION, "_meta": ASK_META}],
    "server/discover": [{"_meta": ASK_META}],
    "ping": [{"_meta": ASK_META}],
    "tools/list": [PAGE],
    "tools/call": [
        {
            "name": "never",
            "arguments": {"json arg": "json value"},
            "task": {"ttl": 1},
            "inputResponses": RESPONSES,
            "requestState": "opaque state",
            "_meta": ASK_META,
        }
    ],
    "prompts/list": [PAGE],
    "prompts/get": [
        {"name": "never", "arguments": {"never": "text arg"}, "inputResponses": RESPONSES, "requestState": "opaque s"}
    ],
    "resources/list": [PAGE],
    "resources/templates/list": [PAGE],
    "resources/read": [{**PLACED, "inputResponses": RESPONSES, "requestState": "opaque state"}],
    "resources/subscribe": [PLACED],
    "resources/unsubscribe": [PLACED],
    "subscriptions/listen": [{"notifications": FILTER, "_meta": ASK_META}],
    "completion/complete": [
        {
            "ref": {"type": "ref/prompt", "name": "never", "title": "text title"},
            "argument": {"name": "never", "value": "text typed"},
            "context": {"arguments": {"never": "text context"}},
        },
        {"ref": {"type": "ref/resource", "uri": "uri template"}, "argument": {"name": "never", "value": "text typed"}},
    ],
    "logging/setLevel": [{"level": "never"}],
    "sampling/createMessage": [SAMPLING],
    "elicitation/create": [FORM, URL],
    "roots/list": [{"_meta": ASK_META}],
    "tasks/get": [IDENTIFIED],
    "tasks/result": [IDENTIFIED],
    "tasks/list": [PAGE],
    "tasks/update": [{**IDENTIFIED, "inputResponses": RESPONSES}],
    "tasks/cancel": [IDENTIFIED],
    "skills/list": [PAGE],
    "skills/get": [PLACED],
    "resources/directory/read": [{**PLACED, "cursor": "opaque cursor"}],
    "notifications/initialized": [{"_meta": ASK_META}],
    "notifications/cancelled": [{"requestId": "never", "reason": "text reason"}],
    "notifications/progress": [{"progressToken": "never", "progress": 1, "total": 2, "message": "text progress"}],
    "notifications/message": [
        {"level": "never", "logger": "text logger", "data": "json line"},
        {"level": "never", "data": {"json key": ["json data"]}},
    ],
    "notifications/resources/updated": [{**PLACED, "title": "text title"}],
    "notifications/resources/list_changed": [{"_meta": ASK_META}],
    "notifications/tools/list_changed": [{"_meta": ASK_META}],
    "notifications/prompts/list_changed": [{"_meta": ASK_META}],
    "notifications/roots/list_changed": [{"_meta": ASK_META}],
    "notifications/elicitation/complete": [{"elicitationId": "never"}],
    "notifications/tasks/status": [TASK],
    "notifications/subscriptions/acknowledged": [{"notifications": FILTER}],
    "notifications/tasks": [DETAILED],
}
RESULTS = {
    "initialize": [{**INITIALIZE, "serverInfo": IMPLEMENTATION, "instructions": "text instructions", **EMPTY}],
    "server/discover": [{"supportedVersions": ["never"], "capabilities": {}, "instructions": "text i", **CACHED}],
    "ping": [EMPTY],
    "tools/list": [{"tools": [TOOL], **NEXT}],
    "tools/call": [
        CALLED,
        NEEDS_INPUT,
        {"task": TASK, "_meta": ANSWER_META},
        {"resultType": "task", **TASK, "_meta": ANSWER_META},
    ],
    "prompts/list": [
        {
            "prompts": [
                {
                    "name": "never",
                    "title": "text title",
                    "description": "text description",
                    "arguments": [{"name": "never", "title": "text title", "description": "text description"}],
                    "icons": [ICON],
                    "_meta": META,
                }
            ],
            **NEXT,
        }
    ],
    "prompts/get": [PROMPTED, NEEDS_INPUT],
    "resources/list": [{"resources": [RESOURCE], **NEXT}],
    "resources/templates/list": [
        {"resourceTemplates": [{"uriTemplate": "uri template", "name": "text name", "mimeType": "never"}], **NEXT}
    ],
    "resources/read": [READ, NEEDS_INPUT],
    "resources/subscribe": [EMPTY],
    "resources/unsubscribe": [EMPTY],
    "subscriptions/listen": [EMPTY],
    "completion/complete": [{"completion": {"values": ["text value"], "total": 1, "hasMore": False}, **EMPTY}],
    "logging/setLevel": [EMPTY],
    "sampling/createMessage": [SAMPLED, {"task": TASK}],
    "elicitation/create": [ELICITED],
    "roots/list": [ROOTS],
    "tasks/get": [TASK, {**DETAILED, "_meta": ANSWER_META}],
    "tasks/result": [CALLED, ELICITED, SAMPLED, {"json unknown": "json x"}],
    "tasks/list": [{"tasks": [TASK], "nextCursor": "opaque cursor"}],
    "tasks/update": [EMPTY],
    "tasks/cancel": [{**TASK, **EMPTY}],
    "skills/list": [{"skills": [SKILL], **NEXT}],
    "skills/get": [{"skill": SKILL, **CACHED}],
    "resources/directory/read": [{"resources": [RESOURCE], **NEXT}],
}
ERRORS = [
    ERROR,
    {"code": -32022, "message": "text m", "data": {"supported": ["never"], "requested": "never"}},
    {"code": -32602, "message": "text m", "data": {"supported": ["2025-11-25"], "requested": "2026-07-28"}},
    {"code": -32602, "message": "text m", "data": {"requested": "json not a revision"}},
    {"code": -32021, "message": "text m", "data": {"requiredCapabilities": {"sampling": {"x": "never"}}}},
    {"code": -32042, "message": "text m", "data": {"elicitations": [URL]}},
    {"code": -32002, "message": "text m", "data": {"uri": "uri missing"}},
    {"code": -32601, "message": "text m", "data": "json method"},
]
CASES = [
    *((m, Part.PARAMS, {"jsonrpc": "2.0", "id": "never", "method": m, "params": p}) for m in PARAMS for p in PARAMS[m]),
    *((m, Part.RESULT, {"jsonrpc": "2.0", "id": "never", "result": r}) for m in RESULTS for r in RESULTS[m]),
    *(("tools/call", Part.ERROR, {"jsonrpc": "2.0", "id": 1, "error": e}) for e in ERRORS),
]
KINDS = {kind.value: kind for kind in Kind}


def test_there_is_a_sample_of_every_method():
    assert set(PARAMS) == {row.method for row in ROWS}
    assert set(RESULTS) == {row.method for row in ROWS if not row.is_notification}


@pytest.mark.parametrize(("method", "part", "body"), CASES, ids=lambda x: x if isinstance(x, str) else "")
def test_every_string_is_what_it_says(method, part, body):
    found = {(leaf.path, leaf.json_type is JsonType.KEY): leaf for leaf in leaves(body, method, part)}
    for path, _, _, kind, text in tree.walk(body):
        leaf = found.get((path, kind == "key"))
        word, space, _ = text.partition(" ")
        if space and word in KINDS:
            assert leaf is not None, pointer(path)
            assert (leaf.kind, leaf.text) == (KINDS[word], text), pointer(path)
        elif word == "never":
            assert leaf is None, pointer(path)


@pytest.mark.parametrize(("method", "part", "body"), CASES, ids=lambda x: x if isinstance(x, str) else "")
def test_leaves_are_numbered_in_document_order(method, part, body):
    found = leaves(body, method, part)
    assert [leaf.ordinal for leaf in found] == list(range(len(found)))
    order = {(path, kind == "key"): place for place, (path, _, _, kind, _) in enumerate(tree.walk(body))}
    places = [order[leaf.path, leaf.json_type is JsonType.KEY] for leaf in found]
    assert places == sorted(places)


@pytest.mark.parametrize(("method", "part", "body"), CASES, ids=lambda x: x if isinstance(x, str) else "")
def test_rewriting_every_leaf_changes_the_leaves_only(method, part, body):
    message = Message(body)
    before = copy.deepcopy(body)
    found = [leaf for leaf in leaves(body, method, part) if leaf.json_type is not JsonType.KEY]
    after = rewrite(message, [(leaf, f"new {leaf.ordinal}") for leaf in found])
    assert body == before
    for leaf in found:
        assert tree.get(after.body, leaf.path) == f"new {leaf.ordinal}"
    assert rewrite(after, [(leaf, tree.get(body, leaf.path)) for leaf in found]).body == body


def _by_text(body, method, part):
    return {leaf.text: leaf for leaf in leaves(body, method, part)}


def test_definitions_are_on_the_list_channel_wherever_they_stand():
    listed = _by_text({"result": {"tools": [TOOL]}}, "tools/list", Part.RESULT)
    assert {leaf.channel for leaf in listed.values()} == {Channel.LIST}
    sampling = leaves({"params": SAMPLING}, "sampling/createMessage", Part.PARAMS)
    assert {leaf.channel for leaf in sampling if leaf.path[1] == "tools"} == {Channel.LIST}
    assert {leaf.channel for leaf in sampling if leaf.path[1] != "tools"} == {Channel.MODEL}


def test_elicitation_and_completion_are_for_people_inside_other_results_too():
    asked = leaves({"result": NEEDS_INPUT}, "tools/call", Part.RESULT)
    human = {leaf.path[2] for leaf in asked if leaf.channel is Channel.HUMAN}
    assert human == {"never a", "never b"}
    answered = leaves({"params": {"inputResponses": RESPONSES}}, "tools/call", Part.PARAMS)
    assert {leaf.path[2] for leaf in answered if leaf.channel is Channel.HUMAN} == {"never a"}
    completed = leaves({"result": RESULTS["completion/complete"][0]}, "completion/complete", Part.RESULT)
    assert {leaf.channel for leaf in completed} == {Channel.HUMAN}


def test_log_messages_are_on_the_log_channel():
    logged = leaves({"params": PARAMS["notifications/message"][1]}, "notifications/message", Part.PARAMS)
    assert {leaf.channel for leaf in logged} == {Channel.LOG}


def test_blobs_and_resource_texts_have_the_mime_type_beside_them_and_titles_have_none():
    body = {
        "result": {"contents": [{"uri": "u", "mimeType": "text/csv", "text": "t"}, {"blob": "b", "mimeType": "x/y"}]}
    }
    found = _by_text(body, "resources/read", Part.RESULT)
    assert (found["t"].mime, found["b"].mime, found["u"].mime) == ("text/csv", "x/y", "")


def test_an_icon_in_a_data_uri_is_a_blob_of_the_type_it_names():
    found = _by_text({"result": {"tools": [TOOL]}}, "tools/list", Part.RESULT)["data:image/png;base64,iVBORw0="]
    assert (found.kind, found.mime) == (Kind.BLOB, "image/png")


def test_numbers_and_keys_of_payloads_are_leaves_and_booleans_are_not():
    body = {"result": {"structuredContent": {"phone": 5550123, "rate": Number("1.10"), "ok": True, "none": None}}}
    found = leaves(body, "tools/call", Part.RESULT)
    assert [(leaf.json_type, leaf.text) for leaf in found] == [
        (JsonType.KEY, "phone"),
        (JsonType.INTEGER, "5550123"),
        (JsonType.KEY, "rate"),
        (JsonType.NUMBER, "1.10"),
        (JsonType.KEY, "ok"),
        (JsonType.KEY, "none"),
    ]


def test_a_name_and_value_pair_is_told_to_the_detector():
    pair = {"value": "Cates", "name": "Last Name"}
    found = _by_text({"result": {"structuredContent": [pair]}}, "tools/call", Part.RESULT)
    assert (found["Cates"].sibling, found["Cates"].field) == ("Last Name", "value")
    typed = _by_text({"params": PARAMS["completion/complete"][0]}, "completion/complete", Part.PARAMS)
    assert typed["text typed"].sibling == "never"


def test_a_schema_value_is_told_which_property_it_belongs_to():
    found = _by_text({"result": {"tools": [TOOL]}}, "tools/list", Part.RESULT)
    assert (found["schema default"].field, found["schema default"].sibling) == ("default", "choice")


@pytest.mark.parametrize(
    ("method", "part", "body"),
    [
        ("tools/call", Part.RESULT, {"result": ["json a", {"json k": "json b"}]}),
        ("tools/call", Part.RESULT, {"result": "json a"}),
        ("tools/call", Part.RESULT, {"result": {"content": "json a"}}),
        ("tools/call", Part.RESULT, {"result": {"content": {"json k": "json a"}}}),
        ("tools/call", Part.RESULT, {"result": {"content": ["json a"]}}),
        ("tools/call", Part.RESULT, {"result": {"content": [{"type": ["json a"], "json text": "json b"}]}}),
        ("tools/call", Part.RESULT, {"result": {"content": [{"type": "text", "text": ["json a"]}]}}),
        ("tools/call", Part.RESULT, {"result": {"isError": "json a"}}),
        ("tools/call", Part.RESULT, {"result": {"_meta": "json a"}}),
        ("tools/call", Part.RESULT, {"result": {"_meta": {MCP + "serverInfo": {"name": ["json a"]}}}}),
        ("tools/call", Part.RESULT, {"result": {"requestState": "json a", "inputRequests": {"json k": "json b"}}}),
        ("tools/list", Part.RESULT, {"result": {"tools": [{"inputSchema": {"required": {"json k": "json a"}}}]}}),
        ("tools/list", Part.RESULT, {"result": {"tools": [{"inputSchema": {"maximum": "json a"}}]}}),
        ("tools/list", Part.RESULT, {"result": {"tools": [{"inputSchema": {"properties": {"p": "json a"}}}]}}),
        ("initialize", Part.RESULT, {"result": {"capabilities": "json a"}}),
        ("initialize", Part.PARAMS, {"id": {"json k": "json a"}, "method": ["json b"], "json Params": "json c"}),
        ("tools/call", Part.PARAMS, {"params": {"name": {"json k": "json a"}}}),
        ("tools/call", Part.PARAMS, {"params": {}, "result": {"json k": {"json name": "json a"}}}),
        ("tools/call", Part.RESULT, {"result": {}, "error": {"message": "text a", "json k": "json b"}}),
        ("tools/call", Part.RESULT, {"params": {"json name": "json a"}, "result": {}}),
        ("no/such", Part.PARAMS, {"params": {"json name": "json a", "_meta": {"progressToken": "never"}}}),
        ("", Part.RESULT, {"result": {"json nextCursor": "json a", "json id": [1, "json b"]}}),
        ("no/such", Part.ERROR, {"error": "json a"}),
    ],
)
def test_what_is_not_as_it_should_be_is_walked_as_json(method, part, body):
    test_every_string_is_what_it_says(method, part, body)


def test_nesting_without_end_is_walked_to_the_bottom():
    block: dict[str, object] = {"type": "text", "text": "the bottom"}
    for _ in range(400):
        block = {"type": "tool_result", "toolUseId": "x", "content": [block]}
    found = leaves({"result": {"content": [block]}}, "tools/call", Part.RESULT)
    assert "the bottom" in {leaf.text for leaf in found}
    schema: dict[str, object] = {"description": "the bottom"}
    for _ in range(400):
        schema = {"properties": {"p": schema}}
    found = leaves({"result": {"tools": [{"inputSchema": schema}]}}, "tools/list", Part.RESULT)
    assert "the bottom" in {leaf.text for leaf in found}


def test_a_rewrite_without_changes_keeps_the_frame_it_came_in_and_one_with_changes_drops_it():
    message = Message({"result": {"content": [{"type": "text", "text": "x"}]}}, b"raw")
    assert rewrite(message, []) is message
    [leaf] = leaves(message.body, "tools/call", Part.RESULT)
    assert rewrite(message, [(leaf, "y")]) == Message({"result": {"content": [{"type": "text", "text": "y"}]}}, None)


def test_a_key_leaf_renames_its_member():
    message = Message({"result": {"structuredContent": {"a@example.com": 1, "b": 2}}})
    key = leaves(message.body, "tools/call", Part.RESULT)[0]
    after = rewrite(message, [(key, "EMAIL_1")])
    assert list(after.body["result"]["structuredContent"].items()) == [("EMAIL_1", 1), ("b", 2)]
