"""Query activities: list, read and run them, and check their SQL before Marketing Cloud does. It writes none."""

from __future__ import annotations

from upstream_sfmc.api import path
from upstream_sfmc.errors import Category
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import (
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
from upstream_sfmc.tools.sql import problems

QUERY = (
    "queryDefinitionId",
    "name",
    "key",
    "description",
    "targetName",
    "targetKey",
    "targetId",
    "targetUpdateTypeId",
    "targetUpdateTypeName",
    "categoryId",
    "status",
    "createdDate",
    "modifiedDate",
)


async def list_queries(call: Call) -> Json:
    page, size = pages.asked(call)
    answer = await call.sfmc.rest(
        "GET", "/automation/v1/queries", query={"$page": page, "$pageSize": size}, mid=call.mid
    )
    return pages.rest_page(answer, page, size, [pages.only(row, QUERY) for row in pages.rows(answer)])


async def get_query(call: Call) -> Json:
    where = path("/automation/v1/queries/{}", call.arguments["query_id"])
    answer = await call.sfmc.rest("GET", where, mid=call.mid, advice=NO_QUERY)
    return pages.only(pages.record(answer, "query"), (*QUERY, "queryText"))


async def validate(call: Call) -> Json:
    found = problems(call.arguments["query_text"])
    return {"valid": not found, "problems": found}


async def run_query(call: Call) -> Json:
    where = path("/automation/v1/queries/{}/actions/start", call.arguments["query_id"])
    answer = await call.sfmc.rest("POST", where, body={}, mid=call.mid, advice=NO_QUERY, may_be_text=True)
    return {
        "queryDefinitionId": call.arguments["query_id"],
        "started": True,
        "answer": answer if answer == "OK" else None,
    }


READ, RUN = ("automations_read",), ("automations_execute",)
NO_QUERY = {Category.NOT_FOUND: "No query activity has this id; query_list finds ids."}
ID = text("queryDefinitionId, from query_list", max_length=60)
PROPERTIES = dict.fromkeys(("queryDefinitionId", "name", "key", "targetName", "targetKey", "status"), TEXT)

TOOLS = (
    ToolSpec(
        "query_list",
        "List query activities",
        "SQL query activities with the data extension each writes to.",
        takes(**paged(500)),
        gives_page("items", fields(**PROPERTIES, targetUpdateTypeName=TEXT, categoryId=WHOLE)),
        list_queries,
        scopes=READ,
        rows="items",
    ),
    ToolSpec(
        "query_get",
        "Read a query activity",
        "One query activity with its SQL and target.",
        takes(("query_id",), query_id=ID),
        gives(("queryDefinitionId", "name"), **PROPERTIES, queryText=TEXT, targetUpdateTypeName=TEXT),
        get_query,
        scopes=READ,
    ),
    ToolSpec(
        "query_validate",
        "Check SQL",
        "Check SQL against the rules of SFMC's queries, here, without asking SFMC: one SELECT, no variables, no "
        "temporary tables, balanced quotes and brackets.",
        takes(("query_text",), query_text=text("SQL", max_length=32_000)),
        gives(
            ("valid", "problems"),
            valid={"type": "boolean"},
            problems=listed(fields(rule={"type": "string"}, position=WHOLE)),
        ),
        validate,
    ),
    ToolSpec(
        "query_run",
        "Run a query activity",
        "Start a query activity now: it overwrites, updates or adds to its target data extension.",
        takes(("query_id",), query_id=ID, confirm=CONFIRM),
        gives(("started",), queryDefinitionId=TEXT, started=FLAG, answer=TEXT),
        run_query,
        RUNS,
        RUN,
        asks=lambda a: f"Run the query activity {a['query_id']} now? It writes to its target data extension.",
    ),
)
