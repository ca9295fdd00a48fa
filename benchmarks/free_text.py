"""Free text: what each engine misses and redacts for nothing, per kind of text, beside stock Presidio with spaCy's small model.

Everything is computed in this one run, on ``tests/corpora/test``; nothing was tuned on it. CPU time of the process.

    python -m benchmarks free_text
"""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks._table import table
from sidecar.redaction.measure import Score, total
from sidecar.redaction.names import ENGINES
from sidecar.redaction.stock import Stock
from tests.corpora.corpus import OUTSIDE, load
from tests.corpora.goals import (
    MISSED_AT_MOST,
    OVER_AT_MOST,
    Result,
    missed_ratio,
    of_engine,
    of_stock,
    over_ratio,
    worse_kinds,
)


def main() -> None:
    texts = load("test")
    stock = Stock()
    stock.find("warm up, Jane Doe, 415 555 0132")
    results: dict[str, Result] = {"stock": of_stock(stock, texts), "stock 0.4": of_stock(stock, texts, 0.4)}
    for engine in ENGINES:
        results[engine] = of_engine(engine, texts)
    print(
        f"{len(texts)} texts of tests/corpora/test; stock: AnalyzerEngine's defaults with {stock.model}, threshold 0 as it comes, and 0.4."
    )
    print(
        "Missed: letters and digits of personal values that nothing covers, %. Over: of all others, those covered, %."
    )
    print(
        "Whatever stock returns is taken as redacted: dates, URLs and nationalities count as over where they are nobody's.\n"
    )
    _by_kind(results)
    print()
    _by_language(results)
    print()
    _by_entity(results)
    print()
    table(("", *results), [("ms a text, CPU", *(result.ms_per_text for result in results.values()))])
    print()
    _goals(results)


def _percent(score: Score) -> str:
    return f"{100 * score.leak:.1f} / {100 * score.over:.1f}"


def _by_kind(results: Mapping[str, Result]) -> None:
    first = results["stock"]
    rows = [
        (kind, first.of(kind).texts, *(_percent(result.of(kind)) for result in results.values()))
        for kind in first.kinds
    ]
    rows.append(("all of these", sum(row[1] for row in rows), *(_percent(total(result.of(kind) for kind in first.kinds)) for result in results.values())))  # fmt: skip
    rows += [(f"{kind} (outside)", first.of(kind).texts, *(_percent(result.of(kind)) for result in results.values())) for kind in OUTSIDE]  # fmt: skip
    table(("kind: missed / over", "texts", *results), rows)


def _by_language(results: Mapping[str, Result]) -> None:
    texts = results["stock"].texts
    languages = sorted({text.language for text in texts})

    def of(result: Result, language: str) -> Score:
        pairs = zip(texts, result.scores, strict=True)
        return total(score for text, score in pairs if text.language == language and text.kind not in OUTSIDE)

    rows = [(language, of(results["stock"], language).texts, *(_percent(of(result, language)) for result in results.values())) for language in languages]  # fmt: skip
    table(("language: missed / over", "texts", *results), rows)


def _by_entity(results: Mapping[str, Result]) -> None:
    alls = {name: total(result.of(kind) for kind in result.kinds) for name, result in results.items()}
    names = sorted(name for name, tally in alls["stock"].families.items() if tally.marked)

    def cells(score: Score, name: str) -> str:
        tally = score.of(name)
        return f"{100 * (tally.precision or 0):.0f} {100 * (tally.recall or 0):.0f} {100 * (tally.f2 or 0):.0f}"

    rows = [(name, alls["stock"].of(name).marked, *(cells(score, name) for score in alls.values())) for name in names]
    table(("entity: precision recall F2", "marked", *results), rows)


def _goals(results: Mapping[str, Result]) -> None:
    print("medians over the kinds, news and tweets excepted, of what stock (threshold 0) does:")
    stock = results["stock"]
    rows = []
    for engine in MISSED_AT_MOST:
        missed, over = missed_ratio(results[engine], stock), over_ratio(results[engine], stock)
        is_met = missed <= MISSED_AT_MOST[engine] and over <= OVER_AT_MOST[engine]
        worse = ", ".join(worse_kinds(results[engine], stock)) or "none"
        rows.append((engine, f"{missed:.2f} (≤ {MISSED_AT_MOST[engine]:.2f})", f"{over:.2f} (≤ {OVER_AT_MOST[engine]:.2f})", "met" if is_met else "NOT met", worse))  # fmt: skip
    table(("engine", "missed", "over", "goal", "kinds worse than stock"), rows)
