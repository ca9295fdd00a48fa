"""SOAP object types of tracking beside the five events: sends, links, lists, triggered send summaries, surveys.

Properties stand in the WSDL's order; numbers are counted from the same events the event objects show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .soap_type import API_OBJECT, Hints, Record, SoapType
from .tracking import FIRST_JOB, JOBS, Send, Tracking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .tenant import Tenant

_COUNTS: Final = (
    *("HardBounces", "SoftBounces", "OtherBounces", "UniqueClicks", "UniqueOpens"),
    *("NumberSent", "NumberDelivered", "Unsubscribes"),
)


def tracking_types(tenant: Tenant, tracking: Tracking) -> list[SoapType]:
    send = (
        *(*API_OBJECT, "Email.ID", "SendDate", "FromAddress", "FromName", *_COUNTS, "Subject", "PreviewURL"),
        *("SentDate", "EmailName", "Status", "IsMultipart", "NumberExcluded"),
    )
    summary = (
        *(*API_OBJECT, "Sent", "NotSentDueToOptOut", "NotSentDueToUndeliverable", "Bounces", "Opens", "Clicks"),
        *("UniqueOpens", "UniqueClicks", "OptOuts", "Queued"),
    )
    event = ("SendID", "SubscriberKey", "EventDate", "EventType", "TriggeredSendDefinitionObjectID", "BatchID")
    numbers = frozenset({"ID", "SendID", "ListID", "BatchID", "Client.ID", "Email.ID", *_COUNTS})
    return [
        SoapType(
            "Send",
            send,
            lambda hints, mid: _sends(tenant, tracking, hints, mid),
            frozenset({"CreatedDate", "ModifiedDate", "SendDate", "SentDate"}),
            numbers,
        ),
        SoapType("TriggeredSendSummary", summary, lambda hints, mid: _summaries(tenant, tracking, hints, mid)),
        SoapType(
            "LinkSend",
            (*API_OBJECT, "SendID", "Link.ID", "Link.Alias", "Link.TotalClicks", "Link.UniqueClicks", "Link.URL"),
            lambda hints, mid: _links(tenant, tracking, hints, mid),
            numbers=numbers,
        ),
        SoapType(
            "ListSend",
            (*API_OBJECT, "SendID", "List.ID", "List.ListName", *_COUNTS),
            lambda hints, mid: _list_sends(tenant, tracking, hints, mid),
            numbers=numbers,
        ),
        SoapType("NotSentEvent", (*API_OBJECT, *event), lambda _, mid: _not_sent(tenant, mid), numbers=numbers),
        SoapType(
            "SurveyEvent",
            (*API_OBJECT, *event, "Question", "Answer"),
            lambda hints, mid: _surveys(tenant, tracking, hints, mid),
            numbers=numbers,
        ),
    ]


def _jobs(tenant: Tenant, hints: Hints, field: str, mid: int) -> Iterator[int]:
    wanted = hints.get(field)
    for job in range(FIRST_JOB, FIRST_JOB + JOBS if tenant.is_home(mid) else FIRST_JOB):
        if wanted is None or str(job) in wanted:
            yield job


def _numbers(send: Send) -> Record:
    counts = send.counts
    bounces = counts["BounceEvent"]
    return {
        "NumberSent": str(counts["SentEvent"]),
        "NumberDelivered": str(counts["SentEvent"] - bounces),
        "HardBounces": str(bounces - bounces // 2),
        "SoftBounces": str(bounces // 2),
        "OtherBounces": "0",
        "UniqueClicks": str(counts["ClickEvent"]),
        "UniqueOpens": str(counts["OpenEvent"]),
        "Unsubscribes": str(counts["UnsubEvent"]),
    }


def _sends(tenant: Tenant, tracking: Tracking, hints: Hints, mid: int) -> Iterator[Record]:
    for job in _jobs(tenant, hints, "ID", mid):
        send = tracking.counted(job, tenant.staff_for)
        yield {
            "Client.ID": str(mid),
            "CreatedDate": send.at,
            "ModifiedDate": send.at,
            "ID": str(job),
            "Email.ID": str(send.email_id),
            "FromAddress": send.from_address,
            "FromName": send.from_name,
            "SendDate": send.at,
            "Subject": send.subject,
            "EmailName": send.name,
            "Status": "Complete",
            **_numbers(send),
            "PreviewURL": f"https://view.example.com/?j={job}",
            "SentDate": send.at,
            "IsMultipart": "true",
            "NumberExcluded": "0",
        }


def _summaries(tenant: Tenant, tracking: Tracking, hints: Hints, mid: int) -> Iterator[Record]:
    """Counts only: what the job of a definition did, and what callers triggered since."""
    wanted = hints.get("CustomerKey")
    jobs = {tracking.triggered_send(job): job for job in range(FIRST_JOB, FIRST_JOB + JOBS)}
    for one in tenant.soap.of("TriggeredSendDefinition").all(mid):
        if wanted is not None and one["CustomerKey"] not in wanted:
            continue
        job = jobs.get(one["ObjectID"])
        counts = tracking.counted(job, tenant.staff_for).counts if job is not None else {}
        deliveries = tenant.deliveries.of(one["ObjectID"])
        excluded = sum(delivery.is_excluded for delivery in deliveries)
        yield {
            "Client.ID": str(mid),
            "ObjectID": one["ObjectID"],
            "CustomerKey": one["CustomerKey"],
            "Sent": str(counts.get("SentEvent", 0) + len(deliveries) - excluded),
            "NotSentDueToOptOut": str(excluded),
            "NotSentDueToUndeliverable": "0",
            "Bounces": str(counts.get("BounceEvent", 0)),
            "Opens": str(counts.get("OpenEvent", 0)),
            "Clicks": str(counts.get("ClickEvent", 0)),
            "UniqueOpens": str(counts.get("OpenEvent", 0)),
            "UniqueClicks": str(counts.get("ClickEvent", 0)),
            "OptOuts": str(counts.get("UnsubEvent", 0)),
            "Queued": "0",
        }


def _links(tenant: Tenant, tracking: Tracking, hints: Hints, mid: int) -> Iterator[Record]:
    for job in _jobs(tenant, hints, "SendID", mid):
        clicks = str(tracking.counted(job, tenant.staff_for).counts["ClickEvent"])
        yield {
            "Client.ID": str(mid),
            "ID": str(9_000 + job),
            "SendID": str(job),
            "Link.ID": str(9_000 + job),
            "Link.Alias": "See all offers",
            "Link.TotalClicks": clicks,
            "Link.UniqueClicks": clicks,
            "Link.URL": f"https://www.example.com/offers/{job}",
        }


def _list_sends(tenant: Tenant, tracking: Tracking, hints: Hints, mid: int) -> Iterator[Record]:
    for job in _jobs(tenant, hints, "SendID", mid):
        send = tracking.counted(job, tenant.staff_for)
        named = {"Client.ID": str(mid), "ID": str(job), "SendID": str(job), "List.ID": "23"}
        yield {**named, "List.ListName": "All Subscribers", **_numbers(send)}


def _not_sent(tenant: Tenant, mid: int) -> Iterator[Record]:
    for event, sending, _ in tenant.mail.not_sent() if tenant.is_home(mid) else ():
        yield {
            "Client.ID": str(mid),
            "ID": str(event),
            "SendID": str(FIRST_JOB + 4),
            "SubscriberKey": sending.contact_key,
            "EventDate": _noted(tenant, sending.accepted_at),
            "EventType": "NotSent",
            "BatchID": "1",
        }


def _noted(tenant: Tenant, at: float) -> str:
    """When a message was accepted; seeded ones on the day before the seed day."""
    return "2026-04-30T08:00:00" if at == 0 else tenant.clock.stamp()[:19]


def _surveys(tenant: Tenant, tracking: Tracking, hints: Hints, mid: int) -> Iterator[Record]:
    """Answers of the survey as events of the first job: free text of subscribers."""
    found = next((one for one in tenant.extensions if one.table.key == "Survey_Answers"), None)
    keys = hints.get("SubscriberKey")
    if found is None or not tenant.is_home(mid):
        return
    at = tracking.send(FIRST_JOB, tenant.staff_for).at
    for row in found.rows():
        cells = dict(zip((one.name for one in found.table.fields), row, strict=True))
        if keys is None or cells["SubscriberKey"] in keys:
            yield {
                "Client.ID": str(mid),
                "SendID": str(FIRST_JOB),
                "SubscriberKey": cells["SubscriberKey"],
                "EventDate": at,
                "EventType": "Survey",
                "BatchID": "1",
                "Question": cells["Question"],
                "Answer": cells["Answer"],
            }
