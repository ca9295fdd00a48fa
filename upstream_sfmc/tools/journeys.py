"""Journeys: list and read them, compare versions, see who is in which and what was done to them.

What changes a journey or lets a contact enter or leave is in `journey_changes`.
"""

from __future__ import annotations

import json
from typing import Any

from upstream_sfmc.api import path
from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import (
    ANYTHING,
    CELL,
    NUMBER,
    TEXT,
    WHOLE,
    fields,
    gives,
    gives_page,
    identifier,
    listed,
    many,
    one_of,
    paged,
    takes,
    text,
)
from upstream_sfmc.tools.spec import Call, Json, ToolSpec

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
EVENT_DEFINITION = (
    "id",
    "eventDefinitionKey",
    "name",
    "description",
    "type",
    "mode",
    "dataExtensionId",
    "dataExtensionName",
    "interactionCount",
    "sourceApplicationExtensionId",
    "isVisibleInPicker",
    "createdDate",
    "modifiedDate",
)
BASE = "/interaction/v1/interactions"
NO_JOURNEY = {Category.NOT_FOUND: "No journey has this id, key or version; journey_list finds them."}
STATUSES = ("Draft", "Published", "ScheduledToPublish", "Paused", "Stopped", "Deleted")


async def list_journeys(call: Call) -> Json:
    page, size = pages.asked(call)
    query = {
        "$page": page,
        "$pageSize": size,
        "status": call.get("status"),
        "nameOrDescription": call.get("name"),
        "mostRecentVersionOnly": "true",
        "extras": "stats",
    }
    answer = await call.sfmc.rest("GET", BASE, query=query, mid=call.mid)
    return pages.rest_page(answer, page, size, [pages.only(row, JOURNEY) for row in pages.rows(answer)])


async def get_journey(call: Call) -> Json:
    answer = await one_version(call, call.get("version"), "all")
    return pages.only(answer, (*JOURNEY, "activities", "triggers", "goals", "exits"))


async def one_version(call: Call, version: int | None, extras: str) -> Json:
    query = {"versionNumber": version, "extras": extras}
    answer = await call.sfmc.rest("GET", address(call), query=query, mid=call.mid, advice=NO_JOURNEY)
    return pages.record(answer, "journey")


def address(call: Call, suffix: str = "") -> str:
    """Where the journey is that the caller names in one of two ways."""
    journey_id, key = call.get("journey_id"), call.get("journey_key")
    if (journey_id is None) == (key is None):
        raise Failure(Category.INVALID_INPUT, "input", "Give either journey_id or journey_key.")
    return BASE + (path("/{}", journey_id) if journey_id is not None else path("/key:{}", key)) + suffix


async def diff_versions(call: Call) -> Json:
    key = call.arguments["journey_key"]
    older, newer = [await one_version(call, call.arguments[name], "all") for name in ("version", "other_version")]
    one, other = _parts(older), _parts(newer)
    changed = [
        {"part": name, "fields": _changed(one[name], other[name])}
        for name in sorted(one.keys() & other.keys())
        if one[name] != other[name]
    ]
    return {
        "key": key,
        "version": call.arguments["version"],
        "other_version": call.arguments["other_version"],
        "added": sorted(other.keys() - one.keys()),
        "removed": sorted(one.keys() - other.keys()),
        "changed": changed[:DIFFERENCES],
        "cut": f"{DIFFERENCES} of {len(changed)} changed parts shown" if len(changed) > DIFFERENCES else None,
    }


DIFFERENCES = 200


def _parts(journey: Json) -> dict[str, Json]:
    """What can be compared by name: the settings, and each activity and trigger by its key."""
    parts: dict[str, Json] = {
        "settings": pages.only(journey, ("name", "description", "entryMode", "status", "goals", "exits"))
    }
    for kind in ("activities", "triggers"):
        for place, row in enumerate(pages.rows(journey, kind)):
            named = row.get("key") or row.get("name") or place
            parts[f"{kind}/{named}"] = {name: value for name, value in row.items() if name not in {"id", "stats"}}
    return parts


def _changed(one: Any, other: Any, pointer: str = "") -> list[Json]:
    if isinstance(one, dict) and isinstance(other, dict):
        names = sorted(one.keys() | other.keys())
        return [change for name in names for change in _changed(one.get(name), other.get(name), f"{pointer}/{name}")]
    if one == other:
        return []
    return [{"pointer": pointer, "before": _shown(one), "after": _shown(other)}]


def _shown(value: Any) -> Any:
    return (
        value if value is None or isinstance(value, str | int | float | bool) else json.dumps(value, ensure_ascii=False)
    )


async def stats(call: Call) -> Json:
    answer = await one_version(call, call.get("version"), "stats")
    return pages.only(answer, ("id", "key", "name", "version", "status", "stats", "lastPublishedDate"))


