"""What the sidecar adds to results itself, and the caching hints of results that carry tokens."""

from __future__ import annotations

import pytest

from sidecar.session.notes import LEGEND, RECEIPT
from sidecar.vault import tokens
from tests.playbook import Playbook, body

JANE = "jane@example.com"
RECEIPTS = "version: 1\nextends: strict\nreceipt: true\n"


def introduced(play: Playbook, method: str = "initialize", **result: object) -> dict[str, object]:
    play.client({"jsonrpc": "2.0", "id": 0, "method": method, "params": {}})
    return body(play.server({"jsonrpc": "2.0", "id": 0, "result": {"capabilities": {}, **result}}))["result"]


@pytest.mark.parametrize("method", ["initialize", "server/discover"])
def test_under_reversible_the_model_is_told_what_a_token_is(method):
    play = Playbook("reversible")
    assert introduced(play, method)["instructions"] == LEGEND
    assert introduced(play, method, instructions="Be kind.")["instructions"] == f"Be kind.\n\n{LEGEND}"


@pytest.mark.parametrize("policy", ["strict", "observe", "version: 1\nextends: reversible\nlegend: false\n"])
def test_the_legend_is_for_policies_with_tokens_and_can_be_switched_off(policy):
    assert "instructions" not in introduced(Playbook(policy))


def test_the_legend_holds_nothing_that_could_be_taken_for_a_token():
    assert tokens.find(LEGEND) == []


def test_an_error_and_another_method_get_no_legend():
    play = Playbook("reversible")
    play.client({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {}})
    got = body(play.server({"jsonrpc": "2.0", "id": 0, "error": {"code": -32602, "message": "no"}}))
    assert got == {"jsonrpc": "2.0", "id": 0, "error": {"code": -32602, "message": "no"}}
    assert "instructions" not in str(body(play.call("t", {}, {"content": []})[1]))


def test_a_receipt_counts_what_was_replaced_and_holds_no_value():
    play = Playbook(RECEIPTS)
    result = {"content": [{"type": "text", "text": f"{JANE} or joe@example.com"}], "_meta": {"com.example/own": 1}}
    _, got = play.call("t", {}, result)
    meta = body(got)["result"]["_meta"]
    assert meta["com.example/own"] == 1
    assert meta[RECEIPT]["changes"] == [{"entity": "EMAIL_ADDRESS", "operator": "label", "count": 2}]
    assert meta[RECEIPT]["policy"] == play.kit.policy.digest
    assert "example.com" not in str(meta[RECEIPT])


def test_a_result_without_replacements_gets_no_receipt_and_leaves_as_it_came():
    play = Playbook(RECEIPTS)
    _, got = play.call("t", {}, {"content": [{"type": "text", "text": "nothing"}]})
    assert got.envelope.message.raw is not None
    assert RECEIPT not in str(body(Playbook("strict").call("t", {}, {"content": [{"type": "text", "text": JANE}]})[1]))


def test_results_with_tokens_are_private_and_live_no_longer_than_the_tokens():
    play = Playbook("reversible")
    play.client({"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": "crm://a"}})
    contents = [{"uri": "crm://a", "text": JANE}]
    hints = {"cacheScope": "public", "ttlMs": 10**12}
    got = body(play.server({"jsonrpc": "2.0", "id": 1, "result": {"contents": contents, **hints}}))["result"]
    assert (got["cacheScope"], got["ttlMs"]) == ("private", int(play.kit.vault.ttl_s * 1000))


def test_results_without_tokens_keep_their_hints_and_results_without_hints_get_none():
    play = Playbook("strict")
    for hints in ({"cacheScope": "public", "ttlMs": 10**12}, {}):
        play.client({"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": "crm://a"}})
        result = {"contents": [{"uri": "crm://a", "text": JANE}], **hints}
        got = body(play.server({"jsonrpc": "2.0", "id": 1, "result": result}))["result"]
        assert {name: got[name] for name in ("cacheScope", "ttlMs") if name in got} == hints


def test_a_message_that_stand_ins_make_too_long_for_its_reader_is_withheld_with_a_reply():
    from dataclasses import replace

    from sidecar.session.actions import Refuse, Side
    from sidecar.wire.jsonrpc import Envelope, Message, dumps
    from tests.playbook import outcome

    play = Playbook("reversible")
    mails = " ".join(f"a{n}@b.co" for n in range(50))
    for text, is_refused in ((mails, True), ("x" * 900, False)):
        play.client({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "t", "arguments": {}}})
        answer = {"jsonrpc": "2.0", "id": 1, "result": {"content": [{"type": "text", "text": text}]}}
        envelope = replace(Envelope(Message(answer, dumps(answer))), max_bytes=1000)
        got = outcome(play.session.receive(Side.SERVER, envelope, lane=1))
        assert isinstance(got, Refuse) is is_refused
        assert len(dumps(body(got))) <= 1000
    assert body(got)["result"]["content"][0]["text"] == "x" * 900
