"""Transactional messages: send one e-mail, ask what became of messages, read definitions. It defines none."""

from __future__ import annotations

import uuid

from upstream_sfmc.api import path
from upstream_sfmc.errors import Category
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import (
    ANYTHING,
    CELL,
    CELLS,
    EMAIL,
    PAGES,
    TEXT,
    WHOLE,
    fields,
    gives,
    gives_page,
    one_of,
    paged,
    takes,
    text,
)
from upstream_sfmc.tools.spec import SENDS, Call, Json, ToolSpec


async def send_email(call: Call) -> Json:
    return await send(call, "email")


async def send(call: Call, channel: str) -> Json:
    message_key = call.get("message_key") or str(uuid.uuid4())
    recipient = {
        "contactKey": call.arguments["contact_key"],
        "to": call.arguments["to"],
        "attributes": call.get("attributes", {}),
    }
    answer = await call.sfmc.rest(
        "POST",
        path("/messaging/v1/{}/messages/{}", channel, message_key),
        body={"definitionKey": call.arguments["definition_key"], "recipient": recipient},
        mid=call.mid,
        advice={
            Category.NOT_FOUND: "No transactional definition has this key.",
            Category.INVALID_INPUT: "The message was refused: an unknown or inactive definition, a used message_key, "
            "or a recipient it does not accept.",
        },
    )
    answer = pages.record(answer, "message")
    answer.setdefault("responses", [{"messageKey": message_key}])
    return pages.only(answer, ("requestId", "errorcode", "responses"))


async def message_status(call: Call) -> Json:
    where = path("/messaging/v1/{}/messages/{}", call.get("channel", "email"), str(call.arguments["message_key"]))
    advice = {Category.NOT_FOUND: "No message has this key, or its status is older than SFMC keeps it."}
    answer = await call.sfmc.rest("GET", where, mid=call.mid, advice=advice)
    names = ("requestId", "eventCategoryType", "timestamp", "compositeId", "statusCode", "statusMessage", "info")
    return pages.only(pages.record(answer, "message"), names)


async def not_sent(call: Call) -> Json:
    size = call.get("page_size", pages.DEFAULT_PAGE_SIZE)
    # Both spellings are documented for this family; the one that is not known is ignored.
    query = {"type": "notSent", "pageSize": size, "$pageSize": size, "lastEventId": call.get("page")}
    where = path("/messaging/v1/{}/messages/", call.get("channel", "email"))
    answer = pages.record(await call.sfmc.rest("GET", where, query=query, mid=call.mid), "message")
    shown = [pages.only(row, MESSAGE) for row in pages.rows(answer, "messages")]
    last = answer.get("lastEventID")
    has_more = len(shown) >= size and last is not None
    return {
        "messages": shown,
        "count": answer.get("count"),
        "pageSize": size,
        "next_page": str(last) if has_more else None,
        "cut": f"{len(shown)} shown, there may be more" if has_more else None,
    }


async def list_definitions(call: Call) -> Json:
    page, size = pages.asked(call)
    query = {"$page": page, "$pageSize": size, "$filter": _status(call)}
    where = path("/messaging/v1/{}/definitions", call.get("channel", "email"))
    answer = await call.sfmc.rest("GET", where, query=query, mid=call.mid)
    shown = [pages.only(row, DEFINITION) for row in pages.rows(answer, "definitions")]
    # `count` is the number of rows in this page, not of all.
    return pages.uncounted_page(answer, page, size, shown, "definitions")


def _status(call: Call) -> str | None:
    return f"status eq '{call.arguments['status']}'" if call.get("status") else None


async def get_definition(call: Call) -> Json:
    where = path("/messaging/v1/{}/definitions/{}", call.get("channel", "email"), str(call.arguments["definition_key"]))
    advice = {Category.NOT_FOUND: "No definition has this key; transactional_definition_list finds keys."}
    return pages.record(await call.sfmc.rest("GET", where, mid=call.mid, advice=advice), "definition")


