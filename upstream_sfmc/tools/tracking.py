"""Tracking events, by SOAP: who was sent what, opened, clicked, bounced or unsubscribed. It sums up nothing."""

from __future__ import annotations

from upstream_sfmc import soap
from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import DATE, TEXT, continued, fields, gives_page, one_of, takes, text
from upstream_sfmc.tools.spec import Call, Json, ToolSpec

COMMON = ("SendID", "SubscriberKey", "EventDate", "EventType", "TriggeredSendDefinitionObjectID", "BatchID")
EVENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "sent": ("SentEvent", ()),
    "open": ("OpenEvent", ()),
    "click": ("ClickEvent", ("URL", "URLID")),
    "bounce": ("BounceEvent", ("SMTPCode", "BounceCategory", "SMTPReason", "BounceType")),
    "unsub": ("UnsubEvent", ("List.ID", "IsMasterUnsubscribed")),
}
"""Object and own properties by type. SubscriberID and ListID look retrievable and are not."""


async def tracking_events(call: Call) -> Json:
    object_type, own = EVENTS[call.arguments["type"]]
    properties = (*COMMON, *own)
    page = call.get("page")
    conditions = _conditions(call)
    if page is None and not conditions:
        raise Failure(
            Category.INVALID_INPUT,
            "input",
            "Narrow the events: subscriber_key, job_id, or since (with or without until).",
        )
    request = soap.Retrieve(
        object_type,
        properties,
        conditions,
        batch_size=call.get("page_size", pages.DEFAULT_PAGE_SIZE),
        continue_id=page,
    )
    answer = await call.sfmc.retrieve(request, mid=call.mid)
    shown = tuple(name.partition(".")[0] for name in properties)
    return pages.soap_page(answer, [pages.only(row, shown) for row in answer.results])


def _conditions(call: Call) -> tuple[soap.Where, ...]:
    found = []
    if call.get("subscriber_key"):
        found.append(soap.Where("SubscriberKey", "equals", (call.arguments["subscriber_key"],)))
    if call.get("job_id"):
        found.append(soap.Where("SendID", "equals", (str(call.arguments["job_id"]),)))
    if call.get("since"):
        found.append(soap.Where("EventDate", "greaterThanOrEqual", (call.arguments["since"],), is_date=True))
    if call.get("until"):
        found.append(soap.Where("EventDate", "lessThan", (call.arguments["until"],), is_date=True))
    return tuple(found)


TOOLS = (
    ToolSpec(
        "tracking_events",
        "Tracking events",
        "Sent, open, click, bounce or unsubscribe events of a subscriber, a job (send) or a time. Times are Central "
        "Standard Time without daylight saving. next_page is an id that is good once.",
        takes(
            ("type",),
            type=one_of("Kind of event", *EVENTS),
            subscriber_key=text("Only this subscriber's"),
            job_id={"type": "integer", "minimum": 1, "description": "Only this send's (SendID)"},
            since=DATE | {"description": "From, e.g. 2026-01-31 or 2026-01-31T08:00"},
            until=DATE | {"description": "Before"},
            **continued(),
        ),
        gives_page(
            "items",
            fields(
                **dict.fromkeys(COMMON, TEXT),
                URL=TEXT,
                SMTPCode=TEXT,
                BounceCategory=TEXT,
                SMTPReason=TEXT,
                IsMasterUnsubscribed=TEXT,
                List=fields(ID=TEXT),
            ),
            TEXT,
        ),
        tracking_events,
        scopes=("tracking_events_read",),
        rows="items",
    ),
)
