"""From the process's start to the first answer, through the sidecar and without it."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from benchmarks._peers import PROGRAM, STDIO, Pipe, call, wrapped
from benchmarks._table import table

REPEATS = 5
_READY = """
import asyncio, sys, time
from sidecar.runtime.build import App, Settings
async def main():
    app = App(Settings(engine=sys.argv[1], policy="strict"), [])
    started = time.perf_counter()
    app.warm()
    while not app.is_clean:
        await asyncio.sleep(0.02)
    print((time.perf_counter() - started) * 1000)
    await app.close()
asyncio.run(main())
"""


def _first_ms(command: tuple[str, ...], count: int) -> float:
    """``count`` 0: the first forwarded byte; more: the first result with that many contacts."""
    with Pipe(command) as pipe:
        assert pipe.ask(call(1, count))
        return (time.perf_counter() - pipe.started) * 1000


def _help_ms() -> float:
    started = time.perf_counter()
    subprocess.run([PROGRAM, "--help"], stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - started) * 1000


def _ready_ms(engine: str) -> float:
    """Models loaded, self-check passed: what ``/readyz`` waits for."""
    done = subprocess.run([sys.executable, "-c", _READY, engine], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    measured: dict[str, list[float]] = {}
    for _ in range(REPEATS):
        for name, command, count in (
            ("bare server, first answer", STDIO, 0),
            ("through run, first answer", wrapped(), 0),
            ("bare server, first page of contacts", STDIO, 50),
            ("through run, first page, keys tell", wrapped(), 50),
        ):
            measured.setdefault(name, []).append(_first_ms(command, count))
        measured.setdefault("mcp-sidecar --help", []).append(_help_ms())
        for engine in ("rampart", "both"):
            measured.setdefault(f"warm-up and self-check, {engine}", []).append(_ready_ms(engine))
    bare = statistics.median(measured["bare server, first answer"])
    rows = [(name, statistics.median(found), statistics.median(found) - bare) for name, found in measured.items()]
    print(f"ms from process start, medians of {REPEATS}")
    table(("", "ms", "more than bare"), rows)
