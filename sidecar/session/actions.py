"""What the session asks its edge to do. Imperatives, frozen, without behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from sidecar.errors import SidecarError
from sidecar.events import Event
from sidecar.guard.guard import Guard
from sidecar.redaction.findings import Passage
from sidecar.vault.base import Entry
from sidecar.wire.jsonrpc import Envelope, Json, Message


class Side(Enum):
    CLIENT = "client"
    SERVER = "server"

    @property
    def other(self) -> Side:
        return Side.SERVER if self is Side.CLIENT else Side.CLIENT


Lane: TypeAlias = int
"""An ordered stream inside a session: messages of one sender on one lane leave in the order they came."""


@dataclass(frozen=True, slots=True)
class Send:
    """Message ``number`` (as counted by ``receive``) goes on to ``to``."""

    number: int
    to: Side
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Refuse:
    """Message ``number`` does not cross. ``reply`` goes to ``to``: back to a requester, on to one who waits for a response, or nowhere."""

    number: int
    to: Side
    reply: Envelope | None
    error: SidecarError


@dataclass(frozen=True, slots=True)
class Analyze:
    """Detect on the worker; answer with ``resume(ticket, list[Findings])`` or ``fail(ticket, error)``."""

    ticket: int
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Ask the token store; answer with ``resume(ticket, {token: value})`` of those it has, or ``fail(ticket, error)``.

    ``tokens``: tokens as they are written, ``_`` and a tail of any entity, or ``=`` and a spelling.
    """

    ticket: int
    scope: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Store:
    """Have the token store keep these; answer with ``resume(ticket, entries)`` of those it has other values for, or ``fail``."""

    ticket: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """Let others have their turn, then ``resume(ticket, None)``: a large message is read in steps."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Record:
    event: Event


@dataclass(frozen=True, slots=True)
class Look:
    """Have ``guarded.looked`` say what is suspicious in ``message``, which goes on whatever it says: nobody need wait for it."""

    guard: Guard
    message: Message


@dataclass(frozen=True, slots=True)
class Why:
    """One changed or found span, for the dev page only."""

    pointer: str
    entity: str
    score: float
    recognizer: str
    rule: str
    operator: str
    before: str
    after: str

    def __repr__(self) -> str:
        return f"Why({self.pointer}, {self.entity})"


@dataclass(frozen=True, slots=True)
class Inspect:
    """Before and after, for the dev page only; never emitted unless the session was built to be inspected."""

    number: int
    direction: str
    method: str
    tool: str
    before: Json
    after: Json
    why: tuple[Why, ...]
    outcome: str

    def __repr__(self) -> str:
        return f"Inspect({self.number}, {self.method})"


Action: TypeAlias = Send | Refuse | Analyze | Lookup | Store | Pause | Record | Look | Inspect
