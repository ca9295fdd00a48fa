"""REST: automations (`/automation/v1/automations`): list, get, make, change, run, pause, schedule, notifications.

Deleting one answers 404, as the live API does; SOAP Delete works. Queries are in `rest_queries`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .activities import STATUSES, set_status
from .errors import BUSINESS_RULE, GENERIC, Refusal, invalid, missing, not_found
from .guard import Call, Reply, Route, page_of
from .shapes import record, records

if TYPE_CHECKING:
    from .shelf import Item
    from .tenant import Tenant

_BRIEF = ("id", "name", "description", "key", "typeId", "type", "statusId", "status", "categoryId", "createdDate")
_BRIEF_TOO = ("modifiedDate", "lastRunTime", "lastRunInstanceId", "schedule")


class AutomationRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        read, write, run = "automations_read", "automations_write", "automations_execute"
        base = "/automation/v1/automations"
        notes = "/legacy/v1/beta/automations/notifications/{id}"
        return [
            Route("GET", base, read, self._list),
            Route("POST", base, write, self._create),
            Route("GET", base + "/{id}", read, self._get),
            Route("PATCH", base + "/{id}", write, self._change),
            Route("POST", base + "/{id}/actions/start", run, self._start),
            Route("POST", base + "/{id}/actions/pause", run, self._pause),
            Route("POST", base + "/{id}/actions/stop", run, self._stop),
            Route("POST", base + "/{id}/actions/schedule", run, self._schedule),
            Route("GET", notes, read, self._notifications),
            Route("POST", notes, write, self._notify),
        ]

    def _list(self, call: Call) -> Reply:
        """`$filter` takes `status eq 2`, `statusId eq 2`, `name eq 'x'` and `name like 'x'`."""
        found = self._tenant.activities.automations.all(call.mid)
        words = call.query.get("$filter", "").split(maxsplit=2)
        if words:
            found = [one for one in found if _passes(one, words)]
        page, size = call.page(50, 500)
        answer = page_of(found, page, size)
        answer["items"] = [
            {name: one[name] for name in (*_BRIEF, *_BRIEF_TOO) if name in one} for one in answer["items"]
        ]
        return Reply(answer)

    def _one(self, call: Call) -> Item:
        shelf, name = self._tenant.activities.automations, call.match["id"]
        found = shelf.find("key", name[4:], call.mid) if name.startswith("key:") else shelf.get(name, call.mid)
        if found is None:
            raise not_found()
        return found

    def _get(self, call: Call) -> Reply:
        return Reply(self._shown(self._one(call)))

    def _shown(self, automation: Item) -> Item:
        """Query activities show their target with the rows it has now."""
        activities = self._tenant.activities
        steps = [
            step
            | {
                "activities": [
                    one | self._target(one, activities.queries.at(one["activityObjectId"]))
                    for one in step["activities"]
                ]
            }
            for step in automation["steps"]
        ]
        return automation | {"steps": steps}

    def _target(self, _: Item, query: Item) -> dict[str, Any]:
        return {"targetDataExtensions": self._tenant.activities.target_of(query)} if query else {}

    def _create(self, call: Call) -> Reply:
        body = record(call.body)
        if not isinstance(body.get("name"), str) or not body["name"]:
            raise missing("name")
        if self._tenant.activities.automations.find("name", body["name"], call.mid) is not None:
            raise Refusal(400, BUSINESS_RULE, "An automation of this name already exists.")
        now = self._tenant.clock.stamp()[:19]
        automation: Item = {
            "id": self._tenant.new_id("automation"),
            "name": body["name"],
            "description": str(body.get("description") or ""),
            "key": str(body.get("key") or self._tenant.new_id("automationkey")),
            "typeId": 0,
            "type": "unspecified",
            "statusId": STATUSES["Building"],
            "status": "Building",
            "categoryId": body.get("categoryId", 516_050),
            "createdDate": now,
            "modifiedDate": now,
            "steps": self._steps(body.get("steps"), call),
        }
        self._tenant.activities.automations.put(automation, call.mid)
        return Reply(self._shown(automation), 201)

    def _steps(self, given: Any, call: Call) -> list[Item]:
        steps = []
        for place, step in enumerate(records(given)):
            activities = []
            for order, one in enumerate(records(step.get("activities")), 1):
                query = self._tenant.activities.queries.get(str(one.get("activityObjectId")), call.mid)
                if one.get("objectTypeId") == 300 and query is None:  # noqa: PLR2004 - a query activity
                    raise invalid("activityObjectId is not a query")
                activity: Item = {"id": self._tenant.new_id("activity"), "displayOrder": order}
                activity |= {name: one[name] for name in ("name", "objectTypeId", "activityObjectId") if name in one}
                activities.append(activity)
            number = step.get("stepNumber", place)
            if not isinstance(number, int):
                raise invalid("stepNumber must be a number")
            name = str(step.get("name") or "")
            steps.append(
                {"id": self._tenant.new_id("step"), "name": name, "step": number + 1, "activities": activities}
            )
        return sorted(steps, key=lambda one: int(str(one["step"])))

    def _change(self, call: Call) -> Reply:
        automation, body = self._one(call), record(call.body)
        for name in ("name", "description", "categoryId"):
            if name in body:
                automation[name] = body[name]
        if "steps" in body:
            automation["steps"] = self._steps(body["steps"], call)
        automation["modifiedDate"] = self._tenant.clock.stamp()[:19]
        return Reply(self._shown(automation))

    def _start(self, call: Call) -> Reply:
        automation = self._one(call)
        if automation["type"] == "unspecified":
            words = "The selected automation type: unspecified is not valid to be used in run once."
            raise Refusal(400, GENERIC, words)
        if automation["status"] == "Running":
            raise Refusal(400, BUSINESS_RULE, "The automation is already running.")
        instance = self._tenant.activities.start_automation(automation, call.mid)
        shown = {"id": automation["id"], "automationInstanceId": instance}
        return Reply(shown | {"statusId": automation["statusId"], "status": automation["status"]})

    def _pause(self, call: Call) -> Reply:
        return self._turn(call, {"Scheduled"}, "PausedSchedule")

    def _stop(self, call: Call) -> Reply:
        return self._turn(call, {"Running", "Scheduled", "PausedSchedule"}, "Stopped")

    def _schedule(self, call: Call) -> Reply:
        return self._turn(call, {"PausedSchedule", "Ready", "Stopped"}, "Scheduled")

    def _turn(self, call: Call, before: set[str], after: str) -> Reply:
        automation = self._one(call)
        if automation["status"] not in before or "schedule" not in automation:
            words = f"The automation cannot be {after} from its present status."
            raise Refusal(400, BUSINESS_RULE, words)
        set_status(automation, after)
        return Reply({"id": automation["id"], "statusId": automation["statusId"], "status": automation["status"]})

    def _notifications(self, call: Call) -> Reply:
        """Who is told: the addresses of staff, joined by semicolons."""
        automation = self._one(call)
        return Reply({"programId": automation["id"], "workers": automation.get("workers") or self._workers(automation)})

    def _workers(self, automation: Item) -> list[Item]:
        _, email, _ = self._tenant.staff_for("notified:" + automation["id"], 0)
        _, other, _ = self._tenant.staff_for("notified:" + automation["id"], 1)
        worker = {"notificationType": "Error", "channelType": "Account", "body": ""}
        return [worker | {"definition": f"{email}; {other}"}]

    def _notify(self, call: Call) -> Reply:
        automation = self._one(call)
        automation["workers"] = records(record(call.body).get("workers"))
        return Reply(text="")


def _passes(one: Item, words: list[str]) -> bool:
    if len(words) != 3 or words[0] not in {"status", "statusId", "name", "key"}:  # noqa: PLR2004
        raise invalid("Unable to parse the $filter expression")
    name, operator, value = words[0], words[1].lower(), words[2].strip("'\"").casefold()
    found = {str(one["statusId"]), one["status"].casefold()} if name.startswith("status") else {one[name].casefold()}
    match operator:
        case "eq":
            return value in found
        case "like":
            return any(value.strip("%") in text for text in found)
        case _:
            raise invalid("Unable to parse the $filter expression")
