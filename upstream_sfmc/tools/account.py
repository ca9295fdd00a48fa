"""The account: who this server is in Marketing Cloud, and which business units there are. It changes nothing."""

from __future__ import annotations

from upstream_sfmc import soap
from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import (
    ANYTHING,
    CELL,
    EMAIL_OR_NULL,
    TEXT,
    continued,
    fields,
    gives,
    gives_page,
    paged,
    takes,
    text,
)
from upstream_sfmc.tools.spec import Call, Json, ToolSpec

UNIT = ("ID", "ParentID", "Name", "CustomerKey", "Email", "FromName", "AccountType", "City", "State", "Country")


async def whoami(call: Call) -> Json:
    answer = await call.sfmc.rest("GET", "/v2/userinfo", mid=call.mid, host="auth")
    return pages.only(pages.record(answer, "user"), ("user", "organization", "application", "exp"))


async def list_business_units(call: Call) -> Json:
    request = soap.Retrieve(
        "BusinessUnit",
        UNIT,
        batch_size=call.get("page_size", pages.DEFAULT_PAGE_SIZE),
        all_accounts=True,
        continue_id=call.get("page"),
    )
    answer = await call.sfmc.retrieve(request, mid=call.mid)
    return pages.soap_page(answer, [pages.only(row, UNIT) for row in answer.results])


PROPERTY = ("Name", "DataType", "IsUpdatable", "IsRetrievable", "IsRequired", "MaxLength")


async def describe_object(call: Call) -> Json:
    answer = await call.sfmc.describe(call.arguments["object_type"], mid=call.mid)
    described = answer.results[0] if answer.results else {}
    found = described.get("Properties") or []
    listed_ = [found] if isinstance(found, dict) else [one for one in found if isinstance(one, dict)]
    if not listed_:
        raise Failure(Category.NOT_FOUND, "object_type", "No object type has this name; names are case-sensitive.")
    page, size = pages.asked(call)
    shown = [pages.only(one, PROPERTY) for one in listed_]
    return {"ObjectType": described.get("ObjectType")} | pages.local_page(shown, page, size, "Properties")


TOOLS = (
    ToolSpec(
        "sfmc_whoami",
        "Who am I",
        "The API user, organization (member_id = MID, enterprise_id = EID) and scopes this server works with. "
        "Call it first when a call is refused for lack of privileges.",
        takes(),
        gives(
            ("user", "organization"),
            user=fields(sub=TEXT, name=TEXT, preferred_username=TEXT, email=EMAIL_OR_NULL, locale=TEXT, zoneinfo=TEXT),
            organization=fields(
                member_id=CELL, enterprise_id=CELL, enterprise_name=TEXT, account_type=TEXT, stack_key=TEXT, region=TEXT
            ),
            application=ANYTHING,
        ),
        whoami,
    ),
    ToolSpec(
        "sfmc_list_business_units",
        "List business units",
        "The business units the package can see. Use an ID as `business_unit` of any other tool to work there.",
        takes(**continued()),
        gives_page("items", fields(**dict.fromkeys(UNIT, TEXT)), TEXT),
        list_business_units,
        scopes=("accounts_read",),
        rows="items",
    ),
    ToolSpec(
        "sfmc_describe_object",
        "Describe a SOAP object",
        "Properties of a SOAP object type (Subscriber, Send, BounceEvent, DataFolder …): names, types, retrievable or not.",
        takes(("object_type",), object_type=text("Exact name, case-sensitive", max_length=100), **paged(500, 200)),
        gives_page(
            "Properties",
            fields(Name=TEXT, DataType=TEXT, IsRetrievable=TEXT, IsUpdatable=TEXT, MaxLength=TEXT),
            ObjectType=TEXT,
        ),
        describe_object,
        rows="Properties",
        is_experimental=True,
    ),
)
