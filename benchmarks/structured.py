"""Rows of contacts in nineteen locales: share of personal values found and of business values changed, by what the columns' names tell."""

from __future__ import annotations

from benchmarks._table import table
from sidecar.redaction.detector import DetectorSettings, PresidioDetector
from tests.structured.measure import Tally, measure
from tests.structured.rows import LOCALES, TEST_SEEDS, Names, page

SETTINGS: tuple[tuple[Names, str], ...] = (("known", "none tell nothing"), ("some", "three of ten"), ("opaque", "all"))


def main() -> None:
    detector = PresidioDetector(DetectorSettings())
    detector.warm()
    detector.hone()
    rows: list[tuple[object, ...]] = []
    totals = {names: Tally() for names, _ in SETTINGS}
    for locale in LOCALES:
        figures: list[object] = [locale]
        for names, _ in SETTINGS:
            found = measure(detector, page(locale, TEST_SEEDS[0], names), f"bench {locale} {names}")
            totals[names].add(found)
            figures += [round(100 * found.recall, 1), round(100 * found.changed, 2)]
        rows.append(tuple(figures))
    rows.append(("all", *(x for t in totals.values() for x in (round(100 * t.recall, 1), round(100 * t.changed, 2)))))
    print(
        f"pages of 50 rows, 31 columns; seed {TEST_SEEDS[0]}; % of personal values found whole, % of business values changed"
    )
    table(("", *(f"{text}: {what}" for _, text in SETTINGS for what in ("found", "changed"))), rows)
