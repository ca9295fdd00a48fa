"""A core that lets every message through as it came, for tests of the edges; it can refuse, alter or hold back by method.

It detects nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sidecar.errors import SidecarError, Unanalysable
from sidecar.events import DirectionName, Event
from sidecar.session import replies
from sidecar.session.actions import Lane, Side
from sidecar.transports.base import Outcome
from sidecar.wire.jsonrpc import Envelope, Limits, Message


@dataclass
class PassthroughConversation:
    core: PassthroughCore
    principal: str
    is_closed: bool = False
    lanes: int = 0
    seen: list[tuple[Side, str | None, Lane]] = field(default_factory=list)

    def lane(self) -> Lane:
        self.lanes += 1
        return self.lanes

    def submit(self, sender: Side, envelope: Envelope, lane: Lane) -> asyncio.Future[Outcome]:
        method = envelope.message.method
        self.seen.append((sender, method, lane))
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        future.set_result(self._outcome(sender, envelope, method))
        return future

    def _outcome(self, sender: Side, envelope: Envelope, method: str | None) -> Outcome:
        message = envelope.message
        failure = self.core.refusals.get(method or "")
        if failure is None:
            return Outcome(sender.other, self.core.alter(sender, envelope))
        answers = message.is_request and not self.core.is_mute
        reply = Envelope(replies.error(message.id, failure)) if answers else None
        return Outcome(sender, reply, failure)

    async def close(self) -> None:
        self.is_closed = True


@dataclass
class PassthroughCore:
    limits: Limits = field(default_factory=Limits)
    refusals: dict[str, SidecarError] = field(default_factory=dict)
    is_mute: bool = False
    """Refusals come without a reply, as from a conversation that was closed."""
    changes: list[Callable[[Side, Message], Message]] = field(default_factory=list)
    scrubs: dict[str, str] = field(default_factory=dict)
    unscrubbable: str | None = None
    events: list[Event] = field(default_factory=list)
    conversations: list[PassthroughConversation] = field(default_factory=list)

    gate = None

    def introduce(self, principal: str, role: str) -> None:
        """Nobody is anybody here."""

    def conversation(self, principal: str = "") -> PassthroughConversation:
        self.conversations.append(PassthroughConversation(self, principal))
        return self.conversations[-1]

    def alter(self, sender: Side, envelope: Envelope) -> Envelope:
        for change in self.changes:
            envelope = replace(envelope, message=change(sender, envelope.message))
        return envelope

    async def scrub(self, text: str, direction: DirectionName) -> str:
        if self.unscrubbable is not None and self.unscrubbable in text:
            raise Unanalysable("as the test wants it")
        for old, new in self.scrubs.items():
            text = text.replace(old, new)
        return text

    def record(self, event: Event) -> None:
        self.events.append(event)
