"""Header and body say the same after every change as before it, and disagree after it where they did before."""

from __future__ import annotations

from typing import Any

import pytest
from mcp.shared import inbound

from sidecar.session.actions import Refuse, Send
from sidecar.wire.headers import decode_value, encode_value
from tests.playbook import Playbook, body

JANE = "jane@example.com"
SCHEMA = {
    "type": "object",
    "properties": {
        "who": {"type": "string", "x-mcp-header": "Who"},
        "deep": {"type": "object", "properties": {"n": {"type": "integer", "x-mcp-header": "Number"}}},
        "flag": {"type": "boolean", "x-mcp-header": "Flag"},
    },
}
VALUES = [
    "plain",
    JANE,
    f"José <{JANE}>",
    f" {JANE} ",
    "",
    "=?base64?eA==?=",
    "line\nbreak",
    "42",
    "true",
    "Jane Doe",
    "日本",
]


def playing(policy: str) -> Playbook:
    play = Playbook(policy)
    play.learn({"name": "find", "inputSchema": SCHEMA, "annotations": {"readOnlyHint": True}})
    return play


def call(play: Playbook, arguments: dict[str, Any], *headers: tuple[str, str]) -> Any:
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "find", "arguments": arguments}}
    return play.client(request, headers=(("Accept", "*/*"), ("Mcp-Name", "find"), *headers))


def verdict_of_the_server(sent: Any) -> object:
    """What the official server has against the headers of what it gets; None: nothing."""
    arguments = body(sent)["params"]["arguments"]
    return inbound.validate_mcp_param_headers(SCHEMA, arguments, dict(sent.envelope.headers))


@pytest.mark.parametrize("policy", ["strict", "reversible", "observe"])
@pytest.mark.parametrize("value", VALUES)
def test_a_text_and_its_header_stay_one(policy, value):
    sent = call(playing(policy), {"who": value}, ("Mcp-Param-Who", encode_value(value)))
    assert verdict_of_the_server(sent) is None
    assert decode_value(dict(sent.envelope.headers)["Mcp-Param-Who"]) == body(sent)["params"]["arguments"]["who"]
    if policy != "observe":
        assert JANE not in str(sent.envelope.headers) + str(body(sent))


@pytest.mark.parametrize("policy", ["strict", "reversible"])
def test_numbers_and_truth_stay_what_they_are_or_change_together(policy):
    arguments = {"who": "x", "deep": {"n": 123456789}, "flag": True}
    headers = (("Mcp-Param-Who", "x"), ("Mcp-Param-Number", "123456789"), ("Mcp-Param-Flag", "true"))
    sent = call(playing(policy), arguments, *headers)
    assert verdict_of_the_server(sent) is None
    assert dict(sent.envelope.headers)["Mcp-Param-Number"] != "123456789"
    assert dict(sent.envelope.headers)["Mcp-Param-Flag"] == "true"


@pytest.mark.parametrize("value", ["José Doe", "Jane Doe", JANE])
def test_a_restored_value_is_encoded_as_it_needs(value):
    play = playing("reversible")
    token = play.kit.vault.mint("s", "server", "PERSON", value)
    sent = call(play, {"who": f"for {token}"}, ("Mcp-Param-Who", f"for {token}"))
    assert body(sent)["params"]["arguments"] == {"who": f"for {value}"}
    assert verdict_of_the_server(sent) is None


@pytest.mark.parametrize(
    ("argument", "header"),
    [("a", "b"), (JANE, "b"), ("a", JANE), (JANE, "joe@example.com"), (None, "x"), ("=", "=?base64?!?=")],
)
def test_a_disagreement_of_the_clients_is_passed_unrepaired_and_without_personal_data(argument, header):
    arguments = {} if argument is None else {"who": argument}
    sent = call(playing("strict"), arguments, ("Mcp-Param-Who", header))
    if isinstance(sent, Refuse):
        assert JANE not in str(body(sent))
        return
    assert verdict_of_the_server(sent) is not None
    for value in (JANE, "joe@example.com"):
        assert value not in str(sent.envelope.headers) + str(body(sent))


def test_a_header_without_its_argument_and_one_sent_twice_are_both_read():
    headers = (("Mcp-Param-Who", JANE), ("mcp-param-who", f"x {JANE}"), ("Mcp-Param-Unheard-Of", JANE))
    sent = call(playing("strict"), {}, *headers)
    assert isinstance(sent, Send)
    assert JANE not in str(sent.envelope.headers)
    assert len(sent.envelope.headers) == 5


@pytest.mark.parametrize("policy", ["strict", "reversible", "observe"])
@pytest.mark.parametrize("uri", ["crm://people/42", "crm://people/jane%40example.com", f"crm://people/{JANE}"])
def test_the_name_of_a_resource_stays_the_one_asked_for(policy, uri):
    play = Playbook(policy)
    request = {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": uri}}
    sent = play.client(request, headers=(("Mcp-Name", uri),))
    if isinstance(sent, Send):
        assert decode_value(sent.envelope.headers[0][1]) == body(sent)["params"]["uri"]
