"""Transactional e-mail definitions and messages on their way from queue to sent, by the virtual clock.

It sends nothing: a message's fate follows from its address and the time passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .ids import guid, past
from .shapes import record

if TYPE_CHECKING:
    from .clock import VirtualClock

SEND_AFTER_S: Final = 5.0
"""How long a message stays queued."""

_NAMES: Final = (
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


@dataclass(frozen=True, slots=True)
class Definition:
    number: int
    key: str
    name: str
    status: str
    definition_id: str
    asset_key: str
    created: str


@dataclass(frozen=True, slots=True)
class Sending:
    message_key: str
    definition_key: str
    contact_key: str
    to: str
    request_id: str
    accepted_at: float
    attributes: dict[str, Any]


class Mailroom:
    """Definitions, and the messages callers asked for, by message key."""

    def __init__(self, seed: int, clock: VirtualClock) -> None:
        self._seed = seed
        self._clock = clock
        self._sendings: dict[str, Sending] = {}
        self.definitions = [self._definition(number, name) for number, name in enumerate(_NAMES)]

    def _definition(self, number: int, name: str) -> Definition:
        return Definition(
            number=number,
            key=f"tx_{name.lower().replace(' ', '_').replace('-', '_')}",
            name=name,
            status="Inactive" if number == len(_NAMES) - 1 else "Active",
            definition_id=guid(self._seed, "definition", number),
            asset_key=guid(self._seed, "asset", number),
            created=past(self._seed, "definition", number, 600),
        )

    def definition(self, key: str) -> Definition | None:
        return next((one for one in self.definitions if one.key == key), None)

    def get(self, message_key: str) -> Sending | None:
        return self._sendings.get(message_key)

    def accept(self, message_key: str, definition_key: str, recipient: dict[str, Any]) -> Sending:
        """Queue a message. The caller has checked key, definition and recipient."""
        sending = Sending(
            message_key=message_key,
            definition_key=definition_key,
            contact_key=str(recipient.get("contactKey", "")),
            to=str(recipient.get("to") or recipient.get("contactKey", "")),
            request_id=guid(self._seed, "txrequest", len(self._sendings)),
            accepted_at=self._clock.now(),
            attributes=record(recipient.get("attributes")),
        )
        self._sendings[message_key] = sending
        return sending

    def is_queued(self, sending: Sending) -> bool:
        return self._clock.now() - sending.accepted_at < SEND_AFTER_S
