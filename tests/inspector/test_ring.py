"""The ring: bounded in records and bytes, rows without values, readers that cannot make it grow."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from sidecar.events import MessagePassed, MessageWithheld
from sidecar.inspector.ring import Reader, Ring, RingSettings, Row, Signal
from sidecar.session.actions import Inspect, Why
from sidecar.wire.jsonrpc import Number

MAIL = "jane.doe@example.com"
WHY = Why("result.text", "EMAIL_ADDRESS", 1.0, "email", "strict#1", "label", MAIL, "<EMAIL_ADDRESS>")


def inspected(text: Any = MAIL, method: str = "tools/call", tool: str = "", why: tuple[Why, ...] = (WHY,)) -> Inspect:
    return Inspect(1, "to_client", method, tool, {"text": text}, {"text": "<EMAIL_ADDRESS>"}, why, "passed")


def passed(method: str = "tools/call", tool: str = "") -> MessagePassed:
    return MessagePassed(4, "to_client", method, tool, (), 2, 1.5, "digest")


async def following(reader: Reader) -> Row | Signal:
    return await asyncio.wait_for(reader.next(), 5)


def test_the_oldest_records_go_when_there_are_too_many() -> None:
    ring = Ring(RingSettings(max_records=3))
    for _ in range(5):
        ring.add(inspected())
    assert [row.id for row in ring.rows()] == [3, 4, 5]
    assert ring.detail(2) is None


def test_the_oldest_records_go_when_they_weigh_too_much() -> None:
    ring = Ring(RingSettings(max_bytes=10_000, max_detail_bytes=9_000))
    for _ in range(20):
        ring.add(inspected("x" * 3000))
        assert ring.size_bytes <= 10_000
    assert [row.id for row in ring.rows()] == [18, 19, 20]
    kept = [ring.detail(row.id) for row in ring.rows()]
    assert ring.size_bytes == sum(len(found[1]) for found in kept if found)


def test_one_message_too_large_keeps_its_row_and_pushes_nobody_out() -> None:
    ring = Ring(RingSettings(max_bytes=10_000, max_detail_bytes=1000))
    ring.add(inspected())
    ring.add(inspected("x" * 5000))
    assert [row.id for row in ring.rows()] == [1, 2]
    found = ring.detail(2)
    assert found is not None
    assert json.loads(found[1])["omitted_bytes"] > 5000
    assert found[0].size_bytes > 5000


def test_a_row_holds_counts_and_closed_words_but_no_value() -> None:
    ring = Ring(clock=lambda: 12.0)
    ring.record(passed(tool="find"))
    ring.add(inspected(tool="find", why=(WHY, WHY)))
    (row,) = ring.rows()
    assert row == Row(
        1, 12.0, 4, "to_client", "tools/call", "find", "passed", {"EMAIL_ADDRESS": 2}, 2, 1.5, row.size_bytes
    )


@pytest.mark.parametrize("is_told", [True, False])
def test_names_nobody_announced_stay_out_of_rows(is_told: bool) -> None:
    ring = Ring()
    if is_told:
        ring.record(passed("other", "other"))
    ring.add(inspected(method=MAIL, tool=MAIL))
    assert MAIL not in repr(ring.rows())
    assert (ring.rows()[0].method, ring.rows()[0].tool) == ("other", "other")


def test_an_event_counts_for_one_message_only() -> None:
    ring = Ring()
    ring.record(passed())
    ring.add(inspected())
    ring.add(inspected())
    assert [row.duration_ms for row in ring.rows()] == [1.5, None]


def test_a_detail_has_both_sides_why_and_where_it_was_withheld() -> None:
    ring = Ring()
    ring.record(MessageWithheld(4, "to_server", "tools/call", "", "policy", "strict#1", "arguments.to"))
    ring.add(inspected())
    found = ring.detail(1)
    assert found is not None
    detail = json.loads(found[1])
    assert detail["before"] == {"text": MAIL}
    assert detail["after"] == {"text": "<EMAIL_ADDRESS>"}
    assert detail["why"] == [
        {
            "pointer": "result.text", "entity": "EMAIL_ADDRESS", "score": 1.0, "recognizer": "email", "rule": "strict#1",
            "operator": "label", "before": MAIL, "after": "<EMAIL_ADDRESS>",
        }
    ]  # fmt: skip
    assert detail["withheld"] == {"reason": "policy", "rule": "strict#1", "pointer": "arguments.to"}


def test_numbers_and_lone_surrogates_survive() -> None:
    ring = Ring()
    ring.add(inspected([Number("1.10"), "\ud800"]))
    found = ring.detail(1)
    assert found is not None
    assert b'[1.10,"\\ud800"]' in found[1]


async def test_a_reader_starts_with_reset_and_hears_of_new_rows() -> None:
    ring = Ring()
    ring.add(inspected())
    with ring.reader() as reader:
        assert await following(reader) is Signal.RESET
        ring.add(inspected())
        update = await following(reader)
        assert isinstance(update, Row)
        assert update.id == 2


async def test_a_slow_reader_is_told_to_start_over_and_never_holds_more_than_its_bound() -> None:
    ring = Ring(RingSettings(max_waiting=4))
    with ring.reader() as reader:
        assert await following(reader) is Signal.RESET
        for _ in range(50):
            ring.add(inspected())
            assert reader._queue.qsize() <= 4
        assert await following(reader) is Signal.RESET
        ring.add(inspected())
        update = await following(reader)
        assert isinstance(update, Row)
        assert update.id == 51


async def test_clear_empties_the_ring_tells_readers_and_counts_on() -> None:
    ring = Ring()
    ring.add(inspected())
    with ring.reader() as reader:
        await following(reader)
        ring.clear()
        assert await following(reader) is Signal.RESET
    assert (ring.rows(), ring.size_bytes) == ([], 0)
    ring.add(inspected())
    assert [row.id for row in ring.rows()] == [2]


@pytest.mark.parametrize("waiting", [0, 3, 4])
async def test_close_ends_readers_however_far_behind(waiting: int) -> None:
    ring = Ring(RingSettings(max_waiting=4))
    with ring.reader() as reader:
        await following(reader)
        for _ in range(waiting):
            ring.add(inspected())
        ring.close()
        updates = [await following(reader)]
        while updates[-1] is not Signal.CLOSED:
            updates.append(await following(reader))
        assert len(updates) <= waiting + 1
    assert ring.rows() == []


async def test_readers_are_counted_while_they_read() -> None:
    ring = Ring(RingSettings(max_readers=1))
    assert not ring.is_full_of_readers
    with ring.reader():
        assert ring.is_full_of_readers
    assert not ring.is_full_of_readers
