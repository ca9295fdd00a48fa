"""Data extensions: rows written in bulk and deleted, extensions created, widened, emptied and deleted.

Reading them is in `data_extensions`. What is lost for good asks a person first.
"""

from __future__ import annotations

from typing import Any

from upstream_sfmc.api import path
from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.data_extensions import KEY, NO_KEY, READ, ROWS_ADVICE, WRITE, object_id
from upstream_sfmc.tools.schemas import (
    CELL,
    CELLS,
    CONFIRM,
    FLAG,
    TEXT,
    WHOLE,
    fields,
    gives,
    gives_page,
    identifier,
    listed,
    many,
    one_of,
    paged,
    takes,
    text,
)
from upstream_sfmc.tools.spec import ADDS, OVERWRITES, Call, Json, ToolSpec

TYPES = ("Text", "EmailAddress", "Phone", "Date", "Number", "Boolean", "Decimal", "Locale")
EMAIL_LENGTH = 254
FLAGS = ("isTemplateField", "isHidden", "isReadOnly", "isInheritable", "isOverridable", "mustOverride")
"""The API wants every boolean of a field said, those a caller never thinks of too."""


async def upsert_async(call: Call) -> Json:
    method = "POST" if call.get("insert_only") else "PUT"
    where = path("/data/v1/async/dataextensions/key:{}/rows", str(call.arguments["key"]))
    answer = await call.sfmc.rest(
        method, where, body={"items": call.arguments["rows"]}, mid=call.mid, advice=NO_KEY, is_safe=False
    )
    _refuse_messages(answer)
    return pages.only(pages.record(answer, "async_request"), ("requestId", "resultMessages"))


async def async_status(call: Call) -> Json:
    request_id = str(call.arguments["request_id"])
    answer = await call.sfmc.rest("GET", path("/data/v1/async/{}/status", request_id), mid=call.mid)
    _refuse_messages(answer)
    status = pages.record(pages.record(answer, "async_request").get("status"), "async_status")
    page, size = pages.asked(call)
    shown: Json = {"items": [], "next_page": None, "cut": None}
    if status.get("requestStatus") in {"Complete", "Error"}:
        where = path("/data/v1/async/{}/results", request_id)
        results = await call.sfmc.rest("GET", where, query={"$page": page, "$pageSize": size}, mid=call.mid)
        errors = [pages.only(row, ("errorCode", "message", "status")) for row in pages.rows(results)]
        shown = pages.rest_page(results, page, size, errors)
    return {"requestId": request_id, "status": status} | shown


def _refuse_messages(answer: Any) -> None:
    """Async requests are refused with HTTP 200 and a message; its text is left out, its code says enough."""
    codes = [
        str(row.get("resultCode")) for row in pages.rows(answer, "resultMessages") if row.get("resultClass") == "Error"
    ]
    if not codes:
        return
    if any(code.endswith("NotFound") for code in codes):
        raise Failure(Category.NOT_FOUND, codes[0], "No data extension has this key, or no request this id.")
    raise Failure(
        Category.INVALID_INPUT, "async_refused", "The rows were refused; check names and types with de_fields."
    )


