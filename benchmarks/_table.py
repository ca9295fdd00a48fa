"""Times and tables shared by the measurements."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Final


def median_ms(act: Callable[[], object], repeats: int) -> float:
    """The median of ``repeats`` runs."""
    return statistics.median(timed_ms(act) for _ in range(repeats))


def timed_ms(act: Callable[[], object]) -> float:
    """CPU time of this thread: what else the machine does must not count."""
    started = time.thread_time()
    act()
    return (time.thread_time() - started) * 1000


_WORK: Final = json.dumps([{"id": n, "name": "Alma Berg", "total": n / 7} for n in range(60)])


class Steady:
    """Times on a machine whose speed changes by the second: each is scaled by how slow a fixed piece of work was just then."""

    def __init__(self) -> None:
        self._usual = statistics.median(self._work() for _ in range(200))

    def timed_ms(self, act: Callable[[], object]) -> float:
        before = statistics.median(self._work() for _ in range(7))
        taken = timed_ms(act)
        after = statistics.median(self._work() for _ in range(7))
        return taken * self._usual * 2 / (before + after)

    @staticmethod
    def _work() -> float:
        return timed_ms(lambda: json.dumps(json.loads(_WORK)))


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    cells = [[f"{cell:.3g}" if isinstance(cell, float) and cell < 100 else f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in row] for row in (head, *rows)]  # fmt: skip
    widths = [max(len(row[place]) for row in cells) for place in range(len(head))]
    for row in cells:
        first, *rest = (cell.ljust(width) if not place else cell.rjust(width) for place, (cell, width) in enumerate(zip(row, widths, strict=True)))  # fmt: skip
        print("  ".join((first, *rest)).rstrip(), flush=True)
