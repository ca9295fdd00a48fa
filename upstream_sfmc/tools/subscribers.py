"""Subscribers and lists, by SOAP: read, write, unsubscribe. Values are text, as the XML carried them."""

from __future__ import annotations

from typing import Any

from upstream_sfmc import soap
from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import (
    CELLS,
    DATE,
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
LIST = ("ID", "CustomerKey", "ListName", "Category", "Type", "Description", "ListClassification", "CreatedDate")
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


async def search_subscribers(call: Call) -> Json:
    where = []
    if call.get("email"):
        where.append(soap.Where("EmailAddress", "like", (call.arguments["email"],)))
    if call.get("status"):
        where.append(soap.Where("Status", "equals", (call.arguments["status"],)))
    if call.get("created_since"):
        where.append(soap.Where("CreatedDate", "greaterThanOrEqual", (call.arguments["created_since"],), is_date=True))
    if call.get("unsubscribed_since"):
        since = call.arguments["unsubscribed_since"]
        where.append(soap.Where("UnsubscribedDate", "greaterThanOrEqual", (since,), is_date=True))
    answer = await call.sfmc.retrieve(pages.soap_request(call, "Subscriber", SUBSCRIBER, where), mid=call.mid)
    return pages.soap_page(answer, [_subscriber(row) for row in answer.results])


async def list_lists(call: Call) -> Json:
    where = (
        [soap.Where("ListClassification", "equals", (call.arguments["classification"],))]
        if call.get("classification")
        else []
    )
    answer = await call.sfmc.retrieve(pages.soap_request(call, "List", LIST, where), mid=call.mid)
    return pages.soap_page(answer, [pages.only(row, LIST) for row in answer.results])


async def add_to_list(call: Call) -> Json:
    subscriber = {
        "EmailAddress": call.get("email"),
        "SubscriberKey": call.arguments["subscriber_key"],
        "Lists": [{"ID": call.arguments["list_id"], "Status": call.get("status", "Active")}],
    }
    return _written(await call.sfmc.create("Subscriber", subscriber, mid=call.mid, upsert=True))


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
    request = pages.soap_request(call, "ListSubscriber", MEMBERSHIP, conditions)
    answer = await call.sfmc.retrieve(request, mid=call.mid)
    return pages.soap_page(answer, [pages.only(row, MEMBERSHIP) for row in answer.results])


READ, WRITE = ("list_and_subscribers_read",), ("list_and_subscribers_write",)
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
        scopes=READ,
    ),
    ToolSpec(
        "subscriber_search",
        "Search subscribers",
        "All Subscribers entries by address (with % as wildcard), status or date. next_page is an id that is good once.",
        takes(
            email=text("Address or part of it with %, e.g. %@example.com"),
            status=one_of("Only with this status", *STATUSES),
            created_since=DATE | {"description": "Created from this moment"},
            unsubscribed_since=DATE | {"description": "Unsubscribed from this moment"},
            **continued(),
        ),
        gives_page("items", ONE, TEXT),
        search_subscribers,
        scopes=READ,
        rows="items",
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
        (*READ, *WRITE),
    ),
    ToolSpec(
        "subscriber_unsubscribe",
        "Unsubscribe a subscriber",
        "Set a subscriber to Unsubscribed on All Subscribers: no commercial e-mail is sent to them any more.",
        takes(("subscriber_key",), subscriber_key=text("Subscriber key")),
        RESULT,
        unsubscribe,
        OVERWRITES,
        (*READ, *WRITE),
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
        scopes=READ,
        rows="items",
    ),
    ToolSpec(
        "list_list",
        "List lists",
        "Subscriber, publication and suppression lists with their IDs.",
        takes(
            classification=one_of("Only these", "ExactTargetList", "PublicationList", "SuppressionList"), **continued()
        ),
        gives_page("items", fields(**dict.fromkeys(LIST, TEXT)), TEXT),
        list_lists,
        scopes=READ,
        rows="items",
    ),
    ToolSpec(
        "list_add_subscriber",
        "Put a subscriber on a list",
        "Put a subscriber on a list, or change their status on it. A new subscriber needs email too.",
        takes(
            ("subscriber_key", "list_id"),
            subscriber_key=text("Subscriber key"),
            list_id={"type": "integer", "minimum": 1, "description": "Numeric ID of the list"},
            email=EMAIL,
            status=one_of("Status on the list; default: Active", "Active", "Unsubscribed"),
        ),
        RESULT,
        add_to_list,
        OVERWRITES,
        (*READ, *WRITE),
    ),
)
