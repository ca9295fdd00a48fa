"""Content Builder: find assets, read them with long content cut on demand, create and change them. It deletes none."""

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
from upstream_sfmc.tools.spec import ADDS, OVERWRITES, Call, Json, ToolSpec

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
    page, size = pages.asked(call)
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
    shown = pages.only(
        pages.record(answer, "asset"), (*LISTED, "contentType", "views", "content", "data", "fileProperties")
    )
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


async def create_asset(call: Call) -> Json:
    body = _content(call) | {"name": call.arguments["name"], "assetType": {"name": call.arguments["asset_type"]}}
    if body["assetType"]["name"] in TYPE_IDS:
        body["assetType"]["id"] = TYPE_IDS[body["assetType"]["name"]]
    answer = await call.sfmc.rest("POST", "/asset/v1/content/assets", body=body, mid=call.mid)
    return pages.only(pages.record(answer, "asset"), LISTED)


async def update_asset(call: Call) -> Json:
    body = _content(call) | ({"name": call.arguments["name"]} if call.get("name") else {})
    if not body:
        raise Failure(Category.INVALID_INPUT, "input", "Give at least one thing to change.")
    where = path("/asset/v1/content/assets/{}", str(call.arguments["asset_id"]))
    advice = {Category.NOT_FOUND: "No asset has this id; asset_search finds ids."}
    answer = await call.sfmc.rest("PATCH", where, body=body, mid=call.mid, advice=advice)
    return pages.only(pages.record(answer, "asset"), LISTED)


def _content(call: Call) -> Json:
    """The parts of an asset a caller gave, where the API wants them."""
    body: Json = {}
    if call.get("category_id") is not None:
        body["category"] = {"id": call.arguments["category_id"]}
    for name in ("content", "description"):
        if call.get(name) is not None:
            body[name] = call.arguments[name]
    views = {}
    for argument, view in (("html", "html"), ("text", "text"), ("subject", "subjectline"), ("preheader", "preheader")):
        if call.get(argument) is not None:
            views[view] = {"content": call.arguments[argument]}
    return body | ({"views": views} if views else {})


TYPE_IDS = {"htmlemail": 208, "templatebasedemail": 207, "textonlyemail": 209, "htmlblock": 197, "freeformblock": 195}
BODY_CHARS = 500_000
PARTS = {
    "html": text("HTML of an e-mail, AMPscript as it is", max_length=BODY_CHARS),
    "text": text("Plain text of an e-mail", max_length=BODY_CHARS),
    "subject": text("Subject line", max_length=1000),
    "preheader": text("Preheader", max_length=1000),
    "content": text("Content of a block", max_length=BODY_CHARS),
    "description": text("Description", max_length=4000),
    "category_id": {"type": "integer", "minimum": 0, "description": "Folder"},
}
READ, WRITE = ("saved_content_read",), ("saved_content_write",)
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
        scopes=READ,
        rows="items",
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
        scopes=READ,
    ),
    ToolSpec(
        "asset_create",
        "Create content",
        "Create an e-mail (html, text, subject, preheader) or a block (content) in Content Builder.",
        takes(
            ("name", "asset_type"),
            name=text("Name", max_length=200),
            asset_type=text("e.g. htmlemail, htmlblock, freeformblock", max_length=60),
            **PARTS,
        ),
        gives(("id", "name"), **ONE["properties"]),
        create_asset,
        ADDS,
        WRITE,
    ),
    ToolSpec(
        "asset_update",
        "Change content",
        "Change parts of an asset; what is not given stays. Read it first with asset_get: a part is replaced whole.",
        takes(
            ("asset_id",), asset_id={"type": "integer", "minimum": 1}, name=text("New name", max_length=200), **PARTS
        ),
        gives(("id", "name"), **ONE["properties"]),
        update_asset,
        OVERWRITES,
        WRITE,
    ),
)
