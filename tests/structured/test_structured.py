"""Rows of CRM contacts in many locales: personal columns are found, business columns are not touched, whatever the columns are called."""

from __future__ import annotations

import json

import pytest

from sidecar.redaction.detector import DetectorSettings, PresidioDetector
from sidecar.runtime.build import Settings
from sidecar.runtime.redactor import Redactor
from tests.structured.measure import Tally, measure
from tests.structured.rows import DEV_SEEDS, LOCALES, TEST_SEEDS, Column, Names, page

FEW = ("en_US", "de_DE", "pl_PL", "ja_JP", "uk_UA")


def tally(detector: PresidioDetector, locales: tuple[str, ...], seeds: tuple[int, ...], names: Names) -> Tally:
    total = Tally()
    for locale in locales:
        for seed in seeds:
            total.add(measure(detector, page(locale, seed, names), f"{locale} {seed} {names}"))
    return total


@pytest.fixture(scope="module")
def rampart() -> PresidioDetector:
    detector = PresidioDetector(DetectorSettings(engine="rampart"))
    detector.warm()
    detector.hone()
    return detector


def test_known_names_tell_everything_without_a_model():
    found = tally(PresidioDetector(DetectorSettings(engine="none")), LOCALES, DEV_SEEDS[:1], "known")
    assert found.recall >= 0.995, dict(found.personal)
    assert found.changed <= 0.003, dict(found.business)


def test_names_that_say_nothing_are_made_up_for_by_fifty_rows(rampart):
    found = tally(rampart, FEW, DEV_SEEDS[1:2], "opaque")
    assert found.recall >= 0.9, dict(found.personal)
    assert found.changed <= 0.005, dict(found.business)


def test_a_second_page_of_learned_columns_needs_no_model(rampart):
    columns = page("it_IT", DEV_SEEDS[0], "opaque", rows=100)
    first, second = ([Column(c.key, c.kind, c.values[a : a + 50]) for c in columns] for a in (0, 50))
    measure(rampart, first, "second page")
    detector = PresidioDetector(DetectorSettings(engine="none"))
    detector._columns = rampart._columns
    found = measure(detector, second, "second page")
    assert found.recall >= 0.97, dict(found.personal)


@pytest.mark.parametrize("names", ["known", "opaque"])
def test_types_stay_and_the_json_stays_json(names):
    columns = page("de_DE", DEV_SEEDS[0], names, rows=12)
    rows = [{column.key: column.values[row] for column in columns} for row in range(12)]
    redacted, _ = Redactor(Settings(engine="none")).redact({"items": rows})
    assert json.loads(json.dumps(redacted)) == redacted
    for before, after in zip(rows, redacted["items"], strict=True):
        assert [type(value) for value in before.values()] == [type(value) for value in after.values()]


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("names", "least", "most"), [("known", 0.995, 0.003), ("some", 0.97, 0.003), ("opaque", 0.9, 0.003)]
)
def test_every_locale_of_seeds_not_used_in_development(rampart, names, least, most):
    found = tally(rampart, LOCALES, TEST_SEEDS, names)
    assert found.recall >= least, dict(found.personal)
    assert found.changed <= most, dict(found.business)
