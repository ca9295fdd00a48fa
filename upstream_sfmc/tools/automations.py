"""Automations: list, read and run them. It edits none."""

from __future__ import annotations

from upstream_sfmc.api import path
from upstream_sfmc.errors import Category
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import (
    ANYTHING,
    CONFIRM,
    FLAG,
    TEXT,
    WHOLE,
    fields,
    gives,
    gives_page,
    listed,
    paged,
    takes,
    text,
)
from upstream_sfmc.tools.spec import RUNS, Call, Json, ToolSpec

AUTOMATION = (
    "id",
    "name",
    "description",
    "key",
    "typeId",
    "type",
    "statusId",
    "status",
    "categoryId",
    "lastRunTime",
    "lastRunInstanceId",
    "createdDate",
    "modifiedDate",
    "schedule",
)


async def list_automations(call: Call) -> Json:
    page, size = pages.asked(call)
    query = {"$page": page, "$pageSize": size}
    answer = await call.sfmc.rest("GET", "/automation/v1/automations", query=query, mid=call.mid)
    return pages.rest_page(answer, page, size, [pages.only(row, AUTOMATION) for row in pages.rows(answer)])


async def get_automation(call: Call) -> Json:
    where = path("/automation/v1/automations/{}", call.arguments["automation_id"])
    answer = await call.sfmc.rest("GET", where, mid=call.mid, advice=NO_AUTOMATION)
    return pages.only(pages.record(answer, "automation"), (*AUTOMATION, "steps", "startSource", "notifications"))


async def run_automation(call: Call) -> Json:
    where = path("/automation/v1/automations/{}/actions/start", call.arguments["automation_id"])
    advice = NO_AUTOMATION | {
        Category.INVALID_INPUT: "Marketing Cloud does not run this automation: it may run already, or have been made by "
        "the API and never saved in the user interface."
    }
    answer = await call.sfmc.rest("POST", where, body={}, mid=call.mid, advice=advice, may_be_text=True)
    return {"id": call.arguments["automation_id"], "started": True} | (
        pages.only(answer, ("statusId", "status", "lastRunInstanceId", "instanceId"))
        if isinstance(answer, dict)
        else {}
    )


READ, RUN = ("automations_read",), ("automations_execute",)
NO_AUTOMATION = {Category.NOT_FOUND: "No automation has this id; automation_list finds ids."}
ID = text("id, from automation_list", max_length=60)

TOOLS = (
    ToolSpec(
        "automation_list",
        "List automations",
        "Automations with type, status and schedule. SFMC's list may be incomplete for automations never saved in the UI.",
        takes(**paged(500)),
        gives_page(
            "items",
            fields(
                id=TEXT,
                name=TEXT,
                key=TEXT,
                type=TEXT,
                statusId=WHOLE,
                status=TEXT,
                lastRunTime=TEXT,
                schedule=ANYTHING,
            ),
        ),
        list_automations,
        scopes=READ,
        rows="items",
    ),
    ToolSpec(
        "automation_get",
        "Read an automation",
        "One automation with its steps and activities (objectTypeId: 300 query, 42 send, 43 import, 53 file transfer, "
        "73 extract, 423 script, 1000 verification).",
        takes(("automation_id",), automation_id=ID),
        gives(
            ("id", "name"),
            id=TEXT,
            name=TEXT,
            key=TEXT,
            type=TEXT,
            statusId=WHOLE,
            status=TEXT,
            schedule=ANYTHING,
            steps=listed(fields(step=WHOLE, name=TEXT, activities=listed(ANYTHING))),
        ),
        get_automation,
        scopes=READ,
    ),
    ToolSpec(
        "automation_run",
        "Run an automation",
        "Start an automation now. Its steps may send e-mail, import files and overwrite data.",
        takes(("automation_id",), automation_id=ID, confirm=CONFIRM),
        gives(("started",), id=TEXT, started=FLAG, status=TEXT),
        run_automation,
        RUNS,
        RUN,
        asks=lambda a: f"Run the automation {a['automation_id']} now? It may send e-mail and overwrite data.",
        is_experimental=True,
    ),
)
