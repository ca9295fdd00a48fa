"""Large messages on the worker: a slice at a time, in turn with others, and nothing kept of what is over."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import weakref

import pytest

from sidecar.errors import Unanalysable
from sidecar.redaction.findings import Finding, Findings, Passage
from sidecar.transports.pool import Pool, PoolSettings
from tests.support.raw_http import until, within

LONG = 40_000
LARGE = tuple(Passage(letter * LONG) for letter in "abcd")


class Turns:
    """A detector that does one call per permission and writes down what it was asked."""

    def __init__(self) -> None:
        self.permits = threading.Semaphore(0)
        self.asked: list[str] = []

    def detect(self, passages) -> list[Findings]:
        self.asked.append("".join(sorted({passage.text[0] for passage in passages})))
        assert self.permits.acquire(timeout=20)
        return [(Finding(0, 1, passage.text[0], 1.0, "turns"),) for passage in passages]


def entities(answer: list[Findings]) -> str:
    return "".join(findings[0].entity for findings in answer)


async def test_a_small_message_passes_between_the_slices_of_a_large_one():
    turns = Turns()
    pool = Pool(turns.detect, lambda: None)
    large = asyncio.ensure_future(pool.detect(LARGE))
    await until(lambda: turns.asked == ["a"])
    small = asyncio.ensure_future(pool.detect((Passage("x"),)))
    await until(lambda: pool.waiting == 2)
    turns.permits.release(5)
    assert entities(await within(small)) == "x"
    assert entities(await within(large)) == "abcd"
    assert turns.asked == ["a", "x", "b", "c", "d"]
    pool.close()


async def test_a_large_message_whose_deadline_passes_is_refused_and_frees_the_worker_after_the_slice_under_way():
    turns = Turns()
    pool = Pool(turns.detect, lambda: None, PoolSettings(deadline_s=0.05))
    with pytest.raises(Unanalysable, match="too long"):
        await within(pool.detect(LARGE))
    turns.permits.release(2)
    await until(lambda: pool.waiting == 0)
    assert turns.asked == ["a"]
    pool.close()


async def test_equal_passages_are_detected_once_and_answered_each():
    asked: list[int] = []

    def detect(passages):
        asked.append(len(passages))
        return [(Finding(0, 1, passage.text[0], 1.0, "turns"),) for passage in passages]

    pool = Pool(detect, lambda: None)
    assert entities(await within(pool.detect([Passage("a"), Passage("b"), Passage("a")]))) == "aba"
    assert asked == [2]
    assert await within(pool.detect(())) == []
    pool.close()


async def test_an_answer_too_few_is_an_error():
    pool = Pool(lambda _: [], lambda: None)
    with pytest.raises(Unanalysable, match="failed"):
        await within(pool.detect((Passage("x"),)))
    pool.close()


async def test_more_text_than_may_wait_is_refused_at_once_but_one_message_may_be_larger():
    turns = Turns()
    pool = Pool(turns.detect, lambda: None, PoolSettings(max_chars=LONG))
    large = asyncio.ensure_future(pool.detect(LARGE))
    await until(lambda: pool.waiting == 1)
    with pytest.raises(Unanalysable, match="waiting"):
        await within(pool.detect((Passage("x"),)))
    turns.permits.release(5)
    assert entities(await within(large)) == "abcd"
    assert entities(await within(pool.detect((Passage("x"),)))) == "x"
    pool.close()


async def test_what_was_taken_before_the_end_is_answered_though_it_has_several_slices():
    turns = Turns()
    pool = Pool(turns.detect, lambda: None)
    large = asyncio.ensure_future(pool.detect(LARGE))
    await until(lambda: turns.asked == ["a"])
    pool.close()
    turns.permits.release(4)
    assert entities(await within(large)) == "abcd"


class Text(str):
    """A text that can be watched."""

    __slots__ = ("__weakref__",)


@pytest.mark.parametrize("ending", ["answered", "refused", "late", "cancelled", "broken"])
async def test_no_text_stays_in_the_queue_or_the_idle_thread(ending):
    may_go = threading.Event()

    def detect(passages):
        if ending in {"late", "cancelled"}:
            assert may_go.wait(20)
        if ending == "refused":
            raise Unanalysable("no")
        if ending == "broken":
            raise ValueError(passages[0].text)
        return [() for _ in passages]

    pool = Pool(detect, lambda: None, PoolSettings(deadline_s=0.05 if ending == "late" else 20))
    text = Text("a canary")
    watched = weakref.ref(text)
    task = asyncio.ensure_future(pool.detect((Passage(text),)))
    del text
    if ending == "cancelled":
        await until(lambda: pool.waiting == 1)
        task.cancel()
    await within(asyncio.wait((task,)))
    assert (task.cancelled() or task.exception() is not None) == (ending != "answered")
    del task
    may_go.set()
    await until(lambda: pool.waiting == 0)

    def is_gone() -> bool:
        gc.collect()  # each time: the worker may not have left its turn yet, and an error's traceback is a cycle
        return watched() is None

    await until(is_gone)
    pool.close()


async def test_the_worker_gives_the_interpreter_back_within_a_millisecond_of_being_asked():
    pool = Pool(lambda passages: [() for _ in passages], lambda: None)
    await within(pool.detect((Passage("x"),)))
    assert sys.getswitchinterval() <= 0.001
    pool.close()
