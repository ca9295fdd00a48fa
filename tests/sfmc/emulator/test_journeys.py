"""Journeys over REST: list, versions, entry events, membership."""

from __future__ import annotations

BASE = "/interaction/v1"


async def test_the_list_filters_by_status_and_name(sfmc):
    every = (await sfmc.call("GET", f"{BASE}/interactions")).json
    assert every["count"] == 14
    published = (await sfmc.call("GET", f"{BASE}/interactions", query={"status": "Published"})).json["items"]
    assert {one["status"] for one in published} == {"Published"}
    named = (await sfmc.call("GET", f"{BASE}/interactions", query={"nameOrDescription": "paris"})).json["items"]
    assert [one["name"] for one in named] == ["Paris Store Opening"]
    assert (await sfmc.call("GET", f"{BASE}/interactions", query={"status": "Asleep"})).status == 400


async def test_all_versions_are_listed_on_request(sfmc):
    body = (await sfmc.call("GET", f"{BASE}/interactions", query={"mostRecentVersionOnly": "false"})).json
    assert body["count"] == 22


async def test_a_journey_is_read_by_id_or_key_and_by_version(sfmc):
    one = (await sfmc.call("GET", f"{BASE}/interactions", query={"nameOrDescription": "Welcome"})).json["items"][0]
    assert "activities" not in one
    by_id = (await sfmc.call("GET", f"{BASE}/interactions/{one['id']}")).json
    by_key = (await sfmc.call("GET", f"{BASE}/interactions/key:{one['key']}")).json
    assert by_id == by_key
    assert by_id["activities"][0]["configurationArguments"]["triggeredSend"]["fromEmail"].endswith("@staff.example.com")
    first = (await sfmc.call("GET", f"{BASE}/interactions/key:{one['key']}", query={"versionNumber": 1})).json
    assert (first["version"], first["status"]) == (1, "Stopped")
    assert (await sfmc.call("GET", f"{BASE}/interactions/{one['id']}", query={"versionNumber": 9})).status == 404
    assert (await sfmc.call("GET", f"{BASE}/interactions/unknown")).status == 404


async def test_firing_an_event_puts_the_contact_into_the_journey(sfmc):
    event, key = await _event(sfmc, "Welcome")
    before = (await _membership(sfmc, ["fired"]))["contactsNotFound"]
    assert before == ["fired"]
    body = {"ContactKey": "fired", "EventDefinitionKey": event, "Data": {"Email": "fired@example.com"}}
    answer = await sfmc.call("POST", f"{BASE}/events", json=body)
    assert answer.status == 201
    assert len(answer.json["eventInstanceId"]) == 36
    after = await _membership(sfmc, ["fired"])
    assert [one["definitionKey"] for one in after["contactMemberships"]] == [key]
    found = await sfmc.call(
        "POST", "/contacts/v1/addresses/email/search", json={"ChannelAddressList": ["fired@example.com"]}
    )
    details = found.json["channelAddressResponseEntities"][0]["contactKeyDetails"]
    assert [one["contactKey"] for one in details] == ["fired"]


async def test_an_event_that_is_unknown_incomplete_or_not_running_is_refused(sfmc):
    stopped, _ = await _event(sfmc, "Paris")
    for body, code in (
        ({"ContactKey": "a", "EventDefinitionKey": "APIEvent-unknown"}, 10000),
        ({"EventDefinitionKey": stopped}, 10002),
        ({"ContactKey": "a"}, 10002),
        ({"ContactKey": "a", "EventDefinitionKey": stopped}, 20001),
    ):
        answer = await sfmc.call("POST", f"{BASE}/events", json=body)
        assert (answer.status, answer.json["errorcode"]) == (400, code)


async def test_seeded_contacts_are_in_running_journeys_only(sfmc):
    rows = "/data/v1/customobjectdata/key/Customer_Master/rowset"
    items = (await sfmc.call("GET", rows, query={"$pagesize": 50})).json["items"]
    results = await _membership(sfmc, [row["keys"]["subscriberkey"] for row in items])
    assert results["contactsNotFound"] == []
    names = {one["name"] for one in results["contactMemberships"]}
    assert names
    assert not names & {"Back In Stock", "Holiday 2025", "Paris Store Opening"}
    assert (await sfmc.call("POST", _path(), json={"ContactKeyList": ["k"] * 51})).status == 400


def _path():
    return f"{BASE}/interactions/contactMembership"


async def _membership(sfmc, keys):
    return (await sfmc.call("POST", _path(), json={"ContactKeyList": keys})).json["results"]


async def _event(sfmc, name):
    query = {"nameOrDescription": name, "extras": "all"}
    one = (await sfmc.call("GET", f"{BASE}/interactions", query=query)).json["items"][0]
    return one["triggers"][0]["eventDefinitionKey"], one["key"]
