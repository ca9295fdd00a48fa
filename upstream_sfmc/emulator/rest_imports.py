"""REST: one-time imports of a file into a data extension (`/data/v1/async/import`), their summary and what was rejected.

The files of the file locations are the tenant's own, put there by a test or seeded; nothing is fetched from anywhere. Shapes as other
people's clients type them (experimental: not seen from a live tenant).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from .agenda import PICKED_UP_AFTER_S, Job
from .clock import central
from .errors import invalid, missing, not_found
from .filters import us_date
from .guard import Call, Reply, Route
from .imports import CODES, load
from .shapes import record

if TYPE_CHECKING:
    from .tenant import Tenant

DONE_AFTER_S: Final = 10.0
_BASE: Final = "/data/v1/async/import"
_UPDATES: Final = ("AddAndUpdate", "AddAndDoNotUpdate", "UpdateButDoNotAdd", "Overwrite")
_MAPPINGS: Final = ("InferFromColumnHeadings", "MapByOrdinal")
_DELIMITERS: Final = {"CSV": ",", "TAB": "\t"}


class ImportRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        write, read = "data_extensions_write", "data_extensions_read"
        return [
            Route("POST", _BASE, write, self._start),
            Route("GET", _BASE + "/{id}/summary", read, self._summary),
            Route("GET", _BASE + "/{id}/validationsummary", read, self._validation),
            Route("GET", _BASE + "/{id}/validationresult", read, self._rejected),
        ]

    def _start(self, call: Call) -> Reply:
        body = record(call.body)
        target, mapping = record(body.get("target")), record(body.get("mapping"))
        file = record(record(body.get("source")).get("fileInfo"))
        name, key = file.get("specifier"), target.get("key")
        if not isinstance(name, str) or not name:
            raise missing("source.fileInfo.specifier")
        if target.get("type") != "DataExtension" or not isinstance(key, str):
            raise missing("target.key")
        update, fit = target.get("updateType"), mapping.get("fieldMappingType", _MAPPINGS[0])
        delimiter = _DELIMITERS.get(str(file.get("contentType", "CSV")).upper())
        if update not in _UPDATES or fit not in _MAPPINGS or delimiter is None:
            raise invalid(
                "target.updateType, mapping.fieldMappingType or source.fileInfo.contentType is not one of its values"
            )
        if not isinstance(record(body.get("transport")).get("key"), str):
            raise missing("transport.key")
        found = self._tenant.extension_by_key(key, call.mid)
        if found is None:
            raise not_found()
        about: dict[str, Any] = {"extension": found, "update": update, "rejected": [], "counts": Counter()}

        def work() -> list[str]:
            text = self._tenant.files.get(name)
            if text is None:
                return ["file"]
            load(found, text, delimiter, about, by_name=fit == _MAPPINGS[0])
            return []

        job_id = self._tenant.new_id("import")
        self._tenant.agenda.add(job_id, "import", call.mid, work, about, after_s=DONE_AFTER_S)
        return Reply({"id": job_id, "requestId": job_id, "resultMessages": []}, 202)

    def _summary(self, call: Call) -> Reply:
        job = self._job(call)
        counts, extension = job.about["counts"], job.about["extension"]
        good, bad = counts["good"], len(job.about["rejected"])
        summary = {
            "id": extension.number,
            "importId": job.job_id,
            "importStatus": self._state(job),
            "startDate": us_date(central(job.asked_at)),
            "endDate": us_date(central(job.asked_at + job.after_s)) if job.is_done else None,
            "totalRows": good + bad + counts["passed over"],
            "successfulRows": good,
            "duplicateRows": counts["duplicate"],
            "restrictedRows": 0,
            "errors": bad,
            "targetId": extension.object_id,
            "targetKey": extension.table.key,
            "targetUpdateType": job.about["update"],
        }
        return self._reply(job, {"summary": summary})

    def _validation(self, call: Call) -> Reply:
        job = self._job(call)
        kinds = Counter(one["validationErrorType"] for one in job.about["rejected"])
        shown = [
            {"validationErrorType": kind, "validationErrorCodeId": CODES[kind], "errorsCount": count}
            for kind, count in sorted(kinds.items())
        ]
        return self._reply(job, {"id": job.job_id, "importValidationSummary": shown})

    def _rejected(self, call: Call) -> Reply:
        """Row by row; the details quote the row, as the tenant's do."""
        job = self._job(call)
        page, size = call.page(50)
        shown = job.about["rejected"][(page - 1) * size : page * size]
        count = len(job.about["rejected"])
        answer = {"id": job.job_id, "page": page, "pageSize": size, "count": count, "importValidationResult": shown}
        return self._reply(job, answer)

    def _job(self, call: Call) -> Job:
        job = self._tenant.agenda.get(call.match["id"].lower(), "import")
        if job is None or job.mid != call.mid:
            raise not_found()
        return job

    def _state(self, job: Job) -> str:
        if job.is_done:
            return "Error" if job.errors else "Completed"
        return "Processing" if self._tenant.agenda.age(job) >= PICKED_UP_AFTER_S else "New"

    @staticmethod
    def _reply(job: Job, answer: dict[str, Any]) -> Reply:
        return Reply(answer | {"requestId": job.job_id, "resultMessages": []})
