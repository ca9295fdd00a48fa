"""What every edge gets from the core and owes to it.

An edge moves bytes: it decodes frames, hands each message in with :meth:`Conversation.submit`, and writes the outcome
out. It never looks into a message and never sends a byte of one that did not come back as an outcome.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sidecar.errors import SidecarError
from sidecar.events import DirectionName, Event
from sidecar.session.actions import Lane, Side
from sidecar.transports.gate import Gate
from sidecar.vault.base import Entry
from sidecar.wire.jsonrpc import Envelope, Limits


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one submitted message.

    ``to`` is the other side when it crosses (``error`` is None). When refused, ``error`` says why and ``envelope``, if
    any, is the reply to write to ``to`` (the requester, or the one who waits for the response); None means drop it.
    """

    to: Side
    envelope: Envelope | None
    error: SidecarError | None = None


class Conversation(Protocol):
    """One session: its exchanges, order and limits. HTTP: one per Mcp-Session-Id, else one per POST; stdio: one."""

    def lane(self) -> Lane:
        """A new ordered stream."""

    def submit(self, sender: Side, envelope: Envelope, lane: Lane) -> asyncio.Future[Outcome]:
        """Outcomes of one sender on one lane resolve in the order of submission. Never raises a payload."""

    async def close(self) -> None:
        """Forget everything; outcomes still pending resolve as refused."""


class TokenStore(Protocol):
    """Where tokens lie when not in this process. Both raise ``VaultGone`` when it cannot be reached."""

    async def lookup(self, scope: str, tokens: Sequence[str]) -> Mapping[str, str]:
        """Values of those it has."""

    async def store(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Keeps them; the ones it has other values for come back."""


class Core(Protocol):
    """What the runtime gives to a transport."""

    @property
    def limits(self) -> Limits: ...

    @property
    def gate(self) -> Gate | None:
        """What a listener asks before it reads a body; None: nothing."""

    def introduce(self, principal: str, role: str) -> None:
        """Before ``conversation``: what this caller may."""

    def conversation(self, principal: str = "") -> Conversation: ...

    async def scrub(self, text: str, direction: DirectionName) -> str:
        """Irreversible redaction of text that is no MCP message (stderr lines, plain HTTP bodies). Raises ``SidecarError``."""

    def record(self, event: Event) -> None: ...
