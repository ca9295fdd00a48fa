"""Data extensions made, changed, widened, cleared and deleted, and rows written later."""

from __future__ import annotations

import pytest

OBJECTS = "/data/v1/customobjects"
FLAGS = dict.fromkeys(
    ("isNullable", "isTemplateField", "isHidden", "isReadOnly", "isInheritable", "isOverridable"), False
)


def _field(name, type_="Text", *, key=False, **more):
    return {"name": name, "type": type_, "isPrimaryKey": key, **FLAGS, "isNullable": not key, **more}


def _body(**changes):
    fields = [_field("SubscriberKey", key=True), _field("EmailAddress", "EmailAddress", length=254)]
    return {"name": "Made here", "key": "made_here", "categoryId": 516016, "fields": fields} | changes


async def _make(sfmc, **changes):
    answer = await sfmc.call("POST", OBJECTS, json=_body(**changes))
    assert answer.status == 201, answer.text
    return answer.json


async def _rows(sfmc, key="made_here"):
    return (await sfmc.call("GET", f"/data/v1/customobjectdata/key/{key}/rowset")).json


async def test_a_data_extension_is_made_filled_and_read(sfmc):
    made = await _make(sfmc)
    assert (made["isSendable"], made["fieldCount"], made["rowCount"]) == (False, 2, 0)
    row = {"keys": {"SubscriberKey": "a"}, "values": {"EmailAddress": "a@example.com"}}
    assert (await sfmc.call("POST", "/hub/v1/dataevents/key:made_here/rowset", json=[row])).status == 200
    assert (await _rows(sfmc))["items"] == [
        {"keys": {"subscriberkey": "a"}, "values": {"emailaddress": "a@example.com"}}
    ]
    assert (await sfmc.call("GET", f"{OBJECTS}/{made['id']}")).json["rowCount"] == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"categoryId": None}, 10002),
        ({"fields": []}, 10002),
        ({"fields": [{"name": "A", "type": "Text", "isPrimaryKey": True}]}, 10002),
        ({"fields": [_field("A", "EmailAddress", length=100)]}, 10000),
        ({"fields": [_field("A", "Blob")]}, 10005),
        ({"fields": [_field("A"), _field("a")]}, 20001),
        ({"name": "Customer_Master"}, 20001),
        ({"key": "customer_master"}, 20001),
        ({"key": "<script>"}, 10005),
    ],
)
async def test_what_cannot_be_made_is_refused_with_a_code(sfmc, changes, code):
    answer = await sfmc.call("POST", OBJECTS, json=_body(**changes))
    assert (answer.status, answer.json["errorcode"]) == (400, code)


async def test_sendable_takes_a_second_request_and_unknown_fields_are_discarded_without_a_word(sfmc):
    made = await _make(sfmc, isSendable=True, sendableCustomObjectField="SubscriberKey")
    assert made["isSendable"] is False
    path = f"{OBJECTS}/{made['id']}"
    assert (await sfmc.call("PATCH", path, json={"isSendable": True, "sendableCustomObjectField": {}})).status == 400
    settings = {
        "isSendable": True,
        "sendableCustomObjectField": "SubscriberKey",
        "sendableSubscriberField": "_SubscriberKey",
        "nobodyKnows": 1,
    }
    changed = await sfmc.call("PATCH", path, json=settings | {"name": "Renamed"})
    assert (changed.status, changed.json["isSendable"], changed.json["name"]) == (200, True, "Renamed")
    assert "nobodyKnows" not in changed.json


async def test_a_data_extension_belongs_to_the_unit_that_made_it_and_to_the_enterprise(sfmc, emu):
    made = await _make(sfmc)
    for mid, status in (("7203402", 404), ("7203100", 200)):
        await sfmc.log_in(account_id=mid)
        assert (await sfmc.call("GET", f"{OBJECTS}/{made['id']}")).status == status


async def test_fields_are_added_later_and_old_rows_have_nulls_in_them(sfmc):
    listed = (await sfmc.call("GET", OBJECTS, query={"$search": "SKU_Catalog"})).json["items"][0]
    path = f"/data/v1/customobjectsasync/{listed['id']}/fields"
    answer = await sfmc.call("PATCH", path, json={"fields": [_field("Season")]})
    assert answer.status == 202
    before = (await sfmc.call("GET", f"{OBJECTS}/{listed['id']}/fields")).json["fields"]
    await sfmc.advance(4)
    after = (await sfmc.call("GET", f"{OBJECTS}/{listed['id']}/fields")).json["fields"]
    assert [one["name"] for one in after] == [*(one["name"] for one in before), "Season"]
    assert (await _rows(sfmc, "SKU_Catalog"))["items"][0]["values"]["season"] == ""
    assert (await sfmc.call("PATCH", path, json={"fields": [_field("season")]})).status == 400


