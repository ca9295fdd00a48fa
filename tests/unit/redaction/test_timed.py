"""Patterns that take too long are an error, where Presidio goes on without them."""

from __future__ import annotations

import pytest
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, IbanRecognizer

from sidecar.errors import Unanalysable
from sidecar.redaction import timed
from sidecar.redaction.presidio import _run

LATE = "a" * 60 + "!"
SLOW = r"((?:a|a|aa|ab)+\d)"


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(timed, "TIMEOUT_S", 0.02)


def recognizer(kind):
    patterns = [Pattern("slow", SLOW, 0.5)]
    return kind(patterns=patterns) if kind is IbanRecognizer else kind("SLOW", patterns=patterns)


@pytest.mark.parametrize("kind", [PatternRecognizer, IbanRecognizer])
def test_a_late_pattern_raises(impatient, kind):
    slow = recognizer(kind)

    def analyze():
        timed.prepare(slow, LATE)
        return slow.analyze(LATE, slow.supported_entities)

    with pytest.raises(Unanalysable):
        analyze()


@pytest.mark.parametrize("kind", [PatternRecognizer, IbanRecognizer])
def test_our_default_mode_raises_too(impatient, kind):
    with pytest.raises(Unanalysable):
        _run(recognizer(kind), LATE)


def test_what_is_in_time_is_found_as_before():
    card = CreditCardRecognizer()
    before = [(r.start, r.end, r.score) for r in card.analyze("4111 1111 1111 1111", ["CREDIT_CARD"])]
    timed.prepare(card, "4111 1111 1111 1111")
    after = [(r.start, r.end, r.score) for r in card.analyze("4111 1111 1111 1111", ["CREDIT_CARD"])]
    assert before == after != []


def test_a_pattern_is_compiled_anew_for_other_flags_and_once_for_the_same():
    pattern = Pattern("p", "abc", 0.5)
    first = timed.compiled(pattern, 0)
    assert timed.compiled(pattern, 0) is first
    assert timed.compiled(pattern, 2) is not first
    assert timed.compiled(pattern, 2).pattern == "abc"


def test_recognizers_without_patterns_need_nothing():
    class Other(EntityRecognizer):
        def load(self):
            pass

        def analyze(self, text, entities, nlp_artifacts):
            return []

    timed.prepare(Other(["X"]), "text")
