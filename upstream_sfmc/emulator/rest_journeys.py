"""REST: journeys (`/interaction/v1`): list, get, entry events, contact membership.

Editing, publishing and stopping are not here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .errors import BUSINESS_RULE, GENERIC, Refusal, invalid, missing, not_found
from .guard import Call, Reply, Route, page_of
from .ids import guid
from .journeys import Journey, build_journeys, describe, is_member, version_id
from .shapes import record, values

if TYPE_CHECKING:
    from .tenant import Tenant

STATUSES: Final = ("Draft", "Published", "ScheduledToPublish", "Paused", "Stopped", "Deleted")
MEMBERSHIP_MAX: Final = 50


class JourneyRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self.journeys = build_journeys(tenant.seed)

    def routes(self) -> list[Route]:
        read, run, base = "journeys_read", "journeys_execute", "/interaction/v1"
        return [
            Route("GET", base + "/interactions", read, self._list),
            Route("POST", base + "/interactions/contactMembership", read, self._membership),
            Route("GET", base + "/interactions/key:{key}", read, self._get_by_key),
            Route("GET", base + "/interactions/{id}", read, self._get_by_id),
            Route("POST", base + "/events", run, self._fire),
        ]

    def _visible(self, call: Call) -> list[Journey]:
        return self.journeys if self._tenant.is_home(call.mid) else []

    def _list(self, call: Call) -> Reply:
        status, words = call.query.get("status", ""), call.query.get("nameordescription", "").casefold()
        if status and status not in STATUSES:
            raise invalid("status is not one of the journey statuses")
        only_latest = call.query.get("mostrecentversiononly", "true").lower() == "true"
        in_full = call.query.get("extras", "").lower() in {"all", "activities"}
        found = []
        for journey in self._visible(call):
            versions = [journey.versions] if only_latest else range(1, journey.versions + 1)
            found += [self._describe(journey, version, in_full=in_full) for version in versions]
        found = [one for one in found if status in {"", one["status"]} and words in one["name"].casefold()]
        page, size = call.page(50, 500)
        return Reply(page_of(found, page, size))

    def _get_by_key(self, call: Call) -> Reply:
        journey = next((one for one in self._visible(call) if one.key == call.match["key"].lower()), None)
        return self._version(call, journey)

    def _get_by_id(self, call: Call) -> Reply:
        wanted = call.match["id"].lower()
        seed = self._tenant.seed
        for journey in self._visible(call):
            for version in range(1, journey.versions + 1):
                if version_id(seed, journey, version) == wanted:
                    return self._version(call, journey, version)
        return self._version(call, None)

    def _version(self, call: Call, journey: Journey | None, version: int | None = None) -> Reply:
        if journey is None:
            raise not_found()
        asked = call.query.get("versionnumber")
        number = int(asked) if asked is not None and asked.isdecimal() else version or journey.versions
        if not 1 <= number <= journey.versions:
            raise not_found()
        return Reply(self._describe(journey, number, in_full=True))

    def _describe(self, journey: Journey, version: int, *, in_full: bool) -> dict[str, Any]:
        return describe(self._tenant.seed, journey, version, self._tenant.staff_for, in_full=in_full)

    def _fire(self, call: Call) -> Reply:
        body = record(call.body)
        contact, event = body.get("ContactKey"), body.get("EventDefinitionKey")
        if not isinstance(contact, str) or not contact:
            raise missing("ContactKey")
        if not isinstance(event, str) or not event:
            raise missing("EventDefinitionKey")
        journey = next((one for one in self._visible(call) if one.event_key == event), None)
        if journey is None:
            raise Refusal(400, GENERIC, "The event definition key does not exist.")
        if journey.status != "Published":
            raise Refusal(400, BUSINESS_RULE, "The journey of this event is not running.")
        data = record(body.get("Data"))
        if not self._tenant.contacts.has(contact):
            self._tenant.contacts.write(contact, _contact_fields(data))
        fired = self._tenant.journey_events
        instance = guid(self._tenant.seed, "eventinstance", len(fired))
        fired.append({"contact": contact, "event": event, "instance": instance, "at": self._tenant.clock.stamp()})
        return Reply({"eventInstanceId": instance}, 201)

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
            memberships += self._of_contact(call, key)
        return Reply({"results": {"contactMemberships": memberships, "contactsNotFound": lost}})

    def _of_contact(self, call: Call, key: str) -> list[dict[str, Any]]:
        person = self._tenant.subscribers.get(key)
        index = person.index if person is not None and person.index < len(self._tenant.people) else None
        fired = {one["event"] for one in self._tenant.journey_events if one["contact"] == key}
        return [
            {
                "contactKey": key,
                "definitionKey": journey.key,
                "definitionInstanceId": version_id(self._tenant.seed, journey, journey.versions),
                "name": journey.name,
                "version": journey.versions,
            }
            for journey in self._visible(call)
            if journey.event_key in fired or (index is not None and is_member(self._tenant.seed, journey, index))
        ]


def _contact_fields(data: dict[str, Any]) -> dict[str, str | None]:
    """What an entry event tells about a contact nobody knew: its e-mail address."""
    email = next((value for name, value in data.items() if name.casefold() in {"email", "emailaddress"}), None)
    return {"Email Addresses.Email Address": str(email)} if email else {}
