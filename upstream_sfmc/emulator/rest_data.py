"""REST: data extensions, their fields and their rows (`/data/v1`, `/hub/v1/dataevents`).

It serves what `tenant` holds and writes through it; sendable settings, creation and deletion are not here.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .errors import GENERIC, Refusal, invalid, missing, not_found
from .filters import Column, parse_date, parse_filter, parse_order, sort_rows, us_date
from .guard import Call, Reply, Route, page_of
from .ids import guid, past
from .shapes import record, records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .table import Field, Row
    from .tenant import Extension, Tenant

LIST_MAX: Final = 500
SYNC_BATCH_MAX: Final = 50
_TOKENS_KEPT: Final = 256
_TOKEN_TTL_S: Final = 1200.0


@dataclass(frozen=True, slots=True)
class Query:
    """A rowset query, kept under its request token so that later pages need not repeat it."""

    extension: Extension
    mid: int
    filter: str
    order: str
    size: int
    expires_at: float
    generation: int


class DataRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._queries: dict[str, Query] = {}

    def routes(self) -> list[Route]:
        read, write = "data_extensions_read", "data_extensions_write"
        objects, rows = "/data/v1/customobjects", "/data/v1/customobjectdata"
        events = "/hub/v1/dataevents"
        return [
            Route("GET", objects, read, self._list),
            Route("GET", objects + "/category/{category}", read, self._category),
            Route("GET", objects + "/{id}", read, self._get),
            Route("GET", objects + "/{id}/fields", read, self._fields),
            Route("GET", rows + "/key/{key}/rowset", read, self._rows_by_key),
            Route("GET", rows + "/token/{token}/rowset", read, self._rows_by_token),
            Route("GET", rows + "/{id}/rowset", read, self._rows_by_id),
            Route("POST", events + "/key:{key}/rowset", write, self._upsert),
            Route("PUT", events + "/key:{key}/rows/{pk}", write, self._put_row),
        ]

    def _list(self, call: Call) -> Reply:
        if "$search" not in call.query:
            raise missing("$search")
        wanted = call.query["$search"].strip("%* ").casefold()
        found = [one for one in self._tenant.visible(call.mid) if wanted in one.table.name.casefold()]
        page, size = call.page(25, LIST_MAX)
        return Reply(page_of([self._describe(one) for one in found], page, size))

    def _category(self, call: Call) -> Reply:
        found = [one for one in self._tenant.visible(call.mid) if str(_category(one)) == call.match["category"]]
        page, size = call.page(25, LIST_MAX)
        return Reply(page_of([self._describe(one) for one in found], page, size))

    def _get(self, call: Call) -> Reply:
        return Reply(self._describe(self._by_id(call)))

    def _fields(self, call: Call) -> Reply:
        extension = self._by_id(call)
        fields = [
            _field(column, place, guid(self._tenant.seed, f"field:{extension.table.key}", place))
            for place, column in enumerate(extension.table.fields)
        ]
        return Reply({"id": extension.object_id, "key": extension.table.key, "fields": fields})

    def _rows_by_key(self, call: Call) -> Reply:
        return self._first_page(call, self._by_key(call))

    def _rows_by_id(self, call: Call) -> Reply:
        return self._first_page(call, self._by_id(call))

    def _rows_by_token(self, call: Call) -> Reply:
        token = call.match["token"]
        query = self._queries.get(token)
        is_live = query is not None and query.generation == self._tenant.generation
        if query is None or not is_live or query.mid != call.mid or query.expires_at < self._tenant.clock.now():
            raise invalid("The request token is unknown or has expired")
        page, _ = call.page(query.size)
        return Reply(self._rowset(query, token, page))

    def _first_page(self, call: Call, extension: Extension) -> Reply:
        page, size = call.page(50)
        filter_, order = call.query.get("$filter", ""), call.query.get("$orderby", "")
        token = secrets.token_hex(16)
        expires_at = self._tenant.clock.now() + _TOKEN_TTL_S
        query = Query(extension, call.mid, filter_, order, size, expires_at, self._tenant.generation)
        answer = self._rowset(query, token, page)
        while len(self._queries) >= _TOKENS_KEPT:
            del self._queries[next(iter(self._queries))]
        self._queries[token] = query
        return Reply(answer)

    def _rowset(self, query: Query, token: str, page: int) -> dict[str, Any]:
        table = query.extension.table
        columns = {one.name.casefold(): Column(place, one.type) for place, one in enumerate(table.fields)}
        rows: list[Row] = list(query.extension.rows())
        if query.filter:
            accepts = parse_filter(query.filter, columns)
            rows = [row for row in rows if accepts(row)]
        if query.order:
            ordered: list[Sequence[str | None]] = list(rows)
            sort_rows(ordered, parse_order(query.order, columns))
            rows = [tuple(row) for row in ordered]
        start = (page - 1) * query.size
        shown = rows[start : start + query.size]
        here = f"/v1/customobjectdata/token/{token}/rowset?$page="
        links = {"self": f"{here}{page}"}
        if start + query.size < len(rows):
            links["next"] = f"{here}{page + 1}"
        answer: dict[str, Any] = {
            "links": links,
            "requestToken": token,
            "tokenExpireDateUtc": self._tenant.clock.utc(_TOKEN_TTL_S)[:19],
            "customObjectId": query.extension.object_id,
            "customObjectKey": table.key,
            "pageSize": query.size,
            "page": page,
            "count": len(rows),
            "top": 0,
        }
        if shown:
            answer["items"] = [_item(table.fields, row) for row in shown]
        return answer

    def _upsert(self, call: Call) -> Reply:
        extension = self._by_key(call)
        rows = [(record(one.get("keys")), record(one.get("values"))) for one in records(call.body)]
        if len(rows) > SYNC_BATCH_MAX:
            raise invalid(f"A synchronous batch has at most {SYNC_BATCH_MAX} rows")
        merged = [_merge(extension, keys, values) for keys, values in rows]
        for row in merged:
            extension.write(row)
        return Reply([_echo(keys, values) for keys, values in rows])

    def _put_row(self, call: Call) -> Reply:
        extension = self._by_key(call)
        keys: dict[str, str] = {}
        for pair in call.match["pk"].split(","):
            name, colon, value = pair.partition(":")
            if not colon:
                raise invalid("The row is named by primary key fields, Name:value")
            keys[name] = value
        values = record(record(call.body).get("values"))
        extension.write(_merge(extension, keys, values))
        return Reply(_echo(keys, values))

    def _by_key(self, call: Call) -> Extension:
        extension = self._tenant.extension_by_key(call.match["key"], call.mid)
        if extension is None:
            raise not_found()
        return extension

    def _by_id(self, call: Call) -> Extension:
        extension = self._tenant.extension_by_id(call.match["id"], call.mid)
        if extension is None:
            raise not_found()
        return extension

    def _describe(self, extension: Extension) -> dict[str, Any]:
        table, seed = extension.table, self._tenant.seed
        owner, _, owner_id = self._tenant.staff_for("de", extension.number)
        editor, _, editor_id = self._tenant.staff_for("de2", extension.number)
        return {
            "id": extension.object_id,
            "name": table.name,
            "key": table.key,
            "description": table.description,
            "isActive": True,
            "isSendable": table.sendable is not None,
            **(
                {"sendableCustomObjectField": table.sendable, "sendableSubscriberField": "_SubscriberKey"}
                if table.sendable
                else {}
            ),
            "isTestable": False,
            "categoryId": _category(extension),
            "ownerId": owner_id,
            "isObjectDeletable": True,
            "isFieldAdditionAllowed": True,
            "isFieldModificationAllowed": True,
            "createdDate": past(seed, "decreated", extension.number, 1500) + ".137",
            "createdById": owner_id,
            "createdByName": owner,
            "modifiedDate": past(seed, "demodified", extension.number, 90) + ".547",
            "modifiedById": editor_id,
            "modifiedByName": editor,
            "ownerName": owner,
            "partnerApiObjectTypeId": 310,
            "partnerApiObjectTypeName": "DataExtension",
            "rowCount": extension.count,
            "dataRetentionProperties": {
                "isDeleteAtEndOfRetentionPeriod": False,
                "isRowBasedRetention": False,
                "isResetRetentionPeriodOnImport": False,
            },
            "fieldCount": len(table.fields),
        }


def _category(extension: Extension) -> int:
    return 516_016 + (1 if extension.table.name.endswith("_Salesforce_1") else 0)


def _field(column: Field, place: int, field_id: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": field_id,
        "name": column.name,
        "type": column.type,
        "ordinal": place,
        "isPrimaryKey": column.is_key,
        "isNullable": not column.is_key,
        "isTemplateField": False,
        "isHidden": False,
        "isReadOnly": False,
        "isInheritable": False,
        "isOverridable": False,
        "mustOverride": False,
        "maskType": "None",
        "storageType": "Plain",
    }
    if column.default_length is not None:
        described["length"] = column.default_length
    if column.type == "Decimal":
        described |= {"length": 18, "scale": 2}
    return described


def _item(fields: Sequence[Field], row: Row) -> dict[str, Any]:
    """A row as the rowset shows it: lower-cased names, strings only, US dates, an empty string for null."""
    shown: dict[str, dict[str, str]] = {"keys": {}, "values": {}}
    for column, value in zip(fields, row, strict=True):
        text = value or ""
        if column.type == "Date" and text:
            text = us_date(text)
        shown["keys" if column.is_key else "values"][column.name.lower()] = text
    return shown if shown["keys"] else {"values": shown["values"]}


def _merge(extension: Extension, keys: Mapping[str, Any], values: Mapping[str, Any]) -> Row:
    """The row to write: given cells over the stored row. Raises a 400 `Refusal` for unknown or missing fields."""
    table = extension.table
    cells: dict[int, str | None] = {}
    for name, value in {**keys, **values}.items():
        place = table.place(str(name))
        if place is None:
            raise Refusal(400, GENERIC, "Unable to save rows for data extension ID", additionalErrors=[_unknown()])
        cells[place] = None if value is None else _store(value, table.fields[place])
    if any(not cells.get(place) for place in table.key_places):
        raise missing("primary key")
    stored = extension.find(tuple(cells[place] for place in table.key_places))
    base: Row = stored if stored is not None else (None,) * len(table.fields)
    return tuple(cells.get(place, base[place]) for place in range(len(table.fields)))


def _unknown() -> dict[str, Any]:
    return {"message": "A column in the row is not a field of the data extension", "errorcode": 10005}


def _store(value: Any, column: Field) -> str:
    text = str(value)
    length = column.default_length
    if length is not None and len(text) > length:
        raise invalid(f"A value is longer than its field allows ({length})")
    if column.type == "EmailAddress" and "@" not in text:
        raise invalid("A value is not a valid EmailAddress")
    if column.type in {"Number", "Decimal"}:
        try:
            float(text)
        except ValueError:
            raise invalid(f"A value is not a valid {column.type}") from None
    if column.type == "Date":
        moment = parse_date(text)
        if moment is None:
            raise invalid("A value is not a valid Date")
        return moment.isoformat(timespec="seconds")
    return text


def _echo(keys: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What a synchronous upsert answers: the first letter of names lowered, every value a string."""
    return {
        part: {name[:1].lower() + name[1:]: "" if value is None else str(value) for name, value in cells.items()}
        for part, cells in (("keys", keys), ("values", values))
    }
