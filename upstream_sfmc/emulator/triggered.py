"""What became of triggered sends: one delivery a message, counted by definition.

It queues nothing: whether a delivery is done follows from the virtual clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .clock import VirtualClock
    from .subscribers import Subscribers


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message of a triggered send."""

    send_id: str
    definition_id: str
    address: str
    key: str
    subscriber_id: int
    accepted_at: float
    is_excluded: bool


class Deliveries:
    def __init__(self, clock: VirtualClock, subscribers: Subscribers) -> None:
        self._clock = clock
        self._subscribers = subscribers
        self._deliveries: dict[str, Delivery] = {}

    def get(self, send_id: str) -> Delivery | None:
        return self._deliveries.get(send_id)

    def of(self, definition_id: str) -> list[Delivery]:
        return [one for one in self._deliveries.values() if one.definition_id == definition_id]

    def trigger(self, definition_id: str, address: str, key: str, attributes: dict[str, str], send_id: str) -> Delivery:
        """Send to a subscriber, who is added to All Subscribers when new; the excluded get nothing."""
        known = self._subscribers.get(key)
        if known is None:
            known = self._subscribers.add(key, address)
        if attributes:
            self._subscribers.attributes.setdefault(key, {}).update(attributes)
        excluded = known.status in {"Unsubscribed", "Held", "Bounced"}
        now = self._clock.now()
        delivery = Delivery(send_id, definition_id, address, key, known.subscriber_id, now, excluded)
        self._deliveries[send_id] = delivery
        return delivery
