"""REST: query activities (`/automation/v1/queries`): list, get, make, change, delete, start.

Starting one runs its SQL over data views and data extensions when the virtual clock has moved on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .activities import UPDATE_TYPES
from .errors import BUSINESS_RULE, GENERIC, Refusal, invalid, missing, not_found
from .guard import Call, Reply, Route, page_of
from .shapes import record
from .sql import BadQuery, check

if TYPE_CHECKING:
    from .shelf import Item
    from .tenant import Tenant


class QueryRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        read, write, run = "automations_read", "automations_write", "automations_execute"
        base = "/automation/v1/queries"
        return [
            Route("GET", base, read, self._list),
            Route("GET", base + "/", read, self._list),
            Route("POST", base, write, self._create),
            Route("GET", base + "/{id}", read, self._get),
            Route("PATCH", base + "/{id}", write, self._change),
            Route("DELETE", base + "/{id}", write, self._delete),
            Route("POST", base + "/{id}/actions/start", run, self._start),
            Route("POST", base + "/{id}/actions/start/", run, self._start),
            Route("GET", base + "/{id}/actions/isrunning", read, self._is_running),
        ]

    def _list(self, call: Call) -> Reply:
        page, size = call.page(25, 500)
        return Reply(page_of(self._tenant.activities.queries.all(call.mid), page, size))

    def _one(self, call: Call) -> Item:
        shelf, name = self._tenant.activities.queries, call.match["id"]
        found = shelf.find("key", name[4:], call.mid) if name.startswith("key:") else shelf.get(name, call.mid)
        if found is None:
            raise not_found()
        return found

    def _get(self, call: Call) -> Reply:
        return Reply(self._one(call))

    def _create(self, call: Call) -> Reply:
        body = record(call.body)
        for name in ("name", "queryText", "targetKey"):
            if not isinstance(body.get(name), str) or not body[name]:
                raise missing(name)
        if self._tenant.activities.queries.find("name", body["name"], call.mid) is not None:
            raise Refusal(400, BUSINESS_RULE, "A query of this name already exists.")
        now = self._tenant.clock.stamp()[:19]
        query: Item = {
            "queryDefinitionId": self._tenant.new_id("query"),
            "name": body["name"],
            "key": str(body.get("key") or self._tenant.new_id("querykey")),
            "description": str(body.get("description") or ""),
            "queryText": "",
            "targetName": "",
            "targetKey": "",
            "targetId": "",
            "targetDescription": "",
            "createdDate": now,
            "modifiedDate": now,
            "targetUpdateTypeId": 0,
            "targetUpdateTypeName": UPDATE_TYPES[0],
            "validatedQueryText": "",
            "categoryId": body.get("categoryId", 516_051),
            "isFrozen": False,
        }
        self._fill(query, body, call)
        self._tenant.activities.queries.put(query, call.mid)
        return Reply(query, 201)

    def _fill(self, query: Item, body: Item, call: Call) -> None:
        """Check text, target and update type, then take them over."""
        text, key, update = body.get("queryText"), body.get("targetKey"), body.get("targetUpdateTypeId")
        if text is not None:
            try:
                check(str(text))
            except BadQuery as error:
                raise Refusal(400, GENERIC, str(error)) from None
        target = self._tenant.extension_by_key(str(key), call.mid) if key is not None else None
        if key is not None and target is None:
            raise invalid("targetKey is not a data extension")
        if update is not None and update not in UPDATE_TYPES:
            raise invalid("targetUpdateTypeId is 0, 1 or 2")
        if text is not None:
            query["queryText"] = str(text)
        if target is not None:
            query |= {"targetKey": target.table.key, "targetName": target.table.name, "targetId": target.object_id}
        if update is not None:
            query |= {"targetUpdateTypeId": update, "targetUpdateTypeName": UPDATE_TYPES[update]}

    def _change(self, call: Call) -> Reply:
        query, body = self._one(call), record(call.body)
        self._fill(query, body, call)
        for name in ("name", "description", "categoryId"):
            if name in body:
                query[name] = body[name]
        query["modifiedDate"] = self._tenant.clock.stamp()[:19]
        return Reply(query)

    def _delete(self, call: Call) -> Reply:
        self._tenant.activities.queries.remove(self._one(call))
        return Reply(text="OK")

    def _start(self, call: Call) -> Reply:
        query = self._one(call)
        if self._tenant.activities.is_running(query):
            raise Refusal(400, BUSINESS_RULE, "The query is already running.")
        self._tenant.activities.start_query(query, call.mid)
        return Reply(text="OK")

    def _is_running(self, call: Call) -> Reply:
        return Reply({"isRunning": self._tenant.activities.is_running(self._one(call))})
