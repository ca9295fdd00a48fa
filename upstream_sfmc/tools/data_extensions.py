"""Data extensions: find them, learn their fields, read and upsert rows. What changes them more is in `extension_changes`.

Rows keep the form of the wire, `{"keys": {…}, "values": {…}}`; SFMC writes the column names in lower case.
"""

from __future__ import annotations

import re

from upstream_sfmc import soap
from upstream_sfmc.api import path
from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import (
    ANYTHING,
    CELL,
    CELLS,
    FLAG,
    TEXT,
    WHOLE,
    continued,
    fields,
    gives,
    gives_page,
    identifier,
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
FOLDER = ("ID", "CustomerKey", "Name", "Description", "ContentType", "ParentFolder.ID", "IsActive")
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
    page, size = pages.asked(call)
    query: Json = {"$page": page, "$pageSize": size}
    category = call.get("category_id")
    if category is not None:
        where = f"/data/v1/customobjects/category/{category}"
    else:
        # The list wants a search or a folder; the wildcard finds all.
        where, query["$search"] = "/data/v1/customobjects", call.get("search", "%")
    answer = await call.sfmc.rest("GET", where, query=query, mid=call.mid)
    return pages.rest_page(answer, page, size, [pages.only(row, EXTENSION) for row in pages.rows(answer)])


async def get_extension(call: Call) -> Json:
    where = path("/data/v1/customobjects/{}", await object_id(call))
    answer = pages.record(await call.sfmc.rest("GET", where, mid=call.mid), "data_extension")
    return pages.only(answer, (*EXTENSION, "isTestable", "ownerId", "isObjectDeletable", "dataRetentionProperties"))


async def extension_fields(call: Call) -> Json:
    found = await object_id(call)
    answer = await call.sfmc.rest("GET", path("/data/v1/customobjects/{}/fields", found), mid=call.mid)
    shown = [pages.only(row, FIELD) for row in pages.rows(answer, "fields")]
    return {"key": str(call.arguments["key"]), "id": found, "fields": shown}


async def object_id(call: Call) -> str:
    """The id of the extension with the called key: a search goes by name, only a row set answers for an exact key.

    Salesforce's default keys look like object ids, so a key is tried first, and what looks like an id is one then.
    """
    key = str(call.arguments["key"])
    try:
        answer = await _rowset(call, 1, 1, None, None)
    except Failure as failure:
        if failure.category is not Category.NOT_FOUND or not _GUID.fullmatch(key):
            raise
        return key
    found = answer.get("customObjectId")
    if not isinstance(found, str):
        raise Failure(Category.PROTOCOL, "rowset", "The row set does not say which data extension it is of.")
    return found


async def list_folders(call: Call) -> Json:
    where = [soap.Where("ContentType", "equals", (call.get("content_type", "dataextension"),))]
    if call.get("parent_id") is not None:
        where.append(soap.Where("ParentFolder.ID", "equals", (str(call.arguments["parent_id"]),)))
    answer = await call.sfmc.retrieve(pages.soap_request(call, "DataFolder", FOLDER, where), mid=call.mid)
    shown = (*FOLDER, "ParentFolder")
    return pages.soap_page(answer, [pages.only(row, shown) for row in answer.results])


async def read_rows(call: Call) -> Json:
    page, size = pages.asked(call)
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
    return pages.record(answer, "row_set")


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


READ, WRITE = ("data_extensions_read",), ("data_extensions_write",)
KEY = text("Customer key (external key) of the data extension, from de_list")
ROW = fields(keys=CELLS, values=CELLS)

TOOLS = (
    ToolSpec(
        "de_list",
        "List data extensions",
        "Data extensions by part of their name or key, or in a folder, with row and field counts.",
        takes(search=text("Part of a name or key"), category_id=identifier("Folder"), **paged(500)),
        gives_page(
            "items",
            fields(id=TEXT, key=TEXT, name=TEXT, isSendable=FLAG, categoryId=WHOLE, rowCount=WHOLE, ownerName=TEXT),
        ),
        list_extensions,
        scopes=READ,
        rows="items",
    ),
    ToolSpec(
        "de_get",
        "Read a data extension's settings",
        "One data extension: folder, owner, row and field counts, whether and by which field it is sendable, retention.",
        takes(("key",), key=text("Customer key, or id, of the data extension")),
        gives(
            ("id", "key", "name"),
            id=TEXT,
            key=TEXT,
            name=TEXT,
            description=TEXT,
            isSendable=FLAG,
            sendableCustomObjectField=TEXT,
            sendableSubscriberField=TEXT,
            categoryId=WHOLE,
            rowCount=WHOLE,
            fieldCount=WHOLE,
            createdDate=TEXT,
            createdByName=TEXT,
            modifiedDate=TEXT,
            modifiedByName=TEXT,
            ownerName=TEXT,
            dataRetentionProperties=ANYTHING,
        ),
        get_extension,
        scopes=READ,
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
        scopes=READ,
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
        scopes=READ,
        rows="items",
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
        scopes=READ,
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
        WRITE,
    ),
    ToolSpec(
        "folder_list",
        "List folders",
        "Folders of data extensions (or of another content type), with their parents: IDs to use as category_id.",
        takes(
            content_type=text("Default: dataextension; e.g. queryactivity, automations, list, email", max_length=60),
            parent_id=identifier("Only the folders directly in this one"),
            **continued(),
        ),
        gives_page(
            "items",
            fields(ID=TEXT, CustomerKey=TEXT, Name=TEXT, ContentType=TEXT, ParentFolder=fields(ID=TEXT)),
            TEXT,
        ),
        list_folders,
        scopes=READ,
        rows="items",
        is_experimental=True,
    ),
)
