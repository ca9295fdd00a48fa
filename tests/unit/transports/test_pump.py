"""The pump: every message has one outcome, in order, whatever the worker does."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from sidecar.errors import Unanalysable
from sidecar.events import Event, MessagePassed, SessionClosed
from sidecar.session.actions import Inspect, Side
from sidecar.transports.base import Outcome
from sidecar.transports.pool import Pool, PoolSettings
from sidecar.transports.pump import Pump
from sidecar.wire.jsonrpc import Envelope, Message, dumps
from tests.playbook import Playbook
from tests.support.raw_http import until, within

JANE = "jane@example.com"


class Rig:
    def __init__(
        self, detect: Any = None, *, is_slow: bool = True, is_inspected: bool = False, **settings: Any
    ) -> None:
        play = Playbook("strict", is_slow=is_slow, is_inspected=is_inspected, pauses_from=100)
        self.events: list[Event] = []
        self.inspected: list[Inspect] = []
        self.forwarded = 0
        self.pool = Pool(detect or play.detector.detect, lambda: None, PoolSettings(**settings))
        self.pump = Pump(play.session, 1, self.pool, self.events.append, self.inspected.append, self._count)
        self.lane = self.pump.lane()

    def _count(self) -> None:
        self.forwarded += 1

    def put(self, body: Any, sender: Side = Side.SERVER, lane: int | None = None) -> asyncio.Future[Outcome]:
        return self.pump.submit(sender, Envelope(Message({"jsonrpc": "2.0", **body})), lane or self.lane)

    def note(self, text: str) -> asyncio.Future[Outcome]:
        return self.put({"method": "x/note", "params": {"a": text}})


def crossed(outcome: Outcome) -> Any:
    assert outcome.error is None
    assert outcome.envelope is not None
    return outcome.envelope.message.body["params"]["a"]


async def test_a_message_that_needs_no_worker_has_its_outcome_at_once():
    rig = Rig(is_slow=False)
    outcome = rig.note(f"to {JANE}").result()
    assert crossed(outcome) == "to <EMAIL_ADDRESS>"
    assert outcome.to is Side.CLIENT
    assert rig.forwarded == 1
    assert [type(event) for event in rig.events] == [MessagePassed]


async def test_a_large_message_is_read_in_steps_and_the_loop_goes_round_between_them():
    rig = Rig(is_slow=False)
    large = rig.put({"method": "x/note", "params": {"a": [f"{n} {JANE}" for n in range(200)]}})
    rounds: list[bool] = []
    while not large.done() and len(rounds) < 100:
        small = rig.put({"method": "x/note", "params": {"a": JANE}}, lane=7)
        rounds.append(small.done())
        await asyncio.sleep(0)
    assert crossed(large.result()) == [f"{n} <EMAIL_ADDRESS>" for n in range(200)]
    assert len(rounds) >= 2
    assert all(rounds)


async def test_a_conversation_that_closes_between_the_steps_of_a_message_refuses_it():
    rig = Rig(is_slow=False)
    large = rig.put({"method": "x/note", "params": {"a": [f"{n} {JANE}" for n in range(200)]}})
    await within(rig.pump.close())
    outcome = large.result()
    assert outcome.envelope is None
    assert isinstance(outcome.error, Unanalysable)
    await asyncio.sleep(0)  # the step that was to come finds nothing to go on with
    assert rig.forwarded == 0


async def test_outcomes_of_a_lane_resolve_in_order_and_other_lanes_do_not_wait():
    gate = threading.Event()
    play = Playbook("strict")

    def detect(passages):
        assert gate.wait(20)
        return play.detector.detect(passages)

    rig = Rig(detect)
    order: list[int] = []
    waiting = [rig.note(f"{n} {JANE}") for n in range(4)]
    for n, future in enumerate(waiting):
        future.add_done_callback(lambda _, n=n: order.append(n))
    ping = rig.put({"id": 1, "method": "ping"}, Side.CLIENT)
    assert ping.done()
    gate.set()
    await within(asyncio.gather(*waiting))
    await until(lambda: len(order) == 4)
    assert order == [0, 1, 2, 3]
    assert [crossed(future.result()) for future in waiting] == [f"{n} <EMAIL_ADDRESS>" for n in range(4)]
    rig.pool.close()


@pytest.mark.parametrize("answer", [None, [], "text", [None], [(1, 2)]])
async def test_a_worker_that_answers_nonsense_refuses_the_message_and_the_lane_goes_on(answer):
    answers = [answer]
    play = Playbook("strict")
    rig = Rig(lambda passages: answers.pop() if answers else play.detector.detect(passages))
    first, second = rig.note(JANE), rig.note(JANE)
    refused = await within(first)
    assert isinstance(refused.error, Unanalysable)
    assert refused.envelope is None
    assert crossed(await within(second)) == "<EMAIL_ADDRESS>"
    rig.pool.close()


async def test_a_deadline_that_passes_answers_a_request_with_its_own_id_and_a_call_with_words_for_the_model():
    gate = threading.Event()
    rig = Rig(lambda _: gate.wait(20) and [], deadline_s=0.01)
    asked = await within(rig.put({"id": "a", "method": "x/ask", "params": {"a": JANE}}))
    assert asked.to is Side.SERVER
    assert asked.envelope is not None
    body = asked.envelope.message.body
    assert body["id"] == "a"
    assert body["error"]["code"] == -31011
    called = await within(
        rig.put({"id": 2, "method": "tools/call", "params": {"name": "t", "arguments": {"a": JANE}}}, Side.CLIENT)
    )
    assert called.envelope is not None
    result = called.envelope.message.body["result"]
    assert result["isError"] is True
    assert "structuredContent" not in result
    assert JANE.encode() not in dumps(result)
    gate.set()
    rig.pool.close()


async def test_close_resolves_everything_that_waits_and_refuses_what_comes_later():
    gate = threading.Event()
    rig = Rig(lambda _: gate.wait(20) and [])
    waiting = [rig.note(JANE), rig.put({"id": 1, "result": {"a": JANE}})]
    await within(rig.pump.close())
    for future in waiting:
        outcome = await within(future)
        assert isinstance(outcome.error, Unanalysable)
    late = rig.note("plain")
    assert late.done()
    assert isinstance(late.result().error, Unanalysable)
    await within(rig.pump.close())
    assert [event for event in rig.events if isinstance(event, SessionClosed)] == [SessionClosed(1, 2)]
    gate.set()
    rig.pool.close()


async def test_the_dev_page_sees_before_and_after_and_nobody_else_does():
    rig = Rig(is_slow=False, is_inspected=True)
    rig.note(JANE)
    (seen,) = rig.inspected
    assert seen.before["params"]["a"] == JANE
    assert seen.after["params"]["a"] == "<EMAIL_ADDRESS>"
    assert JANE not in repr(rig.events) + repr(seen)
