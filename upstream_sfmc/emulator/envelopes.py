"""The fields every answer of the contacts family carries, and how that family says no: HTTP 200 with `hasErrors`.

It knows no contact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .guard import Reply

if TYPE_CHECKING:
    from .tenant import Tenant


def answered(tenant: Tenant, **fields: Any) -> Reply:
    return Reply(
        {
            **fields,
            "requestServiceMessageID": tenant.new_id("contactsrequest"),
            "serviceMessageID": tenant.new_id("contactsservice"),
            "responseDateTime": tenant.clock.stamp(),
            "hasErrors": False,
            "resultMessages": [],
        }
    )


def refused(tenant: Tenant, code: str, message: str) -> Reply:
    reply = answered(tenant, operationStatus="ERR", rowsAffected=0)
    reply.body["hasErrors"] = True
    reply.body["resultMessages"] = [
        {"resultType": "Error", "resultClass": "Operational", "resultCode": code, "message": message}
    ]
    return reply
