"""The state machine: order, replies, refusals. What is found is the playbook's simple detector's business."""

import pytest

from sidecar.errors import Unanalysable
from sidecar.events import MessagePassed, MessageWithheld
from sidecar.session.actions import Inspect, Record, Refuse, Send, Side
from tests.playbook import Playbook, analysis, body, outcome

JANE = "jane@example.com"


def text_result(text):
    return {"content": [{"type": "text", "text": text}]}


def call_body(request_id, arguments=None, tool="t"):
    return {
        "jsonrpc": "2.0",
        "id": request_id,
        "method": "tools/call",
        "params": {"name": tool, "arguments": arguments or {}},
    }


def test_an_untouched_message_leaves_as_the_bytes_it_came_in():
    play = Playbook("strict")
    sent = play.client({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    assert isinstance(sent, Send)
    assert sent.to is Side.SERVER
    assert sent.envelope.message.raw is not None


def test_a_result_is_redacted_where_it_stands():
    play = Playbook("strict")
    _, got = play.call("t", {}, text_result(f"write to {JANE} now"))
    assert body(got)["result"]["content"][0]["text"] == "write to <EMAIL_ADDRESS> now"
    assert got.envelope.message.raw is None


def test_a_value_gets_one_token_in_text_structured_content_and_json_in_text():
    play = Playbook("reversible")
    result = {**text_result('{"mail": "jane@example.com"}'), "structuredContent": {"mail": JANE, JANE: 1}}
    _, got = play.call("t", {}, result)
    structured = body(got)["result"]["structuredContent"]
    token = structured["mail"]
    assert token.startswith("EMAIL_ADDRESS_")
    assert body(got)["result"]["content"][0]["text"] == f'{{"mail": "{token}"}}'
    assert structured[token] == 1


def test_a_token_acts_on_the_real_value_and_the_value_is_hidden_when_it_comes_back():
    play = Playbook("reversible")
    play.learn({"name": "send"})
    _, got = play.call("t", {}, text_result("Jane Doe"))
    token = body(got)["result"]["content"][0]["text"]
    sent, answer = play.call("send", {"to": token}, text_result("sent to JANE DOE"), request_id=2)
    assert body(sent)["params"]["arguments"] == {"to": "Jane Doe"}
    assert body(answer)["result"]["content"][0]["text"] == f"sent to {token}"


@pytest.mark.parametrize("policy", ["strict", "reversible"])
def test_a_writing_call_with_personal_data_is_refused_and_says_where(policy):
    play = Playbook(policy)
    play.learn({"name": "send"})
    refused, _ = play.call("send", {"to": JANE})
    assert isinstance(refused, Refuse)
    assert refused.to is Side.CLIENT
    reply = body(refused)
    assert reply["id"] == 1
    assert reply["result"]["isError"] is True
    assert "arguments.to holds EMAIL_ADDRESS" in reply["result"]["content"][0]["text"]
    assert JANE not in str(reply)


def test_a_reading_call_gets_a_stand_in_instead():
    for policy, start in (("strict", "<EMAIL_ADDRESS>"), ("reversible", "EMAIL_ADDRESS_")):
        play = Playbook(policy)
        play.learn({"name": "find", "annotations": {"readOnlyHint": True}})
        sent, _ = play.call("find", {"q": JANE})
        assert body(sent)["params"]["arguments"]["q"].startswith(start)


@pytest.mark.parametrize("value", ["EMAIL_ADDRESS_aaaaaaaaaaaa2", "PERSON_7k2q7xw3fav4d", "<EMAIL_ADDRESS>"])
def test_a_placeholder_that_cannot_be_turned_back_is_never_written(value):
    play = Playbook("reversible")
    play.learn({"name": "send"})
    refused, _ = play.call("send", {"to": value})
    assert isinstance(refused, Refuse)
    assert "arguments.to" in body(refused)["result"]["content"][0]["text"]


def test_code_that_only_looks_like_a_token_may_be_written():
    play = Playbook("reversible")
    play.learn({"name": "save"})
    sent, _ = play.call("save", {"text": "def check_authorization(x): <T> <HTML>"})
    assert isinstance(sent, Send)


def test_another_method_is_refused_with_a_json_rpc_error_and_its_own_id():
    play = Playbook("version: 1\nrules:\n  - {match: {method: prompts/get}, do: block}\n")
    params = {"name": "p", "arguments": {"who": JANE}}
    refused = play.client({"jsonrpc": "2.0", "id": "x-1", "method": "prompts/get", "params": params})
    assert body(refused) == {
        "jsonrpc": "2.0",
        "id": "x-1",
        "error": {"code": -31010, "message": "Withheld: arguments.who holds EMAIL_ADDRESS, which rule test#1 blocks."},
    }


def test_a_withheld_result_reaches_the_waiting_client_as_a_tool_error():
    play = Playbook("version: 1\nrules:\n  - {match: {entity: US_SSN}, do: block}\n")
    _, refused = play.call("t", {}, text_result("123456789"))
    assert isinstance(refused, Refuse)
    assert refused.to is Side.CLIENT
    assert body(refused)["result"]["isError"] is True


def test_a_modern_reply_carries_its_result_type():
    play = Playbook("strict")
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
    params = {"name": "send", "arguments": {"to": JANE}, "_meta": meta}
    refused = play.client({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    assert body(refused)["result"]["resultType"] == "complete"


def test_messages_of_one_lane_leave_in_order_whatever_order_tickets_are_answered_in():
    play = Playbook("strict", is_slow=True)
    tickets = [analysis(play.raw(Side.SERVER, note(n))) for n in range(3)]
    assert play.session.resume(tickets[2].ticket, play.detector.detect(tickets[2].passages)) == []
    assert play.session.resume(tickets[1].ticket, play.detector.detect(tickets[1].passages)) == []
    actions = play.session.resume(tickets[0].ticket, play.detector.detect(tickets[0].passages))
    sent = [action for action in actions if isinstance(action, Send)]
    assert [action.number for action in sent] == [1, 2, 3]


def test_lanes_and_directions_do_not_wait_for_each_other():
    play = Playbook("strict", is_slow=True)
    analysis(play.raw(Side.SERVER, note(0), lane=1))
    other = analysis(play.raw(Side.SERVER, note(1), lane=2))
    assert outcome(play.session.resume(other.ticket, play.detector.detect(other.passages))).number == 2
    assert isinstance(play.client({"jsonrpc": "2.0", "id": 1, "method": "ping"}, lane=1), Send)


def test_a_failed_detection_withholds_and_lets_the_lane_go_on():
    play = Playbook("strict", is_slow=True)
    outcome(play.raw(Side.CLIENT, {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "t"}}))
    first = analysis(play.raw(Side.SERVER, {"jsonrpc": "2.0", "id": 7, "result": text_result(JANE)}))
    second = analysis(play.raw(Side.SERVER, note(1)))
    play.session.resume(second.ticket, play.detector.detect(second.passages))
    actions = play.session.fail(first.ticket, Unanalysable("too late"))
    refused, sent = [action for action in actions if isinstance(action, (Send, Refuse))]
    assert body(refused)["id"] == 7
    assert body(refused)["result"]["content"][0]["text"] == "too late"
    assert sent.number == 3


def test_on_failure_pass_is_a_line_someone_wrote():
    play = Playbook("version: 1\non_failure: pass", is_slow=True)
    ticket = analysis(play.raw(Side.SERVER, note(1)))
    sent = outcome(play.session.fail(ticket.ticket, Unanalysable("late")))
    assert isinstance(sent, Send)


def test_the_response_of_an_unknown_request_is_read_as_arbitrary_json():
    play = Playbook("strict")
    got = play.server({"jsonrpc": "2.0", "id": 99, "result": {"anything": {"deep": [JANE]}}})
    assert body(got)["result"] == {"anything": {"deep": ["<EMAIL_ADDRESS>"]}}


def test_ids_of_either_type_are_different_requests():
    play = Playbook("strict")
    play.client({"jsonrpc": "2.0", "id": 1, "method": "ping"})
    play.client({"jsonrpc": "2.0", "id": "1", "method": "resources/list"})
    resource = {"uri": "crm://a", "name": JANE}
    got = play.server({"jsonrpc": "2.0", "id": "1", "result": {"resources": [resource], "nextCursor": "c2"}})
    assert body(got)["result"] == {"resources": [{"uri": "crm://a", "name": "<EMAIL_ADDRESS>"}], "nextCursor": "c2"}


def test_a_server_request_and_its_answer_cross_the_other_way():
    play = Playbook("strict")
    params = {"messages": [{"role": "user", "content": {"type": "text", "text": f"who is {JANE}"}}], "maxTokens": 5}
    asked = play.server({"jsonrpc": "2.0", "id": 0, "method": "sampling/createMessage", "params": params})
    assert asked.to is Side.CLIENT
    assert JANE not in str(body(asked))
    answer = {"role": "assistant", "model": "m", "content": {"type": "text", "text": JANE}}
    back = play.client({"jsonrpc": "2.0", "id": 0, "result": answer})
    assert back.to is Side.SERVER
    assert body(back)["result"]["content"]["text"] == "<EMAIL_ADDRESS>"
    assert body(back)["result"]["model"] == "m"


@pytest.mark.parametrize("policy", ["strict", "reversible"])
def test_integers_stay_integers_of_the_same_length(policy):
    play = Playbook(policy)
    _, got = play.call("t", {}, {"content": [], "structuredContent": {"ssn": 123456789}})
    ssn = body(got)["result"]["structuredContent"]["ssn"]
    assert isinstance(ssn, int)
    assert len(str(ssn)) == 9
    assert ssn != 123456789


def test_a_stand_in_fits_the_announced_schema():
    schema = {"type": "object", "properties": {"mail": {"type": "string", "format": "email"}}, "required": ["mail"]}
    play = Playbook("strict")
    play.learn({"name": "t", "outputSchema": schema})
    _, got = play.call("t", {}, {"content": [], "structuredContent": {"mail": JANE}})
    mail = body(got)["result"]["structuredContent"]["mail"]
    assert mail != JANE
    assert mail.endswith("@example.com")


def test_under_reversible_the_stand_in_that_fits_is_still_the_token():
    schema = {"type": "object", "properties": {"mail": {"type": "string", "format": "email"}}}
    play = Playbook("reversible")
    play.learn({"name": "t", "outputSchema": schema})
    _, got = play.call("t", {}, {"content": [], "structuredContent": {"mail": JANE}})
    mail = body(got)["result"]["structuredContent"]["mail"]
    assert mail.startswith("email-")
    sent, again = play.call("t", {"to": mail}, text_result(f"mail to {mail}"), request_id=2)
    assert body(sent)["params"]["arguments"]["to"] == JANE
    assert body(again)["result"]["content"][0]["text"] == f"mail to {mail}"


def test_when_nothing_fits_the_schema_the_result_is_withheld():
    schema = {"type": "object", "properties": {"mail": {"type": "string", "pattern": "^jane@example\\.com$"}}}
    play = Playbook("strict")
    play.learn({"name": "t", "outputSchema": schema})
    _, got = play.call("t", {}, {"content": [], "structuredContent": {"mail": JANE}})
    assert isinstance(got, Refuse)
    assert body(got)["result"]["isError"] is True


def test_two_keys_never_become_one():
    play = Playbook("strict")
    _, got = play.call("t", {}, {"content": [], "structuredContent": {JANE: 1, "joe@example.com": 2, "plain": 3}})
    structured = body(got)["result"]["structuredContent"]
    assert list(structured.values()) == [1, 2, 3]
    assert JANE not in structured
    assert "joe@example.com" not in structured


def test_a_listed_resource_whose_uri_names_a_person_is_withheld_under_strict_and_tokenised_under_reversible():
    resources = [
        {"uri": "crm://a", "name": "a"},
        {"uri": f"crm://people/{JANE}", "name": "b"},
        {"uri": "crm://c", "name": "c"},
    ]
    listing = {"jsonrpc": "2.0", "id": 1, "method": "resources/list"}
    strict = Playbook("strict")
    strict.client(listing)
    got = strict.server({"jsonrpc": "2.0", "id": 1, "result": {"resources": resources}})
    assert [r["uri"] for r in body(got)["result"]["resources"]] == ["crm://a", "crm://c"]
    reversible = Playbook("reversible")
    reversible.client(listing)
    got = reversible.server({"jsonrpc": "2.0", "id": 1, "result": {"resources": resources}})
    uri = body(got)["result"]["resources"][1]["uri"]
    assert JANE not in uri
    read = reversible.client(
        {"jsonrpc": "2.0", "id": 2, "method": "resources/read", "params": {"uri": uri}}, headers=(("Mcp-Name", uri),)
    )
    assert body(read)["params"]["uri"] == f"crm://people/{JANE}"
    assert read.envelope.headers == (("Mcp-Name", f"crm://people/{JANE}"),)


def test_a_resource_link_whose_uri_names_a_person_becomes_a_text_block_under_strict():
    play = Playbook("strict")
    link = {"type": "resource_link", "uri": f"crm://people/{JANE}", "name": "x"}
    _, got = play.call("t", {}, {"content": [{"type": "text", "text": "a"}, link]})
    assert body(got)["result"]["content"][1] == {
        "type": "text",
        "text": "[resource withheld: its URI holds EMAIL_ADDRESS]",
    }


def test_reading_a_resource_by_a_personal_uri_is_refused_under_strict():
    refused = Playbook("strict").client(
        {"jsonrpc": "2.0", "id": 2, "method": "resources/read", "params": {"uri": f"crm://people/{JANE}"}}
    )
    assert isinstance(refused, Refuse)
    assert JANE not in str(body(refused))


def test_binaries_nobody_can_read_are_withheld_under_strict_and_passed_with_an_event_otherwise():
    image = {
        "type": "image",
        "data": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk",
        "mimeType": "image/png",
    }
    _, got = Playbook("strict").call("t", {}, {"content": [image]})
    assert body(got)["result"]["content"] == [
        {"type": "text", "text": "[image withheld: it cannot be checked for personal data]"}
    ]
    play = Playbook("reversible")
    play.client(call_body(1))
    actions = play.raw(Side.SERVER, {"jsonrpc": "2.0", "id": 1, "result": {"content": [image]}})
    assert body(outcome(actions))["result"]["content"] == [image]
    assert "BinaryPassed" in str(actions)


def test_mirrored_headers_get_what_their_argument_gets():
    play = Playbook("strict")
    play.learn({"name": "find", "annotations": {"readOnlyHint": True}})
    headers = (
        ("Mcp-Method", "tools/call"),
        ("Mcp-Name", "find"),
        ("Mcp-Param-Who", JANE),
        ("Mcp-Param-Stray", "joe@example.com"),
    )
    sent, _ = play.call("find", {"who": JANE}, headers=headers)
    assert sent.envelope.headers == (
        ("Mcp-Method", "tools/call"),
        ("Mcp-Name", "find"),
        ("Mcp-Param-Who", "<EMAIL_ADDRESS>"),
        ("Mcp-Param-Stray", "<EMAIL_ADDRESS> (header)"),
    )


def test_results_with_tokens_are_private_and_live_no_longer_than_the_vault():
    play = Playbook("reversible")
    play.client({"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": "crm://a"}})
    result = {
        "contents": [{"uri": "crm://a", "text": JANE}],
        "cacheScope": "public",
        "ttlMs": 10**9,
        "resultType": "complete",
    }
    got = body(play.server({"jsonrpc": "2.0", "id": 1, "result": result}))["result"]
    assert (got["cacheScope"], got["ttlMs"]) == ("private", 24 * 3600 * 1000)


def test_under_observe_everything_leaves_byte_for_byte_and_is_counted():
    play = Playbook("observe")
    play.client(call_body(1))
    actions = play.raw(Side.SERVER, {"jsonrpc": "2.0", "id": 1, "result": text_result(JANE)})
    assert outcome(actions).envelope.message.raw is not None
    (event,) = [a.event for a in actions if isinstance(a, Record) and isinstance(a.event, MessagePassed)]
    assert [(c.entity, c.operator, c.count) for c in event.changes] == [("EMAIL_ADDRESS", "keep", 1)]


def test_events_name_only_announced_tools_and_known_methods():
    play = Playbook("strict")
    actions = play.raw(Side.CLIENT, call_body(1, {"to": JANE}, tool="jane-private-tool"))
    (event,) = [a.event for a in actions if isinstance(a, Record)]
    assert isinstance(event, MessageWithheld)
    assert (event.method, event.tool) == ("tools/call", "other")
    actions = play.raw(Side.CLIENT, {"jsonrpc": "2.0", "method": f"x/{JANE}"})
    (event,) = [a.event for a in actions if isinstance(a, Record)]
    assert event.method == "other"


def test_inspection_shows_before_and_after_and_why_only_when_asked_for():
    for wanted in (True, False):
        play = Playbook("strict", is_inspected=wanted)
        play.client(call_body(1))
        actions = play.raw(Side.SERVER, {"jsonrpc": "2.0", "id": 1, "result": text_result(JANE)})
        shown = [action for action in actions if isinstance(action, Inspect)]
        assert len(shown) == int(wanted)
        for action in shown:
            assert JANE in str(action.before)
            assert JANE not in str(action.after)
            assert [(why.pointer, why.entity, why.after) for why in action.why] == [
                ("result.content[0].text", "EMAIL_ADDRESS", "<EMAIL_ADDRESS>")
            ]


def test_a_closed_session_answers_everything_that_waits():
    play = Playbook("strict", is_slow=True)
    play.raw(
        Side.CLIENT,
        {"jsonrpc": "2.0", "id": 3, "method": "prompts/get", "params": {"name": "p", "arguments": {"a": "b"}}},
    )
    refused = outcome(play.session.close())
    assert body(refused)["id"] == 3
    assert play.session.waiting == 0


def note(number):
    return {
        "jsonrpc": "2.0",
        "method": "notifications/message",
        "params": {"level": "info", "data": f"n{number} {JANE}"},
    }


def test_a_personal_key_never_shows_in_an_error_an_event_or_an_explanation():
    play = Playbook("strict")
    play.learn({"name": "send"})
    actions = play.raw(Side.CLIENT, call_body(1, {JANE: {"note": "Jane Doe"}}, tool="send"))
    assert JANE not in str(actions[0])
    assert "arguments" in body(outcome(actions))["result"]["content"][0]["text"]
    assert JANE not in str(body(outcome(actions)))
    play = Playbook(
        "version: 1\nrules:\n  - {match: {entity: PERSON}, do: block}\n  - {match: {kind: json}, do: keep}\n"
    )
    refused, _ = play.call("t", {JANE: {"note": "Jane Doe"}})
    assert "arguments.<EMAIL_ADDRESS>.note holds PERSON" in body(refused)["result"]["content"][0]["text"]


def test_a_declared_property_is_never_renamed_and_an_undeclared_one_is():
    schema = {"type": "object", "properties": {"Jane Doe": {"type": "integer"}}}
    play = Playbook("strict")
    play.learn({"name": "t", "outputSchema": schema})
    _, got = play.call("t", {}, {"content": [], "structuredContent": {"Jane Doe": 1, JANE: 2}})
    assert body(got)["result"]["structuredContent"] == {"Jane Doe": 1, "<EMAIL_ADDRESS>": 2}


def test_an_icon_nobody_can_check_is_left_out_under_strict():
    play = Playbook("strict")
    icons = [{"src": "https://example.com/a.png"}, {"src": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB"}]
    play.client({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    tool = {"name": "t", "inputSchema": {"type": "object"}, "icons": icons}
    got = play.server({"jsonrpc": "2.0", "id": 1, "result": {"tools": [tool]}})
    assert body(got)["result"]["tools"][0]["icons"] == icons[:1]


def test_restored_values_come_back_hidden_in_every_shape_and_nothing_else_is_touched():
    schema = {"type": "object", "properties": {"to": {"type": "string", "format": "email"}}}
    play = Playbook("reversible")
    play.learn({"name": "send", "outputSchema": schema})
    _, got = play.call("send", {}, text_result("Jane Doe 123456789 jane@example.com"))
    person, ssn, mail = body(got)["result"]["content"][0]["text"].split()
    result = {
        "content": [{"type": "text", "text": f"JANE DOE and {person} and 123456789"}],
        "structuredContent": {"to": JANE.upper(), "n": 123456789, "longer": 91234567891},
    }
    play.detector.is_blind = True
    _, got = play.call("send", {"a": person, "b": ssn, "c": mail}, result, request_id=2)
    assert body(got)["result"]["content"][0]["text"] == f"{person} and {person} and {ssn}"
    structured = body(got)["result"]["structuredContent"]
    assert structured["to"].startswith("email-")
    assert structured["n"] != 123456789
    assert isinstance(structured["n"], int)
    assert structured["longer"] == 91234567891


def test_a_short_restored_word_is_not_hidden_inside_other_words():
    play = Playbook("reversible")
    play.session._recall.hidden.remember("Mark", "PERSON_aaaaaaaaaaaaa")
    _, got = play.call("t", {}, text_result("the market, by MARK."))
    assert body(got)["result"]["content"][0]["text"] == "the market, by PERSON_aaaaaaaaaaaaa."


def test_the_choices_of_a_form_stay_apart_and_the_one_chosen_reaches_the_server_as_it_called_it():
    play = Playbook("strict")
    names = [JANE, "joe@example.com", "none of them"]
    schema = {"type": "object", "properties": {"who": {"type": "string", "enum": names}}}
    asked = play.server(
        {
            "jsonrpc": "2.0",
            "id": 4,
            "method": "elicitation/create",
            "params": {"message": "who?", "requestedSchema": schema},
        }
    )
    offered = body(asked)["params"]["requestedSchema"]["properties"]["who"]["enum"]
    assert offered == ["<EMAIL_ADDRESS>", "<EMAIL_ADDRESS> 2", "none of them"]
    answer = play.client({"jsonrpc": "2.0", "id": 4, "result": {"action": "accept", "content": {"who": offered[1]}}})
    assert body(answer)["result"]["content"] == {"who": "joe@example.com"}


@pytest.mark.parametrize(("policy", "crosses"), [("strict", False), ("observe", True)])
def test_a_message_that_cannot_even_be_laid_out_crosses_only_when_the_policy_passes_on_failure(policy, crosses):
    def lookup(passages):
        raise RuntimeError("broken")

    play = Playbook(policy)
    play.detector.lookup = lookup
    got = play.server(note(1))
    assert isinstance(got, Send) is crosses
