"""What finding names costs: each engine, a name and a note of 200 characters, alone and in batches; stock Presidio in the same run."""

from __future__ import annotations

import os
import random
import statistics
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks._messages import FIRST, LAST, note
from benchmarks._table import table, timed_ms

ROUNDS = 5
BATCH = 64


def names(seed: int) -> list[str]:
    pick = random.Random(seed)  # noqa: S311
    return [f"{pick.choice(FIRST)} {pick.choice(LAST)}" for _ in range(BATCH)]


def engines() -> list[tuple[str, Callable[[Sequence[str]], object]]]:
    """Loaded; ``rampart`` from its shipped file too, whether or not the faster one was built."""
    from sidecar.redaction import weights
    from sidecar.redaction.names import Names
    from sidecar.redaction.stock import Stock

    stock = Stock()
    found: list[tuple[str, Callable[[Sequence[str]], object]]] = [
        ("stock AnalyzerEngine", lambda texts: [stock.find(text) for text in texts])
    ]
    built = weights.FASTER
    weights.FASTER = Path("/nowhere")
    try:
        quantised = Names("rampart", 0.4)
    finally:
        weights.FASTER = built
    for engine in (quantised, *(Names(name, 0.4) for name in ("rampart", "spacy", "both"))):
        label = engine.models if len(engine.engines) == 1 else f"both: {engine.models}"
        if label not in dict(found):
            found.append((label, engine.find))
    return found


def main() -> None:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the detector does
    rows = []
    known = engines()
    for _, find in known:
        find(["Maria Gonzalez lives here"])
    costs: dict[str, list[list[float]]] = {label: [[], [], [], []] for label, _ in known}
    for seed in range(ROUNDS):  # in turn, so that what else the machine does meets all of them
        short, long = names(seed), [note(100 * seed + n) for n in range(BATCH // 2)]
        for label, find in known:
            alone, batched, note_alone, notes = costs[label]
            alone += [timed_ms(partial(find, [text])) for text in short[:16]]
            batched.append(timed_ms(partial(find, short)) / len(short))
            note_alone += [timed_ms(partial(find, [text])) for text in long[:8]]
            notes.append(timed_ms(partial(find, long)) / len(long))
    base = statistics.median(costs[known[0][0]][2])
    for label, columns in costs.items():
        medians = [statistics.median(column) for column in columns]
        rows.append((label, *medians, f"1/{base / medians[2]:.1f}", f"1/{base / medians[3]:.1f}"))
    print(
        f"CPU milliseconds a text; a note has {len(note(0))} characters; a batch is {BATCH} names or {BATCH // 2} notes"
    )
    table(("engine", "name", "name, batched", "note", "note, batched", "of stock", "batched"), rows)


if __name__ == "__main__":
    main()
