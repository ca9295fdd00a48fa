"""REST: transactional messaging (`/messaging/v1/{email,sms,push}`): definitions, queues, messages, what was not sent.

A message is queued, then sent or not sent when the virtual clock has moved on. A message key is good once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .errors import BUSINESS_RULE, INSUFFICIENT_PRIVILEGES, Refusal, invalid, missing, not_found
from .guard import Call, Reply, Route
from .shapes import record, records

if TYPE_CHECKING:
    from .mail import Mailroom, Sending
    from .shelf import Item
    from .tenant import Tenant

BATCH_MAX: Final = 2_000
QUEUE_OF_ACTIVE: Final = 30001
HAS_ERRORS: Final = 109_001
INVALID_RECIPIENT: Final = 109_106
_EVENTS: Final = {"email": "Email", "sms": "SMS", "push": "Push"}
_REQUIRED: Final = {
    "email": (("content", "customerKey"),),
    "sms": (("content", "message"), ("subscriptions", "shortCode"), ("subscriptions", "keyword")),
    "push": (("content", "customerKey"),),
}
_CHANGEABLE: Final = ("name", "description", "status", "classification", "content", "subscriptions", "options")


class MessageRoutes:
    """One channel's endpoints; SMS and push answer 403 in a unit where they are not provisioned."""

    def __init__(self, tenant: Tenant, channel: str) -> None:
        self._tenant = tenant
        self._channel = channel

    def routes(self) -> list[Route]:
        name = self._channel
        read, write, send, base = f"{name}_read", f"{name}_write", f"{name}_send", f"/messaging/v1/{name}"
        definitions, messages = base + "/definitions", base + "/messages"
        one = definitions + "/{key}"
        return [
            Route("GET", definitions, read, self._definitions),
            Route("GET", definitions + "/", read, self._definitions),
            Route("POST", definitions, write, self._define),
            Route("POST", definitions + "/", write, self._define),
            Route("GET", one, read, self._definition),
            Route("PATCH", one, write, self._redefine),
            Route("DELETE", one, write, self._undefine),
            Route("GET", one + "/queue", read, self._queue),
            Route("DELETE", one + "/queue", write, self._empty_queue),
            Route("POST", messages, send, self._send_many),
            Route("POST", messages + "/", send, self._send_many),
            Route("GET", messages, read, self._not_sent),
            Route("GET", messages + "/", read, self._not_sent),
            Route("POST", messages + "/{key}", send, self._send),
            Route("GET", messages + "/{key}", read, self._status),
        ]

    def _room(self, call: Call) -> Mailroom:
        rooms = {"email": self._tenant.mail, "sms": self._tenant.sms, "push": self._tenant.push}
        if not self._tenant.is_provisioned(self._channel, call.mid):
            raise Refusal(403, INSUFFICIENT_PRIVILEGES, "Insufficient Privileges")
        return rooms[self._channel]

    def _send(self, call: Call) -> Reply:
        room, body = self._room(call), record(call.body)
        recipient = record(body.get("recipient"))
        if not recipient.get("contactKey"):
            raise missing("recipient.contactKey")
        definition = self._active(room, call, body)
        key = call.match["key"]
        if room.get(key) is not None:
            raise invalid("The message key was already used.")
        request_id = self._tenant.new_id("txrequest")
        room.accept(key, definition["definitionKey"], recipient, request_id)
        return Reply({"requestId": request_id, "errorcode": 0, "responses": [{"messageKey": key}]}, 202)

    def _active(self, room: Mailroom, call: Call, body: dict[str, Any]) -> Item:
        definition = room.definitions.get(str(body.get("definitionKey", "")), call.mid)
        if definition is None:
            raise not_found()
        if definition["status"] == "Deleted":
            raise Refusal(400, BUSINESS_RULE, "The send definition is not active.")
        return definition

    def _send_many(self, call: Call) -> Reply:
        room, body = self._room(call), record(call.body)
        definition = self._active(room, call, body)
        recipients, shared = records(body.get("recipients")), record(body.get("attributes"))
        if not recipients:
            raise missing("recipients")
        if len(recipients) > BATCH_MAX:
            raise invalid(f"recipients has at most {BATCH_MAX} entries")
        request_id = self._tenant.new_id("txrequest")
        responses: list[dict[str, Any]] = []
        for recipient in recipients:
            key = str(recipient.get("messageKey") or self._tenant.new_id("messagekey"))
            if not recipient.get("contactKey") or room.get(key) is not None:
                field = "contactKey" if not recipient.get("contactKey") else "messageKey"
                words = f"MCMS_UTM_Validation_MissingRequiredField_{field}: Invalid subscriber"
                responses.append({"messageKey": key, "errorcode": INVALID_RECIPIENT, "message": words})
                continue
            attributes = shared | record(recipient.get("attributes"))
            room.accept(key, definition["definitionKey"], recipient | {"attributes": attributes}, request_id)
            responses.append({"messageKey": key})
        failed = sum("errorcode" in one for one in responses)
        answer: dict[str, Any] = {"requestId": request_id, "errorcode": HAS_ERRORS if failed else 0}
        if failed:
            total = len(responses)
            answer["message"] = f"MCMS_UTM_ResponsesHasErrors: {failed} subscribers failed to queue out of {total}"
        return Reply(answer | {"responses": responses}, 202)

    def _status(self, call: Call) -> Reply:
        room = self._room(call)
        sending = room.get(call.match["key"])
        if sending is None:
            raise not_found()
        kind, stamp = _EVENTS[self._channel], self._tenant.clock.stamp()
        if room.is_queued(sending):
            event = f"TransactionalSendEvents.{kind}Queued"
            info = self._info(sending)
            return Reply(
                {"requestId": sending.request_id, "eventCategoryType": event, "timestamp": stamp, "info": info}
            )
        problem = room.problem(sending)
        answer: dict[str, Any] = {
            "requestId": sending.request_id,
            "eventCategoryType": f"TransactionalSendEvents.{kind}{'Sent' if problem is None else 'NotSent'}",
            "timestamp": stamp,
            "compositeId": f"{sending.request_id.upper()}.{call.mid}.44609.927.163040351",
            "info": self._info(sending),
        }
        if problem is not None:
            said = {"statusCode": problem[0], "statusMessage": problem[1]}
            answer |= said
            if self._channel != "email":
                answer["info"] |= said
        return Reply(answer)

    @staticmethod
    def _info(sending: Sending) -> dict[str, Any]:
        return {"messageKey": sending.message_key, "contactKey": sending.contact_key, "to": sending.to}

    def _not_sent(self, call: Call) -> Reply:
        room = self._room(call)
        if call.query.get("type", "").casefold() != "notsent":
            raise invalid("type must be notSent")
        after = call.query.get("lasteventid", "0")
        _, size = call.page(20, 2_000)
        if not after.isdecimal():
            raise invalid("lastEventId must be a number")
        found = [one for one in room.not_sent() if one[0] > int(after)] if self._tenant.is_home(call.mid) else []
        kind = _EVENTS[self._channel]
        shown = [
            {
                "statusCode": code,
                "statusMessage": words,
                "eventCategoryType": f"TransactionalSendEvents.{kind}NotSent",
                "timestamp": self._tenant.clock.stamp(),
                "definitionKey": sending.definition_key,
                "eventID": event,
                "info": self._info(sending),
            }
            for event, sending, (code, words) in found[:size]
        ]
        last = shown[-1]["eventID"] if shown else int(after)
        return Reply({"lastEventID": last, "messages": shown, "count": len(shown), "pageSize": size})

    def _definitions(self, call: Call) -> Reply:
        """`count` is the number of rows in this page, as recorded from the real API."""
        page, size = call.page(50)
        every = self._room(call).definitions.all(call.mid)
        words = call.query.get("$filter", "").split()
        if words and (len(words) != 3 or words[0] != "status" or words[1] != "eq"):  # noqa: PLR2004
            raise invalid("$filter is status eq and a status")
        if words:
            every = [one for one in every if one["status"].casefold() == words[2].strip("'\"").casefold()]
        brief = ("definitionKey", "definitionId", "name", "status", "createdDate", "modifiedDate")
        shown = [{name: one[name] for name in brief} for one in every[(page - 1) * size : page * size]]
        head = {"requestId": self._tenant.new_id("request"), "definitions": shown}
        return Reply(head | {"count": len(shown), "page": page, "pageSize": size})

    def _one(self, call: Call) -> Item:
        found = self._room(call).definitions.get(call.match["key"], call.mid)
        if found is None:
            raise not_found()
        return found

    def _definition(self, call: Call) -> Reply:
        return Reply({"requestId": self._tenant.new_id("request"), **self._one(call)})

    def _define(self, call: Call) -> Reply:
        room, body = self._room(call), record(call.body)
        for name in ("definitionKey", "name"):
            if not isinstance(body.get(name), str) or not body[name]:
                raise missing(name)
        for outer, inner in _REQUIRED[self._channel]:
            if not record(body.get(outer)).get(inner):
                raise missing(f"{outer}.{inner}")
        if room.definitions.at(body["definitionKey"]):
            raise Refusal(400, BUSINESS_RULE, "A definition of this key already exists.")
        now = self._tenant.clock.stamp()[:19]
        item: Item = {
            "definitionKey": body["definitionKey"],
            "definitionId": self._tenant.new_id("definition"),
            "description": "",
            "status": "Active",
            "createdDate": now,
            "modifiedDate": now,
        }
        item |= {name: body[name] for name in _CHANGEABLE if name in body}
        room.definitions.put(item, call.mid)
        return Reply({"requestId": self._tenant.new_id("request"), **item}, 201)

    def _redefine(self, call: Call) -> Reply:
        item, body = self._one(call), record(call.body)
        if body.get("status", "Active") not in {"Active", "Inactive"}:
            raise invalid("status is Active or Inactive")
        for name in _CHANGEABLE:
            if isinstance(body.get(name), dict) and isinstance(item.get(name), dict):
                item[name] = item[name] | body[name]
            elif name in body:
                item[name] = body[name]
        item["modifiedDate"] = self._tenant.clock.stamp()[:19]
        return Reply({"requestId": self._tenant.new_id("request"), **item})

    def _undefine(self, call: Call) -> Reply:
        item = self._one(call)
        self._room(call).definitions.remove(item)
        key = item["definitionKey"]
        return Reply({"message": "Success", "requestId": self._tenant.new_id("request"), "deletedDefinitionKey": key})

    def _queue(self, call: Call) -> Reply:
        waiting = self._room(call).queue(self._one(call)["definitionKey"])
        oldest = min((one.accepted_at for one in waiting), default=self._tenant.clock.now())
        age = int(self._tenant.clock.now() - oldest)
        return Reply({"requestId": self._tenant.new_id("request"), "count": len(waiting), "ageSeconds": age})

    def _empty_queue(self, call: Call) -> Reply:
        item = self._one(call)
        if item["status"] != "Inactive":
            words = "MCMS_UTM_Runtime_InvalidOperation: Definition status must be inactive to delete queue"
            raise Refusal(400, QUEUE_OF_ACTIVE, words)
        self._room(call).forget_queue(item["definitionKey"])
        return Reply({"requestId": self._tenant.new_id("request"), "message": "Queued"})
