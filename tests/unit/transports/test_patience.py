"""A call is given up when its server has said nothing for too long, each by its own last byte, with one timer for all of them."""

import asyncio

import pytest

from sidecar.transports.patience import Patience, Silences
from sidecar.wire.jsonrpc import Message
from tests.support.raw_http import within

ASKED = Message({"jsonrpc": "2.0", "id": 1, "method": "sampling/createMessage", "params": {}})
TOLD = Message({"jsonrpc": "2.0", "method": "notifications/progress", "params": {}})


class Loop:
    """A clock the test drives, and what was put on it."""

    def __init__(self, monkeypatch):
        self.now = 0.0
        self.timers = []
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "time", lambda: self.now)
        monkeypatch.setattr(loop, "call_later", self._call_later)

    def _call_later(self, delay, *call):
        self.timers.append((self.now + delay, *call))
        return self.timers[-1]

    def go(self, to):
        """To that time, over every timer on the way."""
        while self.timers and min(self.timers, key=lambda timer: timer[0])[0] <= to:
            due = min(self.timers, key=lambda timer: timer[0])
            self.timers.remove(due)
            self.now = max(self.now, due[0])
            due[1](*due[2:])
        self.now = to


@pytest.fixture
async def loop(monkeypatch):
    return Loop(monkeypatch)


async def call(silences, done, *, chunks=None, messages=()):
    """A call under way until ``done``: how it ended."""
    try:
        async with Patience(silences) as patience:
            for message in messages:
                patience.heard(message)
            if chunks is not None:
                async for _ in patience.listening(chunks):
                    pass
            await done.wait()
    except TimeoutError:
        return "given up"
    return "answered"


async def turn():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_each_call_has_its_own_time_and_all_have_one_timer(loop):
    silences, done = Silences(64.0), asyncio.Event()
    first = asyncio.create_task(call(silences, done))
    await turn()
    loop.go(32.0)
    second = asyncio.create_task(call(silences, done))
    await turn()
    assert len(loop.timers) == 1
    loop.go(65.0)
    await turn()
    assert (first.done(), second.done()) == (True, False)
    assert first.result() == "given up"
    loop.go(98.0)
    await turn()
    assert second.result() == "given up"
    assert len(silences) == 0


async def test_every_byte_gives_as_long_again_and_an_answer_ends_it(loop):
    silences, done = Silences(64.0), asyncio.Event()
    coming = asyncio.Queue()

    async def chunks():
        while chunk := await coming.get():
            yield chunk

    task = asyncio.create_task(call(silences, done, chunks=chunks()))
    for moment in (60.0, 120.0, 180.0):
        await turn()
        loop.go(moment)
        coming.put_nowait(b"x")
    await turn()
    loop.go(240.0)
    assert not task.done()
    coming.put_nowait(b"")
    done.set()
    assert await task == "answered"
    loop.go(1000.0)
    assert loop.timers == [], "the timer ends with the last call"


async def test_a_server_that_asks_the_client_may_be_silent_and_one_that_tells_may_not(loop):
    silences = Silences(64.0)
    async with Patience(silences) as asking, Patience(None) as endless:
        asking.heard(ASKED)
        endless.heard(ASKED)
        loop.go(10_000.0)
        await turn()
    done = asyncio.Event()
    task = asyncio.create_task(call(silences, done, messages=[TOLD]))
    await turn()
    loop.go(20_000.0)
    await turn()
    assert task.result() == "given up"


async def test_however_many_calls_end_in_turn_the_timer_looks_seldom(loop):
    silences, done = Silences(64.0), asyncio.Event()
    tasks = []
    for moment in range(1000):
        loop.go(moment / 100)
        tasks.append(asyncio.create_task(call(silences, done)))
        await turn()
    looks = 0
    for moment in range(64, 80):
        for quarter in range(4):
            before = list(loop.timers)
            loop.go(moment + quarter / 4)
            looks += loop.timers != before
            await turn()
    assert looks <= 16
    assert [task.result() for task in tasks] == ["given up"] * 1000


async def test_it_gives_up_by_the_loops_own_clock():
    with pytest.raises(TimeoutError):
        async with Patience(Silences(0.05)):
            await within(asyncio.Event().wait())


async def test_a_call_that_is_cancelled_is_no_longer_under_way(loop):
    silences = Silences(64.0)
    task = asyncio.create_task(call(silences, asyncio.Event()))
    await turn()
    assert len(silences) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(silences) == 0
