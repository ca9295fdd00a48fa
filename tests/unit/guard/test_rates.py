"""Rates, requests under way and bans, with a clock that stands still until it is moved."""

from __future__ import annotations

from sidecar.guard.model import Ban, Rates
from sidecar.guard.rates import Turnstile


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def turnstile(clock: Clock, ban: Ban | None = None, **rates: int) -> Turnstile:
    return Turnstile(Rates(**rates), ban or Ban(), clock)


def entered(gate: Turnstile, caller: str, count: int) -> list[bool]:
    result = []
    for _ in range(count):
        is_in = gate.enter(caller) is None
        if is_in:
            gate.leave(caller)
        result.append(is_in)
    return result


def test_of_a_hundred_requests_at_a_limit_of_sixty_forty_are_refused_with_the_time_until_the_next() -> None:
    clock = Clock()
    gate = turnstile(clock, per_caller=60)
    assert entered(gate, "a", 100) == [True] * 60 + [False] * 40
    refused = gate.enter("a")
    assert refused is not None
    assert refused.retry_after_s == 1
    clock.now += refused.retry_after_s
    assert gate.enter("a") is None


def test_others_are_not_slowed_down_by_one_who_asks_too_much() -> None:
    gate = turnstile(Clock(), per_caller=60)
    entered(gate, "a", 100)
    assert all(entered(gate, "b", 60))


def test_a_bucket_fills_at_its_rate_and_not_beyond_a_minutes_worth() -> None:
    clock = Clock()
    gate = turnstile(clock, per_caller=60)
    entered(gate, "a", 60)
    clock.now += 10
    assert entered(gate, "a", 12) == [True] * 10 + [False] * 2
    clock.now += 3600
    assert entered(gate, "a", 62) == [True] * 60 + [False] * 2


def test_a_slow_rate_says_how_long_to_wait() -> None:
    clock = Clock()
    gate = turnstile(clock, per_caller=2)
    entered(gate, "a", 2)
    refused = gate.enter("a")
    assert refused is not None
    assert refused.retry_after_s == 30


def test_all_callers_together_have_a_limit_too() -> None:
    gate = turnstile(Clock(), in_all=10)
    assert sum(entered(gate, f"caller {n}", 1)[0] for n in range(20)) == 10


def test_requests_under_way_are_counted_until_they_leave() -> None:
    gate = turnstile(Clock(), concurrent_per_caller=2, concurrent=3)
    assert [gate.enter(caller) is None for caller in ("a", "a", "a", "b", "b")] == [True, True, False, True, False]
    gate.leave("a")
    assert gate.enter("b") is None
    gate.leave("a")
    gate.leave("b")
    gate.leave("b")
    assert gate.enter("a") is None


def test_who_violates_too_often_is_refused_for_a_while_and_then_no_more() -> None:
    clock = Clock()
    gate = turnstile(clock, Ban(violations=3, within_s=60, for_s=300))
    assert [gate.violated("a") for _ in range(3)] == [False, False, True]
    refused = gate.enter("a")
    assert refused is not None
    assert refused.retry_after_s == 300
    assert gate.enter("b") is None
    clock.now += 301
    assert gate.enter("a") is None


def test_violations_long_ago_do_not_count() -> None:
    clock = Clock()
    gate = turnstile(clock, Ban(violations=2, within_s=60))
    assert gate.violated("a") is False
    clock.now += 61
    assert gate.violated("a") is False
    assert turnstile(clock, Ban()).violated("a") is False


def test_a_bounded_number_of_callers_is_remembered_but_nobody_who_is_banned_or_under_way_is_forgotten() -> None:
    gate = turnstile(Clock(), Ban(violations=1), per_caller=1)
    gate.violated("banned")
    gate.enter("under way")
    for number in range(12_000):
        gate.enter(f"caller {number}")
        gate.leave(f"caller {number}")
    assert len(gate) <= 10_001
    assert gate.enter("banned") is not None
    assert gate.enter("under way") is not None
