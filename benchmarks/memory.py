"""Resident memory of ``mcp-sidecar run``: idle, warm, and while 20,000 different messages go through it."""

from __future__ import annotations

import json

from benchmarks._peers import Pipe, call, resident_mb, wrapped
from benchmarks._table import table

MESSAGES = 20_000
STEPS = 4


def main() -> None:
    for policy in ("strict", "reversible"):
        rows: list[tuple[object, ...]] = []
        with Pipe(wrapped("--policy", policy)) as pipe:
            pid = pipe.process.pid
            pipe.ask(json.dumps({"jsonrpc": "2.0", "id": 0, "method": "ping"}).encode())
            rows.append(("after the first message", resident_mb(pid)))
            pipe.ask(call(1, 50, seed=7))
            pipe.ask(json.dumps({"jsonrpc": "2.0", "id": 2, "method": "x/note", "params": {"text": "Ask Jane Doe of Springfield, please."}}).encode())  # fmt: skip
            rows.append(("models loaded", resident_mb(pid)))
            for step in range(1, STEPS + 1):
                for number in range(MESSAGES // STEPS):
                    pipe.ask(call(number, 2, seed=step * MESSAGES + number))
                rows.append((f"after {step * MESSAGES // STEPS} different messages", resident_mb(pid)))
        print(f"{policy}: MB resident")
        table(("", "MB"), rows)
