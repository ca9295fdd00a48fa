"""Multi round-trip requests: what the server sees of a request is the same in every round, and forms are answered in its words."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from sidecar.session.actions import Refuse
from sidecar.session.recall import Recall
from sidecar.session.session import Session
from tests.playbook import Playbook, body

JANE = "jane@example.com"
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
FORM = {"type": "object", "properties": {"to": {"type": "string", "enum": [JANE, "joe@example.com", "nobody"]}}}
ASKED = {
    "pick": {"method": "elicitation/create", "params": {"mode": "form", "message": "Whom?", "requestedSchema": FORM}}
}


def request(request_id: int, arguments: Any, **more: Any) -> dict[str, Any]:
    params = {"name": "find", "arguments": arguments, "_meta": META, **more}
    return {"jsonrpc": "2.0", "id": request_id, "method": "tools/call", "params": params}


def question(request_id: int, **more: Any) -> dict[str, Any]:
    return {
        "jsonrpc": "2.0",
        "id": request_id,
        "result": {"resultType": "input_required", "requestState": "v1.abc", **more},
    }


def reading(policy: str) -> Playbook:
    play = Playbook(policy)
    play.learn({"name": "find", "annotations": {"readOnlyHint": True}})
    return play


@pytest.mark.parametrize("policy", ["strict", "reversible"])
def test_arguments_are_the_same_in_every_round_whatever_was_learned_or_forgotten_in_between(policy):
    play = reading(policy)
    arguments = {"q": f"mail {JANE} about 123456789", "n": 123456789, JANE: True}
    first = body(play.client(request(1, arguments)))["params"]["arguments"]
    play.server(question(1))
    for number in (2, 3):
        play.detector.is_blind = number == 3  # found no more
        play.kit.vault.close()  # nothing minted before is known any more
        sent = body(play.client(request(number, copy.deepcopy(arguments), requestState="v1.abc", inputResponses={})))
        assert sent["params"]["arguments"] == first
        assert sent["params"]["requestState"] == "v1.abc"
        play.server(question(number))


def test_tokens_restored_in_the_first_round_are_restored_in_the_next_though_they_expired():
    play = Playbook("reversible")
    play.learn({"name": "find"})
    _, got = play.call("t", {}, {"content": [{"type": "text", "text": JANE}]}, request_id="a")
    token = body(got)["result"]["content"][0]["text"]
    assert body(play.client(request(1, {"to": token})))["params"]["arguments"] == {"to": JANE}
    play.server(question(1))
    play.kit.vault.close()
    sent = play.client(request(2, {"to": token}, requestState="v1.abc"))
    assert body(sent)["params"]["arguments"] == {"to": JANE}
    assert isinstance(play.client(request(3, {"to": token, "more": 1}, requestState="v1.abc")), Refuse)


def test_a_round_goes_on_over_another_connection_of_the_same_scope_and_no_other():
    play = reading("strict")
    arguments = {"q": JANE}
    recall = Recall(play.kit.key)
    play.session = Session(play.kit, scope="s", number=1, recall=recall)
    first = body(play.client(request(1, arguments)))["params"]["arguments"]
    play.server(question(1))
    play.detector.is_blind = True
    play.session = Session(play.kit, scope="s", number=2, recall=recall)
    assert body(play.client(request(9, arguments, requestState="v1.abc")))["params"]["arguments"] == first
    play.session = Session(play.kit, scope="other", number=3, recall=Recall(play.kit.key))
    assert body(play.client(request(9, arguments, requestState="v1.abc")))["params"]["arguments"] == arguments


def test_a_round_is_forgotten_after_ten_minutes():
    play = reading("strict")
    recall = Recall(play.kit.key, clock=lambda: play.now)
    play.session = Session(play.kit, scope="s", number=1, recall=recall)
    play.client(request(1, {"q": JANE}))
    play.server(question(1))
    play.detector.is_blind = True
    play.now = 601.0
    sent = body(play.client(request(2, {"q": JANE}, requestState="v1.abc")))
    assert sent["params"]["arguments"] == {"q": JANE}


def test_a_request_that_goes_on_with_nothing_is_decided_anew():
    play = reading("strict")
    play.client(request(1, {"q": JANE}))
    play.server(question(1))
    play.detector.is_blind = True
    assert body(play.client(request(2, {"q": JANE})))["params"]["arguments"] == {"q": JANE}


def test_a_choice_of_a_form_inside_a_result_reaches_the_server_under_its_own_name():
    play = reading("strict")
    play.client(request(1, {}))
    asked = body(play.server(question(1, inputRequests=ASKED)))["result"]["inputRequests"]["pick"]["params"]
    offered = asked["requestedSchema"]["properties"]["to"]["enum"]
    assert len(set(offered)) == 3
    assert JANE not in offered
    answer = {"pick": {"action": "accept", "content": {"to": offered[0]}}}
    sent = body(play.client(request(2, {}, inputResponses=answer, requestState="v1.abc")))
    assert sent["params"]["inputResponses"] == {"pick": {"action": "accept", "content": {"to": JANE}}}


def test_an_answer_to_a_form_fits_the_form():
    form = {"type": "object", "properties": {"mail": {"type": "string", "format": "email"}}}
    asked = {"who": {"method": "elicitation/create", "params": {"message": "Who?", "requestedSchema": form}}}
    play = reading("strict")
    play.client(request(1, {}))
    play.server(question(1, inputRequests=asked))
    answer = {"who": {"action": "accept", "content": {"mail": JANE}}}
    sent = body(play.client(request(2, {}, inputResponses=answer)))["params"]["inputResponses"]["who"]["content"][
        "mail"
    ]
    assert sent != JANE
    assert "@" in sent


@pytest.mark.parametrize("answer", [None, {"pick": {"user_name": 12345}}, {"other": None}, [], "x"])
def test_answers_of_any_shape_pass(answer):
    play = reading("strict")
    play.client(request(1, {}))
    play.server(question(1, inputRequests=ASKED))
    sent = body(play.client(request(2, {}, inputResponses=answer)))
    assert sent["params"]["inputResponses"] == answer


def test_a_mirrored_header_says_in_the_second_round_what_it_said_in_the_first():
    play = reading("strict")
    headers = (("Mcp-Name", "find"), ("Mcp-Param-Q", JANE))
    first = play.client(request(1, {"q": JANE}), headers=headers).envelope.headers
    play.server(question(1))
    play.detector.is_blind = True
    sent = play.client(request(2, {"q": JANE}, requestState="v1.abc"), headers=headers)
    assert sent.envelope.headers == first
    assert first[1][1] == body(sent)["params"]["arguments"]["q"] != JANE
