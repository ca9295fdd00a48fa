"""The seeded campaigns, audit events and security events.

Events are worked out from the seed; nothing callers do is added to them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from .ids import SEED_DAY, choose, guid, past, roll
from .units import ENTERPRISE_ID, HOME_MID

if TYPE_CHECKING:
    from .shelf import Item
    from .tenant import Tenant

AUDIT_EVENTS: Final = 250
SECURITY_EVENTS: Final = 800
_FIRST_AUDIT: Final = 51_000_000
_FIRST_SECURITY: Final = 88_000_000
_OBJECTS: Final = (
    (73, "DataExtractActivity"),
    (310, "DataExtension"),
    (300, "QueryActivity"),
    (42, "EmailSendDefinition"),
    (11, "MemberEmployee"),
    (84, "SecuritySettings"),
)
_OPERATIONS: Final = ((1, "Create"), (2, "Update"), (3, "Delete"), (8, "Start"))
_LOGINS: Final = ((4, "Successful"), (1, "Failed - Invalid Password"), (2, "Locked"), (4, "Successful"))
_SOURCES: Final = ((11, "Hub CAS"), (3, "Web Application"), (6, "API"))
_AGENTS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
    "python-requests/2.32.3",
)
_CAMPAIGNS: Final = (
    ("Summer Sale", "SUMMER"),
    ("Grant Programme", "GRANT"),
    ("Paris Store Opening", "PARIS"),
    ("Rose Collection", "ROSE"),
    ("Winback", "WINBACK"),
    ("Loyalty Week", "LOYAL"),
    ("Back To School", "SCHOOL"),
)
CAMPAIGNS: Final = 14


def campaigns(seed: int) -> list[Item]:
    """Fourteen campaigns, each with up to three associated assets."""
    shown = []
    for number in range(CAMPAIGNS):
        name, code = _CAMPAIGNS[number % len(_CAMPAIGNS)]
        year = 2025 + number // len(_CAMPAIGNS)
        shown.append(
            {
                "id": str(145 + number),
                "name": f"{name} {year}",
                "description": f"All sends of {name} {year}",
                "campaignCode": f"{code}{year}",
                "color": f"{roll(seed, 'campaigncolour', number, 0xFFFFFF):06x}",
                "favorite": number % 5 == 0,
                "createdDate": past(seed, "campaign", number, 700),
                "modifiedDate": past(seed, "campaignmodified", number, 90),
                "assets": [
                    {
                        "id": str(20 + number * 3 + place),
                        "campaignId": 145 + number,
                        "type": "EMAIL",
                        "itemID": 44_000 + (number * 3 + place) % 35,
                        "createdDate": past(seed, "campaignasset", number * 3 + place, 300),
                    }
                    for place in range(number % 4)
                ],
            }
        )
    return shown


def audit_events(tenant: Tenant) -> list[dict[str, Any]]:
    """What staff changed, oldest first."""
    return sorted((_audit_event(tenant, number) for number in range(AUDIT_EVENTS)), key=_date)


def security_events(tenant: Tenant) -> list[dict[str, Any]]:
    """Who logged in from where, oldest first."""
    return sorted((_security_event(tenant, number) for number in range(SECURITY_EVENTS)), key=_date)


def _audit_event(tenant: Tenant, number: int) -> dict[str, Any]:
    seed = tenant.seed
    name, email, user_id = tenant.staff_for("audit", number)
    type_id, type_name = choose(seed, "auditobject", number, _OBJECTS)
    operation_id, operation = choose(seed, "auditoperation", number, _OPERATIONS)
    return {
        "id": _FIRST_AUDIT + number,
        "createdDate": _recent(seed, "audit", number),
        "memberId": choose(seed, "auditmember", number, (HOME_MID, ENTERPRISE_ID)),
        "enterpriseId": ENTERPRISE_ID,
        "employee": {"id": user_id, "employeeName": name, "userName": email},
        "objectType": {"id": type_id, "name": type_name},
        "operation": {"id": operation_id, "name": operation},
        "object": {"id": guid(seed, "auditobjectid", number), "name": f"{type_name} {number}"},
        "transactionId": guid(seed, "audittransaction", number),
    }


def _security_event(tenant: Tenant, number: int) -> dict[str, Any]:
    seed = tenant.seed
    name, email, _ = tenant.staff_for("security", number)
    status_id, status = choose(seed, "login", number, _LOGINS)
    source_id, source = choose(seed, "source", number, _SOURCES)
    return {
        "id": _FIRST_SECURITY + number,
        "createdDate": _recent(seed, "security", number),
        "memberId": ENTERPRISE_ID,
        "enterpriseId": ENTERPRISE_ID,
        "employee": {"employeeName": name, "userName": email},
        "ipAddress": staff_address(seed, number),
        "sessionId": f"{guid(seed, 'session', number)}{guid(seed, 'session2', number)}".replace("-", ""),
        "userAgent": choose(seed, "agent", number, _AGENTS),
        "eventType": {"id": 1, "name": "Login Attempted"},
        "loginStatus": {"id": status_id, "name": status},
        "eventSource": {"id": source_id, "name": source},
    }


def staff_address(seed: int, number: int) -> str:
    """An IP of the documentation ranges (RFC 5737, RFC 3849)."""
    if roll(seed, "staffv6", number, 4) == 0:
        return f"2001:db8:{roll(seed, 'staffv6a', number, 65536):x}::{roll(seed, 'staffv6b', number, 65535) + 1:x}"
    net = choose(seed, "staffnet", number, ("192.0.2", "198.51.100", "203.0.113"))
    return f"{net}.{roll(seed, 'staffip', number, 254) + 1}"


def _recent(seed: int, label: str, number: int) -> str:
    moment: datetime = SEED_DAY - timedelta(seconds=roll(seed, label, number, 60 * 86_400))
    return moment.isoformat(timespec="seconds") + ".0"


def _date(event: dict[str, Any]) -> str:
    return str(event["createdDate"])
