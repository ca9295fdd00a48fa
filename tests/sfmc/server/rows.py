"""Every tool's arguments for every case, as data: one row a tool. `test_every_tool` makes the calls.

A case that a tool cannot have is a written reason instead of arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

Args = dict[str, Any]
Seeds = SimpleNamespace
"""Keys and ids of the emulated tenant, found by calling tools."""
Given = Callable[[Seeds], Args]

LIST = "no list"
WRITES = "it gives back what it wrote"
ONE = "one thing or not found"
LOCAL = "it makes no call"


@dataclass(frozen=True)
class Row:
    happy: Given
    seen: Callable[[Any, Seeds], Any]
    """Something true of the happy result."""
    bad: Args
    """Arguments the schema or the tool refuses; laid over the happy ones."""
    told: str
    """Where the refusal says the fault is."""
    paged: Given | str = LIST
    """Arguments with a page_size of which there is a second page."""
    empty: Given | str = LIST
    missing: Given | str = "a list: what is not there is not in it"
    before: tuple[tuple[str, Given], ...] = ()
    """Calls that make what this one needs."""
    scope: str = ""
    """Why no scope is needed, if none is."""
    calls: str = ""
    """Why no call is made, if none is: then there is nothing to fail."""


def nothing(_: Seeds) -> Args:
    return {}


def of(**arguments: Any) -> Given:
    return lambda _: arguments


def confirmed(given: Given) -> Given:
    return lambda s: given(s) | {"confirm": True}


SPARE = "made for a test"
SPARE_FIELDS = [
    {"name": "Id", "type": "Text", "length": 50, "isPrimaryKey": True},
    {"name": "Address", "type": "EmailAddress"},
]
MAKE_SPARE = ("de_create", of(name=SPARE, key="spare", category_id=516016, fields=SPARE_FIELDS))
FILL_SPARE = ("de_rows_upsert", of(key="spare", rows=[{"keys": {"Id": "1"}, "values": {"Address": "a@example.com"}}]))
NEVER = "2001-01-01"
NO_GUID = "00000000-0000-4000-8000-000000000000"

ROWS: dict[str, Row] = {
    # account
    "sfmc_whoami": Row(
        nothing,
        lambda r, s: str(r["organization"]["member_id"]) == s.mid,
        {"business_unit": "x"},
        "/business_unit: pattern",
        missing="there is always a user",
        scope="any token tells whose it is",
    ),
    "sfmc_list_business_units": Row(
        nothing,
        lambda r, s: s.mid in {one["ID"] for one in r["items"]},
        {"page_size": 0},
        "/page_size: minimum",
        paged=of(page_size=1),
        empty="a package is installed in one at least",
    ),
    "sfmc_describe_object": Row(
        of(object_type="Subscriber"),
        lambda r, _: "EmailAddress" in {one["Name"] for one in r["Properties"]},
        {"object_type": ""},
        "/object_type: minLength",
        paged=of(object_type="Subscriber", page_size=2),
        empty="an object has properties",
        missing=of(object_type="NoSuchObject"),
        scope="descriptions are nobody's data",
    ),
    # data extensions
    "de_list": Row(
        of(search="Customer"),
        lambda r, s: s.extension in {one["key"] for one in r["items"]},
        {"page": 0},
        "/page: minimum",
        paged=of(page_size=2),
        empty=of(search="no such name"),
    ),
    "de_get": Row(
        lambda s: {"key": s.extension},
        lambda r, _: r["fieldCount"] > 3,
        {"key": 7},
        "/key: type",
        missing=of(key="no/such & key%"),
    ),
    "de_fields": Row(
        lambda s: {"key": s.extension},
        lambda r, _: "EmailAddress" in {one["type"] for one in r["fields"]},
        {"key": ""},
        "/key: minLength",
        missing=of(key=NO_GUID),
    ),
    "de_rows": Row(
        lambda s: {"key": s.extension, "page_size": 5},
        lambda r, _: len(r["items"]) == 5,
        {"page_size": 2501},
        "/page_size: maximum",
        paged=lambda s: {"key": s.extension, "page_size": 7},
        empty=lambda s: {"key": s.extension, "filter": "EmailAddress eq 'nobody@example.com'"},
        missing=of(key="nothing"),
    ),
    "de_row_get": Row(
        lambda s: {"key": s.extension, "keys": {"SubscriberKey": s.contact}},
        lambda r, s: r["keys"]["subscriberkey"] == s.contact,
        {"keys": {}},
        "/keys: minProperties",
        missing=lambda s: {"key": s.extension, "keys": {"SubscriberKey": "nobody"}},
    ),
    "de_rows_upsert": Row(
        lambda s: {
            "key": s.extension,
            "rows": [{"keys": {"SubscriberKey": "n"}, "values": {"EmailAddress": "n@example.com"}}],
        },
        lambda r, _: r["items"][0]["values"]["emailAddress"] == "n@example.com",
        {"rows": []},
        "/rows: minItems",
        empty=WRITES,
        missing=lambda s: {"key": "nothing", "rows": [{"keys": {"a": 1}, "values": {"b": 2}}]},
    ),
    "folder_list": Row(
        nothing,
        lambda r, _: all(one["ContentType"] == "dataextension" for one in r["items"]) and r["items"],
        {"parent_id": -1},
        "/parent_id: minimum",
        paged=of(page_size=1),
        empty=of(content_type="nosuchtype"),
    ),
    "de_rows_upsert_async": Row(
        lambda s: {"key": s.extension, "rows": [{"SubscriberKey": "n2", "EmailAddress": "n2@example.com"}]},
        lambda r, _: r["requestId"],
        {"rows": [{}]},
        "/rows: minProperties",
        empty=WRITES,
        missing=of(key="nothing", rows=[{"a": 1}]),
    ),
    "async_status": Row(
        lambda s: {"request_id": s.answers["de_rows_upsert_async"]["requestId"]},
        lambda r, _: r["status"]["requestStatus"] in {"Pending", "Executing", "Complete"},
        {"request_id": ""},
        "/request_id: minLength",
        before=(
            (
                "de_rows_upsert_async",
                lambda s: {
                    "key": s.extension,
                    "insert_only": True,
                    "rows": [{"SubscriberKey": one, "EmailAddress": "n3@example.com"} for one in s.contacts[:3]],
                },
            ),
        ),
        paged=lambda s: {"request_id": s.answers["de_rows_upsert_async"]["requestId"], "page_size": 2},
        empty=lambda s: {"request_id": s.answers["de_rows_upsert_async"]["requestId"], "page": 9},
        missing=of(request_id=NO_GUID),
    ),
    "de_row_delete": Row(
        confirmed(lambda s: {"key": s.extension, "keys": {"SubscriberKey": s.contact}}),
        lambda r, s: r["items"][0]["keys"]["subscriberKey"] == s.contact,
        {"keys": "x"},
        "/keys: type",
        empty=WRITES,
        missing=confirmed(lambda s: {"key": s.extension, "keys": {"SubscriberKey": "nobody"}}),
    ),
    "de_create": Row(
        of(name="Another", category_id=516016, fields=SPARE_FIELDS),
        lambda r, _: r["fieldCount"] == 2 and r["isSendable"] is False,
        {"fields": [{"name": "a", "type": "Colour"}]},
        "/fields: enum",
        missing="nothing is looked for",
    ),
    "de_add_fields": Row(
        lambda s: {"key": s.extension, "fields": [{"name": "Shoe size", "type": "Number"}]},
        lambda r, _: r["requestId"],
        {"fields": []},
        "/fields: minItems",
        missing=of(key="nothing", fields=[{"name": "a", "type": "Date"}]),
    ),
    "de_clear": Row(
        confirmed(of(key="spare")),
        lambda r, _: r["cleared"] is True,
        {"colour": 1},
        "/: an argument",
        before=(MAKE_SPARE, FILL_SPARE),
        missing=confirmed(of(key="nothing")),
    ),
    "de_delete": Row(
        confirmed(of(key="spare")),
        lambda r, _: r["deleted"] is True,
        {"key": "x" * 401},
        "/key: maxLength",
        before=(MAKE_SPARE, FILL_SPARE),
        missing=confirmed(of(key="nothing")),
    ),
    # contacts
    "contact_search_by_email": Row(
        lambda s: {"email": s.email},
        lambda r, _: r["channelAddressResponseEntities"][0]["contactKeyDetails"],
        {"maximum_count": 201},
        "/maximum_count: maximum",
        paged="SFMC takes a largest number and no page",
        empty=of(email="nobody@example.com"),
    ),
    "contact_search": Row(
        lambda s: {"conditions": [{"attribute": "Contact.Contact Key", "operator": "Equals", "values": [s.contact]}]},
        lambda r, s: r["items"][0]["contactKey"] == s.contact,
        {"conditions": []},
        "/conditions: minItems",
        paged=of(
            conditions=[{"attribute": "Email Addresses.Email Address", "operator": "Contains", "values": ["@"]}],
            page_size=2,
        ),
        empty=of(conditions=[{"attribute": "Contact.Contact Key", "operator": "Equals", "values": ["nobody"]}]),
    ),
    "contact_get": Row(
        lambda s: {"contact_key": s.contact},
        lambda r, _: r["items"][0]["values"],
        {"attributes": []},
        "/attributes: minItems",
        missing=of(contact_key="nobody"),
    ),
    "contact_upsert": Row(
        lambda s: {"contact_key": s.contact, "attribute_sets": {"Email Demographics": {"Last Name": "Cates"}}},
        lambda r, _: r["operationStatus"] == "OK",
        {"attribute_sets": {}},
        "/attribute_sets: minProperties",
        missing="it is created then",
    ),
    "contact_delete": Row(
        confirmed(lambda s: {"contact_keys": [s.contact]}),
        lambda r, _: r["operationInitiated"] is True,
        {"contact_keys": ["x"] * 51},
        "/contact_keys: maxItems",
        missing="SFMC takes keys it does not know",
    ),
    "contact_delete_status": Row(
        of(since="2020-01-01", until="2100-01-01"),
        lambda r, _: r["operations"][0]["operationId"],
        {"since": "yesterday"},
        "/since: pattern",
        before=tuple(
            ("contact_delete", lambda s, n=n: {"contact_keys": [s.contacts[n]], "confirm": True}) for n in (1, 2, 3)
        ),
        paged=of(since="2020-01-01", until="2100-01-01", page_size=1),
        empty=of(since="2020-01-01", until="2100-01-01", page=9),
    ),
    "contact_preferences": Row(
        lambda s: {"contact_key": s.contact},
        lambda r, _: r["value"]["hasOptedOutTracking"] is False,
        {"contact_key": None},
        "/contact_key: type",
        missing=of(contact_key="nobody"),
    ),
    "email_validate": Row(
        of(email="someone@example.com"),
        lambda r, _: r["valid"] in {True, False},
        {"validators": ["Telepathy"]},
        "/validators: enum",
        missing="any address may be asked about",
    ),
    # subscribers
    "subscriber_get": Row(
        lambda s: {"subscriber_key": s.contact},
        lambda r, s: r["items"][0]["EmailAddress"] == s.email,
        {"email": "b@example.com"},
        "Give either",
        missing=of(subscriber_key="nobody"),
        empty=ONE,
    ),
    "subscriber_search": Row(
        of(email="%@example.com", page_size=3),
        lambda r, _: len(r["items"]) == 3,
        {"status": "Asleep"},
        "/status: enum",
        paged=of(email="%@example.com", page_size=3),
        empty=of(email="nobody@example.com"),
    ),
    "subscriber_upsert": Row(
        of(subscriber_key="n4", email="n4@example.com", list_ids=[151]),
        lambda r, _: r["StatusCode"] == "OK",
        {"email_type": "Papyrus"},
        "/email_type: enum",
        missing="it is created then",
    ),
    "subscriber_unsubscribe": Row(
        lambda s: {"subscriber_key": s.contact},
        lambda r, _: r["StatusCode"] == "OK",
        {"subscriber_key": "a\x00b"},
        "XML",
        missing="SFMC's code for it is not known: invalid_input",
    ),
    "list_subscribers": Row(
        of(list_id=151, page_size=3),
        lambda r, _: len(r["items"]) == 3,
        {"list_id": 0},
        "/list_id: minimum",
        paged=of(list_id=151, page_size=3),
        empty=of(list_id=999_999),
    ),
    "list_list": Row(
        nothing,
        lambda r, _: "23" in {one["ID"] for one in r["items"]},
        {"classification": "Secret"},
        "/classification: enum",
        paged=of(page_size=2),
        empty="there is always All Subscribers",
    ),
    "list_add_subscriber": Row(
        lambda s: {"subscriber_key": s.contact, "list_id": 151},
        lambda r, _: r["StatusCode"] == "OK",
        {"list_id": "151"},
        "/list_id: type",
        missing="SFMC's code for it is not known: invalid_input",
    ),
    # journeys
    "journey_list": Row(
        nothing,
        lambda r, _: r["items"][0]["stats"],
        {"status": "Lost"},
        "/status: enum",
        paged=of(page_size=2),
        empty=of(name="no such name"),
    ),
    "journey_get": Row(
        lambda s: {"journey_key": s.journey["key"]},
        lambda r, _: r["activities"] and r["triggers"],
        {"version": 0},
        "/version: minimum",
        missing=of(journey_id=NO_GUID),
    ),
    "journey_versions_diff": Row(
        lambda s: {"journey_key": s.journey["key"], "version": 1, "other_version": s.journey["version"]},
        lambda r, _: isinstance(r["changed"], list),
        {"version": "one"},
        "/version: type",
        empty=lambda s: {"journey_key": s.journey["key"], "version": 1, "other_version": 1},
        missing=of(journey_key="nothing", version=1, other_version=2),
    ),
    "journey_stats": Row(
        lambda s: {"journey_id": s.journey["id"]},
        lambda r, _: r["stats"]["currentPopulation"] >= 0,
        {"journey_key": "both"},
        "Give either",
        missing=of(journey_id=NO_GUID),
    ),
    "journey_audit": Row(
        lambda s: {"journey_id": s.journey["id"]},
        lambda r, _: r["items"][0]["user"]["name"],
        {"action": "guess"},
        "/action: enum",
        paged=lambda s: {"journey_id": s.journey["id"], "page_size": 1},
        empty=lambda s: {"journey_id": s.journey["id"], "page": 99},
        missing=of(journey_id=NO_GUID),
    ),
    "event_definition_list": Row(
        nothing,
        lambda r, s: s.event_key in {one["eventDefinitionKey"] for one in r["items"]},
        {"page_size": 501},
        "/page_size: maximum",
        paged=of(page_size=2),
        empty=of(name="no such name"),
    ),
    "journey_contact_membership": Row(
        lambda s: {"contact_keys": [s.contact, "nobody"]},
        lambda r, _: r["results"]["contactsNotFound"] == ["nobody"],
        {"contact_keys": "x"},
        "/contact_keys: type",
        empty=of(contact_keys=["nobody"]),
        missing="it names the keys that were not found",
    ),
    "journey_fire_event": Row(
        lambda s: {"event_definition_key": s.event_key, "contact_key": s.contact, "data": {"Email": s.email}},
        lambda r, _: r["eventInstanceId"],
        {"data": {"a": {"deep": 1}}},
        "/data: type",
        missing="SFMC says that the request is invalid",
    ),
    "journey_contact_exit": Row(
        lambda s: {"journey_key": s.journey["key"], "contact_keys": [s.contact]},
        lambda r, _: r["errors"] == [],
        {"contact_keys": []},
        "/contact_keys: minItems",
        empty=WRITES,
        missing="the answer names what it could not do, or does not",
    ),
    "journey_set_state": Row(
        confirmed(lambda s: {"journey_id": s.journey["id"], "version": s.journey["version"], "action": "pause"}),
        lambda r, _: r["action"] == "pause",
        {"action": "delete"},
        "/action: enum",
        missing=confirmed(of(journey_id=NO_GUID, version=1, action="stop")),
    ),
    # messaging
    "email_send": Row(
        lambda s: {"definition_key": s.definition, "contact_key": s.contact, "to": s.email, "message_key": "m-1"},
        lambda r, _: r["responses"][0]["messageKey"] == "m-1",
        {"attributes": []},
        "/attributes: type",
        missing=lambda s: {"definition_key": "nothing", "contact_key": s.contact, "to": s.email},
    ),
    "message_status": Row(
        of(message_key="m-2"),
        lambda r, _: r["info"]["messageKey"] == "m-2",
        {"channel": "smoke"},
        "/channel: enum",
        before=(
            (
                "email_send",
                lambda s: {
                    "definition_key": s.definition,
                    "contact_key": s.contact,
                    "to": s.email,
                    "message_key": "m-2",
                },
            ),
        ),
        missing=of(message_key="nothing"),
    ),
    "messages_not_sent": Row(
        nothing,
        lambda r, _: r["messages"][0]["statusCode"],
        {"page_size": 0},
        "/page_size: minimum",
        paged=of(page_size=1),
        empty=lambda s: {"business_unit": s.other_mid},
    ),
    "transactional_definition_list": Row(
        nothing,
        lambda r, s: s.definition in {one["definitionKey"] for one in r["definitions"]},
        {"status": "Great"},
        "/status: enum",
        paged=of(page_size=2),
        empty=of(page=99),
    ),
    "transactional_definition_get": Row(
        lambda s: {"definition_key": s.definition},
        lambda r, _: r["content"],
        {"definition_key": 1},
        "/definition_key: type",
        missing=of(definition_key="nothing"),
    ),
    "sms_send": Row(
        lambda s: {
            "definition_key": s.sms_definition,
            "contact_key": s.contact,
            "to": "15555550100",
            "message_key": "s-1",
        },
        lambda r, _: r["responses"][0]["messageKey"] == "s-1",
        {"to": "+1 555"},
        "/to: pattern",
        missing=lambda s: {"definition_key": "nothing", "contact_key": s.contact, "to": "15555550100"},
    ),
    "triggered_send": Row(
        lambda s: {"definition_key": s.triggered, "subscriber_key": s.contact, "to": s.email},
        lambda r, _: r["responses"][0]["recipientSendId"],
        {"to": 5},
        "/to: type",
        missing=lambda s: {"definition_key": "nothing", "subscriber_key": s.contact, "to": s.email},
    ),
    "triggered_send_list": Row(
        nothing,
        lambda r, s: s.triggered in {one["CustomerKey"] for one in r["items"]},
        {"status": "Great"},
        "/status: enum",
        paged=of(page_size=2),
        empty=lambda s: {"business_unit": s.other_mid},
    ),
    "triggered_send_summary": Row(
        lambda s: {"definition_key": s.triggered},
        lambda r, _: int(r["Sent"]) >= 0,
        {"definition_key": ""},
        "/definition_key: minLength",
        missing=of(definition_key="nothing"),
    ),
    # content
    "asset_search": Row(
        of(asset_type="htmlemail"),
        lambda r, _: {one["assetType"]["name"] for one in r["items"]} == {"htmlemail"},
        {"category_id": "x"},
        "/category_id: type",
        paged=of(page_size=5),
        empty=of(name="no such name"),
    ),
    "asset_get": Row(
        lambda s: {"asset_id": s.asset},
        lambda r, _: r["views"]["html"]["content"],
        {"max_content_chars": 5},
        "/max_content_chars: minimum",
        missing=of(asset_id=1),
    ),
    "asset_create": Row(
        of(name="A block", asset_type="htmlblock", content="<p>%%FirstName%%</p>"),
        lambda r, _: r["id"] and r["name"] == "A block",
        {"name": ""},
        "/name: minLength",
        missing="nothing is looked for",
    ),
    "asset_update": Row(
        lambda s: {"asset_id": s.asset, "name": "Renamed"},
        lambda r, _: r["name"] == "Renamed",
        {"asset_id": 0},
        "/asset_id: minimum",
        missing=of(asset_id=1, name="Renamed"),
    ),
    # automation
    "automation_list": Row(
        nothing,
        lambda r, _: r["items"][0]["status"],
        {"page": "two"},
        "/page: type",
        paged=of(page_size=3),
        empty=of(page=99),
    ),
    "automation_get": Row(
        lambda s: {"automation_id": s.automation},
        lambda r, _: r["steps"][0]["activities"],
        {"automation_id": ".."},
        "empty or a path",
        missing=of(automation_id=NO_GUID),
    ),
    "automation_run": Row(
        confirmed(lambda s: {"automation_id": s.automation}),
        lambda r, _: r["started"] is True,
        {"automation_id": 5},
        "/automation_id: type",
        missing=confirmed(of(automation_id=NO_GUID)),
    ),
    "query_list": Row(
        nothing,
        lambda r, s: s.query in {one["queryDefinitionId"] for one in r["items"]},
        {"page_size": 0},
        "/page_size: minimum",
        paged=of(page_size=3),
        empty=of(page=99),
    ),
    "query_get": Row(
        lambda s: {"query_id": s.query},
        lambda r, _: "select" in r["queryText"].casefold(),
        {"query_id": ""},
        "/query_id: minLength",
        missing=of(query_id=NO_GUID),
    ),
    "query_validate": Row(
        of(query_text="SELECT TOP 5 EmailAddress FROM [Customer Master] WHERE Name = 'O''Brien' ORDER BY EmailAddress"),
        lambda r, _: r == {"valid": True, "problems": []},
        {"query_text": ""},
        "/query_text: minLength",
        empty="it gives back problems or none",
        missing=LOCAL,
        scope=LOCAL,
        calls=LOCAL,
    ),
    "query_run": Row(
        confirmed(lambda s: {"query_id": s.query}),
        lambda r, _: r["started"] is True,
        {"confirm": "yes"},
        "/confirm: type",
        missing=confirmed(of(query_id=NO_GUID)),
    ),
    # tracking
    "tracking_events": Row(
        of(type="bounce", since="2020-01-01"),
        lambda r, _: r["items"][0]["SMTPReason"],
        {"since": "2020"},
        "/since: pattern",
        paged=of(type="sent", since="2020-01-01", page_size=3),
        empty=of(type="open", subscriber_key="nobody"),
    ),
    "send_list": Row(
        nothing,
        lambda r, _: r["items"][0]["Subject"],
        {"until": "soon"},
        "/until: pattern",
        paged=of(page_size=2),
        empty=of(email_name="no such name"),
    ),
    "send_summary": Row(
        lambda s: {"job_id": s.job},
        lambda r, _: int(r["NumberSent"]) > 0,
        {"job_id": 0},
        "/job_id: minimum",
        missing=of(job_id=999_999_999),
    ),
    # audit
    "campaign_list": Row(
        nothing,
        lambda r, _: isinstance(r["items"][0]["id"], str),
        {"page_size": 999},
        "/page_size: maximum",
        paged=of(page_size=2),
        empty=of(page=99),
    ),
    "audit_events": Row(
        nothing,
        lambda r, _: r["items"][0]["employee"]["employeeName"],
        {"since": "x"},
        "/since: pattern",
        paged=of(page_size=2),
        empty=of(until=NEVER),
    ),
    "security_events": Row(
        nothing,
        lambda r, _: r["items"][0]["ipAddress"],
        {"until": "x"},
        "/until: pattern",
        paged=of(page_size=2),
        empty=of(until=NEVER),
    ),
}
"""In the order of the server's list."""
