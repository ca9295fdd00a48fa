"""Any interleaving of messages, answers, failures and nonsense: none lost, none twice, none out of order, none read by nobody."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sidecar.errors import Unanalysable
from sidecar.redaction.findings import Finding, Findings, Passage
from sidecar.session.actions import Action, Analyze, Pause, Refuse, Send, Side
from sidecar.wire.jsonrpc import dumps
from tests.playbook import PatternDetector, Playbook

JANE = "jane@example.com"
LANES = st.integers(1, 3)
SIDES = st.sampled_from(Side)
TEXTS = st.sampled_from([f"slow {JANE}", f"quick {JANE}", "slow and clean", "quick and clean"])
FINDING = Finding(0, 4, "PERSON", 1.0, "broken")
NONSENSE: list[Any] = [
    None, [], [()] * 99, 7, "text", [None], [[None]], [("a",)], object(),
    [(Finding(-3, 2, "PERSON", 1.0, "x"),)], [(Finding(0, 10**6, "PERSON", 1.0, "x"),)],
    [(Finding(3, 3, "PERSON", 1.0, "x"),)], [(FINDING, Finding(1, 2, "PERSON", 1.0, "x"))],
]  # fmt: skip


class HalfSlow(PatternDetector):
    """Texts that say so miss."""

    def lookup(self, passages: Any) -> list[Findings | None]:
        return [None if "slow" in passage.text else self._find(passage) for passage in passages]


class SessionMachine(RuleBasedStateMachine):
    pauses_from = 1 << 62

    def __init__(self) -> None:
        super().__init__()
        self.play = Playbook("strict", detector=HalfSlow(), pauses_from=self.pauses_from)
        self.tickets: dict[int, Analyze | Pause] = {}
        self.sent: dict[tuple[Side, int], list[int]] = defaultdict(list)
        self.done: dict[tuple[Side, int], list[int]] = defaultdict(list)
        self.of: dict[int, tuple[Side, int]] = {}
        self.replies: dict[int, int] = defaultdict(int)
        self.asked: dict[int, int] = {}
        self.open: list[tuple[Side, int]] = []
        self.ids = 0

    def take(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Analyze(ticket=ticket) | Pause(ticket=ticket):
                    assert ticket not in self.tickets
                    self.tickets[ticket] = action
                case Send(number=number) | Refuse(number=number):
                    self.done[self.of[number]].append(number)
                    envelope = action.envelope if isinstance(action, Send) else action.reply
                    if envelope is not None:
                        assert JANE.encode() not in dumps(envelope.message.body)
                    if number in self.asked:
                        self.settle(number, action)
                case _:
                    pass

    def settle(self, number: int, action: Send | Refuse) -> None:
        self.replies[number] += 1
        if isinstance(action, Send):
            self.open.append((action.to, self.asked[number]))
        else:
            assert action.reply is not None
            assert action.reply.message.id == self.asked[number]

    def put(self, sender: Side, lane: int, body: Any) -> None:
        number = self.play.session.messages + 1
        self.of[number] = (sender, lane)
        self.sent[sender, lane].append(number)
        if "method" in body and "id" in body:
            self.asked[number] = body["id"]
        self.take(self.play.raw(sender, {"jsonrpc": "2.0", **body}, lane=lane))

    @rule(sender=SIDES, lane=LANES, text=TEXTS)
    def notify(self, sender: Side, lane: int, text: str) -> None:
        self.put(sender, lane, {"method": "notifications/x", "params": {"a": text}})

    @rule(sender=SIDES, lane=LANES, text=TEXTS, method=st.sampled_from(["x/ask", "tools/call"]))
    def ask(self, sender: Side, lane: int, text: str, method: str) -> None:
        self.ids += 1
        self.put(sender, lane, {"id": self.ids, "method": method, "params": {"name": "t", "arguments": {"a": text}}})

    @precondition(lambda self: self.open)
    @rule(data=st.data(), lane=LANES, text=TEXTS)
    def answer_a_request(self, data: st.DataObject, lane: int, text: str) -> None:
        sender, request_id = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
        self.put(sender, lane, {"id": request_id, "result": {"a": text}})

    def draw_ticket(self, data: st.DataObject) -> Analyze | Pause:
        return self.tickets.pop(data.draw(st.sampled_from(sorted(self.tickets))))

    @precondition(lambda self: self.tickets)
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        ticket = self.draw_ticket(data)
        found = self.play.detector.detect(ticket.passages) if isinstance(ticket, Analyze) else None
        self.take(self.play.session.resume(ticket.ticket, found))

    @precondition(lambda self: self.tickets)
    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        self.take(self.play.session.fail(self.draw_ticket(data).ticket, Unanalysable("late")))

    @precondition(lambda self: self.tickets)
    @rule(data=st.data(), nonsense=st.sampled_from(NONSENSE))
    def answer_nonsense(self, data: st.DataObject, nonsense: Any) -> None:
        self.take(self.play.session.resume(self.draw_ticket(data).ticket, nonsense))

    @rule(ticket=st.integers(0, 50))
    def answer_a_ticket_that_is_gone(self, ticket: int) -> None:
        if ticket not in self.tickets:
            assert self.play.session.resume(ticket, []) == []
            assert self.play.session.fail(ticket, Unanalysable("late")) == []

    @rule()
    def close(self) -> None:
        self.tickets.clear()
        self.take(self.play.session.close())
        assert self.done == self.sent

    @invariant()
    def each_lane_is_a_prefix_of_what_was_put_in(self) -> None:
        for lane, done in self.done.items():
            assert done == self.sent[lane][: len(done)]
        assert self.play.session.waiting == len(self.tickets)

    def teardown(self) -> None:
        self.close()
        assert {number: self.replies[number] for number in self.asked} == dict.fromkeys(self.asked, 1)


SessionMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestSession = SessionMachine.TestCase


class PausingMachine(SessionMachine):
    """Every message is read in steps, with anything between them."""

    pauses_from = 0


PausingMachine.TestCase.settings = SessionMachine.TestCase.settings
TestPausingSession = PausingMachine.TestCase


class Broken(PatternDetector):
    """Answers nonsense where it stands, or raises it."""

    def __init__(self, answer: Any, where: str) -> None:
        super().__init__(is_slow=where != "lookup")
        self.answer = answer
        self.where = where

    def lookup(self, passages: Any) -> Any:
        return self.give() if self.where == "lookup" else super().lookup(passages)

    def store(self, misses: Any, found: Any) -> None:
        if self.where == "store":
            self.give()

    def give(self) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


RAISED = [ValueError("x"), RecursionError(), MemoryError(), TimeoutError(), KeyError(JANE), Unanalysable("x")]


@given(st.sampled_from([*NONSENSE, *RAISED]), st.sampled_from(["request", "note", "result"]))
def test_a_detector_that_looks_up_nonsense_or_raises_lets_nothing_pass(answer: Any, kind: str) -> None:
    refused = Playbook("strict", detector=Broken(answer, "lookup")).server(message(kind))
    assert isinstance(refused, Refuse)
    assert (refused.reply is None) == (kind == "note")
    assert refused.reply is None or JANE.encode() not in dumps(refused.reply.message.body)
    assert JANE not in str(refused.error)


@given(st.sampled_from(NONSENSE), st.sampled_from(["request", "note", "result"]))
def test_nonsense_on_a_ticket_is_refused_and_not_remembered(answer: Any, kind: str) -> None:
    play = Playbook("strict", is_slow=True)
    (ticket,) = [action for action in play.raw(Side.SERVER, message(kind)) if isinstance(action, Analyze)]
    (refused,) = [a for a in play.session.resume(ticket.ticket, answer) if isinstance(a, (Send, Refuse))]
    assert isinstance(refused, Refuse)
    assert play.detector.stored == 0
    assert play.session.waiting == 0


@given(st.sampled_from(RAISED))
def test_a_cache_that_breaks_lets_nothing_pass(error: Exception) -> None:
    play = Playbook("strict", detector=Broken(error, "store"))
    (ticket,) = [action for action in play.raw(Side.SERVER, message("note")) if isinstance(action, Analyze)]
    (refused,) = [
        a
        for a in play.session.resume(ticket.ticket, play.detector.detect(ticket.passages))
        if isinstance(a, (Send, Refuse))
    ]
    assert isinstance(refused, Refuse)


def message(kind: str) -> Any:
    told = {"a": JANE}
    return {
        "request": {"jsonrpc": "2.0", "id": 1, "method": "x/ask", "params": told},
        "note": {"jsonrpc": "2.0", "method": "x/note", "params": told},
        "result": {"jsonrpc": "2.0", "id": 1, "result": told},
    }[kind]


def test_findings_that_touch_are_no_nonsense() -> None:
    play = Playbook("strict", is_slow=True)
    (ticket,) = [a for a in play.raw(Side.SERVER, message("note")) if isinstance(a, Analyze)]
    touching = (Finding(0, 4, "PERSON", 1.0, "x"), Finding(4, 16, "EMAIL_ADDRESS", 1.0, "x"))
    answers = [touching if passage.text == JANE else () for passage in ticket.passages]
    assert isinstance(ticket.passages[0], Passage)
    (sent,) = [a for a in play.session.resume(ticket.ticket, answers) if isinstance(a, (Send, Refuse))]
    assert isinstance(sent, Send)
    assert sent.envelope.message.body["params"]["a"] == "<PERSON><EMAIL_ADDRESS>"
