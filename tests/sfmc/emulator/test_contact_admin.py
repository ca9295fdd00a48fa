"""Contacts deleted later, preferences, address validation, the schema."""

from __future__ import annotations

import pytest

CONTACTS = "/contacts/v1/contacts"
SPAN = {"startdateutc": "2026-01-01T00:00:00", "enddateutc": "2027-01-01T00:00:00"}


async def _delete(sfmc, keys, by="keys"):
    body = {"values": keys, "DeleteOperationType": "ContactAndAttributes"}
    return (await sfmc.call("POST", f"{CONTACTS}/actions/delete?type={by}", json=body)).json


async def _key(sfmc, address):
    found = await sfmc.call("POST", "/contacts/v1/addresses/email/search", json={"ChannelAddressList": [address]})
    details = found.json["channelAddressResponseEntities"][0]["contactKeyDetails"]
    return details[0]["contactKey"] if details else None


async def test_a_deleted_contact_goes_later_and_takes_its_subscriber_along(sfmc, simple):
    key = await _key(sfmc, "Jane.Doe@example.com")
    begun = await _delete(sfmc, [key])
    assert (begun["operationInitiated"], begun["hasErrors"]) == (True, False)
    status = f"{CONTACTS}/actions/delete/status?operationID={begun['operationID']}"
    assert (await sfmc.call("GET", status)).json["operation"]["status"] == "Processing"
    assert await _key(sfmc, "jane.doe@example.com") == key
    await sfmc.advance(61)
    operation = (await sfmc.call("GET", status)).json["operation"]
    assert operation["backgroundOperationsSummary"]["backgroundOperationStatusID"] == "Completed"
    assert await _key(sfmc, "jane.doe@example.com") is None
    gone = await sfmc.retrieve("Subscriber", "ID", where=simple("SubscriberKey", "equals", key))
    assert gone.results == []


async def test_contacts_are_deleted_by_id_too_and_soap_sees_it_without_a_rest_call(sfmc, simple):
    fields = "<EmailAddress>bye@example.com</EmailAddress><SubscriberKey>bye</SubscriberKey>"
    await sfmc.write("Create", "Subscriber", fields)
    body = {"contactKey": "bye", "attributeSets": []}
    made = (await sfmc.call("POST", CONTACTS, json=body)).json
    await _delete(sfmc, [made["contactID"]], "ids")
    await sfmc.advance(61)
    assert (await sfmc.retrieve("Subscriber", "ID", where=simple("SubscriberKey", "equals", "bye"))).results == []


async def test_delete_requests_are_listed_and_summed_up_by_status(sfmc):
    first = await _delete(sfmc, ["one"])
    await sfmc.advance(61)
    second = await _delete(sfmc, ["two", "three"])
    listed = (await sfmc.call("GET", f"{CONTACTS}/analytics/deleterequests", query=SPAN)).json["operations"]
    assert [(one["operationId"], one["status"], one["totalContactCount"]) for one in listed] == [
        (second["operationID"], "Processing", 2),
        (first["operationID"], "Completed", 1),
    ]
    done = await sfmc.call("GET", f"{CONTACTS}/analytics/deleterequests", query=SPAN | {"statusid": 5})
    assert len(done.json["operations"]) == 1
    summary = (await sfmc.call("GET", f"{CONTACTS}/analytics/deleterequests/summary", query=SPAN)).json
    assert {one["status"]: one["requestcount"] for one in summary["statustimeseries"]} == {
        "Processing": 1,
        "Completed": 1,
        "Invalid": 0,
    }
    assert (await sfmc.call("GET", f"{CONTACTS}/analytics/deleterequests")).status == 400
    assert len((await sfmc.call("GET", f"{CONTACTS}/deleteOperations")).json["items"]) == 2


async def test_a_deletion_that_says_nothing_is_refused_and_an_unknown_operation_has_errors(sfmc):
    path = f"{CONTACTS}/actions/delete"
    assert (await sfmc.call("POST", path, json={"values": ["a"]})).status == 400
    assert (await sfmc.call("POST", path + "?type=keys", json={"values": []})).status == 400
    unknown = (await sfmc.call("GET", path + "/status?operationID=1")).json
    assert unknown["hasErrors"] is True


async def test_preferences_are_read_and_set_by_key_and_id(sfmc):
    key = await _key(sfmc, "jane.doe@example.com")
    path = f"{CONTACTS}/key:{key}/preferences"
    before = (await sfmc.call("GET", path)).json["value"]
    assert before["hasOptedOutTracking"] is False
    await sfmc.call("POST", path, json={"hasOptedOutTracking": True})
    by_id = (await sfmc.call("GET", f"{CONTACTS}/id:{before['contactID']}/Preferences")).json["value"]
    assert by_id == {"contactID": before["contactID"], "hasOptedOutTracking": True}
    assert (await sfmc.call("GET", f"{CONTACTS}/key:nobody/preferences")).json["hasErrors"] is True


@pytest.mark.parametrize(
    ("email", "failed"),
    [
        ("help@example.com", None),
        ("this@is@not@an@address", "SyntaxValidator"),
        ("a@nowhere.invalid", "MXValidator"),
        ("noreply@example.com", "ListDetectiveValidator"),
    ],
)
async def test_the_first_validator_that_fails_is_named(sfmc, email, failed):
    answer = await sfmc.call("POST", "/address/v1/validateEmail", json={"email": email})
    assert (answer.json["valid"], answer.json.get("failedValidation")) == (failed is None, failed)
    only = await sfmc.call("POST", "/address/v1/validateEmail", json={"email": email, "validators": ["MXValidator"]})
    assert only.json["valid"] is (failed != "MXValidator")


async def test_the_schema_tells_sets_attributes_types_and_masks(sfmc):
    assert (await sfmc.call("GET", "/contacts/v1/schema")).json["items"][0]["schemaType"] == "Contacts"
    assert (await sfmc.call("GET", "/contacts/v1/attributeGroups")).json["count"] == 2
    sets = (await sfmc.call("GET", "/hub/v1/contacts/schema/setDefinitions")).json["items"]
    email = next(one for one in sets if one["fullyQualifiedName"] == "Email Addresses")["attributes"][0]
    assert (email["dataType"], email["obfuscationProperties"]["maskType"]) == ("EmailAddress", "None")


async def test_rows_of_an_attribute_set_are_named_values(sfmc):
    body = (await sfmc.call("GET", "/contacts/v1/attributeSets/name:Email%20Addresses", query={"$pageSize": 3})).json
    assert (body["count"], len(body["items"])) == (200, 3)
    names = [pair["name"] for pair in body["items"][0]["values"]]
    assert names == ["Contact Key", "Email Address", "HTML Enabled"]
    assert (await sfmc.call("GET", "/contacts/v1/attributeSets/name:None")).status == 404


async def test_contacts_are_found_by_a_mobile_number_however_it_is_written(sfmc, emu):
    person = emu._tenant.people[0]
    digits = "".join(char for char in person.phone if char.isdecimal())
    body = {"ChannelAddressList": [digits]}
    found = (await sfmc.call("POST", "/contacts/v1/addresses/search/Mobile", json=body)).json
    details = found["channelAddressResponseEntities"][0]["contactKeyDetails"]
    assert person.key in [one["contactKey"] for one in details]
