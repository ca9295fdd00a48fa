"""Journeys made, published, paused, stopped and deleted; entries in batches, exits, history, event definitions."""

from __future__ import annotations

import csv
import io

import pytest

BASE = "/interaction/v1"
JOURNEYS = f"{BASE}/interactions"


async def _named(sfmc, name):
    query = {"nameOrDescription": name, "extras": "all"}
    return (await sfmc.call("GET", JOURNEYS, query=query)).json["items"][0]


async def _status(sfmc, version):
    return (await sfmc.call("GET", f"{JOURNEYS}/{version['id']}")).json["status"]


def _draft(**more):
    return {"key": "made-here", "name": "Made here", "workflowApiVersion": 1.0, "entryMode": "OnceAndDone"} | more


async def test_a_draft_is_made_changed_published_and_then_runs(sfmc):
    made = (await sfmc.call("POST", JOURNEYS, json=_draft())).json
    assert (made["status"], made["version"], made["lastPublishedDate"]) == ("Draft", 1, "0001-01-01T00:00:00")
    seeded = await _named(sfmc, "Welcome")
    parts = {"activities": seeded["activities"], "triggers": seeded["triggers"]}
    changed = (await sfmc.call("PUT", JOURNEYS, json={"key": "made-here", **parts})).json
    assert (changed["version"], len(changed["activities"])) == (1, 2)
    begun = await sfmc.call("POST", f"{JOURNEYS}/publishAsync/{made['id']}?versionNumber=1", json={})
    assert begun.status == 202
    assert (await sfmc.call("GET", begun.json["statusUrl"])).json["status"] == "PublishInProcess"
    await sfmc.advance(4)
    assert (await sfmc.call("GET", begun.json["statusUrl"])).json["status"] == "PublishCompleted"
    assert await _status(sfmc, made) == "Published"
    audit = (await sfmc.call("GET", f"{JOURNEYS}/{made['id']}/audit/all")).json["items"]
    assert [one["action"] for one in audit] == ["Create", "Modify", "Publish"]
    assert set(audit[0]["user"]) == {"name", "userId"}


async def test_publishing_an_empty_draft_ends_in_errors(sfmc):
    made = (await sfmc.call("POST", JOURNEYS, json=_draft())).json
    begun = await sfmc.call("POST", f"{JOURNEYS}/publishAsync/{made['id']}?versionNumber=1", json={})
    await sfmc.advance(4)
    status = (await sfmc.call("GET", begun.json["statusUrl"])).json
    assert (status["status"], len(status["errors"])) == ("Error", 2)
    assert await _status(sfmc, made) == "Draft"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"entryMode": "Whenever"}, 10004), ({"triggers": "none"}, 10004), ({"name": ""}, 10002), ({"key": ""}, 10002)],
)
async def test_what_is_no_journey_is_refused(sfmc, changes, code):
    answer = await sfmc.call("POST", JOURNEYS, json=_draft(**changes))
    assert (answer.status, answer.json["errorcode"]) == (400, code)


async def test_a_running_journey_is_paused_resumed_and_stopped(sfmc):
    journey = await _named(sfmc, "Birthday")
    number = journey["version"]
    by_key = f"{JOURNEYS}/{{}}/key:{journey['key']}?versionNumber={number}"
    assert (await sfmc.call("POST", by_key.format("resume"), json={})).json["errorcode"] == 10000
    paused = await sfmc.call("POST", by_key.format("pause"), json={"PausedDays": 14})
    assert (paused.status, paused.json) == (202, {"status": "Accepted"})
    assert await _status(sfmc, journey) == "Paused"
    resumed = await sfmc.call("POST", f"{JOURNEYS}/resume/{journey['definitionId']}?allVersions=true", json={})
    assert (resumed.status, await _status(sfmc, journey)) == (202, "Published")
    stopped = await sfmc.call("POST", f"{JOURNEYS}/stop/{journey['id']}?versionNumber={number}", json={})
    assert (stopped.status, await _status(sfmc, journey)) == (200, "Stopped")
    assert (await sfmc.call("POST", f"{JOURNEYS}/stop/{journey['id']}?versionNumber={number}", json={})).status == 400
    audit = (await sfmc.call("GET", f"{JOURNEYS}/{journey['id']}/audit/stop")).json["items"]
    assert [one["ContactsEjected"] >= 0 for one in audit] == [True]


async def test_pausing_without_a_version_is_10005_in_the_documented_words(sfmc):
    journey = await _named(sfmc, "Birthday")
    answer = await sfmc.call("POST", f"{JOURNEYS}/pause/{journey['id']}", json={})
    assert (answer.status, answer.json["errorcode"]) == (400, 10005)
    assert answer.json["message"] == "AllVersions=true or VersionNumber required."