async def read_audit(call: Call) -> Json:
    page, size = pages.asked(call)
    query = {"$page": page, "$pageSize": size, "versionNumber": call.get("version")}
    where = address(call, path("/audit/{}", call.get("action", "all")))
    answer = await call.sfmc.rest("GET", where, query=query, mid=call.mid, advice=NO_JOURNEY)
    return pages.rest_page(answer, page, size, pages.rows(answer))


async def list_event_definitions(call: Call) -> Json:
    page, size = pages.asked(call)
    query = {"$page": page, "$pageSize": size, "name": call.get("name")}
    answer = await call.sfmc.rest("GET", "/interaction/v1/eventDefinitions", query=query, mid=call.mid)
    return pages.rest_page(answer, page, size, [pages.only(row, EVENT_DEFINITION) for row in pages.rows(answer)])


async def contact_membership(call: Call) -> Json:
    answer: Any = await call.sfmc.rest(
        "POST",
        BASE + "/contactMembership",
        body={"ContactKeyList": call.arguments["contact_keys"]},
        mid=call.mid,
        is_safe=True,
    )
    results = pages.record(pages.record(answer, "membership").get("results"), "membership")
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

READ = ("journeys_read",)
WHICH = {
    "journey_id": text("id of a version, from journey_list"),
    "journey_key": text("key of the journey, the same for all versions"),
}
VERSION = {"type": "integer", "minimum": 1, "description": "Default: the newest"}

TOOLS = (
    ToolSpec(
        "journey_list",
        "List journeys",
        "Journeys (newest version of each) by status or part of the name, with population statistics.",
        takes(status=one_of("Only these", *STATUSES), name=text("Part of name or description"), **paged(500)),
        gives_page("items", ONE),
        list_journeys,
        scopes=READ,
        rows="items",
    ),
    ToolSpec(
        "journey_get",
        "Read a journey",
        "One journey version with its activities (e-mails with subject and sender), triggers, goals and exits.",
        takes(**WHICH, version=VERSION),
        gives(
            ("id", "name", "status"),
            **ONE["properties"],
            activities={"type": "array", "items": ANYTHING},
            triggers={"type": "array", "items": ANYTHING},
        ),
        get_journey,
        scopes=READ,
    ),
    ToolSpec(
        "journey_versions_diff",
        "Compare two versions of a journey",
        "What differs between two versions: activities and triggers added, removed and changed, field by field.",
        takes(
            ("journey_key", "version", "other_version"),
            journey_key=text("key of the journey"),
            version=identifier("The one version"),
            other_version=identifier("The other version"),
        ),
        gives(
            ("added", "removed", "changed", "cut"),
            key=TEXT,
            version=WHOLE,
            other_version=WHOLE,
            added=listed({"type": "string"}),
            removed=listed({"type": "string"}),
            changed=listed(
                fields(part=TEXT, fields=listed(fields(pointer=TEXT, before=CELL, after=CELL))),
            ),
            cut=TEXT,
        ),
        diff_versions,
        scopes=READ,
    ),
    ToolSpec(
        "journey_stats",
        "Numbers of a journey",
        "Current and cumulative population, goals met and exits of a journey version.",
        takes(**WHICH, version=VERSION),
        gives(
            ("id", "name", "stats"),
            id=TEXT,
            key=TEXT,
            name=TEXT,
            version=WHOLE,
            status=TEXT,
            lastPublishedDate=TEXT,
            stats=fields(
                currentPopulation=WHOLE,
                cumulativePopulation=WHOLE,
                metGoal=WHOLE,
                metExitCriteria=WHOLE,
                goalPerformance=NUMBER,
            ),
        ),
        stats,
        scopes=READ,
    ),
    ToolSpec(
        "journey_audit",
        "History of a journey",
        "Who created, changed, published, paused and stopped a journey, and when.",
        takes(
            **WHICH,
            action=one_of("Default: all", "all", "create", "modify", "publish", "unpublish", "delete"),
            version=VERSION,
            **paged(500),
        ),
        gives_page("items", fields(action=TEXT, timeStamp=TEXT, user=fields(name=TEXT, userId=CELL))),
        read_audit,
        scopes=READ,
        rows="items",
        is_experimental=True,
    ),
    ToolSpec(
        "event_definition_list",
        "List entry events",
        "Entry sources of journeys with their eventDefinitionKey, which journey_fire_event wants.",
        takes(name=text("Part of the name"), **paged(500)),
        gives_page(
            "items", fields(id=TEXT, eventDefinitionKey=TEXT, name=TEXT, type=TEXT, mode=CELL, dataExtensionName=TEXT)
        ),
        list_event_definitions,
        scopes=READ,
        rows="items",
        is_experimental=True,
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
        scopes=READ,
    ),
)
