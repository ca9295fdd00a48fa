"""Nobody waits for what is told of a message, unless it has to be told before; and nothing that happened goes untold."""

import asyncio
import json
from dataclasses import replace

import pytest

from sidecar.events import FrameDropped, MessagePassed, OperationEnded, PolicyLoaded, SessionClosed, SessionOpened
from sidecar.observe.audit import _NAMES
from sidecar.observe.operations import CURRENT, recorded
from sidecar.observe.telling import _USUAL, Telling, moment
from sidecar.transports.waits import Afterwards
from tests.support.raw_http import until
from tests.unit.observe.audit_log import Log

OPENED = SessionOpened(1, "tcp", "somebody", "d1")
ENDED = OperationEnded(1, "tools/call", "rows", "2025-06-18", "", 1.0, "", 1.0, "d1")
PASSED = MessagePassed(1, "to_client", "tools/call", "rows", (), 0, 1.0, "d1")
DROPPED = FrameDropped("to_server", "malformed", 17, "d1")
CLOSED = SessionClosed(1, 2)


class Later(list):
    """What is to be done in a moment."""

    def come(self):
        while self:
            self.pop(0)()


@pytest.fixture
def later():
    return Later()


def telling(*sinks, later=None, policy="d1"):
    return Telling(sinks, lambda: policy, later.append if later is not None else None)


def test_what_must_be_told_at_once_is_told_at_once():
    heard = []
    telling(heard.append).record(PASSED)
    assert heard == [PASSED]


def test_otherwise_it_is_told_when_the_message_has_left_all_of_it_in_order(later):
    heard = []
    tells = telling(heard.append, later=later)
    for event in (OPENED, PASSED, ENDED):
        tells.record(event)
    assert heard == []
    assert len(later) == 1, "one turn tells of all of them"
    later.come()
    assert heard == [OPENED, PASSED, ENDED]
    later.come()
    assert heard == [OPENED, PASSED, ENDED]


def test_no_more_than_one_event_that_has_a_line_in_an_audit_log_waits(later):
    heard = []
    tells = telling(heard.append, later=later)
    tells.record(PASSED)
    tells.record(ENDED)
    assert heard == []
    tells.record(PASSED)
    assert heard == [PASSED, ENDED]
    later.come()
    assert heard == [PASSED, ENDED, PASSED]
    assert set(_NAMES) & _USUAL == {MessagePassed}


def test_what_not_every_message_brings_is_told_at_once_and_after_what_was_before(later):
    heard = []
    tells = telling(heard.append, later=later)
    for event in (OPENED, PASSED, DROPPED):
        tells.record(event)
    assert heard == [OPENED, PASSED, DROPPED]


def test_few_events_wait_however_many_come(later):
    heard = []
    tells = telling(heard.append, later=later)
    for _ in range(1000):
        tells.record(ENDED)
    assert 1000 - len(heard) <= 64
    later.come()
    assert len(heard) == 1000


def test_what_ends_is_told_of_before_and_whatever_comes_after_at_once(later):
    heard = []
    tells = telling(heard.append, later=later)
    tells.record(PASSED)
    tells.close()
    assert heard == [PASSED]
    tells.record(ENDED)
    assert heard == [PASSED, ENDED]
    later.come()
    assert heard == [PASSED, ENDED]


def test_a_sink_that_breaks_keeps_nothing_from_the_others_and_its_text_goes_nowhere(later, capfd):
    def broken(_event):
        raise ValueError("canary-of-a-person")

    heard = []
    tells = telling(broken, heard.append, later=later)
    tells.record(PASSED)
    tells.record(ENDED)
    later.come()
    tells.record(DROPPED)
    assert heard == [PASSED, ENDED, DROPPED]
    assert "canary" not in "".join(capfd.readouterr())


def test_what_a_sink_records_itself_is_told_once(later):
    heard = []

    def alerts(event):
        heard.append(event)
        if event is PASSED:
            tells.record(DROPPED)

    tells = telling(alerts, later=later)
    for event in (PASSED, ENDED):
        tells.record(event)
    later.come()
    assert sorted(map(repr, heard)) == sorted(map(repr, (PASSED, ENDED, DROPPED)))
    assert not later


def test_an_event_without_a_policy_gets_the_one_in_force(later):
    heard = []
    tells = telling(heard.append, later=later, policy="d7")
    tells.record(CLOSED)
    later.come()
    assert heard == [replace(CLOSED, policy="d7")]


def test_an_event_keeps_the_operation_it_happened_in_and_the_next_has_its_own(later):
    seen = []
    tells = telling(lambda event: seen.append((event, CURRENT.get())), later=later)
    recorded(tells.record, PASSED, ("a" * 32, "b" * 16))
    recorded(tells.record, ENDED, None)
    later.come()
    assert seen == [(PASSED, ("a" * 32, "b" * 16)), (ENDED, None)]
    assert CURRENT.get() is None


async def test_the_loop_tells_within_the_operation_an_event_happened_in_and_no_other():
    seen = []
    tells = Telling([lambda event: seen.append(CURRENT.get())], str, Afterwards())
    recorded(tells.record, PASSED, ("a" * 32, "b" * 16))
    tells.record(ENDED)
    await until(lambda: len(seen) == 2)
    assert seen == [("a" * 32, "b" * 16), None]


def test_a_line_says_when_it_happened_not_when_it_was_written(tmp_path, later, monkeypatch):
    log = Log(tmp_path)
    monkeypatch.setattr(log.sink, "_clock", moment)
    tells = telling(log.sink, later=later)
    monkeypatch.setattr("time.time", lambda: 1_700_000_100.0)
    tells.record(PASSED)
    monkeypatch.setattr("time.time", lambda: 1_700_000_200.0)
    later.come()
    written = [json.loads(line) for line in log.path.read_bytes().splitlines()]
    assert [line["time_ms"] for line in written if line["event"] == "message.passed"] == [1_700_000_100_000]
    assert moment() == 1_700_000_200.0


def test_a_policy_that_is_adopted_is_not_named_by_what_happened_before(later):
    from sidecar.runtime.build import App, Settings

    heard = []

    async def run():
        app = App(Settings(policy="strict", engine="none"), [heard.append])
        before = app.policy.digest
        app.record(CLOSED)
        app.adopt(App(Settings(policy="reversible", engine="none"), []).policy)
        app.record(CLOSED)
        after = app.policy.digest
        await app.close()
        return before, after

    before, after = asyncio.run(run())
    assert before != after
    told = [(type(event), event.policy) for event in heard]
    assert told == [
        (PolicyLoaded, before),
        (SessionClosed, before),
        (PolicyLoaded, after),
        (SessionClosed, after),
    ]


async def test_where_it_is_shown_as_it_happens_what_is_told_of_a_message_comes_before_what_is_shown():
    from sidecar.runtime.build import App, Settings
    from sidecar.session.actions import Inspect, Side
    from sidecar.wire.jsonrpc import Envelope, Message

    came = []
    app = App(Settings(policy="observe", engine="none"), [came.append], inspect=came.append)
    conversation = app.conversation()
    body = {"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": "x"}}
    await conversation.submit(Side.SERVER, Envelope(Message(body)), conversation.lane())
    kinds = [type(one) for one in came]
    assert kinds.index(MessagePassed) < kinds.index(Inspect)
    await conversation.close()
    await app.close()
