"""Round trips over stdio: a server directly, and the same server through ``mcp-sidecar run``."""

from __future__ import annotations

import time

from benchmarks._peers import STDIO, Pipe, call, wrapped
from benchmarks._table import percentile, table

REPEATS = 200


def main() -> None:
    rows: list[tuple[object, ...]] = []
    for size, count in (("small", 0), ("20 KB", 50)):
        with Pipe(STDIO) as bare, Pipe(wrapped()) as strict, Pipe(wrapped("--policy", "observe")) as observe:
            pipes = {"direct": bare, "through run, strict": strict, "through run, observe": observe}
            taken: dict[str, list[float]] = {name: [] for name in pipes}
            for number in range(-20, REPEATS):
                for name, pipe in pipes.items():  # side by side, so that all meet the same machine
                    started = time.perf_counter()
                    assert pipe.ask(call(number + 20, count))
                    if number >= 0:
                        taken[name].append((time.perf_counter() - started) * 1000)
        floor = percentile(taken["direct"], 0.5)
        for name, found in taken.items():
            middle = percentile(found, 0.5)
            rows.append((f"{size}, {name}", middle, percentile(found, 0.95), middle - floor))
    print(f"ms per round trip, {REPEATS} each")
    table(("", "p50", "p95", "p50 more than direct"), rows)
