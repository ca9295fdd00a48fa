"""REST: automations (`/automation/v1/automations`): list and get. Starting them is not here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .errors import not_found
from .guard import Call, Reply, Route, page_of
from .ids import choose, guid, past

if TYPE_CHECKING:
    from .tenant import Tenant

COUNT: Final = 16
_STATUSES: Final = ((2, "Ready"), (4, "PausedSchedule"), (6, "Scheduled"), (8, "InactiveTrigger"))
_KINDS: Final = ((300, "Query"), (42, "Send Email"), (43, "Import File"), (53, "File Transfer"), (73, "Data Extract"))
_NAMES: Final = (
    "Nightly Sync",
    "Order Import",
    "Bounce Cleanup",
    "Loyalty Points",
    "Paris Store Feed",
    "Survey Export",
)


class AutomationRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        read, base = "automations_read", "/automation/v1/automations"
        return [Route("GET", base, read, self._list), Route("GET", base + "/{id}", read, self._get)]

    def _list(self, call: Call) -> Reply:
        page, size = call.page(50, 500)
        return Reply(page_of([self._describe(number, in_full=False) for number in self._visible(call)], page, size))

    def _get(self, call: Call) -> Reply:
        for number in self._visible(call):
            if automation_id(self._tenant.seed, number) == call.match["id"].lower():
                return Reply(self._describe(number, in_full=True))
        raise not_found()

    def _visible(self, call: Call) -> range:
        return range(COUNT if self._tenant.is_home(call.mid) else 0)

    def _describe(self, number: int, *, in_full: bool) -> dict[str, Any]:
        seed = self._tenant.seed
        status_id, status = choose(seed, "automationstatus", number, _STATUSES)
        shown: dict[str, Any] = {
            "id": automation_id(seed, number),
            "name": f"{_NAMES[number % len(_NAMES)]} {number + 1}",
            "description": "",
            "key": guid(seed, "automationkey", number),
            "typeId": 1,
            "type": "scheduled",
            "statusId": status_id,
            "status": status,
            "categoryId": 516_050,
            "createdDate": past(seed, "automationcreated", number, 900),
            "modifiedDate": past(seed, "automationmodified", number, 100),
            "lastRunTime": past(seed, "automationrun", number, 3),
            "lastRunInstanceId": guid(seed, "automationinstance", number),
            "schedule": {
                "typeId": 3,
                "startDate": "2024-02-01T02:00:00",
                "endDate": "2079-06-06T21:00:00",
                "icalRecur": "FREQ=DAILY;UNTIL=20790607T030000;INTERVAL=1",
                "timezoneName": "Central Standard Time (No Daylight Savings)",
                "scheduleStatus": status,
            },
        }
        if in_full:
            shown["steps"] = [self._step(number, step) for step in range(1 + number % 3)]
        return shown

    def _step(self, number: int, step: int) -> dict[str, Any]:
        """One step; written zero-based as stepNumber, read back one-based as step."""
        seed, index = self._tenant.seed, number * 10 + step
        type_id, kind = choose(seed, "activitykind", index, _KINDS)
        extension = self._tenant.extensions[index % len(self._tenant.extensions)]
        activity: dict[str, Any] = {
            "id": guid(seed, "automationactivity", index),
            "name": f"{kind} {index}",
            "activityObjectId": guid(seed, "activityobject", index),
            "objectTypeId": type_id,
            "displayOrder": 1,
        }
        if kind == "Query":
            target = {"id": extension.object_id, "name": extension.table.name, "key": extension.table.key}
            activity["targetDataExtensions"] = [target | {"rowCount": extension.count}]
        return {"id": guid(seed, "automationstep", index), "name": "", "step": step + 1, "activities": [activity]}


def automation_id(seed: int, number: int) -> str:
    return guid(seed, "automation", number)
