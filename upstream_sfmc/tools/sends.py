"""Sends: jobs with their numbers, and triggered sends with theirs. Only `triggered_send` sends, one e-mail."""

from __future__ import annotations

from upstream_sfmc import soap
from upstream_sfmc.api import path
from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import (
    CELLS,
    DATE,
    EMAIL,
    TEXT,
    continued,
    fields,
    gives,
    gives_page,
    listed,
    one_of,
    takes,
    text,
)
from upstream_sfmc.tools.spec import SENDS, Call, Json, ToolSpec

SEND = ("ID", "EmailName", "Subject", "FromName", "FromAddress", "SentDate", "SendDate", "Status", "NumberSent")
COUNTERS = (
    "NumberSent",
    "NumberDelivered",
    "NumberExcluded",
    "UniqueOpens",
    "UniqueClicks",
    "Unsubscribes",
    "HardBounces",
    "SoftBounces",
    "OtherBounces",
)
DEFINITION = ("ObjectID", "CustomerKey", "Name", "Description", "TriggeredSendStatus", "FromName", "FromAddress")
SUMMARY = (
    "ObjectID",
    "CustomerKey",
    "Sent",
    "NotSentDueToOptOut",
    "NotSentDueToUndeliverable",
    "Bounces",
    "Opens",
    "UniqueOpens",
    "Clicks",
    "UniqueClicks",
    "OptOuts",
    "Queued",
)
STATUSES = ("New", "Active", "Inactive", "Deleted")


async def list_sends(call: Call) -> Json:
    where = []
    if call.get("since"):
        where.append(soap.Where("SentDate", "greaterThanOrEqual", (call.arguments["since"],), is_date=True))
    if call.get("until"):
        where.append(soap.Where("SentDate", "lessThan", (call.arguments["until"],), is_date=True))
    if call.get("email_name"):
        where.append(soap.Where("EmailName", "equals", (call.arguments["email_name"],)))
    answer = await call.sfmc.retrieve(pages.soap_request(call, "Send", SEND, where), mid=call.mid)
    return pages.soap_page(answer, [pages.only(row, SEND) for row in answer.results])


async def send_summary(call: Call) -> Json:
    names = tuple(dict.fromkeys((*SEND, *COUNTERS, "PreviewURL")))
    where = soap.Where("ID", "equals", (str(call.arguments["job_id"]),))
    answer = await call.sfmc.retrieve(soap.Retrieve("Send", names, (where,)), mid=call.mid)
    if not answer.results:
        raise Failure(Category.NOT_FOUND, "send", "No send has this job id; send_list finds them.")
    return pages.only(answer.results[0], names)


async def triggered_send(call: Call) -> Json:
    recipient = {
        "Address": call.arguments["to"],
        "SubscriberKey": call.arguments["subscriber_key"],
        "ContactAttributes": {"SubscriberAttributes": call.get("attributes", {})},
    }
    answer = await call.sfmc.rest(
        "POST",
        path("/messaging/v1/messageDefinitionSends/key:{}/send", str(call.arguments["definition_key"])),
        body={"To": recipient},
        mid=call.mid,
        advice={Category.NOT_FOUND: "No triggered send has this key; triggered_send_list finds keys."},
    )
    return pages.only(pages.record(answer, "message"), ("requestId", "responses"))


async def list_triggered(call: Call) -> Json:
    where = [soap.Where("TriggeredSendStatus", "equals", (call.arguments["status"],))] if call.get("status") else []
    request = pages.soap_request(call, "TriggeredSendDefinition", DEFINITION, where)
    answer = await call.sfmc.retrieve(request, mid=call.mid)
    return pages.soap_page(answer, [pages.only(row, DEFINITION) for row in answer.results])


async def triggered_summary(call: Call) -> Json:
    where = soap.Where("CustomerKey", "equals", (call.arguments["definition_key"],))
    answer = await call.sfmc.retrieve(soap.Retrieve("TriggeredSendSummary", SUMMARY, (where,)), mid=call.mid)
    if not answer.results:
        raise Failure(
            Category.NOT_FOUND, "triggered_send", "No triggered send has this key; triggered_send_list finds keys."
        )
    return pages.only(answer.results[0], SUMMARY)


JOB = {"type": "integer", "minimum": 1, "description": "Job id (SendID), from send_list or tracking_events"}

TRIGGERED = (
    ToolSpec(
        "triggered_send",
        "Send through a triggered send",
        "Send one e-mail to one subscriber through an active triggered send definition.",
        takes(
            ("definition_key", "subscriber_key", "to"),
            definition_key=text("CustomerKey of the definition"),
            subscriber_key=text("Subscriber key"),
            to=EMAIL | {"description": "The subscriber's address"},
            attributes={**CELLS, "maxProperties": 100, "description": "Subscriber attributes for the personalisation"},
        ),
        gives(("requestId", "responses"), requestId=TEXT, responses=listed(fields(recipientSendId=TEXT))),
        triggered_send,
        SENDS,
        ("email_send",),
    ),
    ToolSpec(
        "triggered_send_list",
        "List triggered sends",
        "Triggered send definitions with status, sender and CustomerKey. next_page is an id that is good once.",
        takes(status=one_of("Only these", *STATUSES), **continued()),
        gives_page("items", fields(**dict.fromkeys(DEFINITION, TEXT)), TEXT),
        list_triggered,
        scopes=("email_read",),
        rows="items",
    ),
    ToolSpec(
        "triggered_send_summary",
        "Numbers of a triggered send",
        "How many messages of a triggered send were sent, opened, clicked, bounced or not sent.",
        takes(("definition_key",), definition_key=text("CustomerKey of the definition")),
        gives(("CustomerKey",), **dict.fromkeys(SUMMARY, TEXT)),
        triggered_summary,
        scopes=("email_read",),
        is_experimental=True,
    ),
)
TOOLS = (
    ToolSpec(
        "send_list",
        "List sends",
        "E-mail sends (jobs) by date or e-mail name, with subject, sender and number sent.",
        takes(
            since=DATE | {"description": "Sent from this moment"},
            until=DATE | {"description": "Sent before"},
            email_name=text("Exact name of the e-mail"),
            **continued(),
        ),
        gives_page("items", fields(**dict.fromkeys(SEND, TEXT)), TEXT),
        list_sends,
        scopes=("tracking_events_read",),
        rows="items",
    ),
    ToolSpec(
        "send_summary",
        "Numbers of a send",
        "One send with its counters: delivered, bounced by kind, unique opens and clicks, unsubscribes.",
        takes(("job_id",), job_id=JOB),
        gives(("ID",), **dict.fromkeys((*SEND, *COUNTERS, "PreviewURL"), TEXT)),
        send_summary,
        scopes=("tracking_events_read",),
    ),
)
