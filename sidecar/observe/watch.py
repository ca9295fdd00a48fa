"""What stands beside one conversation: it times operations, keeps our secrets out of what a server sends back, and asks whether the audit log can be written.

It decides nothing about personal data; the session has done that when ``may_send`` is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from sidecar.config.secret_registry import REGISTRY, Registry
from sidecar.errors import AuditGone, SidecarError
from sidecar.events import Event
from sidecar.observe.operations import Operations, Span, recorded
from sidecar.session import replies
from sidecar.session.actions import Side
from sidecar.wire.jsonrpc import Envelope, Json, Message


@dataclass(frozen=True, slots=True)
class Observing:
    """What all conversations of a process share. ``is_usable``: whether what is sent can be accounted for."""

    is_usable: Callable[[], bool] | None = None
    begin: Callable[[Message, str, str], tuple[Message, Span | None]] | None = None
    registry: Registry = REGISTRY


class Watch:
    """``policy``: the digest of the one in force."""

    __slots__ = (
        "_asked_back",
        "_observing",
        "_operations",
        "_policy",
        "_record",
        "_session",
        "_tool_name",
        "later",
    )

    def __init__(
        self,
        observing: Observing,
        session: int,
        record: Callable[[Event], None],
        tool_name: Callable[[str], str],
        policy: Callable[[], str] = str,
        later: Callable[[Callable[[], None]], object] | None = None,
    ) -> None:
        """``later`` calls what it is given when what is under way has left; None where that has to be accounted for before."""
        self.later: Final = later if observing.is_usable is None else None
        self._observing: Final = observing
        self._record: Final = record
        self._session: Final = session
        self._tool_name: Final = tool_name
        self._policy: Final = policy
        self._operations: Final = Operations(
            session, record, tool_name, observing.begin, policy=policy, later=self.later
        )
        self._asked_back: Operations | None = None
        """What the server asks the client, which most never do."""

    @property
    def is_traced(self) -> bool:
        return self._operations.has_spans

    def received(self, sender: Side, envelope: Envelope) -> Envelope:
        """What the session is to see of it."""
        if sender is Side.CLIENT:
            message = self._operations.asked(envelope.message)
            if self._asked_back is not None:
                self._asked_back.replied(message)
        else:
            self._operations.replied(envelope.message)
            if self._asked_back is None and envelope.message.is_request:
                self._asked_back = Operations(
                    self._session, self._record, self._tool_name, beside=self._operations, policy=self._policy
                )
            if self._asked_back is not None:
                self._asked_back.asked(envelope.message)
            message = envelope.message
            if message.raw is None or self._observing.registry.may_hold(message.raw):
                message = without_secrets(message, self._observing.registry)
        return envelope if message is envelope.message else replace(envelope, message=message)

    def may_send(self) -> bool:
        return self._observing.is_usable is None or self._observing.is_usable()

    def sent(self, to: Side, message: Message) -> None:
        if to is Side.SERVER:
            self._operations.forwarded(message)
            if self._asked_back is not None:
                self._asked_back.answered(message)
        else:
            if self._asked_back is not None:
                self._asked_back.forwarded(message)
            self._operations.answered(message)

    def record(self, event: Event, message: Message | None) -> None:
        """An event of what became of a message; its log line names the message's trace."""
        recorded(self._record, event, self._operations.ids(message) if message is not None else None)

    def close(self) -> None:
        self._operations.close()
        if self._asked_back is not None:
            self._asked_back.close()


def unaccounted(to: Side, message: Message) -> tuple[Side, Envelope | None, SidecarError]:
    """What becomes of a message that may not be sent because it could not be accounted for."""
    error = AuditGone("Withheld: the audit log cannot be written, and nothing may pass without it.")
    if message.is_response:
        return to, Envelope(replies.error(message.id, error)), error
    if message.is_request:
        return to.other, Envelope(replies.error(message.id, error)), error
    return to, None, error


def without_secrets(message: Message, registry: Registry) -> Message:
    """The same message where it holds none of ours."""
    if not len(registry):
        return message
    body = _hidden(message.body, registry)
    return message if body is message.body else Message(body)


def _hidden(value: Json, registry: Registry) -> Json:
    """``value`` itself where nothing had to go."""
    if isinstance(value, str):
        hidden = registry.hide(value)
        return value if hidden == value else hidden
    if isinstance(value, list):
        items = [_hidden(item, registry) for item in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    if isinstance(value, dict):
        members = {registry.hide(key): _hidden(item, registry) for key, item in value.items()}
        is_same = all(key in members and members[key] is item for key, item in value.items())
        return value if is_same and len(members) == len(value) else members
    return value
