"""The message measured everywhere: a tools/call result with invented contacts, as text and as structured content."""

from __future__ import annotations

import json
import random
from typing import Any

FIRST = [
    "Alma",
    "Bruno",
    "Clara",
    "David",
    "Elena",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Karin",
    "Luca",
    "Mina",
    "Nils",
    "Olga",
    "Pablo",
    "Rosa",
    "Sven",
    "Tara",
    "Viktor",
]
LAST = [
    "Alvarez",
    "Berg",
    "Castellanos",
    "Dietrich",
    "Eriksen",
    "Fischer",
    "Gomez",
    "Haugen",
    "Ivanova",
    "Jansen",
    "Keller",
    "Lindqvist",
    "Moreau",
    "Novak",
]
CITIES = ["Springfield", "Riverton", "Lakeside", "Hillview", "Brookfield", "Fairmont", "Milltown", "Ashford"]


STREETS = [
    f"{name} {kind}"
    for name in (
        "Maple",
        "Oak",
        "Mill",
        "Station",
        "Park",
        "Hill",
        "River",
        "Church",
        "Cedar",
        "Harbour",
        "Meadow",
        "Orchard",
    )
    for kind in ("Street", "Avenue", "Lane", "Road", "Row", "Walk")
]


def contacts(count: int, seed: int = 1, *, opaque: bool = False) -> list[dict[str, Any]]:
    """``opaque``: keys that say nothing (c1, c2 …), so that every value must be read."""
    pick = random.Random(seed)  # noqa: S311
    rows = []
    for number in range(count):
        first, last = pick.choice(FIRST), pick.choice(LAST)
        row = {
            "ContactKey": f"{pick.getrandbits(64):016x}",
            "FirstName": first,
            "LastName": last,
            "EmailAddress": f"{first}.{last}{pick.randrange(9999)}@example.com".lower(),
            "MobilePhone": f"+1 212 555 01{pick.randrange(100):02d}",
            "Street": f"{pick.randrange(1, 999)} {pick.choice(STREETS)}",
            "PostalCode": f"{pick.randrange(10000, 99999)}",
            "City": pick.choice(CITIES),
            "BirthDate": f"19{pick.randrange(50, 99)}-{pick.randrange(1, 13):02d}-{pick.randrange(1, 28):02d}",
            "Status": pick.choice(["Active", "Bounced", "Unsubscribed"]),
            "CreatedDate": f"2026-0{pick.randrange(1, 10)}-1{pick.randrange(10)}T08:15:00Z",
            "OrderTotal": round(pick.random() * 1000, 2),
            "Visits": pick.randrange(500),
            "OptIn": pick.random() < 0.5,
            "LoyaltyTier": pick.choice(["gold", "silver", "bronze"]),
            "SubscriberID": number + pick.randrange(10**6),
        }
        rows.append({f"c{place}": value for place, value in enumerate(row.values())} if opaque else row)
    return rows


def note(seed: int) -> str:
    """About 200 characters of support prose with a person in it."""
    pick = random.Random(seed)  # noqa: S311
    first, last = pick.choice(FIRST), pick.choice(LAST)
    return (
        f"{first} {last} called about order {pick.randrange(10**6)} on {pick.choice(['Monday', 'Friday'])}. The parcel went "
        f"to {pick.randrange(1, 99)} {pick.choice(STREETS)} by mistake; {first} asked us to write to "
        f"{first.lower()}{pick.randrange(99)}@example.com once it has been found again."
    )


def result(rows: list[dict[str, Any]], request_id: object = 1, form: str = "structured") -> bytes:
    """The rows in ``structuredContent``, as JSON ``text`` the way servers print it, or in ``both``."""
    body: dict[str, Any] = {"content": []}
    if form != "structured":
        body["content"].append({"type": "text", "text": json.dumps({"items": rows}, indent=2)})
    if form != "text":
        body["structuredContent"] = {"items": rows}
    return json.dumps({"jsonrpc": "2.0", "id": request_id, "result": body}, separators=(",", ":")).encode()


def request(request_id: object = 1, **arguments: Any) -> bytes:
    params = {"name": "contacts", "arguments": arguments}
    return json.dumps(
        {"jsonrpc": "2.0", "id": request_id, "method": "tools/call", "params": params}, separators=(",", ":")
    ).encode()
