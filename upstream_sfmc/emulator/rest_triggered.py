"""REST: triggered sends of the older kind (`/messaging/v1/messageDefinitionSends`): send and delivery record.

Their definitions are made over SOAP (`TriggeredSendDefinition`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .errors import invalid, not_found
from .guard import Call, Reply, Route
from .mail import SEND_AFTER_S
from .shapes import record

if TYPE_CHECKING:
    from .shelf import Item
    from .tenant import Tenant

NO_SUBSCRIBERS: Final = 180_008


class TriggeredRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        base = "/messaging/v1/messageDefinitionSends"
        return [
            route
            for path in ("/key:{key}", "/{id}")
            for route in (
                Route("POST", base + path + "/send", "email_send", self._send),
                Route("GET", base + path + "/deliveryRecords/{record}", "email_read", self._delivery),
            )
        ]

    def _definition(self, call: Call) -> Item:
        shelf = self._tenant.soap.of("TriggeredSendDefinition")
        found = (
            shelf.find("CustomerKey", call.match["key"], call.mid)
            if "key" in call.match
            else shelf.get(call.match["id"], call.mid)
        )
        if found is None:
            raise not_found()
        return found

    def _send(self, call: Call) -> Reply:
        definition, body = self._definition(call), record(call.body)
        to = record(body.get("To"))
        address = str(to.get("Address") or "")
        if not address:
            return Reply({"recipientSendId": "", "hasErrors": True, "messages": ["InvalidOrMissingToAddress"]}, 202)
        request_id = self._tenant.new_id("triggered")
        if definition["TriggeredSendStatus"] != "Active" or "@" not in address:
            words = "Unable to queue Triggered Send request. There are no valid subscribers."
            problem = {"messageErrorCode": NO_SUBSCRIBERS, "messageErrorStatus": words}
            refused = {"recipientSendId": request_id, "hasErrors": True, "messageErrors": [problem]}
            return Reply({"requestId": request_id, "responses": [refused]}, 202)
        key, attributes = str(to.get("SubscriberKey") or address), _attributes(to)
        self._tenant.deliveries.trigger(definition["ObjectID"], address, key, attributes, request_id)
        accepted = {"recipientSendId": request_id, "hasErrors": False, "messages": ["Queued"]}
        return Reply({"requestId": request_id, "responses": [accepted]}, 202)

    def _delivery(self, call: Call) -> Reply:
        definition = self._definition(call)
        found = self._tenant.deliveries.get(call.match["record"].lower())
        if found is None or found.definition_id != definition["ObjectID"]:
            raise not_found()
        shown: dict[str, Any] = {"id": found.definition_id, "messageId": found.send_id}
        if self._tenant.clock.now() - found.accepted_at < SEND_AFTER_S:
            return Reply(shown | {"status": "Queued"})
        if found.is_excluded:
            words = "The subscriber was excluded because of its status."
            nobody = {"address": "", "id": 0, "key": ""}
            return Reply(shown | {"status": "Error", "to": nobody, "messageErrors": [{"messageErrorStatus": words}]})
        to = {"address": found.address, "id": found.subscriber_id, "key": found.key}
        return Reply(shown | {"deliveryTime": self._tenant.clock.stamp(), "status": "Sent", "to": to})


def _attributes(to: dict[str, Any]) -> dict[str, str]:
    given = record(record(to.get("ContactAttributes")).get("SubscriberAttributes"))
    if any(isinstance(value, dict | list) for value in given.values()):
        raise invalid("SubscriberAttributes holds names and plain values")
    return {str(name): str(value) for name, value in given.items()}
