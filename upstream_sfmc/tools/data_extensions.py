"""Data extensions: find them, learn their fields, read and upsert rows. It creates and deletes none.

Rows keep the form of the wire, `{"keys": {…}, "values": {…}}`; SFMC writes the column names in lower case.
"""

from __future__ import annotations

import re

from upstream_sfmc.api import path
from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import (
    CELL,
    CELLS,
    FLAG,
    TEXT,
    WHOLE,
    fields,
    gives,
    gives_page,
    many,
    paged,
    takes,
    text,
)
from upstream_sfmc.tools.spec import OVERWRITES, Call, Json, ToolSpec

_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

EXTENSION = (
    "id",
    "key",
    "name",
    "description",
    "isActive",
    "isSendable",
    "sendableCustomObjectField",
    "sendableSubscriberField",
    "categoryId",
    "rowCount",
    "fieldCount",
    "createdDate",
    "createdByName",
    "modifiedDate",
    "modifiedByName",
    "ownerName",
)
FIELD = (
    "id",
    "name",
    "type",
    "length",
    "scale",
    "ordinal",
    "isPrimaryKey",
    "isNullable",
    "defaultValue",
    "description",
    "maskType",
    "storageType",
)


async def list_extensions(call: Call) -> Json:
    page, size = call.get("page", 1), call.get("page_size", pages.DEFAULT_PAGE_SIZE)
    query: Json = {"$page": page, "$pageSize": size}
    category = call.get("category_id")
    if category is not None:
        where = f"/data/v1/customobjects/category/{category}"
    else:
        # The list wants a search or a folder; the wildcard finds all.
        where, query["$search"] = "/data/v1/customobjects", call.get("search", "%")
    answer = await call.sfmc.rest("GET", where, query=query, mid=call.mid)
    return pages.rest_page(answer, page, size, [pages.only(row, EXTENSION) for row in pages.rows(answer)])


async def extension_fields(call: Call) -> Json:
    key = str(call.arguments["key"])
    try:
        object_id = await _object_id(call)
    except Failure as failure:
        # Salesforce's default keys look like object ids, so a key is tried first.
        if failure.category is not Category.NOT_FOUND or not _GUID.fullmatch(key):
            raise
        object_id = key
    answer = await call.sfmc.rest("GET", path("/data/v1/customobjects/{}/fields", object_id), mid=call.mid)
    return {"key": key, "id": object_id, "fields": [pages.only(row, FIELD) for row in pages.rows(answer, "fields")]}


async def _object_id(call: Call) -> str:
    """The id of the extension with the called key: a search goes by name, only a row set answers for an exact key."""
    answer = await _rowset(call, 1, 1, None, None)
    found = answer.get("customObjectId")
    if not isinstance(found, str):
        raise Failure(Category.PROTOCOL, "rowset", "The row set does not say which data extension it is of.")
    return found


async def read_rows(call: Call) -> Json:
    page, size = call.get("page", 1), call.get("page_size", pages.DEFAULT_PAGE_SIZE)
    answer = await _rowset(call, page, size, call.get("filter"), call.get("order_by"))
    shown = [pages.only(row, ("keys", "values")) for row in pages.rows(answer)]
    return pages.only(answer, ("customObjectKey", "customObjectId")) | pages.rest_page(answer, page, size, shown)


async def get_row(call: Call) -> Json:
    terms = [f"{_column(name)} eq {_literal(value)}" for name, value in call.arguments["keys"].items()]
    answer = await _rowset(call, 1, 2, " and ".join(terms), None)
    found = pages.rows(answer)
    if not found:
        raise Failure(Category.NOT_FOUND, "row", "No row has these key values.")
    if len(found) > 1:
        raise Failure(Category.CONFLICT, "row", "Several rows match; give the whole primary key, or use de_rows.")
    return pages.only(found[0], ("keys", "values"))


async def upsert_rows(call: Call) -> Json:
    where = path("/hub/v1/dataevents/key:{}/rowset", str(call.arguments["key"]))
    answer = await call.sfmc.rest("POST", where, body=call.arguments["rows"], mid=call.mid, advice=UPSERT_ADVICE)
    echoed = [pages.only(row, ("keys", "values")) for row in answer if isinstance(row, dict)] if answer else []
    return {"items": echoed}