async def test_a_running_journey_cannot_be_deleted_and_a_draft_can(sfmc):
    running = await _named(sfmc, "Welcome")
    answer = await sfmc.call("DELETE", f"{JOURNEYS}/{running['id']}")
    assert (answer.status, answer.json["errorcode"]) == (400, 30000)
    draft = await _named(sfmc, "Back In Stock")
    assert (await sfmc.call("DELETE", f"{JOURNEYS}/key:{draft['key']}")).status == 200
    assert (await sfmc.call("GET", f"{JOURNEYS}/{draft['id']}")).status == 404


async def test_changing_a_running_journey_makes_a_draft_of_the_next_version(sfmc):
    running = await _named(sfmc, "Birthday")
    changed = (await sfmc.call("PUT", JOURNEYS, json={"key": running["key"], "name": "Birthday 2"})).json
    assert (changed["version"], changed["status"], changed["name"]) == (2, "Draft", "Birthday 2")
    assert await _status(sfmc, running) == "Published"


async def test_a_contact_that_exits_is_no_member_any_more(sfmc):
    journey = await _named(sfmc, "Welcome")
    event = journey["triggers"][0]["eventDefinitionKey"]
    await sfmc.call("POST", f"{BASE}/events", json={"ContactKey": "leaver", "EventDefinitionKey": event, "Data": {}})
    wanted = [{"ContactKey": "leaver", "DefinitionKey": journey["key"]}, {"ContactKey": "x", "DefinitionKey": "none"}]
    answer = await sfmc.call("POST", f"{JOURNEYS}/contactexit", json=wanted)
    assert answer.status == 202
    assert [one["definitionKey"] for one in answer.json["errors"]] == ["none"]
    status = (await sfmc.call("POST", f"{JOURNEYS}/contactexit/status", json=wanted[:1])).json
    assert status[0]["status"][0]["message"] == "Exit process Completed."
    body = {"ContactKeyList": ["leaver"]}
    members = (await sfmc.call("POST", f"{JOURNEYS}/contactMembership", json=body)).json["results"]
    assert members == {"contactMemberships": [], "contactsNotFound": []}


async def test_contacts_enter_in_batches_later(sfmc):
    journey = await _named(sfmc, "Welcome")
    event = journey["triggers"][0]["eventDefinitionKey"]
    members = [{"contactKey": f"batch{n}", "data": {"Email": f"batch{n}@example.com"}} for n in range(3)]
    begun = await sfmc.call(
        "POST", f"{BASE}/async/events", json={"eventDefinitionKey": event, "members": [*members, {}]}
    )
    assert begun.status == 202
    path = f"{BASE}/async/events/status?requestId={begun.json['requestId']}"
    assert (await sfmc.call("GET", path)).json["status"] == "Processing"
    await sfmc.advance(4)
    done = (await sfmc.call("GET", path)).json
    assert (done["status"], done["processedCount"], done["errorCount"]) == ("Completed", 3, 1)
    body = {"ContactKeyList": ["batch0", "batch2"]}
    found = (await sfmc.call("POST", f"{JOURNEYS}/contactMembership", json=body)).json["results"]
    assert {one["contactKey"] for one in found["contactMemberships"]} == {"batch0", "batch2"}


async def test_the_history_is_comma_separated_text_with_contact_keys(sfmc, emu):
    journey = await _named(sfmc, "Welcome")
    answer = await sfmc.call(
        "POST", f"{JOURNEYS}/journeyhistory/download", json={"definitionIds": [journey["definitionId"]]}
    )
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    keys = {person.key for person in emu._tenant.people}
    assert rows
    assert {row["ContactKey"] for row in rows} <= keys
    assert {row["ActivityId"] for row in rows} == {journey["activities"][0]["id"]}


async def test_event_definitions_are_listed_made_changed_and_deleted(sfmc):
    listed = (await sfmc.call("GET", f"{BASE}/eventDefinitions")).json
    assert listed["count"] == 12
    first = listed["items"][0]
    by_key = await sfmc.call("GET", f"{BASE}/eventDefinitions/key:{first['eventDefinitionKey']}")
    assert by_key.json == (await sfmc.call("GET", f"{BASE}/eventDefinitions/{first['id']}")).json == first
    body = {"type": "APIEvent", "name": "New event", "dataExtensionId": first["dataExtensionId"]}
    made = (await sfmc.call("POST", f"{BASE}/eventDefinitions", json=body)).json
    assert made["eventDefinitionKey"].startswith("APIEvent-")
    path = f"{BASE}/eventDefinitions/{made['id']}"
    assert (await sfmc.call("PUT", path, json={"name": "Renamed", "id": "no"})).json["name"] == "Renamed"
    assert (await sfmc.call("DELETE", path)).status == 200
    assert (await sfmc.call("GET", path)).status == 404
    assert (await sfmc.call("DELETE", f"{BASE}/eventDefinitions/{first['id']}")).status == 400
