"""Campaigns, and who did what and signed in from where. It reads only."""

from __future__ import annotations

from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import ANYTHING, CELL, DATE, FLAG, TEXT, fields, gives_page, paged, takes
from upstream_sfmc.tools.spec import Call, Json, ToolSpec

CAMPAIGN = ("id", "name", "description", "campaignCode", "color", "favorite", "createdDate", "modifiedDate")


async def list_campaigns(call: Call) -> Json:
    page, size = pages.asked(call)
    query = {"$page": page, "$pageSize": size, "$orderBy": "modifiedDate DESC"}
    answer = await call.sfmc.rest("GET", "/hub/v1/campaigns/", query=query, mid=call.mid)
    return pages.rest_page(answer, page, size, [pages.only(row, CAMPAIGN) for row in pages.rows(answer)])


async def audit_events(call: Call) -> Json:
    return await _events(call, "/data/v1/audit/auditEvents")


async def security_events(call: Call) -> Json:
    return await _events(call, "/data/v1/audit/securityEvents")


async def _events(call: Call, where: str) -> Json:
    page, size = pages.asked(call)
    query = {
        "$page": page,
        "$pagesize": size,
        "$orderBy": "createdDate desc",
        "startdate": call.get("since"),
        "enddate": call.get("until"),
    }
    answer = await call.sfmc.rest("GET", where, query=query, mid=call.mid)
    return pages.rest_page(answer, page, size, pages.rows(answer))


PERIOD = {"since": DATE | {"description": "From"}, "until": DATE | {"description": "Before"}}
EMPLOYEE = fields(id=CELL, employeeName=TEXT, userName=TEXT)

TOOLS = (
    ToolSpec(
        "campaign_list",
        "List campaigns",
        "Campaigns with code and dates, newest change first.",
        takes(**paged(500)),
        gives_page("items", fields(id=TEXT, name=TEXT, description=TEXT, campaignCode=TEXT, favorite=FLAG)),
        list_campaigns,
        scopes=("campaign_read",),
        rows="items",
    ),
    ToolSpec(
        "audit_events",
        "Audit events",
        "Who changed what in the account, newest first.",
        takes(**PERIOD, **paged(500)),
        gives_page(
            "items",
            fields(
                id=CELL, createdDate=TEXT, memberId=CELL, employee=EMPLOYEE, objectType=ANYTHING, operation=ANYTHING
            ),
        ),
        audit_events,
        scopes=("accounts_read",),
        rows="items",
    ),
    ToolSpec(
        "security_events",
        "Security events",
        "Sign-ins and other security events with user, address and outcome, newest first.",
        takes(**PERIOD, **paged(500)),
        gives_page(
            "items",
            fields(
                id=CELL,
                createdDate=TEXT,
                employee=EMPLOYEE,
                ipAddress=TEXT,
                eventType=ANYTHING,
                loginStatus=ANYTHING,
                eventSource=ANYTHING,
            ),
        ),
        security_events,
        scopes=("accounts_read",),
        rows="items",
    ),
)
