"""Every tool through the official client over HTTP; the client checks each answer against the tool's output schema."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")

CORE = {
    "sfmc_whoami",
    "sfmc_list_business_units",
    "de_list",
    "de_fields",
    "de_rows",
    "de_row_get",
    "de_rows_upsert",
    "contact_search_by_email",
    "contact_get",
    "contact_upsert",
    "subscriber_get",
    "subscriber_upsert",
    "subscriber_unsubscribe",
    "list_subscribers",
    "journey_list",
    "journey_get",
    "journey_fire_event",
    "journey_contact_membership",
    "email_send",
    "message_status",
    "asset_search",
    "asset_get",
    "automation_list",
    "tracking_events",
}
WRITING = {
    "de_rows_upsert",
    "contact_upsert",
    "subscriber_upsert",
    "subscriber_unsubscribe",
    "journey_fire_event",
    "email_send",
}
CUSTOMERS = "Customer_Master"


async def a_customer(tools):
    """A row of the customers, and its key."""
    rows = await tools.ok("de_rows", key=CUSTOMERS, page_size=1, filter="EmailAddress like '%@%'")
    return rows["items"][0]["keys"]["subscriberkey"], rows["items"][0]["values"]


async def test_the_list_is_complete_described_and_small(over_http):
    async with over_http() as tools:
        listed = await tools.client.list_tools()
    assert {tool.name for tool in listed.tools} == CORE
    assert len(listed.model_dump_json(by_alias=True, exclude_none=True)) <= 40 * 1024
    for tool in listed.tools:
        assert tool.description
        assert tool.title
        assert tool.input_schema["additionalProperties"] is False
        assert "business_unit" in tool.input_schema["properties"]
        assert tool.output_schema["type"] == "object"
        assert tool.annotations.read_only_hint is (tool.name not in WRITING)
        hints = tool.annotations
        assert None not in (hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint)


async def test_every_list_says_where_the_next_page_is(over_http):
    async with over_http() as tools:
        listed = await tools.client.list_tools()
    for tool in listed.tools:
        if "page" in tool.input_schema["properties"]:
            assert {"next_page", "cut"} <= set(tool.output_schema["required"]), tool.name


async def test_who_am_i_names_the_configured_business_unit(tenant, over_http):
    async with over_http() as tools:
        answer = await tools.ok("sfmc_whoami")
    assert answer["organization"]["member_id"] == tenant.emulator.account_id


async def test_a_call_may_name_another_business_unit(tenant, over_http):
    async with over_http() as tools:
        units = (await tools.ok("sfmc_list_business_units"))["items"]
        other = next(unit["ID"] for unit in units if unit["ID"] != str(tenant.emulator.account_id))
        answer = await tools.ok("sfmc_whoami", business_unit=other)
    assert str(answer["organization"]["member_id"]) == other


async def test_an_unknown_business_unit_is_refused(tenant, over_http):
    async with over_http() as tools:
        error = await tools.error("sfmc_whoami", business_unit="1")
    assert (error["category"], error["retryable"]) == ("authentication", False)


async def test_data_extensions_are_found_by_part_of_their_name(tenant, over_http):
    async with over_http() as tools:
        found = await tools.ok("de_list", search="Customer")
    assert CUSTOMERS in {item["key"] for item in found["items"]}


async def test_data_extensions_are_listed_by_folder(tenant, over_http):
    async with over_http() as tools:
        first = (await tools.ok("de_list", page_size=1))["items"][0]
        found = await tools.ok("de_list", category_id=first["categoryId"])
    assert {item["categoryId"] for item in found["items"]} == {first["categoryId"]}


async def test_fields_tell_the_types(tenant, over_http):
    async with over_http() as tools:
        by_key = await tools.ok("de_fields", key=CUSTOMERS)
        by_id = await tools.ok("de_fields", key=by_key["id"])
        default_key = "7D0A3B5E-8C1F-4E2A-9B7D-1F2E3D4C5B6A"  # Salesforce makes such keys; they are no object ids
        assert (await tools.ok("de_fields", key=default_key))["key"] == default_key
    types = {field["name"]: field["type"] for field in by_key["fields"]}
    assert types["EmailAddress"] == "EmailAddress"
    assert [field["name"] for field in by_key["fields"] if field["isPrimaryKey"]] == ["SubscriberKey"]
    assert by_id["fields"] == by_key["fields"]


async def test_a_key_with_special_characters_reaches_its_data_extension(tenant, over_http):
    async with over_http() as tools:
        everything = (await tools.ok("de_list", page_size=500))["items"]
        strange = [item["key"] for item in everything if set(item["key"]) & set("/&%")]
        assert strange, "the emulator has one"
        assert (await tools.ok("de_fields", key=strange[0]))["fields"]
        assert (await tools.ok("de_rows", key=strange[0]))["customObjectKey"] == strange[0]


async def test_rows_are_filtered_and_ordered(tenant, over_http):
    async with over_http() as tools:
        _, values = await a_customer(tools)
        email = values["emailaddress"].replace("'", "''")
        found = await tools.ok("de_rows", key=CUSTOMERS, filter=f"EmailAddress eq '{email}'", order_by="LastName desc")
    assert {item["values"]["emailaddress"] for item in found["items"]} == {values["emailaddress"]}


async def test_an_empty_data_extension_has_no_rows(tenant, over_http):
    async with over_http() as tools:
        everything = (await tools.ok("de_list", page_size=500))["items"]
        empty = next(item["key"] for item in everything if item["rowCount"] == 0)
        found = await tools.ok("de_rows", key=empty)
    assert (found["items"], found["next_page"], found["cut"]) == ([], None, None)


async def test_one_row_is_read_by_its_primary_key(tenant, over_http):
    async with over_http() as tools:
        key, values = await a_customer(tools)
        row = await tools.ok("de_row_get", key=CUSTOMERS, keys={"SubscriberKey": key})
        missing = await tools.error("de_row_get", key=CUSTOMERS, keys={"SubscriberKey": "no' or 1 eq 1"})
    assert row["values"] == values
    assert missing["category"] == "not_found"


async def test_rows_are_written_and_read_back(tenant, over_http):
    async with over_http() as tools:
        key, values = await a_customer(tools)
        changed = {"keys": {"SubscriberKey": key}, "values": {"LastName": "O'Neill-Ngô"}}
        new = {"keys": {"SubscriberKey": "new-1"}, "values": {"EmailAddress": "new.person@example.com"}}
        echoed = await tools.ok("de_rows_upsert", key=CUSTOMERS, rows=[changed, new])
        row = await tools.ok("de_row_get", key=CUSTOMERS, keys={"SubscriberKey": key})
        added = await tools.ok("de_row_get", key=CUSTOMERS, keys={"SubscriberKey": "new-1"})
    assert len(echoed["items"]) == 2
    assert row["values"]["lastname"] == "O'Neill-Ngô"
    assert row["values"]["emailaddress"] == values["emailaddress"]
    assert added["values"]["emailaddress"] == "new.person@example.com"


async def test_contacts_are_found_by_their_address(tenant, over_http):
    async with over_http() as tools:
        key, values = await a_customer(tools)
        found = await tools.ok("contact_search_by_email", email=values["emailaddress"])
        nobody = await tools.ok("contact_search_by_email", email="nobody.at.all@example.com")
    keys = {
        one["contactKey"] for entity in found["channelAddressResponseEntities"] for one in entity["contactKeyDetails"]
    }
    assert key in keys
    assert [one for entity in nobody["channelAddressResponseEntities"] for one in entity["contactKeyDetails"]] == []


async def test_a_contacts_attributes_are_read(tenant, over_http):
    async with over_http() as tools:
        key, values = await a_customer(tools)
        contact = await tools.ok("contact_get", contact_key=key)
        missing = await tools.error("contact_get", contact_key="no-such-contact")
    assert values["emailaddress"] in json.dumps(contact, ensure_ascii=False)
    assert missing["category"] == "not_found"


async def test_a_contact_is_created_and_updated(tenant, over_http):
    sets = {"Email Addresses": {"Email Address": "made.up@example.com", "HTML Enabled": True}}
    async with over_http() as tools:
        created = await tools.ok("contact_upsert", contact_key="contact-1", attribute_sets=sets)
        again = await tools.ok(
            "contact_upsert", contact_key="contact-1", attribute_sets={"Email Demographics": {"Last Name": "Cates"}}
        )
        found = await tools.ok("contact_search_by_email", email="made.up@example.com")
        refused = await tools.error(
            "contact_upsert", contact_key="contact-1", attribute_sets={"No Such Set": {"a": "b"}}
        )
    assert refused["category"] == "invalid_input"
    assert (created["contactKey"], created["operationStatus"]) == ("contact-1", "OK")
    assert created["isNewContactKey"] is True
    assert again["isNewContactKey"] is False
    assert "contact-1" in json.dumps(found)


async def test_a_subscriber_is_read_by_key_and_by_address(tenant, over_http):
    async with over_http() as tools:
        key, values = await a_customer(tools)
        by_key = (await tools.ok("subscriber_get", subscriber_key=key))["items"]
        by_email = (await tools.ok("subscriber_get", email=values["emailaddress"]))["items"]
        missing = await tools.error("subscriber_get", subscriber_key="nobody")
        neither = await tools.error("subscriber_get")
    assert [one["EmailAddress"] for one in by_key] == [values["emailaddress"]]
    assert by_key[0] in by_email
    assert {"Name": "First Name", "Value": values["firstname"]} in by_key[0]["Attributes"]
    assert missing["category"] == "not_found"
    assert neither["category"] == "invalid_input"


async def test_a_subscriber_is_created_updated_and_unsubscribed(tenant, over_http):
    async with over_http() as tools:
        made = await tools.ok(
            "subscriber_upsert",
            subscriber_key="sub-1",
            email="sub.one@example.com",
            attributes={"First Name": "Ann & <Bo>"},
            list_ids=[151],
        )
        await tools.ok("subscriber_upsert", subscriber_key="sub-1", attributes={"Last Name": "O'Hara"})
        await tools.ok("subscriber_unsubscribe", subscriber_key="sub-1")
        found = (await tools.ok("subscriber_get", subscriber_key="sub-1"))["items"][0]
        refused = await tools.error("subscriber_upsert", subscriber_key="sub-2", email="not an address")
        unknown = await tools.error("subscriber_unsubscribe", subscriber_key="nobody")
    assert made["StatusCode"] == "OK"
    assert made["NewID"]
    assert (found["EmailAddress"], found["Status"]) == ("sub.one@example.com", "Unsubscribed")
    assert {"Name": "First Name", "Value": "Ann & <Bo>"} in found["Attributes"]
    assert {"Name": "Last Name", "Value": "O'Hara"} in found["Attributes"]
    assert refused["category"] == "invalid_input"
    assert "not an address" not in json.dumps(refused)
    assert unknown["retryable"] is False


async def test_members_of_a_list_are_read(tenant, over_http):
    async with over_http() as tools:
        members = await tools.ok("list_subscribers", list_id=151, status="Active", page_size=500)
    assert members["items"]
    assert {(one["ListID"], one["Status"]) for one in members["items"]} == {("151", "Active")}


async def test_journeys_are_listed_and_read(tenant, over_http):
    async with over_http() as tools:
        published = await tools.ok("journey_list", status="Published")
        assert published["items"]
        assert {one["status"] for one in published["items"]} == {"Published"}
        first = published["items"][0]
        by_id = await tools.ok("journey_get", journey_id=first["id"])
        by_key = await tools.ok("journey_get", journey_key=first["key"])
        missing = await tools.error("journey_get", journey_key="no-such-key")
        both = await tools.error("journey_get", journey_id=first["id"], journey_key=first["key"])
    assert by_id["activities"]
    assert by_id["id"] == by_key["id"] == first["id"]
    assert both["category"] == "invalid_input"
    assert missing["category"] == "not_found"


async def test_a_contact_enters_a_journey_and_is_found_in_it(tenant, over_http):
    async with over_http() as tools:
        key, values = await a_customer(tools)
        event = await an_event(tools)
        fired = await tools.ok(
            "journey_fire_event", event_definition_key=event, contact_key=key, data={"Email": values["emailaddress"]}
        )
        found = await tools.ok("journey_contact_membership", contact_keys=[key, "nobody"])
        unknown = await tools.error("journey_fire_event", event_definition_key="APIEvent-none", contact_key=key)
    assert fired["eventInstanceId"]
    assert key in json.dumps(found["results"]["contactMemberships"])
    assert "nobody" in json.dumps(found["results"]["contactsNotFound"])
    assert unknown["retryable"] is False


async def an_event(tools):
    """The key of an API event some published journey begins with."""
    for listed in (await tools.ok("journey_list", status="Published"))["items"]:
        journey = await tools.ok("journey_get", journey_id=listed["id"])
        for trigger in journey["triggers"]:
            key = (trigger.get("metaData") or {}).get("eventDefinitionKey", "")
            if key.startswith("APIEvent-"):
                return key
    raise AssertionError("no published journey begins with an API event")


async def test_an_email_is_sent_and_followed(tenant, over_http):
    async with over_http() as tools:
        key, values = await a_customer(tools)
        sent = await tools.ok(
            "email_send",
            definition_key="tx_order_confirmation",
            contact_key=key,
            to=values["emailaddress"],
            attributes={"FirstName": values["firstname"]},
        )
        message = sent["responses"][0]["messageKey"]
        queued = await tools.ok("message_status", message_key=message)
        await tenant.control("POST", "clock/advance", seconds=60)
        later = await tools.ok("message_status", message_key=message)
        missing = await tools.error("message_status", message_key="no-such-message")
        again = await tools.error(
            "email_send", definition_key="no_such_definition", contact_key=key, to=values["emailaddress"]
        )
    assert queued["eventCategoryType"] == "TransactionalSendEvents.EmailQueued"
    assert later["eventCategoryType"] != queued["eventCategoryType"]
    assert later["info"]["to"] == values["emailaddress"]
    assert missing["category"] == "not_found"
    assert again["category"] in {"not_found", "invalid_input"}
    assert values["emailaddress"] not in json.dumps(again)


async def test_content_is_found_and_read_in_part_or_whole(tenant, over_http):
    async with over_http() as tools:
        found = await tools.ok("asset_search", asset_type="htmlemail", page_size=5)
        assert {one["assetType"]["name"] for one in found["items"]} == {"htmlemail"}
        first = found["items"][0]
        named = await tools.ok("asset_search", name=first["name"])
        short = await tools.ok("asset_get", asset_id=first["id"], max_content_chars=100)
        whole = await tools.ok("asset_get", asset_id=first["id"], max_content_chars=500_000)
        missing = await tools.error("asset_get", asset_id=999_999_999)
    assert first["id"] in {one["id"] for one in named["items"]}
    assert "views.html.content: 100 of" in short["cut"]
    assert whole["cut"] is None
    assert whole["views"]["html"]["content"].startswith(short["views"]["html"]["content"])
    assert len(short["views"]["html"]["content"]) == 100
    assert missing["category"] == "not_found"


async def test_automations_are_listed(tenant, over_http):
    async with over_http() as tools:
        found = await tools.ok("automation_list", page_size=5)
    assert found["items"]
    assert all(one["name"] for one in found["items"])


@pytest.mark.parametrize("kind", ["sent", "open", "click", "bounce", "unsub"])
async def test_tracking_events_are_read_by_kind(tenant, over_http, kind):
    async with over_http() as tools:
        found = await tools.ok("tracking_events", type=kind, since="2020-01-01", page_size=5)
        key = found["items"][0]["SubscriberKey"]
        own = await tools.ok("tracking_events", type=kind, subscriber_key=key)
    assert {one["SubscriberKey"] for one in own["items"]} == {key}


async def test_tracking_events_need_a_condition(tenant, over_http):
    async with over_http() as tools:
        error = await tools.error("tracking_events", type="sent")
    assert "subscriber_key" in error["message"]
    assert await tenant.requests("service.asmx") == []


async def test_tracking_events_end_before_the_given_time(tenant, over_http):
    async with over_http() as tools:
        found = await tools.ok("tracking_events", type="sent", since="2025-11-01", until="2025-12-01", page_size=2500)
    assert found["items"]
    assert all("2025-11-01" <= one["EventDate"] < "2025-12-01" for one in found["items"])
