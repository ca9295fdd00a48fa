"""How late the event loop is while texts are analysed back to back, per kind of text; what the loop does itself counts too.

A timer is set for every millisecond. What counts is how long each of them had to wait, those included that fell due while the loop was
held: a hold of 50 ms is fifty late timers, not one. The same is measured with nothing to do, for what the machine adds.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator

import uvloop

from benchmarks._messages import CITIES, FIRST, LAST, contacts, request, result
from benchmarks._table import table
from sidecar.runtime.build import App, Settings
from sidecar.session.actions import Side
from sidecar.wire.jsonrpc import Envelope, Limits, Message, decode, encode

TICK_S = 0.001
SECONDS = 6.0
_WORDS = [
    "the",
    "customer",
    "called",
    "about",
    "an",
    "order",
    "that",
    "had",
    "not",
    "arrived",
    "and",
    "wanted",
    "to",
    "know",
    "when",
    "it",
    "would",
    "be",
    "delivered",
    "to",
    "the",
    "new",
    "address",
    "we",
    "told",
    "them",
    "that",
    "the",
    "parcel",
    "left",
    "on",
    "monday",
    "and",
    "that",
    "the",
    "carrier",
    "will",
    "ring",
    "before",
    "it",
    "comes",
    "they",
    "were",
    "not",
    "happy",
    "with",
    "that",
]


class Ticks:
    """Lateness of timers due every ``TICK_S``."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._due = time.perf_counter() + TICK_S
        self._timer = asyncio.get_running_loop().call_later(TICK_S, self._tick)

    def _tick(self) -> None:
        now = time.perf_counter()
        while self._due <= now:
            self.late_ms.append((now - self._due) * 1000)
            self._due += TICK_S
        self._timer = asyncio.get_running_loop().call_later(self._due - now, self._tick)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


def note(seed: int, size: int = 100_000) -> str:
    """Prose with a name, an address and a number here and there; no two alike."""
    pick = random.Random(seed)  # noqa: S311
    parts: list[str] = []
    length = 0
    while length < size:
        words = [pick.choice(_WORDS) for _ in range(pick.randrange(6, 16))]
        if pick.random() < 0.3:
            words.insert(3, f"{pick.choice(FIRST)} {pick.choice(LAST)} of {pick.choice(CITIES)}")
        if pick.random() < 0.1:
            words.append(
                f"(call +1 212 555 01{pick.randrange(100):02d} or write to u{pick.randrange(10**6)}@example.com)"
            )
        sentence = " ".join(words).capitalize() + ". "
        parts.append(sentence)
        length += len(sentence)
    return "".join(parts)


def _pages() -> Iterator[bytes]:
    """New columns every time: none is ever learned."""
    for seed in itertools.count(1):
        rows = contacts(50, seed, opaque=True)
        yield result([{f"{name}x{seed}": value for name, value in row.items()} for row in rows])


def _known() -> Iterator[bytes]:
    return (result(contacts(50, seed)) for seed in itertools.count(1))


def _notes() -> Iterator[bytes]:
    return (result([{"text": note(seed)}]) for seed in itertools.count(1))


async def _back_to_back(app: App, frames: Iterator[bytes], until: float) -> int:
    conversation = app.conversation()
    lane = conversation.lane()
    done = 0
    while time.perf_counter() < until:
        frame = next(frames)
        for sender, received in ((Side.CLIENT, request()), (Side.SERVER, frame)):
            message = decode(received, Limits())
            assert isinstance(message, Message)
            outcome = await conversation.submit(sender, Envelope(message), lane)
            assert outcome.error is None, outcome.error
            assert outcome.envelope is not None
            encode(outcome.envelope.message)
            await asyncio.sleep(0)  # as an edge does: it reads the next message
        done += 1
    await conversation.close()
    return done


async def _idle(_app: App, _frames: Iterator[bytes], until: float) -> int:
    await asyncio.sleep(until - time.perf_counter())
    return 0


async def _two(app: App, frames: Iterator[bytes], until: float) -> int:
    """Two conversations: while one is read on the worker, the loop lays out and settles the other."""
    return sum(await asyncio.gather(*(_back_to_back(app, frames, until) for _ in range(2))))


async def _measure(engine: str, policy: str) -> list[tuple[object, ...]]:
    app = App(Settings(engine=engine, policy=policy, deadline_s=300), [])
    app.warm()
    await app.pool.warm()
    rows: list[tuple[object, ...]] = []
    kinds: dict[str, tuple[Callable[..., object], Callable[[], Iterator[bytes]]]] = {
        "nothing": (_idle, lambda: iter(())),
        "pages, keys that tell": (_two, _known),
        "pages, keys that do not": (_two, _pages),
        "100 KB notes": (_two, _notes),
    }
    for name, (run, frames) in kinds.items():
        gc.collect()
        frames_ready = (
            frames()
            if run is _idle
            else iter(
                [
                    frame
                    for _, frame in zip(
                        range(4000 if name.endswith("tell") else 300 if "pages" in name else 60), frames(), strict=False
                    )
                ]
            )
        )
        ticks = Ticks()
        ticks.start()
        done = await run(app, frames_ready, time.perf_counter() + SECONDS)  # type: ignore[misc]
        ticks.stop()
        late = sorted(ticks.late_ms)
        rows.append((f"{engine}: {name}", done, statistics.median(late), late[int(len(late) * 0.99)], late[-1]))
    await app.close()
    return rows


def main() -> None:
    rows = []
    for engine in sys.argv[1:] or ("rampart", "both"):
        rows += uvloop.run(_measure(engine, "strict"))
    print(f"how late timers are, ms; {SECONDS:.0f} s each")
    table(("", "messages", "median", "p99", "most"), rows)
