"""Content Builder: find assets and read them, with long content cut on demand. It writes none."""

from __future__ import annotations

from typing import Any

from upstream_sfmc.api import path
from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import (
    ANYTHING,
    CELL,
    EMAIL_OR_NULL,
    TEXT,
    WHOLE,
    fields,
    gives,
    gives_page,
    paged,
    takes,
    text,
    whole,
)
from upstream_sfmc.tools.spec import Call, Json, ToolSpec

LISTED = (
    "id",
    "customerKey",
    "objectID",
    "assetType",
    "name",
    "description",
    "owner",
    "createdDate",
    "createdBy",
    "modifiedDate",
    "modifiedBy",
    "status",
    "category",
)
CONTENT_CHARS = 20_000


async def search_assets(call: Call) -> Json:
    page, size = call.get("page", 1), call.get("page_size", pages.DEFAULT_PAGE_SIZE)
    terms = []
    if call.get("name"):
        terms.append({"property": "name", "simpleOperator": "like", "value": call.arguments["name"]})
    if call.get("asset_type"):
        terms.append({"property": "assetType.name", "simpleOperator": "equals", "value": call.arguments["asset_type"]})
    if call.get("category_id") is not None:
        terms.append({"property": "category.id", "simpleOperator": "equals", "value": call.arguments["category_id"]})
    body: Json = {
        "page": {"page": page, "pageSize": size},
        "sort": [{"property": "modifiedDate", "direction": "DESC"}],
        "fields": list(LISTED),
    }
    if terms:
        body["query"] = _all(terms)
    answer = await call.sfmc.rest("POST", "/asset/v1/content/assets/query", body=body, mid=call.mid, is_safe=True)
    return pages.rest_page(answer, page, size, [pages.only(row, LISTED) for row in pages.rows(answer)])


def _all(terms: list[Json]) -> Json:
    first, *rest = terms
    return {"leftOperand": first, "logicalOperator": "AND", "rightOperand": _all(rest)} if rest else first


async def get_asset(call: Call) -> Json:
    answer = await call.sfmc.rest(
        "GET",
        path("/asset/v1/content/assets/{}", str(call.arguments["asset_id"])),
        mid=call.mid,
        advice={Category.NOT_FOUND: "No asset has this id; asset_search finds ids."},
    )
    if not isinstance(answer, dict):
        raise Failure(Category.PROTOCOL, "asset", "The asset cannot be read.")
    shown = pages.only(answer, (*LISTED, "contentType", "views", "content", "data", "fileProperties"))
    most, cut = call.get("max_content_chars", CONTENT_CHARS), list[str]()
    for name in ("views", "content", "data"):
        if name in shown:
            shown[name] = _shortened(shown[name], name, most, cut)
    return shown | {"cut": "; ".join(cut) or None}


def _shortened(value: Any, pointer: str, most: int, cut: list[str]) -> Any:
    match value:
        case str() if len(value) > most:
            cut.append(f"{pointer}: {most} of {len(value)} characters")
            return value[:most]
        case dict():
            return {name: _shortened(part, f"{pointer}.{name}", most, cut) for name, part in value.items()}
        case list():
            return [_shortened(part, f"{pointer}.{index}", most, cut) for index, part in enumerate(value)]
        case _:
            return value


PERSON = fields(id=CELL, email=EMAIL_OR_NULL, name=TEXT, userId=TEXT)
ONE = fields(
    id=WHOLE,
    customerKey=TEXT,
    assetType=fields(id=WHOLE, name=TEXT),
    name=TEXT,
    description=TEXT,
    owner=PERSON,
    createdBy=PERSON,
    modifiedBy=PERSON,
    modifiedDate=TEXT,
    status=ANYTHING,
    category=ANYTHING,
)

TOOLS = (
    ToolSpec(
        "asset_search",
        "Search content",
        "Content Builder assets, newest change first, by part of the name, type and folder; without their content.",
        takes(
            name=text("Part of the name"),
            asset_type=text("e.g. htmlemail, templatebasedemail, htmlblock, jpg", max_length=60),
            category_id={"type": "integer", "minimum": 0, "description": "Folder"},
            **paged(500),
        ),
        gives_page("items", ONE),
        search_assets,
    ),
    ToolSpec(
        "asset_get",
        "Read content",
        "One asset with its content: HTML and text views, subject line, preheader, AMPscript as written. "
        "Long content is cut; `cut` names what and by how much.",
        takes(
            ("asset_id",),
            asset_id={"type": "integer", "minimum": 1},
            max_content_chars=whole("Longest single text to give back", 100, 500_000) | {"default": CONTENT_CHARS},
        ),
        gives(("id", "name", "cut"), **ONE["properties"], views=ANYTHING, content=TEXT, data=ANYTHING, cut=TEXT),
        get_asset,
    ),
)
