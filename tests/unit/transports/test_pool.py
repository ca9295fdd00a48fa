"""The worker: deadline, bounded queue, a broken detector, the process's end."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sidecar.errors import BadConfig, Unanalysable
from sidecar.redaction.findings import Findings, Passage
from sidecar.transports.pool import Pool, PoolSettings
from tests.support.raw_http import until, within

PASSAGES = (Passage("text"),)


class Gate:
    """A detector that waits until it is let go."""

    def __init__(self) -> None:
        self.may_go = threading.Event()
        self.begun = threading.Event()
        self.seen: list[str] = []

    def detect(self, passages) -> list[Findings]:
        self.begun.set()
        assert self.may_go.wait(20)
        self.seen += [passage.text for passage in passages]
        return [() for _ in passages]


@contextmanager
def pooled(
    detect: Callable[..., list[Findings]], warm: Callable[[], None] = lambda: None, **settings
) -> Iterator[Pool]:
    pool = Pool(detect, warm, PoolSettings(**settings))
    try:
        yield pool
    finally:
        pool.close()


async def test_answers_come_in_the_order_of_submission():
    gate = Gate()
    with pooled(gate.detect) as pool:
        waiting = [asyncio.ensure_future(pool.detect((Passage(str(n)),))) for n in range(5)]
        await until(lambda: pool.waiting == 5)
        gate.may_go.set()
        assert await within(asyncio.gather(*waiting)) == [[()]] * 5
        assert gate.seen == ["0", "1", "2", "3", "4"]
        assert pool.waiting == 0


async def test_detection_runs_on_one_thread_that_is_not_the_loops():
    threads: set[int] = set()

    def detect(passages):
        threads.add(threading.get_ident())
        return [() for _ in passages]

    with pooled(detect, lambda: threads.add(threading.get_ident())) as pool:
        await within(pool.warm())
        await within(asyncio.gather(*(pool.detect(PASSAGES) for _ in range(3))))
    assert len(threads) == 1
    assert threads != {threading.get_ident()}


async def test_past_the_deadline_the_caller_hears_so_and_the_worker_goes_on():
    gate = Gate()
    with pooled(gate.detect, deadline_s=0.01) as pool:
        with pytest.raises(Unanalysable, match="too long"):
            await within(pool.detect(PASSAGES))
        gate.may_go.set()
        await until(lambda: pool.waiting == 0)


async def test_what_nobody_waits_for_any_more_is_not_begun():
    gate = Gate()
    with pooled(gate.detect) as pool:
        first = asyncio.ensure_future(pool.detect((Passage("first"),)))
        second = asyncio.ensure_future(pool.detect((Passage("second"),)))
        await until(lambda: pool.waiting == 2 and gate.begun.is_set())
        second.cancel()
        await within(asyncio.wait((second,)))
        gate.may_go.set()
        await within(first)
        await until(lambda: pool.waiting == 0)
        assert gate.seen == ["first"]


async def test_a_full_queue_refuses_at_once():
    gate = Gate()
    with pooled(gate.detect, max_queue=2) as pool:
        waiting = [asyncio.ensure_future(pool.detect(PASSAGES)) for _ in range(2)]
        await until(lambda: pool.waiting == 2)
        with pytest.raises(Unanalysable, match="waiting"):
            await within(pool.detect(PASSAGES))
        gate.may_go.set()
        await within(asyncio.gather(*waiting))
        assert await within(pool.detect(PASSAGES)) == [()]


async def test_a_detector_that_hangs_fills_the_queue_and_not_the_memory():
    gate = Gate()
    with pooled(gate.detect, max_queue=3, deadline_s=0.01) as pool:
        for _ in range(3):
            with pytest.raises(Unanalysable, match="too long"):
                await within(pool.detect(PASSAGES))
        with pytest.raises(Unanalysable, match="waiting"):
            await within(pool.detect(PASSAGES))
        assert pool.waiting == 3
        gate.may_go.set()


@pytest.mark.parametrize(
    "error", [ValueError("jane@example.com"), RecursionError(), MemoryError(), TimeoutError(), StopIteration()]
)
async def test_whatever_a_recognizer_raises_is_unanalysable_without_its_words(error):
    def detect(_):
        raise error

    with pooled(detect) as pool:
        for _ in range(2):
            with pytest.raises(Unanalysable) as refused:
                await within(pool.detect(PASSAGES))
            assert "jane" not in str(refused.value)
            assert refused.value.__cause__ is None


async def test_an_error_that_says_what_to_do_is_passed_on():
    def warm():
        raise BadConfig("the model is missing")

    with pooled(lambda _: [], warm) as pool, pytest.raises(BadConfig, match="model is missing"):
        await within(pool.warm())


async def test_after_close_nothing_is_taken_and_what_was_taken_is_answered():
    gate = Gate()
    with pooled(gate.detect) as pool:
        taken = asyncio.ensure_future(pool.detect(PASSAGES))
        await until(gate.begun.is_set)
        pool.close()
        with pytest.raises(Unanalysable, match="ended"):
            await within(pool.detect(PASSAGES))
        gate.may_go.set()
        assert await within(taken) == [()]


_HANGS = """
import asyncio, threading
from sidecar.errors import Unanalysable
from sidecar.redaction.findings import Passage
from sidecar.transports.pool import Pool, PoolSettings

async def main():
    pool = Pool(lambda _: threading.Event().wait(), lambda: None, PoolSettings(deadline_s=0.01))
    try:
        await pool.detect((Passage("x"),))
    except Unanalysable:
        print("refused")

asyncio.run(main())
"""


def test_a_detection_that_never_ends_does_not_keep_the_process_alive():
    done = subprocess.run([sys.executable, "-c", _HANGS], capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"refused\n", b"")
