"""What the client must echo and never read is sealed by policy, and opens to the very text the server made."""

from __future__ import annotations

import pytest

from sidecar.session.seals import Seals
from sidecar.session.session import Session
from tests.playbook import Playbook, body

STATE = '{"to":"jane@example.com","n":1}'
ALL = "version: 1\nextends: strict\nseal: all\n"
STATES = "version: 1\nextends: strict\nseal: state\n"
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}


def listed(play: Playbook, following: str, **params: object) -> tuple[object, str]:
    sent = play.client({"jsonrpc": "2.0", "id": "l", "method": "resources/list", "params": params})
    answer = {"jsonrpc": "2.0", "id": "l", "result": {"resources": [], "nextCursor": following}}
    return body(sent)["params"], body(play.server(answer))["result"]["nextCursor"]


def asked(play: Playbook, state: str, **params: object) -> tuple[object, str]:
    call = {"name": "t", "arguments": {}, "_meta": META, **params}
    sent = play.client({"jsonrpc": "2.0", "id": "c", "method": "tools/call", "params": call})
    result = {"resultType": "input_required", "requestState": state}
    return body(sent)["params"], body(play.server({"jsonrpc": "2.0", "id": "c", "result": result}))["result"][
        "requestState"
    ]


@pytest.mark.parametrize("text", [STATE, "", "\ud800 lone", "x" * 100_000, "sealed.abc"])
def test_a_state_is_sealed_for_the_client_and_opened_for_the_server_byte_for_byte(text):
    play = Playbook(ALL)
    _, sealed = asked(play, text)
    assert sealed.startswith("sealed.")
    assert "jane" not in sealed
    params, again = asked(play, text, requestState=sealed)
    assert params["requestState"] == text
    assert again == sealed


def test_cursors_are_sealed_where_the_policy_says_all():
    play = Playbook(ALL)
    _, sealed = listed(play, STATE)
    assert "jane" not in sealed
    assert listed(play, STATE, cursor=sealed)[0]["cursor"] == STATE
    assert listed(Playbook(STATES), STATE)[1] == STATE


def test_without_the_policys_word_opaque_values_stay():
    play = Playbook("strict")
    assert asked(play, STATE)[1] == STATE
    assert listed(play, STATE)[1] == STATE


def test_what_was_not_sealed_here_goes_on_as_it_came():
    play = Playbook(ALL)
    _, sealed = asked(play, STATE)
    for other in (STATE, sealed[:-2] + "AA", sealed + "A", "sealed.", "sealed.!!", "sealed." + "A" * 40):
        assert asked(play, STATE, requestState=other)[0]["requestState"] == other


def test_a_state_opens_in_its_own_scope_only_and_a_cursor_in_any():
    play = Playbook(ALL)
    _, state = asked(play, STATE)
    _, cursor = listed(play, STATE)
    play.session = Session(play.kit, scope="other", number=2)
    assert asked(play, STATE, requestState=state)[0]["requestState"] == state
    assert listed(play, STATE, cursor=cursor)[0]["cursor"] == STATE


def test_what_a_client_makes_itself_is_not_sealed():
    play = Playbook(ALL)
    play.server({"jsonrpc": "2.0", "id": 5, "method": "tasks/list"})
    sent = play.client({"jsonrpc": "2.0", "id": 5, "result": {"tasks": [], "nextCursor": "mine"}})
    assert body(sent)["result"]["nextCursor"] == "mine"


def test_the_same_text_is_sealed_the_same_each_time():
    seals = Seals(b"k" * 32, has_cursors=True)
    assert seals.seal("a", "s") == Seals(b"k" * 32, has_cursors=False).seal("a", "s")
    assert seals.seal("a", "s") != seals.seal("a", "t") != Seals(b"l" * 32, has_cursors=True).seal("a", "t")
