"""Times and tables shared by the measurements."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence


def median_ms(act: Callable[[], object], repeats: int) -> float:
    """The median of ``repeats`` runs."""
    return statistics.median(timed_ms(act) for _ in range(repeats))


def timed_ms(act: Callable[[], object]) -> float:
    """CPU time of this thread: what else the machine does must not count."""
    started = time.thread_time()
    act()
    return (time.thread_time() - started) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    cells = [[f"{cell:.3g}" if isinstance(cell, float) and cell < 100 else f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in row] for row in (head, *rows)]  # fmt: skip
    widths = [max(len(row[place]) for row in cells) for place in range(len(head))]
    for row in cells:
        first, *rest = (cell.ljust(width) if not place else cell.rjust(width) for place, (cell, width) in enumerate(zip(row, widths, strict=True)))  # fmt: skip
        print("  ".join((first, *rest)).rstrip(), flush=True)
