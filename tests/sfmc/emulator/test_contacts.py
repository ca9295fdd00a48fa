"""Contacts over REST: create, patch, search."""

from __future__ import annotations

EMAIL = "Email Addresses.Email Address"
LAST = "Email Demographics.Last Name"


def _contact(key, *, email, last):
    sets = [
        {"name": "Email Addresses", "items": [{"values": [{"name": "Email Address", "value": email}]}]},
        {"name": "Email Demographics", "items": [{"values": [{"name": "Last Name", "value": last}]}]},
    ]
    return {"contactKey": key, "attributeSets": sets}


def _by_key(key, attributes=(EMAIL, LAST)):
    condition = {
        "attribute": {"key": "Contact.Contact Key", "isCustomerData": False},
        "operator": "Equals",
        "value": {"items": [key]},
    }
    return {
        "request": {"attributes": [{"key": name} for name in attributes]},
        "conditionSet": {"operator": "And", "conditionSets": [], "conditions": [condition]},
    }


async def test_a_new_contact_is_created_and_read_back(sfmc):
    created = (
        await sfmc.call("POST", "/contacts/v1/contacts", json=_contact("c1", email="c@example.com", last="Cates"))
    ).json
    assert (created["operationStatus"], created["rowsAffected"], created["isNewContactKey"]) == ("OK", 2, True)
    assert created["hasErrors"] is False
    found = (await sfmc.call("POST", "/contacts/v1/attributes/search", json=_by_key("c1"))).json["items"]
    assert [(pair["key"], pair["value"]) for pair in found[0]["values"]] == [(EMAIL, "c@example.com"), (LAST, "Cates")]
    assert found[0]["contactID"] == created["contactID"]


async def test_a_patch_changes_the_search_by_address(sfmc):
    async def keys(address):
        body = {"ChannelAddressList": [address], "MaximumCount": 5}
        entities = (await sfmc.call("POST", "/contacts/v1/addresses/email/search", json=body)).json
        return [one["contactKey"] for one in entities["channelAddressResponseEntities"][0]["contactKeyDetails"]]

    (key,) = await keys("Jane.Doe@example.com")
    patched = await sfmc.call("PATCH", "/contacts/v1/contacts", json=_contact(key, email="jd@example.org", last="Roe"))
    assert patched.json["isNewContactKey"] is False
    assert await keys("jane.doe@example.com") == []
    assert await keys("jd@example.org") == [key]


async def test_a_shared_address_finds_every_contact_up_to_the_maximum(sfmc):
    body = {"ChannelAddressList": ["bakers@example.com", "nobody@example.com"], "MaximumCount": 5}
    entities = (await sfmc.call("POST", "/contacts/v1/addresses/email/search", json=body)).json
    counts = [len(one["contactKeyDetails"]) for one in entities["channelAddressResponseEntities"]]
    assert counts == [2, 0]
    one = (await sfmc.call("POST", "/contacts/v1/addresses/email/search", json=body | {"MaximumCount": 1})).json
    assert len(one["channelAddressResponseEntities"][0]["contactKeyDetails"]) == 1


async def test_conditions_combine_and_an_unknown_attribute_is_an_error_in_a_200(sfmc):
    search = _by_key("x")
    search["conditionSet"] = {
        "operator": "Or",
        "conditionSets": [],
        "conditions": [
            {"attribute": {"key": LAST}, "operator": "Equals", "value": {"items": ["Garcia"]}},
            {"attribute": {"key": EMAIL}, "operator": "BeginsWith", "value": {"items": ["jane.doe@"]}},
        ],
    }
    found = (await sfmc.call("POST", "/contacts/v1/attributes/search", json=search)).json["items"]
    values = {pair["value"] for one in found for pair in one["values"]}
    assert {"maria.garcia@example.com", "mgarcia82@example.com", "jane.doe@example.com"} <= values
    wrong = await sfmc.call("POST", "/contacts/v1/attributes/search", json=_by_key("x", attributes=("No.Such",)))
    assert (wrong.status, wrong.json["hasErrors"]) == (200, True)
    wrong = await sfmc.call(
        "PATCH", "/contacts/v1/contacts", json={"contactKey": "x", "attributeSets": [{"name": "No"}]}
    )
    assert (wrong.json["hasErrors"], wrong.json["resultMessages"][0]["resultCode"]) == (True, "AttributeSetNotFound")


async def test_the_key_is_required(sfmc):
    answer = await sfmc.call("POST", "/contacts/v1/contacts", json={"attributeSets": []})
    assert (answer.status, answer.json["errorcode"]) == (400, 10002)


async def test_some_contact_keys_are_addresses_and_some_are_crm_ids(sfmc):
    rowset = "/data/v1/customobjectdata/key/Customer_Master/rowset"
    rows = (await sfmc.call("GET", rowset, query={"$pagesize": 2500})).json["items"]
    keys = [row["keys"]["subscriberkey"] for row in rows]
    assert sum("@" in key for key in keys) > 20
    crm = [key for key in keys if key.startswith("003") and len(key) == 18]
    assert len(crm) > 60
    assert all(_checksum(key[:15]) == key[15:] for key in crm)


def _checksum(short):
    """Salesforce's 18-character suffix: one character for the capitals of each five."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    return "".join(
        alphabet[sum(1 << place for place, char in enumerate(short[start : start + 5]) if char.isupper())]
        for start in (0, 5, 10)
    )
