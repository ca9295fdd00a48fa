"""Transactional messages: send one e-mail, ask what became of a message. It defines none."""

from __future__ import annotations

import uuid

from upstream_sfmc.api import path
from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import pages
from upstream_sfmc.tools.schemas import CELL, CELLS, EMAIL, TEXT, WHOLE, fields, gives, one_of, takes, text
from upstream_sfmc.tools.spec import SENDS, Call, Json, ToolSpec


async def send_email(call: Call) -> Json:
    message_key = call.get("message_key") or str(uuid.uuid4())
    recipient = {
        "contactKey": call.arguments["contact_key"],
        "to": call.arguments["to"],
        "attributes": call.get("attributes", {}),
    }
    answer = await call.sfmc.rest(
        "POST",
        path("/messaging/v1/email/messages/{}", message_key),
        body={"definitionKey": call.arguments["definition_key"], "recipient": recipient},
        mid=call.mid,
        advice={
            Category.NOT_FOUND: "No transactional e-mail definition has this key.",
            Category.INVALID_INPUT: "The message was refused: an unknown or inactive definition, a used message_key, "
            "or a recipient it does not accept.",
        },
    )
    if not isinstance(answer, dict):
        raise Failure(Category.PROTOCOL, "messaging", "The sending answer cannot be read.")
    answer.setdefault("responses", [{"messageKey": message_key}])
    return pages.only(answer, ("requestId", "errorcode", "responses"))


async def message_status(call: Call) -> Json:
    where = path("/messaging/v1/{}/messages/{}", call.get("channel", "email"), str(call.arguments["message_key"]))
    advice = {Category.NOT_FOUND: "No message has this key, or its status is older than SFMC keeps it."}
    answer = await call.sfmc.rest("GET", where, mid=call.mid, advice=advice)
    if not isinstance(answer, dict):
        raise Failure(Category.PROTOCOL, "messaging", "The status answer cannot be read.")
    names = ("requestId", "eventCategoryType", "timestamp", "compositeId", "statusCode", "statusMessage", "info")
    return pages.only(answer, names)


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
    ),
    ToolSpec(
        "message_status",
        "Status of a message",
        "What became of a transactional message: queued, sent, or not sent and why (statusCode, statusMessage).",
        takes(
            ("message_key",),
            message_key=text("messageKey from email_send", max_length=100),
            channel=one_of("Default: email", "email", "sms"),
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
    ),
)
