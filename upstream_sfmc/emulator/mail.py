"""Transactional messaging of one channel: its definitions, and messages on their way from queue to sent or not sent.

It sends nothing: a message's fate follows from its address, its definition and the virtual clock.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from .ids import choose, guid, past, roll
from .shapes import record
from .shelf import Item, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .clock import VirtualClock
    from .people import Person
    from .subscribers import Subscribers

Channel = Literal["email", "sms", "push"]
SEND_AFTER_S: Final = 5.0
"""How long a message stays queued."""

FIRST_EVENT: Final = 35_700
_PER_MILLE_NOT_SENT: Final = 40
_EMAILS: Final = (
    "Order Confirmation",
    "Password Reset",
    "Shipping Notice",
    "Welcome",
    "Receipt",
    "Appointment Reminder",
    "Refund Issued",
    "Loyalty Statement",
    "Back In Stock",
    "Double Opt-In",
    "Contract Renewal",
    "Case Update",
)
_SMS: Final = (
    ("otp", "One Time Password", "%%FirstName%% Here is your new password: %%password%%", "PASSWORD"),
    ("parcel", "Parcel Notice", "Your parcel %%TransactionID%% is on its way. Reply STOP to opt out.", "DEALS"),
    ("pickup", "Pickup Ready", "%%FirstName%%, order %%OrderID%% is ready in store %%StoreID%%.", "DEALS"),
    ("birthday", "Birthday", "Happy birthday %%FirstName%%! 20%% off today.", "DEALS"),
    ("reminder", "Appointment", "%%FirstName%%, see you tomorrow at %%Time%%.", "REMIND"),
)
_PUSH: Final = (("push_order", "Order Shipped"), ("push_price", "Price Drop"))


@dataclass(frozen=True, slots=True)
class Sending:
    """`refusal` is the status code and words of a message known not to be sent, whatever its address."""

    message_key: str
    definition_key: str
    contact_key: str
    to: str
    request_id: str
    accepted_at: float
    attributes: dict[str, Any]
    refusal: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Burst:
    """One send to a list of numbers."""

    message_id: str
    numbers: tuple[str, ...]
    text: str
    at: float
    stamp: str


class Mailroom:
    """Definitions of a channel, seeded messages by hash, and the messages callers asked for, by message key."""

    def __init__(
        self, seed: int, clock: VirtualClock, channel: Channel, people: Sequence[Person], subscribers: Subscribers
    ) -> None:
        self._seed = seed
        self._clock = clock
        self._people = people
        self._subscribers = subscribers
        self._sendings: dict[str, Sending] = {}
        self._cache: dict[str, Sending] = {}
        self.channel = channel
        self.seeded_count = len(people) * 4 // 10 if channel == "email" else len(people) // 20
        self.definitions = Shelf("definitionKey", self._seeded_definitions())

    def get(self, message_key: str) -> Sending | None:
        found = self._sendings.get(message_key)
        return found if found is not None else self._seeded().get(message_key)

    def accept(self, message_key: str, definition_key: str, recipient: dict[str, Any], request_id: str) -> Sending:
        """Queue a message. The caller has checked key, definition and recipient."""
        sending = Sending(
            message_key=message_key,
            definition_key=definition_key,
            contact_key=str(recipient.get("contactKey", "")),
            to=str(recipient.get("to") or recipient.get("contactKey", "")),
            request_id=request_id,
            accepted_at=self._clock.now(),
            attributes=record(recipient.get("attributes")),
        )
        self._sendings[message_key] = sending
        return sending

    def is_queued(self, sending: Sending) -> bool:
        """Messages of an inactive definition wait until it is active again."""
        if sending.accepted_at == 0:
            return False
        if self._clock.now() - sending.accepted_at < SEND_AFTER_S:
            return True
        return self.definitions.at(sending.definition_key).get("status") == "Inactive"

    def queue(self, definition_key: str) -> list[Sending]:
        every = self._sendings.values()
        return [one for one in every if one.definition_key == definition_key and self.is_queued(one)]

    def forget_queue(self, definition_key: str) -> None:
        for one in self.queue(definition_key):
            del self._sendings[one.message_key]

    def problem(self, sending: Sending) -> tuple[int, str] | None:
        """Why a message was not sent; `None` when it was."""
        if sending.refusal is not None:
            return sending.refusal
        known = self._subscribers.get(sending.contact_key)
        if self.channel == "push":
            return None
        if self.channel == "sms":
            digits = sending.to.isascii() and sending.to.isdecimal()
            return None if digits and 8 <= len(sending.to) <= 15 else (16, "InvalidAttributeValue")  # noqa: PLR2004
        if "@" not in sending.to:
            return 47, "AddressNotFound"
        if known is not None and known.email.casefold() != sending.to.casefold():
            return 14, "EmailAddressMismatch"
        return None

    def not_sent(self) -> Iterator[tuple[int, Sending, tuple[int, str]]]:
        """Event id, message and reason of everything that was not sent, oldest first."""
        event = FIRST_EVENT
        for sending in (*self._seeded().values(), *self._sendings.values()):
            problem = None if self.is_queued(sending) else self.problem(sending)
            if problem is not None:
                event += 1
                yield event, sending, problem

    def all_seeded(self) -> Iterator[tuple[Sending, Person]]:
        """Seeded messages and whose they are."""
        people = {person.key: person for person in self._people}
        for sending in self._seeded().values():
            yield sending, people[sending.contact_key]

    def _seeded(self) -> dict[str, Sending]:
        if not self._cache:
            for number in range(self.seeded_count):
                sending = self._message(number)
                self._cache[sending.message_key] = sending
        return self._cache

    def _message(self, number: int) -> Sending:
        seed, label = self._seed, f"message:{self.channel}"
        person = self._people[roll(seed, label, number, len(self._people))]
        other = self._people[roll(seed, label + ":other", number, len(self._people))]
        to = person.email if self.channel == "email" else digits_of(person.phone)
        refusal: tuple[int, str] | None = None
        if roll(seed, label + ":fate", number, 1000) < _PER_MILLE_NOT_SENT:
            refusal = choose(
                seed, label + ":why", number, ((14, "EmailAddressMismatch"), (24, "ListDetectiveExclusion"))
            )
            if self.channel != "email":
                refusal = (16, "InvalidAttributeValue")
            elif refusal[0] == 14:  # noqa: PLR2004 - the status code
                to = other.email
        definition = choose(seed, label + ":definition", number, self._definition_keys())
        key = base64.urlsafe_b64encode(guid(seed, label, number).encode()[:16]).rstrip(b"=").decode()
        return Sending(key, definition, person.key, to, guid(seed, label + ":request", number), 0.0, {}, refusal)

    def _definition_keys(self) -> tuple[str, ...]:
        return tuple(one["definitionKey"] for one in self._seeded_definitions())

    def _seeded_definitions(self) -> list[Item]:
        match self.channel:
            case "email":
                return [self._email(number, name) for number, name in enumerate(_EMAILS)]
            case "sms":
                return [self._sms(number) for number in range(len(_SMS))]
            case _:
                return [self._push(number) for number in range(len(_PUSH))]

    def _common(self, number: int, key: str, name: str) -> Item:
        label = f"definition:{self.channel}"
        return {
            "definitionKey": key,
            "definitionId": guid(self._seed, label, number),
            "name": name,
            "description": "",
            "status": "Active",
            "createdDate": past(self._seed, label, number, 600),
            "modifiedDate": past(self._seed, label + ":modified", number, 60),
        }

    def _email(self, number: int, name: str) -> Item:
        key = f"tx_{name.lower().replace(' ', '_').replace('-', '_')}"
        status = "Inactive" if number == len(_EMAILS) - 1 else "Active"
        return self._common(number, key, name) | {
            "status": status,
            "classification": "Default Transactional",
            "content": {"customerKey": guid(self._seed, "asset", number)},
            "subscriptions": {"list": "All Subscribers - 412", "autoAddSubscriber": True, "updateSubscriber": True},
            "options": {"trackLinks": True},
        }

    def _sms(self, number: int) -> Item:
        key, name, text, keyword = _SMS[number]
        return self._common(number, f"sms_{key}", name) | {
            "content": {"message": text},
            "subscriptions": {
                "shortCode": "90210",
                "countryCode": "US",
                "keyword": keyword,
                "autoAddSubscriber": True,
                "updateSubscriber": True,
            },
            "options": {
                "urlShortenerOptions": {"isLinkShorteningEnabled": False},
                "smsMessageRegulatoryAuthorityTemplateId": "",
            },
        }

    def _push(self, number: int) -> Item:
        key, name = _PUSH[number]
        return self._common(number, key, name) | {
            "content": {"customerKey": guid(self._seed, "pushasset", number)},
            "options": {"badge": "1", "sound": "default"},
        }


def digits_of(phone: str) -> str:
    """A number as the SMS API writes it: digits only, in ASCII."""
    return "".join(str(int(char)) for char in phone.partition("x")[0] if char.isdecimal())
