"""Journeys: list and read them, let a contact enter one, see who is in which. It edits, starts and stops none."""

from __future__ import annotations

from typing import Any

from upstream_sfmc.api import path
from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import (
    ANYTHING,
    CELL,
    TEXT,
    WHOLE,
    fields,
    gives,
    gives_page,
    many,
    one_of,
    paged,
    takes,
    text,
)
from upstream_sfmc.tools.spec import SENDS, Call, Json, ToolSpec

JOURNEY = (
    "id",
    "key",
    "name",
    "description",
    "version",
    "status",
    "definitionId",
    "definitionType",
    "entryMode",
    "executionMode",
    "categoryId",
    "createdDate",
    "modifiedDate",
    "lastPublishedDate",
    "stats",
    "defaults",
)
STATUSES = ("Draft", "Published", "ScheduledToPublish", "Paused", "Stopped", "Deleted")


async def list_journeys(call: Call) -> Json:
    page, size = call.get("page", 1), call.get("page_size", pages.DEFAULT_PAGE_SIZE)
    query = {
        "$page": page,
        "$pageSize": size,
        "status": call.get("status"),
        "nameOrDescription": call.get("name"),
        "mostRecentVersionOnly": "true",
        "extras": "stats",
    }
    answer = await call.sfmc.rest("GET", "/interaction/v1/interactions", query=query, mid=call.mid)
    return pages.rest_page(answer, page, size, [pages.only(row, JOURNEY) for row in pages.rows(answer)])


async def get_journey(call: Call) -> Json:
    journey_id, key = call.get("journey_id"), call.get("journey_key")
    if (journey_id is None) == (key is None):
        raise Failure(Category.INVALID_INPUT, "input", "Give either journey_id or journey_key.")
    base = "/interaction/v1/interactions/"
    where = base + (path("{}", journey_id) if journey_id is not None else path("key:{}", key))
    query = {"versionNumber": call.get("version"), "extras": "all"}
    answer = await call.sfmc.rest("GET", where, query=query, mid=call.mid)
    return (
        pages.only(answer, (*JOURNEY, "activities", "triggers", "goals", "exits")) if isinstance(answer, dict) else {}
    )


async def fire_event(call: Call) -> Json:
    body = {
        "ContactKey": call.arguments["contact_key"],
        "EventDefinitionKey": call.arguments["event_definition_key"],
        "Data": call.get("data", {}),
    }
    answer = await call.sfmc.rest("POST", "/interaction/v1/events", body=body, mid=call.mid)
    return pages.only(answer, ("eventInstanceId",)) if isinstance(answer, dict) else {}


async def contact_membership(call: Call) -> Json:
    answer: Any = await call.sfmc.rest(
        "POST",
        "/interaction/v1/interactions/contactMembership",
        body={"ContactKeyList": call.arguments["contact_keys"]},
        mid=call.mid,
        is_safe=True,
    )
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, dict):
        raise Failure(Category.PROTOCOL, "membership", "The membership answer cannot be read.")
    return {"results": pages.only(results, ("contactMemberships", "contactsNotFound"))}


ONE = fields(
    id=TEXT,
    key=TEXT,
    name=TEXT,
    description=TEXT,
    version=WHOLE,
    status=TEXT,
    entryMode=TEXT,
    lastPublishedDate=TEXT,
    stats=ANYTHING,
)

TOOLS = (
    ToolSpec(
        "journey_list",
        "List journeys",
        "Journeys (newest version of each) by status or part of the name, with population statistics.",
        takes(status=one_of("Only these", *STATUSES), name=text("Part of name or description"), **paged(500)),
        gives_page("items", ONE),
        list_journeys,
    ),
    ToolSpec(
        "journey_get",
        "Read a journey",
        "One journey version with its activities (e-mails with subject and sender), triggers, goals and exits.",
        takes(
            journey_id=text("id of a version, from journey_list"),
            journey_key=text("key of the journey, the same for all versions"),
            version={"type": "integer", "minimum": 1, "description": "Default: the newest"},
        ),
        gives(
            ("id", "name", "status"),
            **ONE["properties"],
            activities={"type": "array", "items": ANYTHING},
            triggers={"type": "array", "items": ANYTHING},
        ),
        get_journey,
    ),
    ToolSpec(
        "journey_fire_event",
        "Let a contact enter a journey",
        "Fire an API entry event for one contact. Real messages may follow; firing twice may enter twice.",
        takes(
            ("event_definition_key", "contact_key"),
            event_definition_key=text("e.g. APIEvent-…, from the journey's triggers"),
            contact_key=text("Contact key"),
            data={"type": "object", "additionalProperties": CELL, "description": "Fields of the entry source"},
        ),
        gives(("eventInstanceId",), eventInstanceId=TEXT),
        fire_event,
        SENDS,
    ),
    ToolSpec(
        "journey_contact_membership",
        "Journeys of contacts",
        "For up to 50 contact keys: the journeys and versions each is in, and the keys that were not found.",
        takes(("contact_keys",), contact_keys=many(text("Contact key"))),
        gives(
            ("results",),
            results=fields(
                contactMemberships={"type": "array", "items": ANYTHING},
                contactsNotFound={"type": "array"},
            ),
        ),
        contact_membership,
    ),
)
