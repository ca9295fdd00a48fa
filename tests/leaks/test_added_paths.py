"""What the sidecar says itself, keeps for a next round or seals holds no planted value: a canary per path."""

from __future__ import annotations

import gc
import json
from typing import Any

import pytest

from sidecar.session.actions import Record, Side
from sidecar.session.recall import Recall
from sidecar.wire.jsonrpc import Envelope, Message, dumps
from tests.playbook import Playbook, body

CANARY = "canary.jane@example.com"
POLICY = "version: 1\nextends: strict\nseal: all\nreceipt: true\n"
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}
FORM = {"type": "object", "properties": {"to": {"enum": [CANARY, "nobody"]}}}


def exchanged(play: Playbook, method: str, params: dict[str, Any], result: Any, max_bytes: int = 0) -> list[Any]:
    """Everything a round trip of a message gives out: envelopes toward the client, replies, events, representations."""
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    answer = {"jsonrpc": "2.0", "id": 1, "result": result}
    out = play.raw(Side.CLIENT, request)
    envelope = Envelope(Message(answer, dumps(answer)), max_bytes=max_bytes)
    out += play.session.receive(Side.SERVER, envelope, lane=1)
    return out


def shown(actions: list[Any]) -> str:
    texts = [repr(action) for action in actions]
    texts += [
        json.dumps(body(action)) for action in actions[1:] if hasattr(action, "envelope") or hasattr(action, "reply")
    ]
    texts += [str(action.event) for action in actions if isinstance(action, Record)]
    return "\n".join(texts)


CASES: dict[str, tuple[str, dict[str, Any], Any, int]] = {
    "receipt": ("tools/call", {"name": "t", "arguments": {}}, {"content": [{"type": "text", "text": CANARY}]}, 0),
    "requestState": (
        "tools/call", {"name": "t", "arguments": {}, "_meta": META},
        {"resultType": "input_required", "requestState": json.dumps({"to": CANARY})}, 0,
    ),
    "cursor": ("resources/list", {}, {"resources": [], "nextCursor": CANARY}, 0),
    "form": (
        "tools/call", {"name": "t", "arguments": {}, "_meta": META},
        {"resultType": "input_required", "inputRequests": {"a": {"method": "elicitation/create", "params": {"message": CANARY, "requestedSchema": FORM}}}}, 0,
    ),
    "skill": ("resources/read", {"uri": "skill://a"}, {"contents": [{"uri": "skill://a", "text": CANARY}]}, 0),
    "skills": ("skills/list", {}, {"skills": [{"uri": "skill://a", "frontmatter": {"by": CANARY}, "resources": []}]}, 0),
    "size": ("tools/call", {"name": "t", "arguments": {}}, {"content": [{"type": "text", "text": f"{CANARY} " * 3}]}, 190),
    "task": ("tools/call", {"name": "t", "arguments": {}}, {"task": {"taskId": "a", "status": "working", "statusMessage": CANARY}}, 0),
    "enum": ("tools/list", {}, {"tools": [{"name": "t", "inputSchema": {"type": "object"}, "outputSchema": {"type": "object", "properties": {"a": FORM}}}]}, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_no_path_shows_the_canary(name: str) -> None:
    method, params, result, max_bytes = CASES[name]
    assert CANARY not in shown(exchanged(Playbook(POLICY), method, params, result, max_bytes))


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "^canary\\.jane@example\\.com$"},
        {"type": "string", "maxLength": 5},
        {"uniqueItems": True},
        {"not": {"pattern": "^<"}},
        {"propertyNames": {"maxLength": 24}},
    ],
)
def test_no_stand_in_and_no_refusal_shows_the_canary(schema: dict[str, Any]) -> None:
    play = Playbook(POLICY)
    play.learn({"name": "t", "outputSchema": {"type": "object", "properties": {"it": schema}}})
    for value in (CANARY, [CANARY, CANARY], {CANARY: CANARY}):
        result = {"content": [], "structuredContent": {"it": value}}
        assert CANARY not in shown(exchanged(play, "tools/call", {"name": "t", "arguments": {}}, result))


def test_what_is_kept_for_a_next_round_is_gone_with_its_scope() -> None:
    play = Playbook("reversible")
    play.learn({"name": "find", "annotations": {"readOnlyHint": True}})
    recall = Recall(b"k")
    play.session._recall = play.session._topics._recall = recall
    exchanged(
        play,
        "tools/call",
        {"name": "find", "arguments": {"q": CANARY}, "_meta": META},
        {"resultType": "input_required"},
    )
    assert CANARY not in repr(recall)
    assert recall._rounds
    assert all(CANARY.encode() not in key for key in recall._rounds)
    play.session.close()
    del recall
    gc.collect()
    assert play.session._recall._rounds.currsize == 0
