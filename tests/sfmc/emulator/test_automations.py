"""Automations: listed, made, run, paused, scheduled; who is told."""

from __future__ import annotations

AUTOMATIONS = "/automation/v1/automations"


async def _with(sfmc, status):
    found = await sfmc.call("GET", AUTOMATIONS, query={"$filter": f"status eq '{status}'"})
    assert {one["status"] for one in found.json["items"]} == {status}
    return found.json["items"][0]


async def test_the_list_filters_and_a_get_shows_steps(sfmc):
    assert (await sfmc.call("GET", AUTOMATIONS)).json["count"] == 16
    one = await _with(sfmc, "Scheduled")
    assert "steps" not in one
    by_key = (await sfmc.call("GET", f"{AUTOMATIONS}/key:{one['key']}")).json
    assert by_key == (await sfmc.call("GET", f"{AUTOMATIONS}/{one['id']}")).json
    assert [step["step"] for step in by_key["steps"]] == list(range(1, len(by_key["steps"]) + 1))
    assert (await sfmc.call("GET", AUTOMATIONS, query={"$filter": "colour eq red"})).status == 400


async def test_an_automation_runs_its_queries_and_is_ready_again(sfmc, emu):
    shelf = emu._tenant.activities.automations
    has_query = next(
        one
        for one in shelf.all(emu.account_id)
        if any(activity["objectTypeId"] == 300 for step in one["steps"] for activity in step["activities"])
    )
    path = f"{AUTOMATIONS}/{has_query['id']}"
    before = has_query["status"]
    started = await sfmc.call("POST", path + "/actions/start", json={})
    assert (started.status, started.json["status"], started.json["statusId"]) == (200, "Running", 3)
    assert (await sfmc.call("POST", path + "/actions/start", json={})).json["errorcode"] == 20001
    await sfmc.advance(11)
    after = (await sfmc.call("GET", path)).json
    assert (after["status"], after["lastRunInstanceId"]) == (before, started.json["automationInstanceId"])
    rows = (await sfmc.call("GET", "/data/v1/customobjectdata/key/Suppression_Staging/rowset")).json
    assert rows["count"] > 0


async def test_one_made_over_the_api_cannot_be_run_once_in_the_recorded_words(sfmc):
    query = (await sfmc.call("GET", "/automation/v1/queries")).json["items"][0]
    activity = {"name": "Q", "objectTypeId": 300, "activityObjectId": query["queryDefinitionId"]}
    body = {"name": "Mine", "steps": [{"stepNumber": 0, "name": "", "activities": [activity]}]}
    made = (await sfmc.call("POST", AUTOMATIONS, json=body)).json
    assert made["steps"][0]["step"] == 1
    assert made["steps"][0]["activities"][0]["targetDataExtensions"][0]["key"] == query["targetKey"]
    answer = await sfmc.call("POST", f"{AUTOMATIONS}/{made['id']}/actions/start", json={})
    words = "The selected automation type: unspecified is not valid to be used in run once."
    assert (answer.status, answer.json["message"]) == (400, words)
    assert (await sfmc.call("DELETE", f"{AUTOMATIONS}/{made['id']}")).status == 404
    changed = await sfmc.call("PATCH", f"{AUTOMATIONS}/{made['id']}", json={"description": "d", "steps": []})
    assert (changed.json["description"], changed.json["steps"]) == ("d", [])


async def test_a_schedule_is_paused_and_taken_up_again(sfmc):
    one = await _with(sfmc, "Scheduled")
    path = f"{AUTOMATIONS}/{one['id']}/actions"
    assert (await sfmc.call("POST", path + "/pause", json={})).json["status"] == "PausedSchedule"
    assert (await sfmc.call("POST", path + "/pause", json={})).status == 400
    assert (await sfmc.call("POST", path + "/schedule", json={})).json["status"] == "Scheduled"
    assert (await sfmc.call("POST", path + "/stop", json={})).json["statusId"] == 5


async def test_notifications_name_staff_and_are_replaced(sfmc):
    one = await _with(sfmc, "Ready")
    path = f"/legacy/v1/beta/automations/notifications/{one['id']}"
    worker = (await sfmc.call("GET", path)).json["workers"][0]
    assert worker["definition"].count("@staff.example.com") == 2
    new = [{"notificationType": "Complete", "definition": "ops@example.com", "channelType": "Account", "body": ""}]
    assert (await sfmc.call("POST", path, json={"workers": new})).status == 200
    assert (await sfmc.call("GET", path)).json["workers"] == new


async def test_another_unit_has_none(sfmc):
    await sfmc.log_in(account_id="7203402")
    assert (await sfmc.call("GET", AUTOMATIONS)).json["count"] == 0
