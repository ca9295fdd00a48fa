"""Synthetic people through the live policy and detector: whether anything crosses that no rule lets cross.

It touches no session, vault or column of the real traffic. ``clean``: every value that could be tried was hidden, or kept by a
rule; ``leak``: one crossed though no rule keeps it; ``not_measured``: nothing could be tried, so nothing is promised.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from sidecar.errors import SidecarError, Withheld
from sidecar.protocol.schemas import Tools
from sidecar.redaction.findings import Findings, Passage
from sidecar.redaction.shape import is_plain_key
from sidecar.session.actions import Analyze, Inspect, Refuse, Send, Side
from sidecar.session.context import Kit
from sidecar.session.session import Session
from sidecar.vault.memory import MemoryVault
from sidecar.wire.jsonrpc import Envelope, Json, Message, dumps
from sidecar.wire.places import Places

Detect: TypeAlias = Callable[[Sequence[Passage]], Awaitable[list[Findings]]]
State: TypeAlias = Literal["clean", "leak", "not_measured"]

TOOL: Final = "mcp_sidecar_selfcheck"
"""The tool the synthetic people are answers of."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A synthetic value: what it is, and the field it stands in; ``in_prose``: it can be told without one."""

    entity: str
    field: str
    text: str
    in_prose: bool = False

    def __repr__(self) -> str:
        return f"Planted({self.entity}, {self.field})"


@dataclass(frozen=True, slots=True)
class Tried:
    entity: str
    where: Literal["field", "prose"]
    state: Literal["hidden", "kept", "leaked", "unmeasured"]


@dataclass(frozen=True, slots=True)
class Report:
    tried: tuple[Tried, ...]

    @property
    def state(self) -> State:
        if self.count("leaked"):
            return "leak"
        return "clean" if self.count("hidden") + self.count("kept") else "not_measured"

    def count(self, state: str) -> int:
        return sum(one.state == state for one in self.tried)


_PEOPLE: Final[tuple[tuple[Planted, ...], ...]] = (
    (
        Planted("PERSON", "FirstName", "Ottilie"),
        Planted("PERSON", "LastName", "Brackenbury"),
        Planted("EMAIL_ADDRESS", "EmailAddress", "ottilie.brackenbury@example.com", in_prose=True),
        Planted("PHONE_NUMBER", "MobilePhone", "+1 415 555 0142", in_prose=True),
        Planted("CREDIT_CARD", "CardNumber", "4111 1111 1111 1111", in_prose=True),
        Planted("DATE_OF_BIRTH", "BirthDate", "1971-03-24"),
        Planted("IP_ADDRESS", "IPAddress", "203.0.113.77", in_prose=True),
    ),
    (
        Planted("PERSON", "FullName", "Casimir Thornaby"),
        Planted("EMAIL_ADDRESS", "SubscriberKey", "c.thornaby@example.org", in_prose=True),
        Planted("IBAN_CODE", "IBAN", "GB82 WEST 1234 5698 7654 32", in_prose=True),
        Planted("LOCATION", "Street", "12 Larkspur Lane"),
        Planted("US_SSN", "SSN", "536-22-8726", in_prose=True),
    ),
)
"""Nobody: reserved domains and numbers, test cards."""
_NAMES: Final = Planted("PERSON", "", "Ottilie Brackenbury", in_prose=True)


async def selfcheck(kit: Kit, detect: Detect, *, has_names: bool) -> Report:
    """``detect`` runs on the worker; ``has_names``: the detector looks for names in prose."""
    apart = replace(kit, vault=MemoryVault(), places=Places(is_plain_key, kit.detector.reads_numbers), tools=Tools())
    tried: list[Tried] = []
    for person in _PEOPLE:
        record = {one.field: one.text for one in person}
        tried += await _send(apart, detect, json.dumps({"items": [record]}), person, "field")
    prose = [one for person in _PEOPLE for one in person if one.in_prose]
    if has_names:
        prose.append(_NAMES)
    text = "".join(_sentences(prose))
    tried += await _send(apart, detect, text, prose, "prose")
    return Report(tuple(tried))


def _sentences(prose: Sequence[Planted]) -> Iterator[str]:
    said = {
        "EMAIL_ADDRESS": "Please write to {} about it. ",
        "PHONE_NUMBER": "You can call {} after six. ",
        "CREDIT_CARD": "The credit card {} was charged. ",
        "IP_ADDRESS": "The IP address of the login was {} today. ",
        "IBAN_CODE": "Transfer it to the IBAN {} please. ",
        "US_SSN": "The social security number (SSN) is {} as stated. ",
        "PERSON": "Yesterday {} asked for her invoice. ",
    }
    return (said[one.entity].format(one.text) for one in prose)


async def _send(
    kit: Kit, detect: Detect, text: str, planted: Sequence[Planted], where: Literal["field", "prose"]
) -> list[Tried]:
    """The text as a tool's result. Only where something crossed is the same sent once more to be looked at."""
    known = [one for one in planted if one.entity in kit.entities]
    states: dict[Planted, Literal["hidden", "kept", "leaked", "unmeasured"]] = dict.fromkeys(planted, "unmeasured")
    body, _ = await _cross(kit, detect, text, is_inspected=False)
    if body is not None:
        said = dumps(body).decode()
        crossed = [one for one in known if one.text in said]
        kept = await _kept(kit, detect, text) if crossed else frozenset()
        for one in known:
            states[one] = "hidden" if one not in crossed else "kept" if _is_kept(one.text, kept) else "leaked"
    return [Tried(one.entity, where, states[one]) for one in planted]


def _is_kept(text: str, kept: frozenset[str]) -> bool:
    return any(text in one or one in text for one in kept)


async def _kept(kit: Kit, detect: Detect, text: str) -> frozenset[str]:
    """What a rule keeps of it."""
    _, inspect = await _cross(kit, detect, text, is_inspected=True)
    return frozenset(why.before for why in inspect.why if why.operator == "keep") if inspect else frozenset()


async def _cross(kit: Kit, detect: Detect, text: str, *, is_inspected: bool) -> tuple[Json, Inspect | None]:
    """What arrives at the client: an error that holds nothing if it was withheld by a rule, None if it could not be analysed."""
    session = Session(kit, scope="selfcheck", number=0, is_inspected=is_inspected)
    call: dict[str, Any] = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": TOOL, "arguments": {}},
    }
    session.receive(Side.CLIENT, Envelope(Message(call)), lane=0)
    result = {"content": [{"type": "text", "text": text}]}
    actions = session.receive(Side.SERVER, Envelope(Message({"jsonrpc": "2.0", "id": 1, "result": result})), lane=0)
    while analysis := next((action for action in actions if isinstance(action, Analyze)), None):
        try:
            actions = session.resume(analysis.ticket, await detect(analysis.passages))
        except SidecarError as error:
            session.fail(analysis.ticket, error)
            return None, None
    body: Json = None
    for action in actions:
        match action:
            case Send(envelope=envelope):
                body = envelope.message.body
            case Refuse(error=Withheld()):
                body = {}
            case _:
                pass
    return body, next((action for action in actions if isinstance(action, Inspect)), None)
