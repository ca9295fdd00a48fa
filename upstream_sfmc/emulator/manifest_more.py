"""What was planted outside data extensions, subscribers and events: staff in logs and set-up, messages, queries.

The values are read from the very objects the API shows, so that none is forgotten when those change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .audit import audit_events, security_events
from .tracking import FIRST_JOB, JOBS
from .units import HOME_MID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .people import Person
    from .tenant import Tenant
    from .tracking import Tracking

Entry = dict[str, Any]


def of_staff(
    tenant: Tenant, tracking: Tracking, entry: Callable[[str, str, int, str, str, str], Entry]
) -> Iterator[Entry]:
    """Names, addresses and IPs of staff in the set-up and the logs; `entry` makes one of the manifest's."""
    ids = {value: user_id for number in range(25) for *both, user_id in (tenant.staff(number),) for value in both}
    for value, who, place, field, row_key in (*_in_logs(tenant), *_in_set_up(tenant, tracking)):
        kind = "EMAIL_ADDRESS" if "@" in value else "IP_ADDRESS" if field == "ipAddress" else "PERSON"
        yield entry(value, kind, ids[who], place, field, row_key)


def _in_logs(tenant: Tenant) -> Iterator[tuple[str, str, str, str, str]]:
    """Value, whose it is by name, and where it stands."""
    for kind, events in (("AuditEvent", audit_events(tenant)), ("SecurityEvent", security_events(tenant))):
        for event in events:
            name, row_key = event["employee"]["employeeName"], str(event["id"])
            yield name, name, kind, "employee.employeeName", row_key
            yield event["employee"]["userName"], name, kind, "employee.userName", row_key
            if "ipAddress" in event:
                yield event["ipAddress"], name, kind, "ipAddress", row_key
    for version in tenant.journeys.latest(HOME_MID):
        for action in tenant.journeys.log(version["key"]):
            name = action["user"]["name"]
            yield name, name, "JourneyAudit", "user.name", version["key"]


def _in_set_up(tenant: Tenant, tracking: Tracking) -> Iterator[tuple[str, str, str, str, str]]:
    for one in tenant.journeys.event_definitions.all(HOME_MID):
        yield one["createdByName"], one["createdByName"], "EventDefinition", "createdByName", one["id"]
    fields = ("FromName", "FromAddress", "BccEmail", "AutoForwardToEmailAddress", "AutoForwardToName")
    for kind in ("TriggeredSendDefinition", "SenderProfile"):
        for one in tenant.soap.of(kind).all(HOME_MID):
            yield from ((one[name], one[name], kind, name, one["CustomerKey"]) for name in fields if one.get(name))
    for job in range(FIRST_JOB, FIRST_JOB + JOBS):
        send = tracking.send(job, tenant.staff_for)
        yield send.from_name, send.from_name, "Send", "FromName", str(job)
        yield send.from_address, send.from_name, "Send", "FromAddress", str(job)
    for number in range(25):
        name, email, user_id = tenant.staff(number)
        yield name, name, "AccountUser", "Name", str(user_id)
        yield email, name, "AccountUser", "Email", str(user_id)


def of_people(tenant: Tenant, entry: Callable[[str, str, Person | None, str, str, str], Entry]) -> Iterator[Entry]:
    """What messages and queries say of contacts."""
    by_email = {person.email: person for person in tenant.people}
    for room, kind in ((tenant.mail, "EMAIL_ADDRESS"), (tenant.sms, "PHONE_NUMBER")):
        for sending, person in room.all_seeded():
            to = by_email.get(sending.to, person)
            yield entry(sending.to, kind, to, "TransactionalMessage", "info.to", sending.message_key)
            if person.key_kind == "email":
                yield entry(
                    person.key, "EMAIL_ADDRESS", person, "TransactionalMessage", "info.contactKey", sending.message_key
                )
    for number, query in enumerate(tenant.activities.queries.all(HOME_MID)):
        who = tenant.activities.quoted_person(number)
        if who is not None:
            planted = {who.email: "EMAIL_ADDRESS", who.family: "PERSON", who.given: "PERSON"}
            for value, kind in planted.items():
                if f"'{value}'" in query["queryText"]:
                    yield entry(value, kind, who, "Query", "queryText", query["queryDefinitionId"])
