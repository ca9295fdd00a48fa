"""Journeys: let contacts enter and leave, pause, resume and stop a version. It edits and publishes none."""

from __future__ import annotations

from upstream_sfmc.api import path
from upstream_sfmc.errors import Category
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.journeys import BASE, NO_JOURNEY
from upstream_sfmc.tools.schemas import (
    CELL,
    CONFIRM,
    TEXT,
    WHOLE,
    fields,
    gives,
    identifier,
    listed,
    many,
    one_of,
    takes,
    text,
)
from upstream_sfmc.tools.spec import OVERWRITES, SENDS, Call, Json, ToolSpec


async def fire_event(call: Call) -> Json:
    body = {
        "ContactKey": call.arguments["contact_key"],
        "EventDefinitionKey": call.arguments["event_definition_key"],
        "Data": call.get("data", {}),
    }
    advice = {
        Category.INVALID_INPUT: "The event was refused: its key is unknown (event_definition_list finds keys), its journey "
        "does not run, or the data does not fit the entry source."
    }
    answer = await call.sfmc.rest("POST", "/interaction/v1/events", body=body, mid=call.mid, advice=advice)
    return pages.only(pages.record(answer, "event"), ("eventInstanceId",))


async def exit_contacts(call: Call) -> Json:
    key, versions = call.arguments["journey_key"], call.get("versions")
    wanted = {"DefinitionKey": key} | ({"Versions": versions} if versions else {})
    body = [{"ContactKey": contact} | wanted for contact in call.arguments["contact_keys"]]
    answer = await call.sfmc.rest("POST", BASE + "/contactexit", body=body, mid=call.mid, advice=NO_JOURNEY)
    return {"errors": pages.rows(answer, "errors")}


async def set_state(call: Call) -> Json:
    action, version = call.arguments["action"], call.arguments["version"]
    where = BASE + path("/{}/{}", action, call.arguments["journey_id"])
    await call.sfmc.rest(
        "POST", where, query={"versionNumber": version}, body={}, mid=call.mid, advice=NO_JOURNEY, may_be_text=True
    )
    return {"id": call.arguments["journey_id"], "version": version, "action": action}


def _question(arguments: Json) -> str:
    action, version = arguments["action"], arguments["version"]
    ends = " A stopped version cannot be started again." if action == "stop" else ""
    return f"{action.capitalize()} version {version} of the journey {arguments['journey_id']}?{ends}"


RUN, WRITE = ("journeys_execute",), ("journeys_write",)

TOOLS = (
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
        RUN,
    ),
    ToolSpec(
        "journey_contact_exit",
        "Take contacts out of a journey",
        "Ask for up to 50 contacts to leave a journey. It happens later; `errors` names those that could not be asked for.",
        takes(
            ("journey_key", "contact_keys"),
            journey_key=text("key of the journey"),
            contact_keys=many(text("Contact key")),
            versions=many(identifier("Version"), "Default: all"),
        ),
        gives(("errors",), errors=listed(fields(ContactKey=TEXT, ErrorCode=CELL, Message=TEXT))),
        exit_contacts,
        OVERWRITES,
        WRITE,
    ),
    ToolSpec(
        "journey_set_state",
        "Pause, resume or stop a journey",
        "Change whether a journey version runs. A stopped version cannot be started again.",
        takes(
            ("journey_id", "version", "action"),
            journey_id=text("id, from journey_list"),
            version={"type": "integer", "minimum": 1, "description": "Version"},
            action=one_of("What to do", "pause", "resume", "stop"),
            confirm=CONFIRM,
        ),
        gives(("id", "action"), id=TEXT, version=WHOLE, action=TEXT),
        set_state,
        OVERWRITES,
        RUN,
        asks=_question,
    ),
)
