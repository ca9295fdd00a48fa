"""Resident memory of a process whose sessions see ever new values, through the whole path of a message (``message.Path``).

Two loads, half and half in each of twenty steps: leaves that a field's name or their shape answers, and texts that the model reads. A third
one, by itself, has ever new tools and member names, which is what somebody would send who wants the memory to grow.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks._messages import result
from benchmarks._table import table

LEAVES: Final = 1_000_000
TEXTS: Final = 50_000
STEPS: Final = 20
LIMITS_MB: Final = {"none": 250, "rampart": 250, "spacy": 320, "both": 320}
_LETTERS: Final = "abcdefghijklmnoprstuvwz"
_ROWS: Final = 50


def resident_mb(pid: int | str = "self") -> float:
    """Linux only."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


class Values:
    def __init__(self, seed: int) -> None:
        self._pick = random.Random(seed)  # noqa: S311

    def word(self) -> str:
        return "".join(self._pick.choices(_LETTERS, k=self._pick.randrange(4, 11)))

    def name(self) -> str:
        return f"{self.word().capitalize()} {self.word().capitalize()}"

    def row(self) -> dict[str, Any]:
        """Ten leaves: told by their names, or by their shape."""
        pick = self._pick
        return {
            "FirstName": self.word().capitalize(),
            "LastName": self.word().capitalize(),
            "EmailAddress": f"{self.word()}.{self.word()}@example.com",
            "MobilePhone": f"+1 212 555 {pick.randrange(10**4):04d} x{pick.randrange(10**4)}",
            "Street": f"{pick.randrange(10**5)} {self.word().capitalize()} Road",
            "ContactKey": f"{pick.getrandbits(128):032x}",
            "c6": f"{pick.getrandbits(32):08x}-1234-4abc-9def-{pick.getrandbits(48):012x}",
            "c7": f"2026-01-02T{pick.randrange(24):02d}:{pick.randrange(60):02d}:{pick.randrange(60):02d}.{pick.randrange(10**6):06d}Z",
            "c8": f"v{pick.randrange(999)}.{pick.randrange(999)}.{pick.randrange(999)}",
            "SubscriberID": str(pick.randrange(10**12)),
        }

    def text(self) -> str:
        words = " ".join(self.word() for _ in range(self._pick.randrange(3, 9)))
        return f"Met {self.name()} in {self.word().capitalize()}: {words}."


def texts(found: Sequence[str]) -> bytes:
    content = [{"type": "text", "text": text} for text in found]
    return json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"content": content}}).encode()


def grow(engine: str, leaves: int, read: int, steps: int = STEPS) -> list[float]:
    """MB when warm, then after each step. ``read``: texts for the model."""
    from benchmarks.message import Path as Way
    from sidecar.runtime.build import Settings, build_kit

    way = Way(build_kit(Settings(engine=engine)))
    detector: Any = way.kit.detector
    detector.warm()
    detector.hone()
    counted = 0
    names = detector._recognizers.names  # noqa: SLF001  what reaches the model is what counts

    def counting(found: Sequence[str]) -> Any:
        nonlocal counted
        counted += len(found)
        return names(found)

    detector._recognizers.names = counting  # noqa: SLF001
    values = Values(1)
    way(result([values.row() for _ in range(_ROWS)]))
    way(texts([values.text() for _ in range(_ROWS)]))
    counted = 0
    found = [resident_mb()]
    for _ in range(steps):
        for _ in range(leaves // steps // 10 // _ROWS):
            way(result([values.row() for _ in range(_ROWS)]))
        for _ in range(read // steps // _ROWS):
            way(texts([values.text() for _ in range(_ROWS)]))
        found.append(resident_mb())
    assert counted >= read - steps * _ROWS, counted
    return found


def adversary(names: int, steps: int = STEPS) -> list[float]:
    """MB when warm, then after each step; every member's name and every tool is new."""
    from benchmarks.message import Path as Way
    from sidecar.runtime.build import Settings, build_kit
    from sidecar.session.actions import Side

    way = Way(build_kit(Settings(engine="none")))
    way.kit.detector.warm()
    way.kit.detector.hone()
    values = Values(2)
    found = []
    for step in range(steps + 1):
        for number in range(names // steps // 20 if step else 10):
            name = f"{values.word()}_{step}_{number}"
            request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": {}}}
            row = {f"{values.word()}{step}{number}_{n}": values.word().capitalize() for n in range(20)}
            way._through(Side.CLIENT, json.dumps(request).encode())  # noqa: SLF001
            way._through(Side.SERVER, result([row]))  # noqa: SLF001
        found.append(resident_mb())
    return found


def in_a_process(call: str) -> list[float]:
    code = f"import json; from benchmarks import memory; print(json.dumps(memory.{call}))"
    out = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], capture_output=True, check=True)
    found: list[float] = json.loads(out.stdout.splitlines()[-1])
    return found


def late_growth(found: Sequence[float]) -> float:
    """Of the last half, as a share: medians of its first and last quarters."""
    last = found[len(found) // 2 :]
    quarter = max(1, len(last) // 4)
    first, end = sorted(last[:quarter])[quarter // 2], sorted(last[-quarter:])[quarter // 2]
    return end / first - 1


def main() -> None:
    rows: list[tuple[object, ...]] = []
    for engine in sys.argv[1:] or ("none", "rampart", "both"):
        found = in_a_process(f"grow({engine!r}, {LEAVES}, {TEXTS if engine != 'none' else 0})")
        rows.append((engine, found[0], found[STEPS // 4], found[STEPS // 2], found[-1], max(found), f"{late_growth(found):+.1%}"))  # fmt: skip
    found = in_a_process("adversary(60_000)")
    rows.append(("none, new names and tools", found[0], found[STEPS // 4], found[STEPS // 2], found[-1], max(found), f"{late_growth(found):+.1%}"))  # fmt: skip
    print(
        f"MB resident: {LEAVES} different leaves told by name or shape, {TEXTS} different texts read by the model; 60000 different names"
    )
    table(("engine", "warm", "quarter", "half", "end", "most", "last half"), rows)
