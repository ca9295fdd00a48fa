"""Whatever way a value is written, it is found as it is when written plainly, and what comes of it, read again, is without it."""

from __future__ import annotations

from collections import defaultdict

import pytest

from sidecar.redaction.detector import DetectorSettings, PresidioDetector
from tests.evasion.spellings import DOUBLE, SINGLE
from tests.evasion.table import Outcome, cases, plainly, printed, run
from tests.evasion.values import COUNTRIES

OVERALL = 0.98
EACH = 0.95
EXCEPTIONS: dict[str, str] = {}
"""Encodings that may be found less often, and why."""


@pytest.fixture(scope="module")
def detector() -> PresidioDetector:
    detector = PresidioDetector(DetectorSettings(engine="none", countries=COUNTRIES))
    detector.warm()
    detector.hone()
    return detector


@pytest.fixture(scope="module")
def plain(detector):
    return plainly(detector)


def test_every_value_is_found_where_it_is_written_plainly(plain):
    assert [key for key, entities in plain.items() if not entities] == []


@pytest.mark.parametrize(("encodings", "most"), [(SINGLE, 99), (DOUBLE, 1)], ids=["one encoding", "two encodings"])
def test_encoded_values_are_found_and_replaced_exactly(detector, plain, encodings, most):
    outcomes = run(detector, list(cases(encodings, most)), plain)
    print("\n" + printed(outcomes))
    assert len(outcomes) > 1_000
    assert share(outcomes) >= OVERALL
    rows = defaultdict(list)
    for outcome in outcomes:
        rows[outcome.case.encoding.name].append(outcome)
    weak = {name: share(some) for name, some in rows.items() if share(some) < EACH}
    assert weak.keys() <= EXCEPTIONS.keys(), weak


def share(outcomes: list[Outcome]) -> float:
    return sum(outcome.is_found and outcome.is_gone for outcome in outcomes) / len(outcomes)