async def test_clearing_keeps_the_data_extension_and_deleting_does_not(sfmc):
    listed = (await sfmc.call("GET", OBJECTS, query={"$search": "Loyalty"})).json["items"][0]
    assert (await sfmc.call("POST", f"{OBJECTS}/{listed['id']}/cleardata", json={})).status == 200
    assert "items" not in await _rows(sfmc, listed["key"])
    assert (await sfmc.call("DELETE", f"{OBJECTS}/{listed['id']}")).status == 200
    assert (await sfmc.call("GET", f"{OBJECTS}/{listed['id']}")).status == 404


async def test_rows_are_deleted_by_their_keys(sfmc):
    first = (await _rows(sfmc, "Orders"))["items"][0]["keys"]["orderid"]
    path = "/hub/v1/dataevents/key:Orders/rowset/delete"
    answer = await sfmc.call("POST", path, json=[{"keys": {"OrderID": first}}, {"keys": {"OrderID": "none"}}])
    assert answer.json == [{"keys": {"orderID": first}, "values": {}}]
    rows = await _rows(sfmc, "Orders")
    assert rows["count"] == 599
    assert rows["items"][0]["keys"]["orderid"] != first
    assert (await sfmc.call("POST", path, json=[{"keys": {"Total": "1"}}])).status == 400


async def test_an_increment_answers_with_the_sum(sfmc):
    key = "7D0A3B5E-8C1F-4E2A-9B7D-1F2E3D4C5B6A"
    row = (await _rows(sfmc, key))["items"][0]
    path = f"/hub/v1/dataevents/key:{key}/rows/LoyaltyNumber:{row['keys']['loyaltynumber']}/column"
    answer = await sfmc.call("PUT", f"{path}/Points/increment", query={"step": 5}, json={})
    assert answer.json == int(row["values"]["points"]) + 5
    assert (await sfmc.call("PUT", f"{path}/Tier/increment", json={})).status == 400


async def _later(sfmc, method, items, key="Config_Lookup"):
    answer = await sfmc.call(method, f"/data/v1/async/dataextensions/key:{key}/rows", json={"items": items})
    assert answer.status == 202, answer.text
    return f"/data/v1/async/{answer.json['requestId']}"


async def test_rows_written_later_are_pending_then_executing_then_complete_and_only_then_there(sfmc):
    path = await _later(sfmc, "PUT", [{"ConfigKey": "new.key", "ConfigValue": "1"}])
    states = []
    for _ in range(3):
        states.append((await sfmc.call("GET", path + "/status")).json["status"]["requestStatus"])
        found = (await _rows(sfmc, "Config_Lookup"))["count"]
        assert found == (41 if states[-1] == "Complete" else 40)
        await sfmc.advance(1.5)
    assert states == ["Pending", "Executing", "Complete"]
    assert (await sfmc.call("GET", path + "/results")).json["items"] == []


async def test_an_insert_of_a_known_key_is_an_error_that_quotes_it(sfmc):
    items = [{"ConfigKey": "timezone", "ConfigValue": "x"}, {"ConfigKey": "fresh", "ConfigValue": "y"}]
    path = await _later(sfmc, "POST", items)
    await sfmc.advance(4)
    status = (await sfmc.call("GET", path + "/status")).json["status"]
    assert (status["hasErrors"], status["resultStatus"]) == (True, "Error")
    results = (await sfmc.call("GET", path + "/results")).json
    assert results["count"] == 1
    assert "The duplicate key value is (timezone)." in results["items"][0]["message"]
    assert (await _rows(sfmc, "Config_Lookup"))["count"] == 41


async def test_an_unknown_data_extension_is_told_in_result_messages(sfmc):
    answer = await sfmc.call("PUT", "/data/v1/async/dataextensions/key:none/rows", json={"items": [{"a": "b"}]})
    assert (answer.status, answer.json["resultMessages"][0]["resultCode"]) == (200, "CustomObjectNotFound")
    for part in ("status", "results"):
        lost = await sfmc.call("GET", f"/data/v1/async/none/{part}")
        assert (lost.status, lost.json["resultMessages"][0]["resultCode"]) == (200, "AsyncRequestStatusNotFound")


async def test_the_older_asynchronous_upsert_answers_with_an_empty_string(sfmc):
    row = {"keys": {"ConfigKey": "old.way"}, "values": {"ConfigValue": "1"}}
    answer = await sfmc.call("POST", "/hub/v1/dataeventsasync/key:Config_Lookup/rowset", json=[row])
    assert (answer.status, answer.json) == (202, "")
    await sfmc.advance(4)
    assert (await _rows(sfmc, "Config_Lookup"))["count"] == 41
