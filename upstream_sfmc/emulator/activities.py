"""Query activities and automations as they stand now, and what running one does.

The seeded ones are made here; the REST and SOAP areas show and change them.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from .data_views import DataViews
from .errors import Refusal
from .ids import choose, guid, past, roll
from .rest_async import write_rows
from .shelf import Item, Shelf
from .sql import BadQuery, Source, run

if TYPE_CHECKING:
    from .people import Person
    from .tenant import Tenant

QUERIES: Final = 30
QUOTING: Final = 4
"""How many queries hold somebody's address or name as a literal."""

AUTOMATIONS: Final = 16
STATUSES: Final = {
    "Error": -1,
    "Building": 1,
    "Ready": 2,
    "Running": 3,
    "PausedSchedule": 4,
    "Stopped": 5,
    "Scheduled": 6,
    "Awaiting Trigger": 7,
    "InactiveTrigger": 8,
}
UPDATE_TYPES: Final = {0: "Overwrite", 1: "Update", 2: "Append"}
QUERY_ACTIVITY: Final = 300
_SEEDED_STATUSES: Final = ("Ready", "PausedSchedule", "Scheduled", "InactiveTrigger")
_KINDS: Final = (
    (QUERY_ACTIVITY, "Query"),
    (42, "Send Email"),
    (43, "Import File"),
    (53, "File Transfer"),
    (73, "Data Extract"),
)
_NAMES: Final = (
    "Nightly Sync",
    "Order Import",
    "Bounce Cleanup",
    "Loyalty Points",
    "Paris Store Feed",
    "Survey Export",
)
_TEXTS: Final = (
    "SELECT s.SubscriberKey, s.EmailAddress FROM ENT._Subscribers s WHERE s.Status = 'bounced'",
    "SELECT c.SubscriberKey, c.EmailAddress FROM Customer_Master c WHERE c.Country = 'DE' AND c.IsActive = 'True'",
    "SELECT TOP 100 o.SubscriberKey, o.EmailAddress FROM Orders o WHERE o.OrderDate > DATEADD(day, -90, GETDATE())",
    "SELECT b.SubscriberKey, c.EmailAddress FROM _Bounce b JOIN Customer_Master c ON c.SubscriberKey = b.SubscriberKey",
    "SELECT l.SubscriberKey, c.EmailAddress FROM [Loyalty] l JOIN Customer_Master c ON c.SubscriberKey = l.SubscriberKey",
)
_PERSONAL: Final = (
    "SELECT SubscriberKey, EmailAddress FROM Customer_Master WHERE EmailAddress = '{email}'",
    "SELECT SubscriberKey, EmailAddress FROM Customer_Master WHERE LastName = '{family}' AND FirstName = '{given}'",
)


