"""The system data views a query may read (`_Subscribers`, `_Sent`, `_Job` and others), as columns and rows.

Rows are made when a query reads them, from the same sources as the tracking objects. It runs no query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .sql import Source
from .subscribers import ALL_SUBSCRIBERS
from .tracking import FIRST_JOB, JOBS, Tracking
from .units import ENTERPRISE_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .sql import Cell
    from .tenant import Tenant

_EVENT: Final = ("AccountID", "JobID", "ListID", "BatchID", "SubscriberID", "SubscriberKey", "EventDate", "Domain")
_EVENTS: Final = {
    "_sent": ("SentEvent", ()),
    "_open": ("OpenEvent", ("IsUnique",)),
    "_click": ("ClickEvent", ("URL", "LinkName", "LinkContent", "IsUnique")),
    "_bounce": ("BounceEvent", ("BounceCategory", "SMTPCode", "BounceType", "SMTPBounceReason")),
    "_unsubscribe": ("UnsubEvent", ("IsUnique",)),
}


class DataViews:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._tracking = Tracking(tenant.seed, tenant.people)
        self._views: dict[str, Callable[[], Source]] = {
            "_subscribers": self._subscribers,
            "_listsubscribers": self._list_subscribers,
            "_job": self._jobs,
            "_complaint": lambda: Source(_EVENT, ()),
            "_mobileaddress": self._mobile,
            **{name: self._events(name) for name in _EVENTS},
        }

    def get(self, name: str, mid: int) -> Source | None:
        """Columns and rows of a view; a unit without sends sees its columns and no row."""
        view = self._views.get(name.casefold())
        if view is None:
            return None
        source = view()
        return source if self._tenant.is_home(mid) else Source(source.columns, (), source.numbers)

    def _subscribers(self) -> Source:
        columns = (
            *("SubscriberID", "DateJoined", "DateUnsubscribed", "Domain", "EmailAddress", "BounceCount"),
            *("SubscriberKey", "Status", "Locale"),
        )
        rows = (
            (p.subscriber_id, p.created, p.unsubscribed, _domain(p.email), p.email, 0, p.key, p.status.lower(), None)
            for p in self._tenant.subscribers.all()
        )
        return Source(columns, rows)

    def _list_subscribers(self) -> Source:
        columns = ("ListID", "SubscriberID", "SubscriberKey", "Status", "CreatedDate", "EmailAddress")
        store = self._tenant.subscribers
        rows = (
            (one.list_id, one.subscriber_id, one.subscriber_key, one.status.lower(), one.created, person.email)
            for one in store.memberships()
            if (person := store.get(one.subscriber_key)) is not None
        )
        return Source(columns, rows)

    def _jobs(self) -> Source:
        columns = (
            "JobID",
            "EmailID",
            "AccountID",
            "FromName",
            "FromEmail",
            "EmailName",
            "EmailSubject",
            "DeliveredTime",
        )

        def rows() -> Iterator[tuple[Cell, ...]]:
            for job in range(FIRST_JOB, FIRST_JOB + JOBS):
                send = self._tracking.send(job, self._tenant.staff_for)
                yield (
                    job,
                    send.email_id,
                    ENTERPRISE_ID,
                    send.from_name,
                    send.from_address,
                    send.name,
                    send.subject,
                    send.at,
                )

        return Source(columns, rows())

    def _mobile(self) -> Source:
        columns = ("_ContactID", "_MobileNumber", "_Status", "_City", "_State", "_ZipCode", "_FirstName", "_LastName")
        rows = (
            (p.contact_id, p.phone, "Active", p.city, p.region, p.postcode, p.given, p.family)
            for p in self._tenant.people[: len(self._tenant.people) * 3 // 10]
        )
        return Source(columns, rows)

    def _events(self, name: str) -> Callable[[], Source]:
        type_, more = _EVENTS[name]

        def view() -> Source:
            def rows() -> Iterator[tuple[Cell, ...]]:
                for event in self._tracking.events(type_, keys=None, jobs=None):
                    who = event.person
                    common = (ENTERPRISE_ID, event.job, ALL_SUBSCRIBERS, event.batch, who.subscriber_id, who.key)
                    own: tuple[Cell, ...] = ("1",) if more == ("IsUnique",) else ()
                    if name == "_click":
                        own = (event.url(), "See all offers", event.url(), "1")
                    elif name == "_bounce":
                        code, category, kind, reason = event.bounce()
                        own = (category, code, kind, reason)
                    yield (*common, event.date, _domain(who.email), *own)

            return Source((*_EVENT, *more), rows())

        return view


def _domain(email: str) -> str:
    return email.rpartition("@")[2]
