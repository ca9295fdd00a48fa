"""Tokens: what it costs to mint, find and restore one, and whether a hit takes another time than a miss.

Hit and miss are asked in pairs, in random order within each pair, so that drifts of the machine meet both alike.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable

from sidecar.vault import tokens, tolerant
from sidecar.vault.base import Vault
from sidecar.vault.keys import KeyRing, Keys, new_key
from sidecar.vault.memory import MemoryVault
from sidecar.vault.sealed import SealedVault

PAIRS = 100_000
LIVE = 20_000
NAMES = frozenset(("PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "US_SSN", "LOCATION", "DATE_OF_BIRTH"))


def timed(work: Callable[[], object]) -> int:
    start = time.perf_counter_ns()
    work()
    return time.perf_counter_ns() - start


def pairs(vault: Vault, count: int) -> tuple[float, float]:
    """Medians in nanoseconds of a hit and of a miss: a token of another scope, every character of which is right."""
    drawn = random.Random(1)  # noqa: S311
    mine = [vault.mint("s", "server", "PERSON", f"Person {n}") for n in range(LIVE)]
    other = [vault.mint("t", "server", "PERSON", f"Person {n}") for n in range(LIVE)]
    hits, misses = [], []
    for _ in range(count):
        hit, miss = drawn.choice(mine), drawn.choice(other)
        order = [(hits, hit), (misses, miss)]
        drawn.shuffle(order)
        for times, token in order:
            times.append(timed(lambda token=token: vault.resolve("s", token)))
    return statistics.median(hits), statistics.median(misses)


def each(count: int, work: Callable[[int], object]) -> float:
    """Microseconds of one."""
    start = time.process_time()
    for number in range(count):
        work(number)
    return (time.process_time() - start) / count * 1e6


def main() -> None:
    ring = KeyRing(Keys(new_key()))
    print(f"{'':34}{'memory':>10}{'sealed':>10}")
    rows: dict[str, list[float]] = {}
    for vault in (MemoryVault(key=ring), SealedVault(ring)):
        rows.setdefault("mint a new value, µs", []).append(
            each(20_000, lambda n, vault=vault: vault.mint("s", "server", "PERSON", f"Person {n}"))
        )
        rows.setdefault("mint a value of the page before, µs", []).append(
            each(20_000, lambda _, vault=vault: vault.mint("s", "server", "PERSON", "Person 19999"))
        )
        hit, miss = pairs(vault, PAIRS if isinstance(vault, MemoryVault) else PAIRS // 10)
        rows.setdefault("hit, median ns", []).append(hit)
        rows.setdefault("miss, median ns", []).append(miss)
    for name, values in rows.items():
        print(f"{name:34}" + "".join(f"{value:10.1f}" for value in values))
    text = "the quarterly report mentions nobody in particular and goes on about communication. " * 12
    token = MemoryVault(key=ring).mint("s", "server", "PERSON", "Ann")
    written = text + token + text
    for name, search in (("as written", tokens.find), ("as models write", tolerant.find)):
        print(
            f"find in {len(written)} characters, {name}: {each(2000, lambda _, search=search: search(written, NAMES)):.0f} µs"
        )


if __name__ == "__main__":
    main()
