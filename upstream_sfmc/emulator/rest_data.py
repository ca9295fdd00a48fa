"""REST: the rows of data extensions, read as row sets and written at once (`/data/v1`, `/hub/v1/dataevents`).

Data extensions themselves are in `rest_extensions`, asynchronous writing in `rest_async`.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .errors import invalid, not_found
from .filters import Column, parse_filter, parse_order, sort_rows
from .guard import Call, Reply, Route
from .rows import echo, key_named, merge, shown_row
from .shapes import record, records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .extension import Extension
    from .table import Row
    from .tenant import Tenant

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
        rows, events = "/data/v1/customobjectdata", "/hub/v1/dataevents"
        return [
            Route("GET", rows + "/key/{key}/rowset", read, self._rows_by_key),
            Route("GET", rows + "/token/{token}/rowset", read, self._rows_by_token),
            Route("GET", rows + "/{id}/rowset", read, self._rows_by_id),
            Route("POST", events + "/key:{key}/rowset", write, self._upsert),
            Route("POST", events + "/key:{key}/rowset/delete", write, self._delete),
            Route("PUT", events + "/key:{key}/rows/{pk}", write, self._put_row),
            Route("PUT", events + "/key:{key}/rows/{pk}/column/{column}/increment", write, self._increment),
        ]

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
            answer["items"] = [shown_row(table.fields, row) for row in shown]
        return answer

    def _upsert(self, call: Call) -> Reply:
        extension = self._by_key(call)
        rows = [(record(one.get("keys")), record(one.get("values"))) for one in records(call.body)]
        if len(rows) > SYNC_BATCH_MAX:
            raise invalid(f"A synchronous batch has at most {SYNC_BATCH_MAX} rows")
        merged = [merge(extension, keys, values) for keys, values in rows]
        for row in merged:
            extension.write(row)
        return Reply([echo(keys, values) for keys, values in rows])

    def _put_row(self, call: Call) -> Reply:
        extension = self._by_key(call)
        keys = _keys(call.match["pk"])
        values = record(record(call.body).get("values"))
        extension.write(merge(extension, keys, values))
        return Reply(echo(keys, values))

    def _increment(self, call: Call) -> Reply:
        """Adds `step` to a number and answers with the sum."""
        extension, keys = self._by_key(call), _keys(call.match["pk"])
        place = extension.table.place(call.match["column"])
        row = extension.find(key_named(extension, keys))
        if place is None or row is None:
            raise not_found()
        if extension.table.fields[place].type not in {"Number", "Decimal"}:
            raise invalid("The column is not a number")
        step = call.query.get("step", "1")
        if not step.lstrip("-").isdecimal():
            raise invalid("step must be a whole number")
        total = float(row[place] or 0) + int(step)
        text = str(int(total)) if total.is_integer() else str(total)
        extension.write(tuple(text if at == place else value for at, value in enumerate(row)))
        return Reply(json.loads(text))

    def _delete(self, call: Call) -> Reply:
        """Deletes the rows whose keys are given and echoes those that were there."""
        extension = self._by_key(call)
        named = [record(one.get("keys")) for one in records(call.body)]
        if len(named) > SYNC_BATCH_MAX:
            raise invalid(f"A synchronous batch has at most {SYNC_BATCH_MAX} rows")
        keys = [key_named(extension, one) for one in named]
        return Reply([echo(one, {}) for one, key in zip(named, keys, strict=True) if extension.delete(key)])

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


def _keys(text: str) -> dict[str, str]:
    """`Name:value,Other:value` of a path."""
    keys: dict[str, str] = {}
    for pair in text.split(","):
        name, colon, value = pair.partition(":")
        if not colon:
            raise invalid("The row is named by primary key fields, Name:value")
        keys[name] = value
    return keys
