"""Subscribers and lists, by SOAP: read, write, unsubscribe. Values are text, as the XML carried them."""

from __future__ import annotations

from typing import Any

from upstream_sfmc import soap
from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import (
    CELLS,
    EMAIL,
    EMAIL_OR_NULL,
    TEXT,
    continued,
    fields,
    gives,
    gives_page,
    one_of,
    takes,
    text,
)
from upstream_sfmc.tools.spec import OVERWRITES, Call, Json, ToolSpec

SUBSCRIBER = ("ID", "CreatedDate", "EmailAddress", "SubscriberKey", "UnsubscribedDate", "Status", "EmailTypePreference")
MEMBERSHIP = ("ListID", "SubscriberKey", "Status", "CreatedDate")


async def get_subscriber(call: Call) -> Json:
    key, email = call.get("subscriber_key"), call.get("email")
    if (key is None) == (email is None):
        raise Failure(Category.INVALID_INPUT, "input", "Give either subscriber_key or email.")
    where = soap.Where("SubscriberKey", "equals", (key,)) if key else soap.Where("EmailAddress", "equals", (email,))
    answer = await call.sfmc.retrieve(soap.Retrieve("Subscriber", SUBSCRIBER, (where,)), mid=call.mid)
    if not answer.results:
        raise Failure(Category.NOT_FOUND, "subscriber", "No subscriber has this key or address.")
    return {"items": [_subscriber(row) for row in answer.results]}


def _subscriber(row: Json) -> Json:
    pairs: Any = row.get("Attributes") or []
    attributes = [pairs] if isinstance(pairs, dict) else [pair for pair in pairs if isinstance(pair, dict)]
    return pages.only(row, SUBSCRIBER) | {
        "Attributes": [{"Name": pair.get("Name"), "Value": pair.get("Value")} for pair in attributes]
    }


async def upsert_subscriber(call: Call) -> Json:
    attributes = [
        {"Name": name, "Value": "" if value is None else str(value)}
        for name, value in call.get("attributes", {}).items()
    ]
    lists = [{"ID": number, "Status": "Active"} for number in call.get("list_ids", [])]
    subscriber = {
        "EmailAddress": call.get("email"),
        "Attributes": attributes,
        "SubscriberKey": call.arguments["subscriber_key"],
        "Status": call.get("status"),
        "EmailTypePreference": call.get("email_type"),
        "Lists": lists,
    }
    return _written(await call.sfmc.create("Subscriber", subscriber, mid=call.mid, upsert=True))


async def unsubscribe(call: Call) -> Json:
    subscriber = {"SubscriberKey": call.arguments["subscriber_key"], "Status": "Unsubscribed"}
    return _written(await call.sfmc.update("Subscriber", subscriber, mid=call.mid))


def _written(result: Json) -> Json:
    shown = pages.only(result, ("StatusCode", "StatusMessage", "NewID"))
    echoed = result.get("Object")
    return shown | ({"Object": _subscriber(echoed)} if isinstance(echoed, dict) else {})


async def list_members(call: Call) -> Json:
    conditions = [soap.Where("ListID", "equals", (str(call.arguments["list_id"]),))]
    if call.get("status"):
        conditions.append(soap.Where("Status", "equals", (call.arguments["status"],)))
    request = soap.Retrieve(
        "ListSubscriber",
        MEMBERSHIP,
        tuple(conditions),
        batch_size=call.get("page_size", pages.DEFAULT_PAGE_SIZE),
        continue_id=call.get("page"),
    )
    answer = await call.sfmc.retrieve(request, mid=call.mid)
    return pages.soap_page(answer, [pages.only(row, MEMBERSHIP) for row in answer.results])


STATUSES = ("Active", "Bounced", "Held", "Unsubscribed", "Deleted")
PAIRS = {"type": "array", "items": fields(Name=TEXT, Value=TEXT)}
ONE = fields(
    ID=TEXT,
    SubscriberKey=TEXT,
    EmailAddress=EMAIL_OR_NULL,
    Status=TEXT,
    CreatedDate=TEXT,
    UnsubscribedDate=TEXT,
    EmailTypePreference=TEXT,
    Attributes=PAIRS,
)
RESULT = gives(("StatusCode",), StatusCode=TEXT, StatusMessage=TEXT, NewID=TEXT, Object=ONE)

TOOLS = (
    ToolSpec(
        "subscriber_get",
        "Read a subscriber",
        "All Subscribers entries with this key or e-mail address: status, dates, preference and attributes. "
        "Several subscribers may share an address.",
        takes(subscriber_key=text("Subscriber key"), email=EMAIL),
        gives(("items",), items={"type": "array", "items": ONE}),
        get_subscriber,
    ),
    ToolSpec(
        "subscriber_upsert",
        "Create or update a subscriber",
        "Write a subscriber's address, status, attributes and list memberships; created when the key is new.",
        takes(
            ("subscriber_key",),
            subscriber_key=text("Subscriber key"),
            email=EMAIL | {"description": "Required for a new subscriber"},
            status=one_of("Status on All Subscribers", "Active", "Unsubscribed"),
            email_type=one_of("Preferred format", "HTML", "Text"),
            attributes={**CELLS, "maxProperties": 50, "description": "Profile attributes by name"},
            list_ids={"type": "array", "items": {"type": "integer", "minimum": 1}, "maxItems": 50},
        ),
        RESULT,
        upsert_subscriber,
        OVERWRITES,
    ),
    ToolSpec(
        "subscriber_unsubscribe",
        "Unsubscribe a subscriber",
        "Set a subscriber to Unsubscribed on All Subscribers: no commercial e-mail is sent to them any more.",
        takes(("subscriber_key",), subscriber_key=text("Subscriber key")),
        RESULT,
        unsubscribe,
        OVERWRITES,
    ),
    ToolSpec(
        "list_subscribers",
        "Members of a list",
        "Subscriber keys on a list with their status there. next_page is an id that is good once.",
        takes(
            ("list_id",),
            list_id={"type": "integer", "minimum": 1, "description": "Numeric ID of the list"},
            status=one_of("Only members with this status", *STATUSES),
            **continued(),
        ),
        gives_page("items", fields(**dict.fromkeys(MEMBERSHIP, TEXT)), TEXT),
        list_members,
    ),
)
