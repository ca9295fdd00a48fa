"""The session with its tokens in a store, answered in any order, late, wrongly or not at all: nothing crosses that could not be restored."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sidecar.errors import VaultGone
from sidecar.session.actions import Action, Analyze, Lookup, Pause, Refuse, Send, Side, Store
from sidecar.session.session import Session
from sidecar.vault.keys import KeyRing, Keys, new_key
from sidecar.vault.remote import StoredVault
from sidecar.wire.jsonrpc import Envelope, Message, dumps, loads
from tests.playbook import Playbook
from tests.properties.test_session_machine import HalfSlow
from tests.tokens.keeping import Keeping

PEOPLE = [f"jane.{number}@example.com" for number in range(4)]
TOKEN = re.compile(r"EMAIL_ADDRESS_[a-z2-7]{13}")
RING = KeyRing(Keys(new_key("q")))
NONSENSE: list[Any] = [None, 7, "text", [None], [object()], {"a": 1}, {"a": object()}, {1: "a"}]


class StoredMachine(RuleBasedStateMachine):
    pauses_from = 1 << 62

    def __init__(self) -> None:
        super().__init__()
        self.play = Playbook("reversible", detector=HalfSlow())
        self.keeping = Keeping(RING)
        self.vault = StoredVault(RING, 60.0)
        kit = replace(self.play.kit, vault=self.vault)
        self.session = Session(kit, scope="s", number=1, pauses_from=self.pauses_from)
        self.tickets: dict[int, Analyze | Lookup | Store | Pause] = {}
        self.sent: dict[tuple[Side, int], list[int]] = defaultdict(list)
        self.done: dict[tuple[Side, int], list[int]] = defaultdict(list)
        self.of: dict[int, tuple[Side, int]] = {}
        self.wanted: dict[int, str] = {}
        self.tokens: dict[str, str] = {}
        self.ever: dict[str, str] = {}
        """What the store ever acknowledged, by handle."""

    def take(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Analyze(ticket=ticket) | Lookup(ticket=ticket) | Store(ticket=ticket) | Pause(ticket=ticket):
                    assert ticket not in self.tickets
                    self.tickets[ticket] = action
                case Send(number=number, to=to, envelope=envelope):
                    self.done[self.of[number]].append(number)
                    self.crossed(number, to, dumps(envelope.message.body).decode())
                case Refuse(number=number):
                    self.done[self.of[number]].append(number)
                case _:
                    pass

    def crossed(self, number: int, to: Side, text: str) -> None:
        found = TOKEN.findall(text)
        if to is Side.CLIENT:
            assert "@" not in text
            (token,) = found
            assert self.ever[token.rpartition("_")[2]] == self.wanted[number]  # stored before it was sent
            assert self.tokens.setdefault(token, self.wanted[number]) == self.wanted[number]
        elif not found:
            assert self.wanted[number] in text  # restored, to the right value

    def put(self, sender: Side, lane: int, said: str, wanted: str) -> None:
        number = self.session.messages + 1
        self.of[number], self.wanted[number] = (sender, lane), wanted
        self.sent[sender, lane].append(number)
        body = {"jsonrpc": "2.0", "method": "notifications/x", "params": {"a": said}}
        self.take(self.session.receive(sender, Envelope(Message(loads(json.dumps(body)))), lane=lane))

    @rule(lane=st.integers(1, 2), value=st.sampled_from(PEOPLE), speed=st.sampled_from(["slow", "quick"]))
    def tell(self, lane: int, value: str, speed: str) -> None:
        self.put(Side.SERVER, lane, f"{speed} {value}", value)

    @precondition(lambda self: self.tokens)
    @rule(data=st.data(), lane=st.integers(1, 2))
    def use(self, data: st.DataObject, lane: int) -> None:
        token = data.draw(st.sampled_from(sorted(self.tokens)))
        self.put(Side.CLIENT, lane, f"quick {token}", self.tokens[token])

    def draw(self, data: st.DataObject) -> Analyze | Lookup | Store | Pause:
        return self.tickets.pop(data.draw(st.sampled_from(sorted(self.tickets))))

    @precondition(lambda self: self.tickets)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        asked = self.draw(data)
        match asked:
            case Analyze():
                answer: Any = self.play.detector.detect(asked.passages)
            case Lookup():
                answer = self.keeping.lookup(asked.scope, asked.tokens)
            case Store():
                answer = self.keeping.store(asked.entries)
                self.ever |= {entry.handle: entry.value for entry in asked.entries}
            case Pause():
                answer = None
        self.take(self.session.resume(asked.ticket, answer))

    @precondition(lambda self: self.tickets)
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        """The store goes away, and forgets; what it had acknowledged is not trusted any more."""
        self.keeping.records.clear()
        self.vault.forget()
        self.tokens.clear()
        for ticket in [ticket for ticket, asked in self.tickets.items() if isinstance(asked, (Lookup, Store))]:
            del self.tickets[ticket]
            self.take(self.session.fail(ticket, VaultGone("away")))

    @precondition(lambda self: any(isinstance(asked, (Lookup, Store)) for asked in self.tickets.values()))
    @rule(data=st.data(), nonsense=st.sampled_from(NONSENSE))
    def answer_nonsense(self, data: st.DataObject, nonsense: Any) -> None:
        ticket = data.draw(
            st.sampled_from(sorted(t for t, a in self.tickets.items() if isinstance(a, (Lookup, Store))))
        )
        asked = self.tickets.pop(ticket)
        if isinstance(asked, Lookup) and isinstance(nonsense, dict) and not set(nonsense) & set(asked.tokens):
            nonsense = None  # any other mapping of texts says that the store has none of them
        self.take(self.session.resume(ticket, nonsense))

    @invariant()
    def each_lane_is_a_prefix_of_what_was_put_in(self) -> None:
        for lane, done in self.done.items():
            assert done == self.sent[lane][: len(done)]
        assert self.session.waiting == len(self.tickets)

    def teardown(self) -> None:
        self.tickets.clear()
        self.take(self.session.close())
        assert self.done == self.sent


StoredMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestStored = StoredMachine.TestCase


class PausingMachine(StoredMachine):
    pauses_from = 0


PausingMachine.TestCase.settings = StoredMachine.TestCase.settings
TestPausingStored = PausingMachine.TestCase