MESSAGE = ("eventCategoryType", "timestamp", "compositeId", "definitionKey", "statusCode", "statusMessage", "info")
DEFINITION = (
    "definitionKey",
    "definitionId",
    "name",
    "description",
    "classification",
    "status",
    "createdDate",
    "modifiedDate",
    "content",
)
READ = ("email_read", "sms_read")
CHANNEL = one_of("Default: email", "email", "sms")
EMAIL_SEND = ("email_send",)

TOOLS = (
    ToolSpec(
        "email_send",
        "Send a transactional e-mail",
        "Send one e-mail to one person through a transactional definition. It is queued: ask message_status with "
        "the messageKey that comes back. A message key can be used once.",
        takes(
            ("definition_key", "contact_key", "to"),
            definition_key=text("Key of the transactional e-mail definition"),
            contact_key=text("Contact key of the recipient"),
            to=EMAIL | {"description": "The recipient's address"},
            attributes={**CELLS, "maxProperties": 100, "description": "Values for the e-mail's personalisation"},
            message_key=text("Own key of this message; default: a new one", max_length=100),
        ),
        gives(
            ("requestId", "responses"),
            requestId=TEXT,
            errorcode=WHOLE,
            responses={"type": "array", "items": fields(messageKey=TEXT)},
        ),
        send_email,
        SENDS,
        EMAIL_SEND,
    ),
    ToolSpec(
        "message_status",
        "Status of a message",
        "What became of a transactional message: queued, sent, or not sent and why (statusCode, statusMessage).",
        takes(
            ("message_key",),
            message_key=text("messageKey from email_send", max_length=100),
            channel=CHANNEL,
        ),
        gives(
            ("eventCategoryType",),
            requestId=TEXT,
            eventCategoryType=TEXT,
            timestamp=TEXT,
            compositeId=TEXT,
            statusCode=CELL,
            statusMessage=TEXT,
            info=fields(messageKey=TEXT, contactKey=TEXT, to=TEXT),
        ),
        message_status,
        scopes=READ,
    ),
    ToolSpec(
        "messages_not_sent",
        "Messages that were not sent",
        "Transactional messages that were not sent and why (statusCode 14: address and contact differ, 47: no address).",
        takes(
            channel=CHANNEL,
            page=text("next_page of the answer before; leave out for the first page", max_length=100),
            page_size={"type": "integer", "minimum": 1, "maximum": 500, "default": 50},
            pages=PAGES,
        ),
        gives_page(
            "messages",
            fields(
                timestamp=TEXT,
                statusCode=CELL,
                statusMessage=TEXT,
                info=fields(messageKey=TEXT, contactKey=TEXT, to=TEXT),
            ),
            TEXT,
        ),
        not_sent,
        scopes=READ,
        rows="messages",
    ),
    ToolSpec(
        "transactional_definition_list",
        "List transactional definitions",
        "Transactional definitions with their keys, which email_send and sms_send want.",
        takes(channel=CHANNEL, status=one_of("Only these", "Active", "Inactive", "Deleted"), **paged(500)),
        gives_page("definitions", fields(definitionKey=TEXT, name=TEXT, status=TEXT, classification=TEXT)),
        list_definitions,
        scopes=READ,
        rows="definitions",
    ),
    ToolSpec(
        "transactional_definition_get",
        "Read a transactional definition",
        "One definition: content, subscriptions (list, data extension), options such as cc and bcc, status.",
        takes(("definition_key",), definition_key=text("Key of the definition"), channel=CHANNEL),
        gives(
            ("definitionKey",),
            definitionKey=TEXT,
            name=TEXT,
            status=TEXT,
            classification=TEXT,
            content=ANYTHING,
            subscriptions=ANYTHING,
            options=ANYTHING,
        ),
        get_definition,
        scopes=READ,
    ),
)
