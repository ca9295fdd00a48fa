"""What was planted and what must survive: the ground truth about the seeded tenant, worked out from the same sources.

It describes the seed, not what callers wrote later. CRM ids, GUIDs, loyalty numbers and other pseudonymous keys are
in neither list: whether they are hidden is a matter of policy. Business data (the sender's own address) is in neither.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from . import assets, journeys
from .activities import AUTOMATIONS, automation_id
from .auth import SCOPES
from .catalogue import PRODUCTS, SETTINGS
from .contacts import seeded
from .filters import us_date
from .ids import guid
from .manifest_more import of_people, of_staff
from .subscribers import LISTS
from .tracking import EVENT_TYPES, FIRST_JOB, JOBS, Tracking
from .units import HOME_MID, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .extension import Extension
    from .people import Person
    from .tenant import Tenant

_CONTACT_KINDS = {
    "Email Address": "EMAIL_ADDRESS",
    "First Name": "PERSON",
    "Last Name": "PERSON",
    "City": "LOCATION",
    "State": "LOCATION",
    "Zip Code": "POSTAL_CODE",
    "Birthday": "DATE_OF_BIRTH",
    "Mobile Number": "PHONE_NUMBER",
    "Mobile Phone": "PHONE_NUMBER",
}


def truth(tenant: Tenant) -> Iterator[dict[str, Any]]:
    """Every planted value: value, kind, person_id, locale, object, field, row_key."""
    for extension in tenant.extensions:
        yield from _of_extension(tenant, extension)
    for person in tenant.people:
        yield from _of_person(tenant, person)
    yield from _of_events(tenant)
    yield from _of_assets(tenant)
    yield from _of_staff(tenant)
    yield from of_staff(tenant, Tracking(tenant.seed, tenant.people), _staff)
    yield from of_people(tenant, _entry)


def keep(tenant: Tenant) -> Iterator[str]:
    """Strings that stand in answers and are nobody's: ids, keys, scripts, settings. Nobody is called so and no place is.

    A field named `Price` is left out because somebody is called Price.
    """
    seen = {
        part
        for person in tenant.people
        for part in (person.given, person.family, person.full, person.city, person.region, person.postcode)
    }
    for text in _kept(tenant):
        if text not in seen:
            seen.add(text)
            yield text


def write_manifest(tenant: Tenant, directory: Path) -> None:
    """`truth.jsonl` and `keep.jsonl`, one JSON value a line."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "truth.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in truth(tenant))
    with (directory / "keep.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in keep(tenant))


def _entry(value: str, kind: str, who: Person | None, place: str, field: str, row_key: str) -> dict[str, Any]:
    return {
        "value": value,
        "kind": kind,
        "person_id": who.person_id if who is not None else None,
        "locale": who.locale if who is not None else None,
        "object": place,
        "field": field,
        "row_key": row_key,
    }


def _of_extension(tenant: Tenant, extension: Extension) -> Iterator[dict[str, Any]]:
    table = extension.table
    for index in range(table.count):
        row = table.row(index)
        who = table.person(index) if table.person is not None else None
        row_key = "|".join(value or "" for value in extension.key_of(row))
        for column, stored in zip(table.fields, row, strict=True):
            value = stored
            if value is None:
                continue
            kind = table.kind_of(index, column.name) if table.kind_of is not None else column.kind
            if kind is None and who is not None and value == who.email:
                kind = "EMAIL_ADDRESS"
            if kind is not None:
                value = us_date(value) if column.type == "Date" else value
                yield _entry(value, kind, who, table.key, column.name, row_key)
        for name, text in table.texts.items():
            for value, kind in text(index).planted:
                yield _entry(value, kind, who, table.key, name, row_key)
    for label in ("de", "de2"):
        name, _, user_id = tenant.staff_for(label, extension.number)
        yield _staff(name, "PERSON", user_id, "DataExtension", "createdByName", table.key)


def _of_person(tenant: Tenant, person: Person) -> Iterator[dict[str, Any]]:
    yield _entry(person.email, "EMAIL_ADDRESS", person, "Subscriber", "EmailAddress", person.key)
    if person.key_kind == "email":
        for place in ("Subscriber", "ListSubscriber", "Contact"):
            yield _entry(person.key, "EMAIL_ADDRESS", person, place, "SubscriberKey", person.key)
    for name, value in tenant.subscribers.attributes_of(person):
        if value and name in _CONTACT_KINDS:
            yield _entry(value, _CONTACT_KINDS[name], person, "Subscriber", name, person.key)
    for full_name, value in seeded(person).items():
        kind = _CONTACT_KINDS.get(full_name.partition(".")[2])
        if value and kind is not None:
            yield _entry(value, kind, person, "Contact", full_name, person.key)


def _of_events(tenant: Tenant) -> Iterator[dict[str, Any]]:
    tracking = Tracking(tenant.seed, tenant.people)
    for type_ in EVENT_TYPES:
        for event in tracking.events(type_, keys=None, jobs=None):
            who, row_key = event.person, f"{event.job}|{event.person.key}"
            if who.key_kind == "email":
                yield _entry(who.key, "EMAIL_ADDRESS", who, type_, "SubscriberKey", row_key)
            if type_ == "BounceEvent":
                _, _, _, reason = event.bounce()
                yield _entry(_as_written(who.email, reason), "EMAIL_ADDRESS", who, type_, "SMTPReason", row_key)
            if type_ == "ClickEvent" and "email=" in event.url():
                yield _entry(_as_written(who.email, event.url()), "EMAIL_ADDRESS", who, type_, "URL", row_key)


def _as_written(email: str, text: str) -> str:
    """The address as it stands in the text: plain or percent-encoded."""
    return email if email in text else quote(email)


def _of_assets(tenant: Tenant) -> Iterator[dict[str, Any]]:
    for number in range(assets.COUNT):
        row_key = str(assets.FIRST_ID + number)
        for label, field in (("assetowner", "owner"), ("assetcreator", "createdBy"), ("assetmodifier", "modifiedBy")):
            name, email, user_id = tenant.staff_for(label, number)
            yield _staff(name, "PERSON", user_id, "Asset", f"{field}.name", row_key)
            yield _staff(email, "EMAIL_ADDRESS", user_id, "Asset", f"{field}.email", row_key)
        who = assets.quoted_person(tenant, number)
        if who is not None and "email" in assets.type_of(number)[0]:
            yield _entry(who.email, "EMAIL_ADDRESS", who, "Asset", "views.html.content", row_key)
            yield _entry(who.full, "PERSON", who, "Asset", "views.html.content", row_key)


def _of_staff(tenant: Tenant) -> Iterator[dict[str, Any]]:
    name, email, user_id = tenant.staff(0)
    yield _staff(name, "PERSON", user_id, "userinfo", "user.name", str(user_id))
    yield _staff(email, "EMAIL_ADDRESS", user_id, "userinfo", "user.email", str(user_id))
    for number, unit in enumerate(UNITS):
        name, email, user_id = tenant.staff(number)
        yield _staff(name, "PERSON", user_id, "BusinessUnit", "FromName", str(unit.mid))
        yield _staff(email, "EMAIL_ADDRESS", user_id, "BusinessUnit", "Email", str(unit.mid))
    for journey in journeys.build_journeys(tenant.seed):
        name, email, user_id = tenant.staff_for("journeysender", journey.number)
        yield _staff(name, "PERSON", user_id, "Journey", "fromName", journey.key)
        yield _staff(email, "EMAIL_ADDRESS", user_id, "Journey", "fromEmail", journey.key)
        if journey.number % 2:
            _, email, user_id = tenant.staff_for("journeybcc", journey.number)
            yield _staff(email, "EMAIL_ADDRESS", user_id, "Journey", "bccEmail", journey.key)


def _staff(value: str, kind: str, user_id: int, place: str, field: str, row_key: str) -> dict[str, Any]:
    return _entry(value, kind, None, place, field, row_key) | {"person_id": f"s{user_id}", "locale": "en_US"}


def _kept(tenant: Tenant) -> Iterator[str]:
    seed = tenant.seed
    yield from (str(unit.mid) for unit in UNITS)
    yield from (unit.name for unit in UNITS)
    yield from sorted(SCOPES)
    for extension in tenant.extensions:
        yield extension.object_id
        yield extension.table.key
        yield from (column.name for column in extension.table.fields)
        yield from (
            guid(seed, f"field:{extension.table.key}", place) for place in range(min(3, len(extension.table.fields)))
        )
    yield from assets.SCRIPTS
    yield from (value for _, value in SETTINGS)
    yield from PRODUCTS
    yield from (one.customer_key for one in LISTS)
    for number in range(assets.COUNT):
        yield assets.customer_key(seed, number)
        yield assets.asset_name(number)
    for journey in journeys.build_journeys(seed):
        yield from (journey.key, journey.definition_id, journey.event_key, journey.name)
        yield journeys.version_id(seed, journey, journey.versions)
    yield from (automation_id(seed, number) for number in range(AUTOMATIONS))
    yield from (one["definitionKey"] for room in (tenant.mail, tenant.sms) for one in room.definitions.all(HOME_MID))
    yield from (one["eventDefinitionKey"] for one in tenant.journeys.event_definitions.all(HOME_MID))
    yield from (one["campaignCode"] for one in tenant.campaigns.all(HOME_MID))
    for query in tenant.activities.queries.all(HOME_MID):
        yield from (query["queryDefinitionId"], query["key"])
    for kind in sorted(tenant.soap.kinds):
        yield from (one["CustomerKey"] for one in tenant.soap.of(kind).all(HOME_MID))
    yield from (str(job) for job in range(FIRST_JOB, FIRST_JOB + JOBS))
    for key, columns in {"Orders": (0, 10), "SKU_Catalog": (0, 3, 4), "Store_Locations": (0, 4)}.items():
        found = tenant.extension_by_key(key, UNITS[0].mid)
        if found is not None:
            rows = [found.table.row(index) for index in range(min(found.table.count, 60))]
            yield from (value for row in rows for place in columns if (value := row[place]))
