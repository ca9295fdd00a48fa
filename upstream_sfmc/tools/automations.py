"""Automations: list them. It runs, edits and reads the steps of none."""

from __future__ import annotations

from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import ANYTHING, TEXT, WHOLE, fields, gives_page, paged, takes
from upstream_sfmc.tools.spec import Call, Json, ToolSpec

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
    page, size = call.get("page", 1), call.get("page_size", pages.DEFAULT_PAGE_SIZE)
    query = {"$page": page, "$pageSize": size}
    answer = await call.sfmc.rest("GET", "/automation/v1/automations", query=query, mid=call.mid)
    return pages.rest_page(answer, page, size, [pages.only(row, AUTOMATION) for row in pages.rows(answer)])


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
    ),
)