async def delete_row(call: Call) -> Json:
    where = path("/hub/v1/dataevents/key:{}/rowset/delete", str(call.arguments["key"]))
    answer = await call.sfmc.rest(
        "POST", where, body=[{"keys": call.arguments["keys"]}], mid=call.mid, advice=ROWS_ADVICE
    )
    gone = [pages.only(row, ("keys",)) for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []
    if not gone:
        raise Failure(Category.NOT_FOUND, "row", "No row has these key values.")
    return {"items": gone}


async def create(call: Call) -> Json:
    sendable = call.get("sendable_field")
    body = {
        "name": call.arguments["name"],
        "key": call.get("key"),
        "description": call.get("description", ""),
        "categoryId": call.arguments["category_id"],
        "isSendable": False,
        "isTestable": False,
        "fields": _fields(call.arguments["fields"]),
    }
    body = {name: value for name, value in body.items() if value is not None}
    if sendable is not None and sendable not in {field["name"] for field in call.arguments["fields"]}:
        raise Failure(Category.INVALID_INPUT, "input", "/sendable_field names none of /fields.")
    answer = pages.record(await call.sfmc.rest("POST", "/data/v1/customobjects", body=body, mid=call.mid), "creation")
    if sendable is not None:
        # Live tenants ignore these on creation; a second request with strings sets them.
        where = path("/data/v1/customobjects/{}", str(answer.get("id")))
        change = {
            "isSendable": True,
            "sendableCustomObjectField": sendable,
            "sendableSubscriberField": "_SubscriberKey",
        }
        try:
            answer |= pages.record(await call.sfmc.rest("PATCH", where, body=change, mid=call.mid), "creation")
        except Failure as failure:
            # It exists already: an error would say that nothing was done.
            answer["note"] = f"Created, but whether it is sendable now is unknown: {failure.message}"
    return pages.only(answer, (*CREATED, "note"))


CREATED = ("id", "key", "name", "categoryId", "isSendable", "sendableCustomObjectField", "fieldCount")


async def add_fields(call: Call) -> Json:
    where = path("/data/v1/customobjectsasync/{}/fields", await object_id(call))
    answer = await call.sfmc.rest("POST", where, body={"fields": _fields(call.arguments["fields"])}, mid=call.mid)
    _refuse_messages(answer)
    return pages.only(pages.record(answer, "async_request"), ("requestId", "resultMessages"))


def _fields(given: list[Json]) -> list[Json]:
    found = []
    for ordinal, one in enumerate(given):
        described = {"isPrimaryKey": False, "isNullable": not one.get("isPrimaryKey", False), "ordinal": ordinal} | one
        if one["type"] == "EmailAddress":
            described["length"] = EMAIL_LENGTH
        found.append(described | dict.fromkeys(FLAGS, False))
    return found


async def clear(call: Call) -> Json:
    found = await object_id(call)
    await call.sfmc.rest(
        "POST", path("/data/v1/customobjects/{}/cleardata", found), body={}, mid=call.mid, may_be_text=True
    )
    return {"key": str(call.arguments["key"]), "id": found, "cleared": True}


async def delete(call: Call) -> Json:
    found = await object_id(call)
    await call.sfmc.rest(
        "DELETE", path("/data/v1/customobjects/{}", found), mid=call.mid, is_safe=False, may_be_text=True
    )
    return {"key": str(call.arguments["key"]), "id": found, "deleted": True}


FIELDS = many(
    {
        "type": "object",
        "properties": {
            "name": text("Column name", max_length=128),
            "type": one_of("Data type", *TYPES),
            "length": {"type": "integer", "minimum": 1, "maximum": 4000, "description": "Text and Phone"},
            "scale": {"type": "integer", "minimum": 0, "maximum": 18},
            "isPrimaryKey": {"type": "boolean"},
            "isNullable": {"type": "boolean"},
            "defaultValue": CELL,
        },
        "required": ["name", "type"],
        "additionalProperties": False,
    },
    high=100,
)
REQUESTED = gives(("requestId",), requestId=TEXT, resultMessages=listed(fields(message=TEXT)))

TOOLS = (
    ToolSpec(
        "de_rows_upsert_async",
        "Write many rows",
        "Queue 1 to 2,500 rows to be inserted or updated; async_status tells when they are written and which were not.",
        takes(
            ("key", "rows"),
            key=KEY,
            rows=many({**CELLS, "minProperties": 1}, "Rows as column: value, primary key included", high=2500),
            insert_only={"type": "boolean", "description": "Refuse rows whose primary key exists"},
        ),
        REQUESTED,
        upsert_async,
        OVERWRITES,
        WRITE,
    ),
    ToolSpec(
        "async_status",
        "Status of an asynchronous request",
        "Whether queued rows or fields are written, and the errors of those that were not; messages may quote keys.",
        takes(("request_id",), request_id=text("requestId that was given back", max_length=60), **paged(500)),
        gives_page(
            "items",
            fields(errorCode=TEXT, message=TEXT, status=TEXT),
            requestId=TEXT,
            status=fields(requestStatus=TEXT, resultStatus=TEXT, hasErrors=FLAG, completionDateTime=TEXT),
        ),
        async_status,
        scopes=READ,
        rows="items",
    ),
    ToolSpec(
        "de_row_delete",
        "Delete one row",
        "Delete the row with these primary key values.",
        takes(
            ("key", "keys"),
            key=KEY,
            keys={**CELLS, "minProperties": 1, "maxProperties": 10, "description": "Whole primary key and values"},
            confirm=CONFIRM,
        ),
        gives(("items",), items=listed(fields(keys=CELLS))),
        delete_row,
        OVERWRITES,
        WRITE,
        is_experimental=True,
        asks=lambda a: f"Delete one row of the data extension {a['key']} for good?",
    ),
    ToolSpec(
        "de_create",
        "Create a data extension",
        "Create a data extension in a folder (folder_list gives IDs). With sendable_field it is made sendable by it.",
        takes(
            ("name", "category_id", "fields"),
            name=text("Name", max_length=128),
            key=text("Customer key; default: SFMC chooses one", max_length=36),
            description=text("Description", max_length=4000),
            category_id=identifier("Folder"),
            fields=FIELDS,
            sendable_field=text("Field that holds the subscriber key", max_length=128),
        ),
        gives(
            ("id", "key", "name"),
            id=TEXT,
            key=TEXT,
            name=TEXT,
            categoryId=WHOLE,
            isSendable=FLAG,
            sendableCustomObjectField=TEXT,
            fieldCount=WHOLE,
            note=TEXT,
        ),
        create,
        ADDS,
        WRITE,
    ),
    ToolSpec(
        "de_add_fields",
        "Add fields",
        "Queue new columns for a data extension; async_status tells when they are there.",
        takes(("key", "fields"), key=KEY, fields=FIELDS),
        REQUESTED,
        add_fields,
        ADDS,
        (*READ, *WRITE),
    ),
    ToolSpec(
        "de_clear",
        "Empty a data extension",
        "Delete all rows of a data extension. They cannot be brought back.",
        takes(("key",), key=KEY, confirm=CONFIRM),
        gives(("cleared",), key=TEXT, id=TEXT, cleared=FLAG),
        clear,
        OVERWRITES,
        (*READ, *WRITE),
        asks=lambda a: f"Delete all rows of the data extension {a['key']} for good?",
    ),
    ToolSpec(
        "de_delete",
        "Delete a data extension",
        "Delete a data extension with all its rows. What uses it stops working.",
        takes(("key",), key=KEY, confirm=CONFIRM),
        gives(("deleted",), key=TEXT, id=TEXT, deleted=FLAG),
        delete,
        OVERWRITES,
        (*READ, *WRITE),
        asks=lambda a: f"Delete the data extension {a['key']} and all its rows for good?",
    ),
)
