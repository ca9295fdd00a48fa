"""REST: audit and security events (`/data/v1/audit`), and what the platform says of itself (`/platform/v1`).

Without dates the API shows the last thirty days; the emulator's seeded events end on its seed day, so here it shows all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .audit import audit_events, security_events
from .errors import invalid, not_found
from .filters import parse_date
from .guard import Call, Reply, Route, page_of
from .units import ENTERPRISE_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from .tenant import Tenant


class AuditRoutes:
    def __init__(self, tenant: Tenant, base_url: Callable[[], str]) -> None:
        self._tenant = tenant
        self._base_url = base_url
        self._audit: list[dict[str, Any]] = []
        self._security: list[dict[str, Any]] = []

    def routes(self) -> list[Route]:
        read, base, platform = "tracking_events_read", "/data/v1/audit", "/platform/v1"
        return [
            Route("GET", base + "/auditEvents", read, self._audits),
            Route("GET", base + "/securityEvents", read, self._securities),
            Route("GET", platform + "/endpoints", None, self._endpoints),
            Route("GET", platform + "/endpoints/{type}", None, self._endpoint),
            Route("GET", platform + "/tokenContext", None, self._context),
        ]

    def _audits(self, call: Call) -> Reply:
        self._audit = self._audit or audit_events(self._tenant)
        return self._events(call, [one for one in self._audit if call.mid in {one["memberId"], ENTERPRISE_ID}])

    def _securities(self, call: Call) -> Reply:
        """Logins are kept by the enterprise; its home unit sees them too."""
        self._security = self._security or security_events(self._tenant)
        return self._events(call, self._security if self._tenant.is_home(call.mid) else [])

    def _events(self, call: Call, found: list[dict[str, Any]]) -> Reply:
        start, end = _day(call, "startdate"), _day(call, "enddate")
        if start and end and start > end:
            raise invalid("startdate must be before enddate")
        found = [
            one
            for one in found
            if (not start or one["createdDate"] >= start) and (not end or one["createdDate"] <= end)
        ]
        name, _, direction = call.query.get("$orderby", "createdDate asc").strip().partition(" ")
        if name.lower() not in {"createddate", "id"}:
            raise invalid("$orderBy names a field that does not exist")
        field = "id" if name.lower() == "id" else "createdDate"
        ordered = sorted(found, key=lambda one: (one[field], one["id"]), reverse=direction.lower() == "desc")
        page, size = call.page(50)
        return Reply(page_of(ordered, page, size))

    def _addresses(self) -> list[dict[str, str]]:
        base = self._base_url()
        return [
            {"type": "auth", "url": f"{base}/"},
            {"type": "rest", "url": f"{base}/"},
            {"type": "soap", "url": f"{base}/Service.asmx"},
        ]

    def _endpoints(self, _: Call) -> Reply:
        items = self._addresses()
        return Reply({"page": 1, "pageSize": len(items), "count": len(items), "items": items})

    def _endpoint(self, call: Call) -> Reply:
        found = next((one for one in self._addresses() if one["type"] == call.match["type"].lower()), None)
        if found is None:
            raise not_found()
        return Reply(found)

    def _context(self, call: Call) -> Reply:
        _, _, user = self._tenant.staff(0)
        return Reply({"enterprise": {"id": ENTERPRISE_ID}, "organization": {"id": call.mid}, "user": {"id": user}})


def _day(call: Call, name: str) -> str:
    text = call.query.get(name, "")
    if not text:
        return ""
    moment = parse_date(text)
    if moment is None:
        raise invalid(f"{name} is not a date")
    return moment.isoformat(timespec="seconds")
