"""REST: journeys (`/interaction/v1/interactions`): list, get, make, change, delete, publish, stop, pause, resume, log.

Entry events and who is in a journey are in `rest_journey_members`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .errors import BUSINESS_RULE, GENERIC, INVALID_MESSAGE, INVALID_VALUE, Refusal, invalid, missing, not_found
from .guard import Call, Reply, Route, page_of
from .shapes import record, records

if TYPE_CHECKING:
    from .shelf import Item
    from .tenant import Tenant

STATUSES: Final = ("Draft", "Published", "ScheduledToPublish", "Paused", "Stopped", "Deleted")
ENTRY_MODES: Final = ("NotSet", "OnceAndDone", "MultipleEntries", "SingleEntryAcrossAllVersions")
STILL_RUNNING: Final = 30000
NEVER: Final = "0001-01-01T00:00:00"
_GIVEN: Final = (
    "name",
    "description",
    "workflowApiVersion",
    "goals",
    "exits",
    "triggers",
    "activities",
    "entryMode",
    "definitionType",
    "defaults",
    "metaData",
    "executionMode",
    "categoryId",
)
_PUBLISH_PROBLEMS: Final = {
    "activities": "An activity must be created and configured before activation can be successful",
    "triggers": "An entry event must be configured before activation can be successful",
}


class JourneyRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        read, write, run = "journeys_read", "journeys_write", "journeys_execute"
        base = "/interaction/v1/interactions"
        acts = []
        for path in ("/key:{key}", "/{id}"):
            acts += [
                Route("POST", base + "/publishAsync" + path, run, self._publish),
                Route("POST", base + "/stop" + path, run, self._stop),
                Route("POST", base + "/pause" + path, run, self._pause),
                Route("POST", base + "/resume" + path, run, self._resume),
                Route("GET", base + path + "/audit/{action}", read, self._audit),
                Route("GET", base + path, read, self._get),
                Route("DELETE", base + path, write, self._delete),
            ]
        return [
            Route("GET", base, read, self._list),
            Route("POST", base, write, self._create),
            Route("PUT", base, write, self._change),
            Route("GET", base + "/publishStatus/{status}", read, self._publish_status),
            *acts,
        ]

    def _list(self, call: Call) -> Reply:
        status, words = call.query.get("status", ""), call.query.get("nameordescription", "").casefold()
        if status and status not in STATUSES:
            raise invalid("status is not one of the journey statuses")
        only_latest = call.query.get("mostrecentversiononly", "true").lower() == "true"
        book = self._tenant.journeys
        found = book.latest(call.mid) if only_latest else book.versions.all(call.mid)
        for name in ("id", "key", "definitionid"):
            if wanted := call.query.get(name, "").casefold():
                field = "definitionId" if name == "definitionid" else name
                found = [one for one in found if str(one[field]).casefold() == wanted]
        found = [
            one
            for one in found
            if status in {"", one["status"]} and (words in one["name"].casefold() or words in one["description"])
        ]
        name, _, direction = call.query.get("$orderby", "").partition(" ")
        if name:
            found = sorted(
                found, key=lambda one: str(one.get(name, "")).casefold(), reverse=direction.upper() == "DESC"
            )
        page, size = call.page(50, 500)
        in_full = call.query.get("extras", "").lower() in {"all", "activities"}
        answer = page_of(found, page, size)
        answer["items"] = [_shown(one, in_full=in_full) for one in answer["items"]]
        return Reply(answer)

    def _get(self, call: Call) -> Reply:
        return Reply(_shown(self._one(call), in_full=True))

    def _versions(self, call: Call) -> list[Item]:
        """The versions of the journey the path names by key, by definition or by one version's id."""
        book = self._tenant.journeys
        if "key" in call.match:
            found = book.of_key(call.match["key"], call.mid)
        else:
            one = book.versions.get(call.match["id"], call.mid)
            found = book.of_key(one["key"], call.mid) if one else book.of_definition(call.match["id"], call.mid)
        if not found:
            raise not_found()
        return found

    def _one(self, call: Call) -> Item:
        """The version asked for by number, else the one whose id the path names, else the newest."""
        versions = self._versions(call)
        number = call.query.get("versionnumber", "")
        if number:
            found = next((one for one in versions if str(one["version"]) == number), None)
        else:
            named = (one for one in versions if one["id"] == call.match.get("id", "").lower())
            found = next(named, versions[-1])
        if found is None:
            raise not_found()
        return found

    def _create(self, call: Call) -> Reply:
        body = record(call.body)
        for name in ("key", "name", "workflowApiVersion"):
            if not body.get(name):
                raise missing(name)
        if self._tenant.journeys.of_key(str(body["key"]), call.mid):
            raise Refusal(400, BUSINESS_RULE, "A journey of this key already exists.")
        version = self._draft(body, str(body["key"]), 1, self._tenant.new_id("definition"))
        self._tenant.journeys.versions.put(version, call.mid)
        self._tenant.journeys.note(version, "Create")
        return Reply(_shown(version, in_full=True))

    def _draft(self, body: dict[str, Any], key: str, number: int, definition_id: str) -> Item:
        given = _checked(body)
        now = self._tenant.clock.stamp()
        return {
            "id": self._tenant.new_id("journey"),
            "key": key,
            "name": "",
            "description": "",
            "version": number,
            "workflowApiVersion": 1.0,
            "createdDate": now,
            "modifiedDate": now,
            "lastPublishedDate": NEVER,
            "goals": [],
            "exits": [],
            "stats": dict.fromkeys(("currentPopulation", "cumulativePopulation", "metGoal", "metExitCriteria"), 0)
            | {"goalPerformance": 0.0},
            "entryMode": "NotSet",
            "definitionType": "Multistep",
            "channel": "",
            "defaults": {},
            "metaData": {},
            "executionMode": "Production",
            "categoryId": 516_040,
            "triggers": [],
            "activities": [],
            **given,
            "status": "Draft",
            "definitionId": definition_id,
            "scheduledStatus": "Draft",
        }

    def _change(self, call: Call) -> Reply:
        """Changes a draft in place; of a journey that runs or ran a new draft version is made."""
        body = record(call.body)
        if not body.get("key"):
            raise missing("key")
        versions = self._tenant.journeys.of_key(str(body["key"]), call.mid)
        if not versions:
            raise not_found()
        newest = versions[-1]
        if newest["status"] == "Draft":
            newest.update(_checked(body), modifiedDate=self._tenant.clock.stamp())
            self._tenant.journeys.note(newest, "Modify")
            return Reply(_shown(newest, in_full=True))
        body = {name: newest[name] for name in _GIVEN if name in newest} | body
        version = self._draft(body, newest["key"], newest["version"] + 1, newest["definitionId"])
        self._tenant.journeys.versions.put(version, self._tenant.journeys.versions.owner(newest["id"]))
        self._tenant.journeys.note(version, "Create")
        return Reply(_shown(version, in_full=True))

    def _delete(self, call: Call) -> Reply:
        asked = call.query.get("versionnumber", "")
        doomed = [self._one(call)] if asked else self._versions(call)
        if any(one["status"] in {"Published", "Paused", "ScheduledToPublish"} for one in doomed):
            words = "The interaction is currently running; cannot delete interaction at this time."
            raise Refusal(400, STILL_RUNNING, words)
        for one in doomed:
            self._tenant.journeys.versions.remove(one)
        return Reply(text="")

    def _publish(self, call: Call) -> Reply:
        if not call.query.get("versionnumber"):
            raise missing("versionNumber")
        version = self._one(call)
        if version["status"] != "Draft":
            raise Refusal(400, GENERIC, "An interaction must be in draft status to be published.")
        problems = [text for part, text in _PUBLISH_PROBLEMS.items() if not version.get(part)]
        book = self._tenant.journeys

        def work() -> list[str]:
            if problems:
                book.note(version, "Publish", publishStatus="Error", errors=_errors(problems))
                return problems
            for other in book.of_key(version["key"], call.mid):
                if other["status"] == "Published":
                    other["status"] = "Stopped"
            version["lastPublishedDate"] = self._tenant.clock.stamp()
            book.set_status(version, "Published", "Publish", publishStatus="PublishCompleted")
            return []

        status_id = self._tenant.new_id("publish")
        self._tenant.agenda.add(status_id, "publish", call.mid, work)
        status_url = f"/interaction/v1/interactions/publishStatus/{status_id}"
        return Reply({"statusUrl": status_url, "statusId": status_id}, 202)

    def _publish_status(self, call: Call) -> Reply:
        job = self._tenant.agenda.get(call.match["status"].lower(), "publish")
        if job is None or job.mid != call.mid:
            raise not_found()
        status = "PublishInProcess" if not job.is_done else "Error" if job.errors else "PublishCompleted"
        return Reply({"statusId": job.job_id, "status": status, "errors": _errors(job.errors)})

    def _stop(self, call: Call) -> Reply:
        if not call.query.get("versionnumber"):
            raise missing("versionNumber")
        version = self._one(call)
        if version["status"] not in {"Published", "Paused"}:
            raise Refusal(400, GENERIC, "An interaction must be published or paused to be stopped.")
        ejected = int(version["stats"]["currentPopulation"])
        version["stats"] = version["stats"] | {"currentPopulation": 0}
        self._tenant.journeys.set_status(version, "Stopped", "Stop", ContactsEjected=ejected)
        return Reply(text="")

    def _pause(self, call: Call) -> Reply:
        return self._turn(call, "Published", "Paused", "An interaction must be in published status to be paused.")

    def _resume(self, call: Call) -> Reply:
        return self._turn(call, "Paused", "Published", "An interaction must be in paused status to be resumed.")

    def _turn(self, call: Call, before: str, after: str, problem: str) -> Reply:
        every = call.query.get("allversions", "").lower() == "true"
        if not every and not call.query.get("versionnumber"):
            raise Refusal(400, INVALID_VALUE, "AllVersions=true or VersionNumber required.")
        asked = self._versions(call) if every else [self._one(call)]
        turned = [one for one in asked if one["status"] == before]
        if not turned:
            raise Refusal(400, GENERIC, problem)
        for version in turned:
            self._tenant.journeys.set_status(version, after, "Pause" if after == "Paused" else "Resume")
        return Reply({"status": "Accepted"}, 202)

    def _audit(self, call: Call) -> Reply:
        version, action = self._one(call), call.match["action"].casefold()
        number = call.query.get("versionnumber", "")
        logged = [
            one
            for one in self._tenant.journeys.log(version["key"])
            if action in {"all", one["action"].casefold()} and number in {"", str(one["versionNumber"])}
        ]
        page, size = call.page(50, 500)
        return Reply(page_of(logged, page, size))


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    """The parts a caller may set. An entry mode nobody knows does not deserialize, as on the live API."""
    if body.get("entryMode", "NotSet") not in ENTRY_MODES:
        raise Refusal(400, INVALID_MESSAGE, "JSON Deserialization Exception")
    for name in ("triggers", "activities", "goals", "exits"):
        records(body.get(name))
    return {name: body[name] for name in _GIVEN if body.get(name) is not None}


def _shown(version: Item, *, in_full: bool) -> Item:
    hidden = set() if in_full else {"activities", "triggers"}
    return {name: value for name, value in version.items() if name not in hidden}


def _errors(problems: list[str]) -> list[dict[str, str]]:
    return [{"errorDetail": one, "errorCode": "VALIDATE_GENERAL_EXCEPTION"} for one in problems]
