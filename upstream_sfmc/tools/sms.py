"""Transactional text messages: send one. What became of it, `message_status` tells."""

from __future__ import annotations

from upstream_sfmc.tools.messaging import send
from upstream_sfmc.tools.schemas import CELLS, TEXT, WHOLE, fields, gives, listed, takes, text
from upstream_sfmc.tools.spec import SENDS, Call, Json, ToolSpec


async def send_sms(call: Call) -> Json:
    return await send(call, "sms")


TOOLS = (
    ToolSpec(
        "sms_send",
        "Send a transactional text message",
        "Send one text message to one person through a transactional definition. Refused where MobileConnect is not "
        "provisioned. Ask message_status with channel sms and the messageKey that comes back.",
        takes(
            ("definition_key", "contact_key", "to"),
            definition_key=text("Key of the transactional SMS definition"),
            contact_key=text("Contact key of the recipient"),
            to={"type": "string", "pattern": "^[0-9]{6,15}$", "description": "Number with country code, without +"},
            attributes={**CELLS, "maxProperties": 100, "description": "Values for the personalisation"},
            message_key=text("Own key of this message; default: a new one", max_length=100),
        ),
        gives(
            ("requestId", "responses"),
            requestId=TEXT,
            errorcode=WHOLE,
            responses=listed(fields(messageKey=TEXT)),
        ),
        send_sms,
        SENDS,
        ("sms_send",),
    ),
)
