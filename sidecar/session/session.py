"""The state machine of one conversation. Every change of a session's state is in this file.

Messages come in (``receive``), actions go out; what needs the detector waits for a ticket (``resume``, ``fail``). Per
sender and lane, messages leave in the order they came, whatever order the tickets are answered in. It does no I/O and
starts no thread.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

from sidecar.errors import SidecarError, Unanalysable, VaultGone, Withheld
from sidecar.guard.guard import Notice
from sidecar.protocol import mirrors, surface
from sidecar.protocol.leaf import Kind, Leaf, Part
from sidecar.redaction.findings import Findings
from sidecar.session import records, replies, stored
from sidecar.session.actions import Action, Analyze, Inspect, Lane, Lookup, Pause, Record, Refuse, Send, Side, Store
from sidecar.session.choose import Chooser
from sidecar.session.context import Kit, Topic
from sidecar.session.decided import Verdict
from sidecar.session.exchange import Exchanges
from sidecar.session.guarded import Screened, screen, unfit
from sidecar.session.recall import Recall
from sidecar.session.seek import seek
from sidecar.session.settle import is_bound, settle, undecided
from sidecar.session.sheets import Table, checked, lay_out, remember
from sidecar.session.topics import Topics
from sidecar.session.whole import Whole
from sidecar.session.work import Slot, Work
from sidecar.wire.jsonrpc import Envelope, Json, Message

LARGE: Final = 128
"""Passages that take about a millisecond of each step."""
_NEVER: Final = 1 << 62


class Session:
    """``number`` names the session in events; ``scope`` is whose tokens these are; ``recall`` is shared by a scope.

    ``pauses_from``: passages from which on a message is read in steps, with a ``Pause`` between them for others who wait for this thread.
    """

    __slots__ = (
        "__weakref__",
        "_clock",
        "_count",
        "_exchanges",
        "_is_inspected",
        "_kit",
        "_lanes",
        "_number",
        "_pauses_from",
        "_recall",
        "_scope",
        "_tickets",
        "_topics",
    )

    def __init__(
        self,
        kit: Kit,
        *,
        scope: str,
        number: int,
        recall: Recall | None = None,
        is_inspected: bool = False,
        pauses_from: int = _NEVER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kit = kit
        self._scope = scope
        self._number = number
        self._is_inspected = is_inspected
        self._pauses_from = pauses_from
        self._clock = clock
        self._recall = recall or Recall(kit.key)
        self._exchanges = Exchanges()
        self._topics = Topics(self._exchanges, self._recall)
        self._lanes: dict[tuple[Side, Lane], deque[Slot]] = {}
        self._tickets: dict[int, Work] = {}
        self._count = 0

    def adopt(self, kit: Kit) -> None:
        """For exchanges that begin from now on; those under way end with what they began with."""
        self._kit = kit

    @property
    def messages(self) -> int:
        return self._count

    @property
    def waiting(self) -> int:
        """Messages that wait for the detector."""
        return len(self._tickets)

    def receive(self, sender: Side, envelope: Envelope, *, lane: Lane) -> list[Action]:
        """Take one message. Its number is ``messages`` after the call."""
        self._count += 1
        slot = Slot()
        key = (sender, lane)
        self._lanes.setdefault(key, deque()).append(slot)
        try:
            topic = self._topics.open(self._kit, sender, envelope.message)
        except Exception:
            slot.actions = []  # its lane must go on; the edge answers
            raise
        work = Work(self._count, sender, envelope, topic, slot, topic.kit or self._kit, key, self._clock())
        try:
            return self._received(work)
        except Exception:  # noqa: BLE001 - a fault of ours is answered as one, and its lane goes on
            return self._broken(work)

    def _received(self, work: Work) -> list[Action]:
        screened = screen(work.kit.guard, work) if work.kit.guard is not None else None
        if not isinstance(screened, Screened):
            return self._begin(work) if screened is None else [screened, *self._begin(work)]
        work.envelope = screened.envelope
        if screened.refused is None:
            return [*screened.actions, *self._begin(work)]
        return [*screened.actions, *self._turned_away(work, screened.refused)]

    def _turned_away(self, work: Work, notice: Notice) -> list[Action]:
        error = notice.error or Withheld("Withheld.")
        return self._finish(work, self._refuse(work, error, notice.what, notice.at))

    def _begin(self, work: Work) -> list[Action]:
        try:
            self._lay_out(work)
            work.laid = stored.new_entries(work.kit)
            work.asked = stored.questions(work.kit, work.topic, work.table)
        except Exception:  # noqa: BLE001 - whatever went wrong, the message must not cross unread nor block its lane
            return self._failed(work, Unanalysable("the message could not be read"))
        if work.asked:
            self._tickets[work.number] = work
            return [Lookup(work.number, self._scope, work.asked)]
        return self._then(work, self._examine)

    def _then(self, work: Work, step: Callable[[Work], list[Action]]) -> list[Action]:
        if len(work.table.passages) + len(work.table.known) < self._pauses_from:
            return step(work)
        work.then = step
        self._tickets[work.number] = work
        return [Pause(work.number)]

    def _examine(self, work: Work) -> list[Action]:
        try:
            work.answers = self._ask(work.table)
        except Exception:  # noqa: BLE001 - as above
            return self._failed(work, Unanalysable("the message could not be read"))
        work.misses = tuple(place for place, answer in enumerate(work.answers) if answer is None)
        if not work.misses:
            return self._then(work, self._settle)
        self._tickets[work.number] = work
        return [Analyze(work.number, tuple(work.table.passages[place] for place in work.misses))]

    def _lay_out(self, work: Work) -> None:
        envelope, topic = work.envelope, work.topic
        work.chooser = Chooser(
            self._kit.vault,
            self._kit.key,
            self._scope,
            "client" if work.sender is Side.CLIENT else "server",
            doubtful=self._recall.doubtful,
        )
        is_open = not (self._is_inspected or topic.is_skill or is_bound(topic))
        work.whole = Whole(work.kit, topic, work.chooser, is_open=is_open)
        leaves, work.decided = undecided(self._leaves(envelope.message, topic, work.whole), work, self._scope)
        if work.sender is Side.CLIENT:
            work.mirrored = mirrors.mirrored(
                envelope.headers, envelope.message.body, self._kit.tools.mirrors(topic.tool)
            )
        leaves += [
            Leaf(len(leaves), Kind.TEXT, ("headers", mirror.name), mirror.value, field=mirror.field)
            for mirror in work.mirrored
            if mirror.path is None
        ]
        work.generation = self._kit.detector.generation
        sought = seek(work.kit, self._scope, to_server=work.sender is Side.CLIENT)
        work.table = lay_out(leaves, self._kit.language, work.whole.settling, sought)

    def _ask(self, table: Table) -> list[Findings | None]:
        """What can be told at once of each passage."""
        if not table.answered:
            return checked(table.passages, self._kit.detector.lookup(table.passages))
        answers: list[Findings | None] = [table.answered.get(place) for place in range(len(table.passages))]
        new = [place for place in range(len(answers)) if place not in table.answered]
        asked = [table.passages[place] for place in new]
        for place, answer in zip(new, checked(asked, self._kit.detector.lookup(asked)), strict=True):
            answers[place] = answer
        return answers

    def resume(self, ticket: int, answer: Any) -> list[Action]:
        """Findings of an ``Analyze``, in its order, or what ``Lookup`` and ``Store`` ask for; nothing after a ``Pause``.

        A ticket that is gone (session closed) is ignored.
        """
        work = self._tickets.get(ticket)
        if work is None:
            return []
        try:
            return self._resumed(work, answer)
        except Exception:  # noqa: BLE001 - as in receive
            return self._broken(work)

    def _resumed(self, work: Work, answer: Any) -> list[Action]:
        ticket = work.number
        if work.then is not None:
            step, work.then = work.then, None
            del self._tickets[ticket]
            return step(work)
        if work.asked or work.entries:
            return self._told(work, answer)
        try:
            self._take(work, answer)
        except Exception:  # noqa: BLE001 - whatever a detector answers, the message is settled and its lane goes on
            return self.fail(ticket, Unanalysable("detection gave no usable answer; nothing was passed on"))
        del self._tickets[ticket]
        return self._then(work, self._settle)

    def _told(self, work: Work, answer: Any) -> list[Action]:
        """What the token store said."""
        try:
            if work.entries:
                is_taken = stored.settle(work.kit, work.entries, answer)
            elif work.chooser is not None:
                work.chooser.answers.update(stored.values_of(answer, work.asked))
                stored.recognise(work.table, work.chooser.answers, work.kit.language)
        except Exception:  # noqa: BLE001 - whatever a store answers, the message is settled and its lane goes on
            return self.fail(work.number, VaultGone("the token store gave no usable answer; nothing was passed on"))
        del self._tickets[work.number]
        if work.asked:
            work.asked = ()
            return self._examine(work)
        work.entries = ()
        if is_taken:
            return self._cross(work)
        work.restarts += 1
        if work.restarts > stored.RESTARTS:
            return self._failed(work, VaultGone("the token store has no room for a token; nothing was passed on"))
        return self._begin(work)

    def _take(self, work: Work, answer: Sequence[Findings]) -> None:
        passages = [work.table.passages[place] for place in work.misses]
        for place, findings in zip(work.misses, checked(passages, answer), strict=True):
            if findings is None:
                raise ValueError("a passage has no answer")
            work.answers[place] = findings
        self._kit.detector.store(passages, answer)

    def fail(self, ticket: int, error: SidecarError) -> list[Action]:
        """Detection failed, was late or was refused: an error reply, never the original, unless the policy says so."""
        work = self._tickets.pop(ticket, None)
        if work is None:
            return []
        return self._failed(work, error)

    def _failed(self, work: Work, error: SidecarError) -> list[Action]:
        if work.kit.policy.data.on_failure == "pass" and not isinstance(error, VaultGone):
            crossing = Send(work.number, work.sender.other, work.envelope)
            shown = self._inspect(work, Verdict(), work.envelope.message.body, "passed")
            return self._finish(work, [self._passed(work, Verdict()), *shown, crossing])
        return self._finish(work, self._refuse(work, error, "failure", ""))

    def close(self) -> list[Action]:
        """Everything still waiting is refused; nothing is remembered."""
        actions: list[Action] = []
        for ticket in list(self._tickets):
            work = self._tickets.pop(ticket)
            actions += self._finish(work, self._refuse(work, Unanalysable("the conversation ended"), "closed", ""))
        self._recall = Recall(self._kit.key)
        self._exchanges = Exchanges()
        self._topics = Topics(self._exchanges, self._recall)
        return actions

    def _leaves(self, message: Message, topic: Topic, whole: Whole) -> list[Leaf]:
        body = message.body
        place = None
        if topic.direction == "to_client":
            self._kit.places.follow(self._kit.detector.generation)
            place = self._kit.places.root(topic.method, topic.tool)
            if not self._recall.hidden.is_empty or topic.choices:
                place = place.opened()  # what was seen to hold nothing may hold a value that was restored since
        if not topic.is_response:
            part = Part.PARAMS
        else:
            part = Part.ERROR if "error" in body and "result" not in body else Part.RESULT
        return surface.leaves(body, topic.method, part, place, whole if whole.is_open else None)

    def _settle(self, work: Work) -> list[Action]:
        """All findings are there: decide, amend, remember, send."""
        if work.chooser is None or work.whole is None:
            return self._failed(work, Unanalysable("the message was not laid out"))
        try:
            verdict, envelope = settle(work, self._recall, is_inspected=self._is_inspected)
        except SidecarError as error:
            return self._failed(work, error)
        except Exception:  # noqa: BLE001 - fail closed: a fault of ours must not let the original pass
            return self._failed(work, Unanalysable("the message could not be rewritten"))
        finally:
            minted = stored.new_entries(work.kit)
        if verdict.refusal is not None:
            return self._finish(
                work, self._refuse(work, verdict.refusal, verdict.refusal_rule, verdict.refusal_pointer, verdict)
            )
        guard, topic = work.kit.guard, work.topic
        is_call = work.sender is Side.CLIENT and topic.is_request and topic.method == "tools/call"
        unfitting = unfit(guard, work, envelope) if guard is not None and is_call else None
        if unfitting is not None and unfitting.refused is not None:
            return [*unfitting.actions, *self._turned_away(work, unfitting.refused)]
        work.entries = (*work.laid, *minted)
        work.ready = (verdict, envelope)
        if work.entries:
            self._tickets[work.number] = work
            return [Store(work.number, work.entries)]
        return self._then(work, self._cross)

    def _cross(self, work: Work) -> list[Action]:
        """Everything is decided, and whoever shall restore it can: remember, send."""
        verdict, envelope = work.ready
        if work.generation == self._kit.detector.generation:  # else some answers may be of an earlier one
            remember(work.table, work.answers)
        self._remember(work, verdict, envelope)
        policy = work.kit.policy.digest
        actions: list[Action] = [*records.details(self._number, work.topic, verdict, policy)]
        actions += [self._passed(work, verdict), *self._inspect(work, verdict, envelope.message.body, "passed")]
        if self._is_dropped_notification(work.topic, verdict):
            return self._finish(
                work, self._refuse(work, Withheld("Withheld: the URI holds personal data."), "uris", "uri")
            )
        return self._finish(work, [*actions, Send(work.number, work.sender.other, envelope)])

    def _remember(self, work: Work, verdict: Verdict, sent: Envelope) -> None:
        """What later messages need to know of this one."""
        for value, token in verdict.restored:
            self._recall.hidden.remember(value, token)
        if work.topic.is_response and work.topic.method == "tools/list":
            self._kit.tools.learn(work.envelope.message.body, sent.message.body, verdict.choices)
        elif work.topic.exchange is not None:
            self._recall.note(work.sender, work.envelope.message.body, work.topic, verdict)

    @staticmethod
    def _is_dropped_notification(topic: Topic, verdict: Verdict) -> bool:
        return (
            not topic.is_response
            and not topic.is_request
            and any(path[:2] == ("params", "uri") for path, _ in verdict.withheld)
        )

    def _passed(self, work: Work, verdict: Verdict) -> Record:
        seconds = self._clock() - work.started
        counts = len(work.table.passages), len(work.misses)
        return records.passed(self._number, work.topic, verdict, work.kit.policy.digest, seconds, *counts)

    def _refuse(
        self, work: Work, error: SidecarError, rule: str, at: str, verdict: Verdict | None = None
    ) -> list[Action]:
        """The reply goes to whoever waits: a requester on this side, or the one whose request this was to answer."""
        topic = work.topic
        reply: Message | None = None
        to = work.sender
        if topic.is_request:
            self._exchanges.end(work.sender, topic.request_id)
            reply = replies.refusal(topic.method, topic.request_id, error, is_modern=topic.is_modern)
        elif topic.is_response:
            to = work.sender.other
            reply = replies.refusal(topic.method, topic.request_id, error, is_modern=topic.is_modern)
        event = records.withheld(self._number, topic, error, rule, at, work.kit.policy.digest)
        shown = self._inspect(work, verdict or Verdict(), reply.body if reply else None, "withheld")
        return [event, *shown, Refuse(work.number, to, Envelope(reply) if reply else None, error)]

    def _inspect(self, work: Work, verdict: Verdict, after: Json, outcome: str) -> list[Action]:
        if not self._is_inspected:
            return []
        topic = work.topic
        before = work.envelope.message.body
        return [
            Inspect(work.number, topic.direction, topic.method, topic.tool, before, after, tuple(verdict.why), outcome)
        ]

    def _broken(self, work: Work) -> list[Action]:
        self._tickets.pop(work.number, None)
        error = Unanalysable("the message could not be processed; nothing was passed on")
        return self._finish(work, self._refuse(work, error, "failure", ""))

    def _finish(self, work: Work, actions: list[Action]) -> list[Action]:
        """Let the lane's head go, and everything behind it that is ready."""
        work.slot.actions = actions
        lane = self._lanes[work.lane]
        ready: list[Action] = []
        while lane and lane[0].actions is not None:
            ready += lane.popleft().actions or []
        if not lane:
            del self._lanes[work.lane]
        return ready