NO_KEY = {Category.NOT_FOUND: "No data extension has this key; de_list finds keys."}
ROWS_ADVICE = NO_KEY | {
    Category.INVALID_INPUT: "The rows cannot be read so: check the names and types in filter and order with de_fields."
}
UPSERT_ADVICE = NO_KEY | {
    Category.INVALID_INPUT: "The rows were not written: check names, types, lengths and the primary key with de_fields."
}


async def _rowset(call: Call, page: int, size: int, condition: str | None, order_by: str | None) -> Json:
    where = path("/data/v1/customobjectdata/key/{}/rowset", str(call.arguments["key"]))
    query = {"$page": page, "$pagesize": size, "$filter": condition, "$orderBy": order_by}
    answer = await call.sfmc.rest("GET", where, query=query, mid=call.mid, advice=ROWS_ADVICE)
    if not isinstance(answer, dict):
        raise Failure(Category.PROTOCOL, "rowset", "The row set cannot be read.")
    return answer


def _column(name: str) -> str:
    if not re.fullmatch(r"[\w .\-]{1,128}", name):
        raise Failure(Category.INVALID_INPUT, "input", "A name in /keys is not a column's name.")
    return f"[{name}]" if " " in name else name


def _literal(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case _:
            return "'" + str(value).replace("'", "''") + "'"


KEY = text("Customer key (external key) of the data extension, from de_list")
ROW = fields(keys=CELLS, values=CELLS)

TOOLS = (
    ToolSpec(
        "de_list",
        "List data extensions",
        "Data extensions by part of their name or key, or in a folder, with row and field counts.",
        takes(search=text("Part of a name or key"), category_id={"type": "integer", "minimum": 0}, **paged(500)),
        gives_page(
            "items",
            fields(id=TEXT, key=TEXT, name=TEXT, isSendable=FLAG, categoryId=WHOLE, rowCount=WHOLE, ownerName=TEXT),
        ),
        list_extensions,
    ),
    ToolSpec(
        "de_fields",
        "Fields of a data extension",
        "Names, types (Text, EmailAddress, Phone, Date, Number, Boolean, Decimal, Locale), lengths and primary key. "
        "Read it before filtering or upserting rows.",
        takes(("key",), key=text("Customer key, or id, of the data extension")),
        gives(
            ("key", "id", "fields"),
            key=TEXT,
            id=TEXT,
            fields={
                "type": "array",
                "items": fields(
                    name=TEXT, type=TEXT, length=WHOLE, isPrimaryKey=FLAG, isNullable=FLAG, defaultValue=CELL
                ),
            },
        ),
        extension_fields,
    ),
    ToolSpec(
        "de_rows",
        "Read rows",
        "Rows of a data extension, filtered, ordered and paged. Column names come back in lower case.",
        takes(
            ("key",),
            key=KEY,
            filter=text("e.g. EmailAddress eq 'a@example.com' and Points gt 100 (eq ne gt lt ge le like in and or)"),
            order_by=text("e.g. CreatedDate desc", max_length=200),
            **paged(2500),
        ),
        gives_page("items", ROW, customObjectKey=TEXT, customObjectId=TEXT),
        read_rows,
    ),
    ToolSpec(
        "de_row_get",
        "Read one row",
        "The one row with these primary key values; an error when there is none.",
        takes(
            ("key", "keys"),
            key=KEY,
            keys={**CELLS, "minProperties": 1, "maxProperties": 10, "description": "Primary key columns and values"},
        ),
        gives(("values",), keys=CELLS, values=CELLS),
        get_row,
    ),
    ToolSpec(
        "de_rows_upsert",
        "Insert or update rows",
        "Write 1 to 50 rows at once: rows whose primary key exists are overwritten, others are added. "
        "Gives back the rows as SFMC echoes them.",
        takes(
            ("key", "rows"),
            key=KEY,
            rows=many(
                {
                    "type": "object",
                    "properties": {"keys": {**CELLS, "minProperties": 1}, "values": CELLS},
                    "required": ["keys", "values"],
                    "additionalProperties": False,
                }
            ),
        ),
        gives(("items",), items={"type": "array", "items": ROW}),
        upsert_rows,
        OVERWRITES,
    ),
)
