"""REST: MobileConnect (`/sms/v1`): sends to numbers, their history and deliveries, subscriptions, queued replies, keywords.

Every endpoint answers 403 in a unit without SMS. Ids are the base64 ones of the real API.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from .errors import BUSINESS_RULE, INSUFFICIENT_PRIVILEGES, Refusal, invalid, missing, not_found
from .guard import Call, Reply, Route
from .ids import past
from .mail import Burst, digits_of
from .shapes import record, records, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from .people import Person
    from .tenant import Tenant

MESSAGES: Final = {"MTA3ODo3ODow": "Your code is %%code%%.", "MTA3OTo3ODow": "%%FirstName%%, reply YES to join."}
SHORT_CODE: Final = "90210"
KEYWORD: Final = "DEALS"
NUMBERS_MAX: Final = 250
FINISHED_AFTER_S: Final = 5.0
_SHORTEST, _LONGEST = 8, 15


class MobileRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        base = "/sms/v1"
        contact = base + "/messageContact/{id}"
        return [
            self._route("POST", contact + "/send", "sms_send", self._send),
            self._route("GET", contact + "/deliveries/{token}", "sms_read", self._deliveries),
            self._route("GET", contact + "/history/{token}/mobileNumber/{number}", "sms_read", self._history),
            self._route("POST", base + "/contacts/subscriptions", "sms_read", self._subscriptions),
            self._route("POST", base + "/queueMO", "sms_send", self._queue_reply),
            self._route("POST", base + "/queueMO/", "sms_send", self._queue_reply),
            self._route("POST", base + "/keyword", "sms_write", self._keyword),
            self._route("DELETE", base + "/keyword/{keyword}", "sms_write", self._drop_keyword),
        ]

    def _route(self, method: str, path: str, scope: str, answer: Callable[[Call], Reply]) -> Route:
        def guarded(call: Call) -> Reply:
            if not self._tenant.is_provisioned("sms", call.mid):
                raise Refusal(403, INSUFFICIENT_PRIVILEGES, "Insufficient Privileges")
            return answer(call)

        return Route(method, path, scope, guarded)

    def _send(self, call: Call) -> Reply:
        body = record(call.body)
        if call.match["id"] not in MESSAGES:
            raise not_found()
        given = values(body.get("mobileNumbers"))
        given += [one.get("MobileNumber") for one in records(body.get("Subscribers"))]
        numbers = tuple(_number(one) for one in given)
        if not numbers:
            raise missing("mobileNumbers")
        if len(numbers) > NUMBERS_MAX:
            raise invalid(f"mobileNumbers has at most {NUMBERS_MAX} numbers")
        text = MESSAGES[call.match["id"]]
        if _is_true(body.get("Override")):
            text = str(body.get("messageText") or "")
            if not text:
                raise missing("messageText")
        if _is_true(body.get("Subscribe")) and not body.get("keyword"):
            raise missing("keyword")
        token = self._token("send")
        clock = self._tenant.clock
        self._tenant.bursts[token] = Burst(call.match["id"], numbers, text, clock.now(), clock.stamp())
        if _is_true(body.get("Subscribe")):
            self._tenant.opted_in.update(dict.fromkeys(numbers, (str(body["keyword"]), clock.stamp())))
        return Reply({"tokenId": token}, 202)

    def _burst(self, call: Call) -> Burst:
        burst = self._tenant.bursts.get(call.match["token"])
        if burst is None or burst.message_id != call.match["id"]:
            raise not_found()
        return burst

    def _is_finished(self, burst: Burst) -> bool:
        return self._tenant.clock.now() - burst.at >= FINISHED_AFTER_S

    def _deliveries(self, call: Call) -> Reply:
        burst = self._burst(call)
        shown: dict[str, Any] = {"message": burst.text, "count": len(burst.numbers), "createDate": burst.stamp}
        if not self._is_finished(burst):
            return Reply(shown | {"status": "Queuing", "tracking": []})
        done = {"statusCode": "200", "message": "Carrier Success"}
        standard = {"standardStatusCode": "4000", "description": "Delivered to handset"}
        tracking = [{"mobileNumber": one, **done, **standard} for one in burst.numbers]
        ended = self._tenant.clock.stamp()
        return Reply(shown | {"completeDate": ended, "status": "Finished", "tracking": tracking})

    def _history(self, call: Call) -> Reply:
        burst, number = self._burst(call), _number(call.match["number"])
        if number not in burst.numbers:
            raise not_found()
        history = [{"type": "MT", "message": burst.text, "date": burst.stamp}] if self._is_finished(burst) else []
        return Reply({"count": len(history), "createDate": burst.stamp, "status": "Active", "history": history})

    def _subscriptions(self, call: Call) -> Reply:
        """What the numbers are subscribed to: seeded opt-ins and those made by a send."""
        wanted = [_number(one) for one in values(record(call.body).get("mobileNumber"))]
        if not wanted:
            raise missing("mobileNumber")
        people = {digits_of(person.phone): person for person in self._opted_in()}
        stamp = self._tenant.clock.utc()
        contacts = []
        for number in wanted:
            keyword, since = self._tenant.opted_in.get(number, ("", ""))
            if not keyword and number in people:
                keyword, since = KEYWORD, past(self._tenant.seed, "optin", people[number].index, 500)
            if keyword:
                shown = {"mobileNumber": number, "shortCode": SHORT_CODE, "keyword": keyword}
                contacts.append(shown | {"optInDate": since, "status": "active"})
        return Reply({"count": str(len(contacts)), "createDate": stamp, "completeDate": stamp, "contacts": contacts})

    def _opted_in(self) -> tuple[Person, ...]:
        return self._tenant.people[: len(self._tenant.people) * 3 // 10]

    def _queue_reply(self, call: Call) -> Reply:
        body = record(call.body)
        given = values(body.get("mobileNumbers"))
        given += [
            {name.lower(): value for name, value in one.items()}.get("mobilenumber")
            for one in records(body.get("subscribers"))
        ]
        if not given:
            raise missing("mobileNumbers")
        if str(body.get("shortCode", "")) != SHORT_CODE or not body.get("messageText"):
            raise invalid("shortCode and messageText are required")
        results = [{"identifier": self._token("reply"), "mobileNumber": _number(one), "result": "OK"} for one in given]
        return Reply({"results": results}, 202)

    def _keyword(self, call: Call) -> Reply:
        body = record(call.body)
        names = ("ShortCode", "CountryCode", "Keyword")
        absent = next((name for name in names if not body.get(name)), None)
        if absent is not None:
            raise missing(absent)
        keyword = str(body["Keyword"]).upper()
        if keyword == KEYWORD or keyword in self._tenant.keywords.values():
            raise Refusal(400, BUSINESS_RULE, "The keyword already exists.")
        token = self._token("keyword")
        self._tenant.keywords[token] = keyword
        return Reply({"KeywordId": token}, 202)

    def _drop_keyword(self, call: Call) -> Reply:
        if self._tenant.keywords.pop(call.match["keyword"], None) is None:
            raise not_found()
        return Reply({"status": "OK"}, 202)

    def _token(self, label: str) -> str:
        raw = f"{self._tenant.new_id(label)[:22]}:86:0".encode()
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _number(value: Any) -> str:
    text = str(value or "")
    if not (text.isascii() and text.isdecimal() and _SHORTEST <= len(text) <= _LONGEST):
        raise invalid("A mobile number is 8 to 15 digits with its country code")
    return text


def _is_true(value: Any) -> bool:
    return value is True or str(value).lower() == "true"
