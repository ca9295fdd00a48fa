"""Tasks: a result that comes later has the shape, the schema and the rules of the call that began it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.playbook import Playbook, body

JANE = "jane@example.com"
SCHEMA = {"type": "object", "properties": {"mail": {"type": "string", "format": "email"}}}
RESULT = {"content": [{"type": "text", "text": JANE}], "structuredContent": {"mail": JANE}}
FORM = {"type": "object", "properties": {"to": {"type": "string", "enum": [JANE, "nobody"]}}}


def ask(play: Playbook, method: str, params: dict[str, Any], result: Any) -> tuple[Any, Any]:
    sent = play.client({"jsonrpc": "2.0", "id": method, "method": method, "params": params})
    return body(sent), body(play.server({"jsonrpc": "2.0", "id": method, "result": result}))


def begun(announced: dict[str, Any]) -> Playbook:
    play = Playbook("strict")
    play.learn({"name": "t", "outputSchema": SCHEMA, "annotations": {"readOnlyHint": True}})
    play.call("t", {}, announced)
    return play


NESTED = {"task": {"taskId": "786512e2", "status": "working", "statusMessage": f"mailing {JANE}"}}
FLAT = {"resultType": "task", "taskId": "786512e2", "status": "working"}


def test_a_task_is_announced_with_its_id_and_without_personal_data():
    play = Playbook("strict")
    _, got = play.call("t", {}, NESTED)
    task = body(got)["result"]["task"]
    assert task == {"taskId": "786512e2", "status": "working", "statusMessage": "mailing <EMAIL_ADDRESS>"}


def test_the_payload_is_read_as_the_result_of_the_call_that_began_it():
    play = begun(NESTED)
    _, got = ask(play, "tasks/result", {"taskId": "786512e2"}, RESULT)
    assert got["result"]["content"][0]["text"] == "<EMAIL_ADDRESS>"
    assert got["result"]["structuredContent"]["mail"].endswith("@example.com")
    assert got["result"]["structuredContent"]["mail"] != JANE


def test_the_result_inside_a_finished_task_fits_the_tools_schema():
    play = begun(FLAT)
    done = {"taskId": "786512e2", "status": "completed", "result": RESULT, "resultType": "complete"}
    _, got = ask(play, "tasks/get", {"taskId": "786512e2"}, done)
    assert got["result"]["result"]["structuredContent"]["mail"].endswith("@example.com")
    assert JANE not in str(got)


def test_the_result_in_a_notification_does_too():
    play = begun(FLAT)
    params = {"taskId": "786512e2", "status": "completed", "result": RESULT}
    got = body(play.server({"jsonrpc": "2.0", "method": "notifications/tasks", "params": params}))
    assert got["params"]["result"]["structuredContent"]["mail"].endswith("@example.com")
    assert JANE not in str(got)


def test_a_choice_a_task_offers_reaches_the_server_under_its_own_name():
    play = begun(FLAT)
    asked = {"pick": {"method": "elicitation/create", "params": {"message": "Whom?", "requestedSchema": FORM}}}
    waiting = {"taskId": "786512e2", "status": "input_required", "inputRequests": asked, "resultType": "complete"}
    _, got = ask(play, "tasks/get", {"taskId": "786512e2"}, waiting)
    offered = got["result"]["inputRequests"]["pick"]["params"]["requestedSchema"]["properties"]["to"]["enum"]
    assert offered == ["<EMAIL_ADDRESS>", "nobody"]
    answer = {"pick": {"action": "accept", "content": {"to": offered[0]}}}
    sent, _ = ask(play, "tasks/update", {"taskId": "786512e2", "inputResponses": answer}, {})
    assert sent["params"]["inputResponses"]["pick"]["content"] == {"to": JANE}


@pytest.mark.parametrize("method", ["tasks/result", "tasks/get"])
def test_a_task_nobody_heard_of_is_read_too(method):
    play = Playbook("strict")
    _, got = ask(play, method, {"taskId": "unheard-of"}, {"result": RESULT, **RESULT})
    assert JANE not in str(got)
