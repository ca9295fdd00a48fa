"""What the engines and stock Presidio make of the labelled texts, side by side, and how far from the goals that is.

It prints nothing: ``benchmarks.free_text`` does, and the tests assert.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from sidecar.redaction.detector import DetectorSettings, PresidioDetector
from sidecar.redaction.labelled import Labelled, Span
from sidecar.redaction.located import locate
from sidecar.redaction.measure import Score, compare, total
from sidecar.redaction.stock import Stock
from tests.corpora.corpus import OUTSIDE

BATCH = 16
MISSED_AT_MOST = {"rampart": 1 / 2, "both": 1 / 4}
OVER_AT_MOST = {"rampart": 1 / 4, "both": 1.0}
"""Of what stock misses and redacts for nothing; medians over the kinds."""


@dataclass(frozen=True)
class Result:
    """Scores in the order of the texts, and what they cost."""

    texts: Sequence[Labelled]
    scores: Sequence[Score]
    ms_per_text: float

    def of(self, kind: str) -> Score:
        return total(score for text, score in zip(self.texts, self.scores, strict=True) if text.kind == kind)

    @property
    def kinds(self) -> list[str]:
        """Those a promise is made for."""
        return sorted({text.kind for text in self.texts} - set(OUTSIDE))


def of_engine(engine: str, texts: Sequence[Labelled]) -> Result:
    detector = PresidioDetector(DetectorSettings(engine=engine))
    detector.warm()
    detector.hone()

    def find(batch: Sequence[str]) -> list[list[Span]]:
        return [[Span(f.start, f.end, f.entity) for f in findings] for findings in locate(detector, batch)]

    return _measured(find, texts)


def of_stock(stock: Stock, texts: Sequence[Labelled], threshold: float = 0.0) -> Result:
    return _measured(lambda batch: [stock.find(text, threshold) for text in batch], texts)


def _measured(find: Callable[[Sequence[str]], list[list[Span]]], texts: Sequence[Labelled]) -> Result:
    started = time.process_time()
    found = [one for at in range(0, len(texts), BATCH) for one in find([text.text for text in texts[at : at + BATCH]])]
    spent = time.process_time() - started
    scores = [compare(text.text, text.spans, spans) for text, spans in zip(texts, found, strict=True)]
    return Result(texts, scores, 1000 * spent / len(texts))


def missed_ratio(ours: Result, stock: Result) -> float:
    """Median over the kinds of (what we miss) / (what stock misses)."""
    return median(ours.of(kind).leak / max(stock.of(kind).leak, 1e-9) for kind in ours.kinds)


def over_ratio(ours: Result, stock: Result) -> float:
    return median(ours.of(kind).over / max(stock.of(kind).over, 1e-9) for kind in ours.kinds)


def worse_kinds(ours: Result, stock: Result) -> list[str]:
    """Kinds of which more is missed, or more redacted for nothing, than by stock."""
    return [k for k in ours.kinds if ours.of(k).leak > stock.of(k).leak or ours.of(k).over > stock.of(k).over]


def sample(texts: Sequence[Labelled], per_kind: int) -> list[Labelled]:
    """Evenly spread over each promised kind."""
    chosen = []
    for kind in sorted({text.kind for text in texts} - set(OUTSIDE)):
        mine = [text for text in texts if text.kind == kind]
        chosen += [mine[place * len(mine) // per_kind] for place in range(per_kind)]
    return chosen
