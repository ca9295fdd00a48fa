"""Data extensions over REST: lists, fields, row sets, filters, order, writes."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

ROWS = "/data/v1/customobjectdata/key/{}/rowset"
CUSTOMERS = ROWS.format("Customer_Master")


async def test_the_list_needs_a_search_and_pages_what_it_finds(sfmc):
    assert (await sfmc.call("GET", "/data/v1/customobjects")).status == 400
    query = {"$search": "Salesforce", "$page": 2, "$pageSize": 2}
    body = (await sfmc.call("GET", "/data/v1/customobjects", query=query)).json
    assert (body["count"], body["page"], body["pageSize"], len(body["items"])) == (4, 2, 2, 2)


async def test_a_data_extension_tells_its_metadata_by_id(sfmc):
    listed = (await sfmc.call("GET", "/data/v1/customobjects", query={"$search": "Customer_Master"})).json["items"][0]
    one = (await sfmc.call("GET", f"/data/v1/customobjects/{listed['id']}")).json
    assert one == listed
    assert (one["rowCount"], one["fieldCount"], one["isSendable"]) == (200, 16, True)
    folder = (await sfmc.call("GET", f"/data/v1/customobjects/category/{one['categoryId']}")).json
    assert listed in folder["items"]


async def test_fields_tell_types_lengths_and_keys(sfmc):
    listed = (await sfmc.call("GET", "/data/v1/customobjects", query={"$search": "SMS_OptIn"})).json["items"][0]
    fields = (await sfmc.call("GET", f"/data/v1/customobjects/{listed['id']}/fields")).json["fields"]
    assert [(one["name"], one["type"]) for one in fields if one["isPrimaryKey"]] == [
        ("MobileNumber", "Phone"),
        ("SubscriberKey", "Text"),
    ]
    assert all(one["isNullable"] is not one["isPrimaryKey"] for one in fields)


async def test_rows_have_lower_cased_names_string_values_and_us_dates(sfmc):
    row = (await sfmc.call("GET", CUSTOMERS, query={"$pagesize": 1})).json["items"][0]
    assert list(row["keys"]) == ["subscriberkey"]
    assert all(name == name.lower() and isinstance(value, str) for name, value in row["values"].items())
    assert re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4} 12:00:00 AM", row["values"]["birthdate"])
    assert row["values"]["isactive"] in {"True", "False"}


async def test_an_empty_data_extension_has_no_items_key(sfmc):
    body = (await sfmc.call("GET", ROWS.format("Suppression_Staging"))).json
    assert body["count"] == 0
    assert "items" not in body


async def test_a_key_with_slash_ampersand_and_percent_is_reached_percent_encoded(sfmc):
    body = (await sfmc.call("GET", ROWS.format(quote("Legacy/Import & 100%", safe="")))).json
    assert body["customObjectKey"] == "Legacy/Import & 100%"
    assert body["count"] > 20


async def test_pages_follow_the_request_token_and_cover_every_row_once(sfmc):
    query = {"$pagesize": 80, "$orderBy": "EmailAddress"}
    first = (await sfmc.call("GET", CUSTOMERS, query=query)).json
    seen = [row["keys"]["subscriberkey"] for row in first["items"]]
    page = first
    while "next" in page["links"]:
        page = (await sfmc.call("GET", "/data" + page["links"]["next"])).json
        seen += [row["keys"]["subscriberkey"] for row in page["items"]]
    assert len(seen) == len(set(seen)) == first["count"] == 200


async def test_a_request_token_expires_and_belongs_to_its_business_unit(sfmc, bare):
    first = (await sfmc.call("GET", CUSTOMERS)).json
    path = f"/data/v1/customobjectdata/token/{first['requestToken']}/rowset"
    home = sfmc.token
    await bare.log_in(account_id="7203402")
    assert (await bare.call("GET", path)).status == 400
    sfmc.token = home
    await sfmc.advance(1201)
    await sfmc.log_in()
    assert (await sfmc.call("GET", path)).status == 400


async def test_a_row_set_by_id_is_the_row_set_by_key(sfmc):
    by_key = (await sfmc.call("GET", CUSTOMERS, query={"$pagesize": 3})).json
    path = f"/data/v1/customobjectdata/{by_key['customObjectId']}/rowset"
    assert (await sfmc.call("GET", path, query={"$pagesize": 3})).json["items"] == by_key["items"]


async def test_the_page_size_is_clamped_to_2500(sfmc):
    assert (await sfmc.call("GET", CUSTOMERS, query={"$pagesize": 9999})).json["pageSize"] == 2500


@pytest.mark.parametrize(
    ("condition", "accepts"),
    [
        (
            "EmailAddress eq 'mateo.o''brien@example.com'",
            lambda row: row["emailaddress"] == "mateo.o'brien@example.com",
        ),
        ('EmailAddress eq "MATEO.O\'BRIEN@example.com"', lambda row: row["lastname"] == "O'Brien"),
        ("Country ne 'US'", lambda row: row["country"] != "US"),
        ("City like 'Spring%'", lambda row: row["city"].lower().startswith("spring")),
        ("Country in ('DE', 'FR')", lambda row: row["country"] in {"DE", "FR"}),
        ("Country eq 'GB' and IsActive eq false", lambda row: (row["country"], row["isactive"]) == ("GB", "False")),
        ("(Country eq 'JP' or Country eq 'SE') and Gender eq 'F'", lambda row: row["country"] in {"JP", "SE"}),
        ("BirthDate ge '2000-01-01'", lambda row: int(row["birthdate"].split()[0].split("/")[2]) >= 2000),
        ("BirthDate lt '1/1/1960'", lambda row: int(row["birthdate"].split()[0].split("/")[2]) < 1960),
        ("LastName eq null", lambda row: row["lastname"] == ""),
    ],
)
async def test_a_filter_returns_exactly_the_rows_it_describes(sfmc, condition, accepts):
    every = (await sfmc.call("GET", CUSTOMERS, query={"$pagesize": 2500})).json["items"]
    found = (await sfmc.call("GET", CUSTOMERS, query={"$pagesize": 2500, "$filter": condition})).json
    assert 0 < found["count"] < len(every)
    assert all(accepts(row["values"]) for row in found["items"])
    if "Gender" not in condition:
        assert found["count"] == sum(accepts(row["values"]) for row in every)


async def test_numbers_compare_as_numbers(sfmc):
    query = {"$pagesize": 2500, "$filter": "Points gt 999", "$orderBy": "Points desc"}
    points = [int(row["values"]["points"]) for row in (await sfmc.call("GET", _loyalty(), query=query)).json["items"]]
    assert points
    assert min(points) > 999
    assert points == sorted(points, reverse=True)


def _loyalty() -> str:
    return ROWS.format("7D0A3B5E-8C1F-4E2A-9B7D-1F2E3D4C5B6A")


@pytest.mark.parametrize("condition", ["EmailAddress", "Nope eq 'x'", "City eq 'x' and", "(City eq 'x'", "City ~ 'x'"])
async def test_a_filter_that_cannot_be_read_is_400_with_10003(sfmc, condition):
    answer = await sfmc.call("GET", CUSTOMERS, query={"$filter": condition})
    assert (answer.status, answer.json["errorcode"]) == (400, 10003)


async def test_an_upsert_echoes_camel_case_names_and_strings_and_is_read_back(sfmc):
    row = {
        "keys": {"SubscriberKey": "k-1"},
        "values": {"EmailAddress": "new.person@example.com", "IsActive": True, "City": None},
    }
    answer = await sfmc.call("POST", "/hub/v1/dataevents/key:Customer_Master/rowset", json=[row])
    assert answer.json == [
        {
            "keys": {"subscriberKey": "k-1"},
            "values": {"emailAddress": "new.person@example.com", "isActive": "True", "city": ""},
        }
    ]
    found = (await sfmc.call("GET", CUSTOMERS, query={"$filter": "SubscriberKey eq 'k-1'"})).json
    assert found["items"][0]["values"]["emailaddress"] == "new.person@example.com"
    assert (await sfmc.call("GET", CUSTOMERS)).json["count"] == 201


async def test_an_upsert_of_an_existing_key_changes_only_what_it_names(sfmc):
    before = (await sfmc.call("GET", CUSTOMERS, query={"$pagesize": 1})).json["items"][0]
    row = {"keys": {"SubscriberKey": before["keys"]["subscriberkey"]}, "values": {"City": "Elsewhere"}}
    await sfmc.call("POST", "/hub/v1/dataevents/key:Customer_Master/rowset", json=[row])
    after = (await sfmc.call("GET", CUSTOMERS, query={"$pagesize": 1})).json
    assert after["count"] == 200
    assert after["items"][0]["values"] == before["values"] | {"city": "Elsewhere"}


async def test_put_writes_the_row_its_path_names(sfmc):
    path = "/hub/v1/dataevents/key:Preference_Center/rows/SubscriberKey:put%40example.com"
    answer = await sfmc.call("PUT", path, json={"values": {"Frequency": "Weekly"}})
    assert answer.json == {"keys": {"subscriberKey": "put@example.com"}, "values": {"frequency": "Weekly"}}
    query = {"$filter": "SubscriberKey eq 'put@example.com'"}
    assert (await sfmc.call("GET", ROWS.format("Preference_Center"), query=query)).json["count"] == 1


@pytest.mark.parametrize(
    "row",
    [
        {"keys": {}, "values": {"City": "x"}},
        {"keys": {"SubscriberKey": "k"}, "values": {"NoSuchField": "x"}},
        {"keys": {"SubscriberKey": "k"}, "values": {"EmailAddress": "no address"}},
        {"keys": {"SubscriberKey": "k"}, "values": {"BirthDate": "yesterday"}},
        {"keys": {"SubscriberKey": "k"}, "values": {"Country": "too long"}},
    ],
)
async def test_a_row_that_does_not_fit_is_refused_and_nothing_of_its_batch_is_written(sfmc, row):
    good = {"keys": {"SubscriberKey": "good"}, "values": {}}
    answer = await sfmc.call("POST", "/hub/v1/dataevents/key:Customer_Master/rowset", json=[good, row])
    assert answer.status == 400
    assert (await sfmc.call("GET", CUSTOMERS)).json["count"] == 200


async def test_a_batch_of_more_than_50_rows_is_refused(sfmc):
    rows = [{"keys": {"SubscriberKey": f"k{n}"}, "values": {}} for n in range(51)]
    assert (await sfmc.call("POST", "/hub/v1/dataevents/key:Customer_Master/rowset", json=rows)).status == 400
