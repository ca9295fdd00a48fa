"""REST: entry events, their definitions, and who is in, leaves or was in a journey (`/interaction/v1`).

The journeys themselves are in `rest_journeys`.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from .errors import BUSINESS_RULE, GENERIC, Refusal, invalid, missing, not_found
from .guard import Call, Reply, Route, page_of
from .shapes import record, records, values

if TYPE_CHECKING:
    from .shelf import Item
    from .tenant import Tenant

MEMBERSHIP_MAX: Final = 50
BATCH_MAX: Final = 100
HISTORY_MAX: Final = 2_000


class JourneyMemberRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        read, write, run, base = "journeys_read", "journeys_write", "journeys_execute", "/interaction/v1"
        definitions, journeys = base + "/eventDefinitions", base + "/interactions"
        return [
            Route("POST", base + "/events", run, self._fire),
            Route("POST", base + "/async/events", run, self._fire_batch),
            Route("GET", base + "/async/events/status", read, self._batch_status),
            Route("POST", journeys + "/contactMembership", read, self._membership),
            Route("POST", journeys + "/contactexit", run, self._exit),
            Route("POST", journeys + "/contactexit/status", read, self._exit_status),
            Route("POST", journeys + "/journeyhistory/download", read, self._history),
            Route("GET", definitions, read, self._definitions),
            Route("POST", definitions, write, self._define),
            *(
                route
                for path in ("/key:{key}", "/{id}")
                for route in (
                    Route("GET", definitions + path, read, self._definition),
                    Route("PUT", definitions + path, write, self._redefine),
                    Route("DELETE", definitions + path, write, self._undefine),
                )
            ),
        ]

    def _fire(self, call: Call) -> Reply:
        body = record(call.body)
        contact, event = body.get("ContactKey"), body.get("EventDefinitionKey")
        if not isinstance(contact, str) or not contact:
            raise missing("ContactKey")
        version = self._fed_by(event, call)
        return Reply({"eventInstanceId": self._enter(contact, version, record(body.get("Data")))}, 201)

    def _fed_by(self, event: Any, call: Call) -> Item:
        if not isinstance(event, str) or not event:
            raise missing("EventDefinitionKey")
        version = self._tenant.journeys.by_event(event, call.mid)
        if version is None:
            raise Refusal(400, GENERIC, "The event definition key does not exist.")
        if version["status"] != "Published":
            raise Refusal(400, BUSINESS_RULE, "The journey of this event is not running.")
        return version

    def _enter(self, contact: str, version: Item, data: dict[str, Any]) -> str:
        if not self._tenant.contacts.has(contact):
            self._tenant.contacts.write(contact, _contact_fields(data))
        return self._tenant.journeys.enter(contact, version)

    def _fire_batch(self, call: Call) -> Reply:
        body = {name[:1].lower() + name[1:]: value for name, value in record(call.body).items()}
        version = self._fed_by(body.get("eventDefinitionKey"), call)
        members = records(body.get("members"))
        if not members:
            raise missing("members")
        if len(members) > BATCH_MAX:
            raise invalid(f"members has at most {BATCH_MAX} contacts")
        people = [(str(one.get("contactKey") or ""), record(one.get("data"))) for one in members]

        def work() -> list[str]:
            for contact, data in people:
                if contact:
                    self._enter(contact, version, data)
            return ["MissingContactKey" for contact, _ in people if not contact]

        request_id = self._tenant.new_id("batch")
        self._tenant.agenda.add(request_id, "batch", call.mid, work, {"count": len(people)})
        return Reply({"requestId": request_id}, 202)

    def _batch_status(self, call: Call) -> Reply:
        job = self._tenant.agenda.get(call.query.get("requestid", "").lower(), "batch")
        if job is None or job.mid != call.mid:
            raise not_found()
        state = "Completed" if job.is_done else "Processing"
        done = job.about["count"] - len(job.errors) if job.is_done else 0
        return Reply({"requestId": job.job_id, "status": state, "processedCount": done, "errorCount": len(job.errors)})

    def _membership(self, call: Call) -> Reply:
        keys = values(record(call.body).get("ContactKeyList"))
        if not keys:
            raise missing("ContactKeyList")
        if len(keys) > MEMBERSHIP_MAX:
            raise invalid(f"ContactKeyList has at most {MEMBERSHIP_MAX} keys")
        memberships: list[dict[str, Any]] = []
        lost: list[str] = []
        for key in map(str, keys):
            if not self._tenant.contacts.has(key):
                lost.append(key)
                continue
            memberships += [
                {
                    "contactKey": key,
                    "definitionKey": version["key"],
                    "definitionInstanceId": version["id"],
                    "name": version["name"],
                    "version": version["version"],
                }
                for version in self._tenant.journeys.latest(call.mid)
                if self._tenant.journeys.is_in(key, self._index(key), version)
            ]
        return Reply({"results": {"contactMemberships": memberships, "contactsNotFound": lost}})

    def _index(self, key: str) -> int | None:
        person = self._tenant.subscribers.get(key)
        return person.index if person is not None and person.index < len(self._tenant.people) else None

    def _exit(self, call: Call) -> Reply:
        wanted = _exits(call)
        errors = []
        for contact, key, numbers in wanted:
            versions = self._tenant.journeys.of_key(key, call.mid)
            if not versions:
                problem = {"version": numbers[0], "message": "Exit request Ignored - Invalid Interaction Name."}
                errors.append({"contactKey": contact, "definitionKey": key, "status": [problem]})
            else:
                self._tenant.journeys.exits[contact, versions[-1]["key"]] = self._tenant.clock.stamp()
        return Reply({"errors": errors}, 202)

    def _exit_status(self, call: Call) -> Reply:
        shown = []
        for contact, key, _ in _exits(call):
            versions = self._tenant.journeys.of_key(key, call.mid)
            is_out = bool(versions) and (contact, versions[-1]["key"]) in self._tenant.journeys.exits
            words = "Exit process Completed." if is_out else "Contact was not found in the journey."
            status = {"version": versions[-1]["version"] if versions else 1, "message": words}
            if is_out:
                status["definitionInstanceId"] = versions[-1]["id"]
            shown.append({"contactKey": contact, "definitionKey": key, "status": [status]})
        return Reply(shown)

    def _history(self, call: Call) -> Reply:
        """Comma-separated text: one line for each contact that went through a journey's first activity."""
        wanted = {str(one).lower() for one in values(record(call.body).get("definitionIds"))}
        columns = [one for one in call.query.get("columns", "ActivityId,ContactKey").split(",") if one]
        known = {"ActivityId", "ActivityName", "ContactKey", "DefinitionName", "Status", "TransactionTime"}
        if not set(columns) <= known:
            raise invalid("columns names a column that does not exist")
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerow(columns)
        lines = 0
        for version in self._tenant.journeys.latest(call.mid):
            if wanted and not wanted & {version["id"], version["definitionId"]}:
                continue
            activity = (version["activities"] or [{"id": "", "name": ""}])[0]
            for key in self._tenant.contacts.keys():  # noqa: SIM118 - not a mapping
                if lines < HISTORY_MAX and self._tenant.journeys.is_in(key, self._index(key), version):
                    lines += 1
                    row = {
                        "ActivityId": activity["id"],
                        "ActivityName": activity["name"],
                        "ContactKey": key,
                        "DefinitionName": version["name"],
                        "Status": "Complete",
                        "TransactionTime": version["modifiedDate"],
                    }
                    writer.writerow([row[name] for name in columns])
        return Reply(text=file.getvalue(), headers={"Content-Type": "text/csv; charset=utf-8"})

    def _definitions(self, call: Call) -> Reply:
        name = call.query.get("name", "").casefold()
        found = [one for one in self._tenant.journeys.event_definitions.all(call.mid) if name in one["name"].casefold()]
        page, size = call.page(50, 500)
        return Reply(page_of(found, page, size))

    def _definition(self, call: Call) -> Reply:
        return Reply(self._event(call))

    def _event(self, call: Call) -> Item:
        shelf = self._tenant.journeys.event_definitions
        found = (
            shelf.find("eventDefinitionKey", call.match["key"], call.mid)
            if "key" in call.match
            else shelf.get(call.match["id"], call.mid)
        )
        if found is None:
            raise not_found()
        return found

    def _define(self, call: Call) -> Reply:
        body = record(call.body)
        for name in ("type", "name", "dataExtensionId"):
            if not isinstance(body.get(name), str) or not body[name]:
                raise missing(name)
        extension = self._tenant.extension_by_id(body["dataExtensionId"], call.mid)
        if extension is None:
            raise invalid("dataExtensionId is not a data extension")
        kind = "APIEvent" if body["type"] in {"APIEvent", "Event"} else "DEAudience"
        key = str(body.get("eventDefinitionKey") or f"{kind}-{self._tenant.new_id('event')}")
        if self._tenant.journeys.event_definitions.find("eventDefinitionKey", key, call.mid) is not None:
            raise Refusal(400, BUSINESS_RULE, "An event definition of this key already exists.")
        now = self._tenant.clock.stamp()
        item = body | {
            "id": self._tenant.new_id("eventdefinition"),
            "eventDefinitionKey": key,
            "dataExtensionName": extension.table.name,
            "createdDate": now,
            "modifiedDate": now,
            "interactionCount": 0,
            "publishedInteractionCount": 0,
        }
        self._tenant.journeys.event_definitions.put(item, call.mid)
        return Reply(item)

    def _redefine(self, call: Call) -> Reply:
        event, body = self._event(call), record(call.body)
        fixed = {"id", "eventDefinitionKey", "type", "createdDate", "interactionCount", "publishedInteractionCount"}
        event.update({name: value for name, value in body.items() if name not in fixed})
        event["modifiedDate"] = self._tenant.clock.stamp()
        return Reply(event)

    def _undefine(self, call: Call) -> Reply:
        event = self._event(call)
        version = self._tenant.journeys.by_event(event["eventDefinitionKey"], call.mid)
        if version is not None and version["status"] in {"Published", "Paused"}:
            raise Refusal(400, BUSINESS_RULE, "The event definition is used by a journey that is running.")
        self._tenant.journeys.event_definitions.remove(event)
        return Reply(text="")


def _exits(call: Call) -> list[tuple[str, str, list[int]]]:
    """Contact key, journey key and versions of each request in the body."""
    wanted = records(call.body)
    if not wanted:
        raise missing("ContactKey")
    if len(wanted) > MEMBERSHIP_MAX:
        raise invalid(f"An exit request has at most {MEMBERSHIP_MAX} contacts")
    found = []
    for one in wanted:
        if not one.get("ContactKey") or not one.get("DefinitionKey"):
            raise missing("ContactKey and DefinitionKey")
        numbers = [int(number) for number in values(one.get("Versions")) if isinstance(number, int)]
        found.append((str(one["ContactKey"]), str(one["DefinitionKey"]), numbers or [1]))
    return found


def _contact_fields(data: dict[str, Any]) -> dict[str, str | None]:
    """What an entry event tells about a contact nobody knew: its e-mail address."""
    email = next((value for name, value in data.items() if name.casefold() in {"email", "emailaddress"}), None)
    return {"Email Addresses.Email Address": str(email)} if email else {}