class Activities:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._views = DataViews(tenant)
        self.queries = Shelf("queryDefinitionId", (self._query(number) for number in range(QUERIES)))
        self.automations = Shelf("id", (self._automation(number) for number in range(AUTOMATIONS)))

    def start_query(self, query: Item, mid: int) -> str:
        """Run a query when the clock says so; its job's id."""
        job_id = self._tenant.new_id("queryrun")
        self._tenant.agenda.add(
            job_id, "query", mid, lambda: self._run(query, mid), {"query": query["queryDefinitionId"]}
        )
        return job_id

    def is_running(self, query: Item) -> bool:
        jobs = self._tenant.agenda.of_kind("query")
        return any(not job.is_done and job.about["query"] == query["queryDefinitionId"] for job in jobs)

    def start_automation(self, automation: Item, mid: int) -> str:
        """Run an automation's query activities one after the other; the instance's id."""
        instance = self._tenant.new_id("automationrun")
        before = automation["status"]

        def work() -> list[str]:
            problems = []
            for step in automation["steps"]:
                for activity in step["activities"]:
                    query = self.queries.at(activity["activityObjectId"])
                    if query:
                        problems += self._run(query, mid)
            set_status(automation, "Error" if problems else before)
            return problems

        set_status(automation, "Running")
        automation["lastRunTime"] = self._tenant.clock.stamp()[:19]
        automation["lastRunInstanceId"] = instance
        self._tenant.agenda.add(instance, "automation", mid, work, {"automation": automation["id"]}, 10.0)
        return instance

    def _run(self, query: Item, mid: int) -> list[str]:
        target = self._tenant.extension_by_key(query["targetKey"], mid)
        if target is None:
            return ["The target data extension does not exist."]
        now = datetime.fromisoformat(self._tenant.clock.stamp())
        try:
            names, rows = run(query["queryText"], lambda name: self._table(name, mid), now)
        except BadQuery as error:
            return [str(error)]
        unknown = [name for name in names if target.table.place(name) is None]
        if unknown:
            return [f"The column {unknown[0]} is not a field of the target data extension."]
        if query["targetUpdateTypeId"] == 0:
            target.clear()
        flat = [{name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows]
        try:
            return write_rows(target, flat, inserts=query["targetUpdateTypeId"] == 2)  # noqa: PLR2004 - Append
        except Refusal as refusal:
            return [str(refusal.body["message"])]

    def _table(self, name: str, mid: int) -> Source | None:
        """A data view or a data extension, which queries call by its name."""
        view = self._views.get(name, mid)
        if view is not None:
            return view
        wanted = name.casefold()
        found = next((one for one in self._tenant.visible(mid) if one.table.name.casefold() == wanted), None)
        if found is None:
            return None
        fields = found.table.fields
        numbers = frozenset(one.name for one in fields if one.type in {"Number", "Decimal"})
        return Source(tuple(one.name for one in fields), found.rows(), numbers)

    def quoted_person(self, number: int) -> Person | None:
        """Whose data stands in a query as a literal."""
        if number >= QUOTING:
            return None
        people = self._tenant.people
        place = roll(self._tenant.seed, "queryliteral", number, len(people))
        plain = (
            one for one in (*people[place:], *people) if one.family and one.given and "'" not in one.full + one.email
        )
        return next(plain)

    def _query(self, number: int) -> Item:
        seed, who = self._tenant.seed, self.quoted_person(number)
        text = _TEXTS[number % len(_TEXTS)]
        if who is not None:
            text = _PERSONAL[number % 2].format(email=who.email, family=who.family, given=who.given)
        target = next(one for one in self._tenant.extensions if one.table.key == "Suppression_Staging")
        return {
            "queryDefinitionId": guid(seed, "query", number),
            "name": f"{_NAMES[number % len(_NAMES)]} Query {number + 1}",
            "key": guid(seed, "querykey", number),
            "description": "",
            "queryText": text,
            "targetName": target.table.name,
            "targetKey": target.table.key,
            "targetId": target.object_id,
            "targetDescription": "",
            "createdDate": past(seed, "query", number, 900),
            "modifiedDate": past(seed, "querymodified", number, 100),
            "targetUpdateTypeId": number % 2,
            "targetUpdateTypeName": UPDATE_TYPES[number % 2],
            "validatedQueryText": "",
            "categoryId": 516_051,
            "isFrozen": False,
        }

    def _automation(self, number: int) -> Item:
        seed = self._tenant.seed
        status = choose(seed, "automationstatus", number, _SEEDED_STATUSES)
        return {
            "id": automation_id(seed, number),
            "name": f"{_NAMES[number % len(_NAMES)]} {number + 1}",
            "description": "",
            "key": guid(seed, "automationkey", number),
            "typeId": 1,
            "type": "scheduled",
            "statusId": STATUSES[status],
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
            "steps": [self._step(number, step) for step in range(1 + number % 3)],
        }

    def _step(self, number: int, step: int) -> dict[str, Any]:
        """One step; written zero-based as stepNumber, read back one-based as step."""
        seed, index = self._tenant.seed, number * 10 + step
        type_id, kind = choose(seed, "activitykind", index, _KINDS)
        activity: dict[str, Any] = {
            "id": guid(seed, "automationactivity", index),
            "name": f"{kind} {index}",
            "activityObjectId": guid(seed, "activityobject", index),
            "objectTypeId": type_id,
            "displayOrder": 1,
        }
        if type_id == QUERY_ACTIVITY:
            query = self.queries.at(guid(seed, "query", index % QUERIES))
            activity["activityObjectId"] = query["queryDefinitionId"]
            activity["targetDataExtensions"] = self.target_of(query)
        return {"id": guid(seed, "automationstep", index), "name": "", "step": step + 1, "activities": [activity]}

    def target_of(self, query: Item) -> list[dict[str, Any]]:
        found = next((one for one in self._tenant.extensions if one.table.key == query["targetKey"]), None)
        if found is None:
            return []
        shown = {"id": found.object_id, "name": found.table.name, "key": found.table.key}
        return [shown | {"rowCount": found.count}]


def automation_id(seed: int, number: int) -> str:
    return guid(seed, "automation", number)


def set_status(automation: Item, status: str) -> None:
    automation["status"] = status
    automation["statusId"] = STATUSES[status]
    if "schedule" in automation:
        automation["schedule"]["scheduleStatus"] = status
