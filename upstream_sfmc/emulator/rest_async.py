"""REST: asynchronous row writing (`/data/v1/async`, `/hub/v1/dataeventsasync`), its status and its results.

Rows are written when the virtual clock says the request is complete, not before; failures are told in the results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .agenda import DONE_AFTER_S, PICKED_UP_AFTER_S, Job
from .clock import central
from .errors import Refusal, not_found
from .guard import Call, Reply, Route
from .rows import key_named, merge
from .shapes import record, records

if TYPE_CHECKING:
    from .extension import Extension
    from .tenant import Tenant

BATCH_MAX: Final = 32_000
_LOST: Final = "Failed to resolve the Custom Object from the provided ObjectReferenceIdentifier [Id: {id}, Key: {key}]."


class AsyncRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        read, write, base = "data_extensions_read", "data_extensions_write", "/data/v1/async"
        rows = []
        for place in ("/dataextensions/key:{key}/rows", "/dataextensions/{id}/rows"):
            rows += [
                Route("POST", base + place, write, self._insert),
                Route("PUT", base + place, write, self._upsert),
            ]
        return [
            *rows,
            Route("GET", base + "/{request}/status", read, self._status),
            Route("GET", base + "/{request}/results", read, self._results),
            Route("POST", "/hub/v1/dataeventsasync/key:{key}/rowset", write, self._legacy),
        ]

    def _insert(self, call: Call) -> Reply:
        return self._accept(call, inserts=True)

    def _upsert(self, call: Call) -> Reply:
        return self._accept(call, inserts=False)

    def _accept(self, call: Call, *, inserts: bool) -> Reply:
        key, object_id = call.match.get("key", ""), call.match.get("id", "")
        tenant = self._tenant
        found = tenant.extension_by_key(key, call.mid) if key else tenant.extension_by_id(object_id, call.mid)
        request_id = tenant.new_id("async")
        if found is None:
            return _refused(request_id, "CustomObjectNotFound", _LOST.format(id=object_id, key=key))
        rows = records(record(call.body).get("items"))
        if not rows:
            return _refused(request_id, "InvalidRequest", "The request holds no items.")
        if len(rows) > BATCH_MAX:
            return _refused(request_id, "InvalidRequest", f"The request holds more than {BATCH_MAX} items.")
        tenant.agenda.add(request_id, "rows", call.mid, lambda: write_rows(found, rows, inserts=inserts))
        return Reply({"requestId": request_id, "resultMessages": []}, 202)

    def _legacy(self, call: Call) -> Reply:
        """The older upsert answers with nothing to ask for a status by."""
        found = self._tenant.extension_by_key(call.match["key"], call.mid)
        if found is None:
            raise not_found()
        rows = [{**record(one.get("keys")), **record(one.get("values"))} for one in records(call.body)]
        self._tenant.agenda.add(
            self._tenant.new_id("async"), "rows", call.mid, lambda: write_rows(found, rows, inserts=False)
        )
        return Reply("", 202)

    def _status(self, call: Call) -> Reply:
        job = self._job(call)
        if job is None:
            return self._lost(call)
        failed = bool(job.errors)
        state = self._tenant.agenda.state(job)
        status: dict[str, Any] = {
            "callDateTime": central(job.asked_at),
            "completionDateTime": central(job.asked_at + DONE_AFTER_S) if job.is_done else "0001-01-01T00:00:00",
            "hasErrors": failed,
            "pickupDateTime": central(job.asked_at + PICKED_UP_AFTER_S)
            if state != "Pending"
            else "0001-01-01T00:00:00",
            "requestStatus": state,
            "resultStatus": "Error" if failed else "OK" if job.is_done else "",
            "requestId": job.job_id,
        }
        return Reply({"status": status, "requestId": job.job_id, "resultMessages": []})

    def _results(self, call: Call) -> Reply:
        job = self._job(call)
        if job is None:
            return self._lost(call)
        page, size = call.page(50)
        shown = job.errors[(page - 1) * size : page * size]
        items = [{"errorCode": "UnexpectedError", "message": message, "status": "Error"} for message in shown]
        answer = {"page": page, "pageSize": size, "count": len(job.errors), "items": items}
        return Reply(answer | {"requestId": job.job_id, "resultMessages": []})

    def _job(self, call: Call) -> Job | None:
        job = self._tenant.agenda.get(call.match["request"].lower(), "rows")
        return job if job is not None and job.mid == call.mid else None

    def _lost(self, call: Call) -> Reply:
        words = f"Unable to locate an Async Request Status Record for the provided RequestId: {call.match['request']}."
        return _refused(self._tenant.new_id("async"), "AsyncRequestStatusNotFound", words)


def write_rows(extension: Extension, rows: list[dict[str, Any]], *, inserts: bool) -> list[str]:
    """Write flat rows one by one; the messages of those that failed. An insert quotes the key that was there."""
    errors: list[str] = []
    for row in rows:
        try:
            keys = {name: value for name, value in row.items() if _is_key(extension, name)}
            if inserts and keys and extension.find(key := key_named(extension, keys)) is not None:
                errors.append(_duplicate(extension, ", ".join(value or "" for value in key)))
                continue
            extension.write(merge(extension, keys, {name: row[name] for name in row if name not in keys}))
        except Refusal as refusal:
            errors.append(str(refusal.body["message"]))
    return errors


def _is_key(extension: Extension, name: str) -> bool:
    return extension.table.place(name) in extension.table.key_places


def _duplicate(extension: Extension, key: str) -> str:
    table = f"_CUSTOMOBJECT_{extension.number}"
    return (
        f"Violation of PRIMARY KEY constraint 'PK_{table}'. Cannot insert duplicate key in object 'dbo.{table}'. "
        f"The duplicate key value is ({key}).\r\nThe statement has been terminated."
    )


def _refused(request_id: str, code: str, message: str) -> Reply:
    """Before a request is queued its failure is an HTTP 200 with result messages."""
    result = {"resultType": "Operational", "resultClass": "Error", "resultCode": code, "message": message}
    return Reply({"requestId": request_id, "resultMessages": [result]})
