"""REST: transactional e-mail (`/messaging/v1`): send, status, definitions; SMS answers "not provisioned".

A message is queued, then sent or not sent when the virtual clock has moved on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import BUSINESS_RULE, INSUFFICIENT_PRIVILEGES, Refusal, invalid, missing, not_found
from .guard import Call, Reply, Route
from .mail import Definition, Sending
from .shapes import record

if TYPE_CHECKING:
    from .tenant import Tenant


class MessageRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        base = "/messaging/v1/email"
        sms = "/messaging/v1/sms/{rest:.*}"
        return [
            Route("POST", base + "/messages/{key}", "email_send", self._send),
            Route("GET", base + "/messages/{key}", "email_read", self._status),
            Route("GET", base + "/definitions", "email_read", self._definitions),
            Route("GET", base + "/definitions/", "email_read", self._definitions),
            Route("GET", base + "/definitions/{key}", "email_read", self._definition),
            Route("GET", sms, "sms_read", self._not_provisioned),
            Route("POST", sms, "sms_send", self._not_provisioned),
        ]

    def _send(self, call: Call) -> Reply:
        body = record(call.body)
        recipient = record(body.get("recipient"))
        if not recipient.get("contactKey"):
            raise missing("recipient.contactKey")
        definition = self._tenant.mail.definition(str(body.get("definitionKey", "")))
        if definition is None or not self._tenant.is_home(call.mid):
            raise not_found()
        if definition.status != "Active":
            raise Refusal(400, BUSINESS_RULE, "The send definition is not active.")
        key = call.match["key"]
        if self._tenant.mail.get(key) is not None:
            raise invalid("The message key was already used.")
        sending = self._tenant.mail.accept(key, definition.key, recipient)
        return Reply({"requestId": sending.request_id, "errorcode": 0, "responses": [{"messageKey": key}]}, 202)

    def _status(self, call: Call) -> Reply:
        sending = self._tenant.mail.get(call.match["key"])
        if sending is None:
            raise not_found()
        fate: dict[str, Any] = {"eventCategoryType": "TransactionalSendEvents.EmailQueued"}
        if not self._tenant.mail.is_queued(sending):
            fate = self._fate(sending)
        return Reply(
            {
                "requestId": sending.request_id,
                **fate,
                "timestamp": self._tenant.clock.stamp(),
                "compositeId": f"{sending.request_id.upper()}.{call.mid}.44609.927.163040351",
                "info": {
                    "messageKey": sending.message_key,
                    "contactKey": sending.contact_key,
                    "to": sending.to,
                },
            }
        )

    def _fate(self, sending: Sending) -> dict[str, Any]:
        """Sent, or not sent because the address is no address or another one than the subscriber's."""
        known = self._tenant.subscribers.get(sending.contact_key)
        if "@" not in sending.to:
            code, words = 47, "AddressNotFound"
        elif known is not None and known.email.casefold() != sending.to.casefold():
            code, words = 14, "EmailAddressMismatch"
        else:
            return {"eventCategoryType": "TransactionalSendEvents.EmailSent"}
        return {
            "eventCategoryType": "TransactionalSendEvents.EmailNotSent",
            "statusCode": code,
            "statusMessage": words,
        }

    def _definitions(self, call: Call) -> Reply:
        """`count` is the number of rows in this page, as recorded from the real API."""
        page, size = call.page(50)
        every = self._tenant.mail.definitions if self._tenant.is_home(call.mid) else []
        shown = [_describe(one) for one in every[(page - 1) * size : page * size]]
        return Reply({"definitions": shown, "count": len(shown), "page": page, "pageSize": size})

    def _definition(self, call: Call) -> Reply:
        found = self._tenant.mail.definition(call.match["key"])
        if found is None or not self._tenant.is_home(call.mid):
            raise not_found()
        return Reply(_describe(found))

    def _not_provisioned(self, _: Call) -> Reply:
        raise Refusal(403, INSUFFICIENT_PRIVILEGES, "Insufficient Privileges")


def _describe(one: Definition) -> dict[str, Any]:
    return {
        "definitionKey": one.key,
        "definitionId": one.definition_id,
        "name": one.name,
        "description": "",
        "classification": "Default Transactional",
        "status": one.status,
        "createdDate": one.created,
        "modifiedDate": one.created,
        "content": {"customerKey": one.asset_key},
        "subscriptions": {"list": "All Subscribers - 412", "autoAddSubscriber": True, "updateSubscriber": True},
        "options": {"trackLinks": True},
    }
