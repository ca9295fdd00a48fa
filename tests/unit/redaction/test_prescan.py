"""The pre-scan lets every recognizer through that would have found something."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, predefined_recognizers
from presidio_analyzer.predefined_recognizers import IbanRecognizer, PhoneRecognizer

from sidecar.redaction import prescan
from sidecar.redaction.prescan import Prescan, any_of, key_of
from sidecar.redaction.presidio import Recognizers
from sidecar.redaction.superset import plain

SEEDS = ["4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "203.0.113.7", "::1", "2001:db8::1", "00:1A:2B:3C:4D:5E", "123-45-6789", "911-70-1234", "H12234567",
         "AB123456C", "943 476 5919", "BB1388568", "+1 415 555 0132", "(212) 456-7890", "16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ", "a@example.com", "https://a.de/x", "2021-03-04",
         "F47AC10B-58CC-4372-A567-0E02B2C3D479", "+49 30 12", "110", "+12", "12345"]  # fmt: skip
NOISE = "0123456789ABkz .-:@+/_é\u0301\u00a0\u2013\u212a\u0131\u017f\u0663\uff11\uff0b\n"


def custom(pattern, **about):
    return PatternRecognizer("CUSTOM", patterns=[Pattern("p", pattern, 0.5)], **about)


@pytest.fixture(scope="module")
def every():
    made = []
    for name in predefined_recognizers.__all__:
        try:
            made.append(getattr(predefined_recognizers, name)())
        except Exception:  # noqa: BLE001, S112  its library or account is not here
            continue
    return [r for r in made if prescan.is_screened(r)]


@pytest.fixture(scope="module")
def scan(every):
    return Prescan(every)


def test_all_of_presidio_s_own_are_screened(scan, every):
    assert len(every) > 80
    assert scan.always == ()


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SEEDS), st.text(alphabet=NOISE, max_size=6), st.integers(0, 30), st.integers(0, 4))
def test_every_recognizer_that_finds_something_was_let_through(scan, every, seed, noise, at, cut):
    text = seed[:at] + noise + seed[at + cut :]
    left_out = {id(recognizer) for recognizer in every} - {id(recognizer) for recognizer in scan.candidates(text)}
    for recognizer in every:
        if id(recognizer) in left_out:
            assert recognizer.analyze(text, recognizer.supported_entities) == [], recognizer.name


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SEEDS), st.text(alphabet=NOISE, max_size=8), st.integers(0, 30), st.integers(0, 4))
def test_of_our_default_recognizers_too(ours, seed, noise, at, cut):
    text = "call: " + seed[:at] + noise + seed[at + cut :]
    chosen = ours._prescan.candidates(text)
    for recognizer in (*ours._ours, *ours._theirs):
        if recognizer not in chosen:
            assert recognizer.analyze(text, recognizer.supported_entities) == [], recognizer.name


@pytest.fixture(scope="module")
def ours():
    recognizers = Recognizers(("en",), ("us", "uk"), "none", 0.4)
    recognizers.hone()
    return recognizers


def test_few_recognizers_look_at_a_name(scan):
    assert len(scan.candidates("Maria Gonzalez")) < 5


def test_a_text_with_disguised_letters_is_read_by_all(scan, every):
    assert scan.candidates("\u212aelvin") == tuple(every)
    assert scan.candidates("\u0661\u0662") == tuple(every)


@pytest.mark.parametrize("pattern", [r"(?:foobar){e<=1}", r"\p{Lu}{3}", "a*b*", r"[[:digit:]]+"])
def test_a_pattern_that_cannot_be_rewritten_runs_everywhere(pattern):
    recognizer = custom(pattern)
    assert Prescan([recognizer]).candidates("nothing") == (recognizer,)


def test_a_recognizer_with_one_such_pattern_runs_everywhere():
    recognizer = PatternRecognizer("X", patterns=[Pattern("a", "abc", 0.5), Pattern("b", r"\p{L}", 0.5)])
    assert Prescan([recognizer]).candidates("7") == (recognizer,)


def test_deny_lists_are_screened():
    recognizer = PatternRecognizer("X", deny_list=["Müller & Söhne", "ACME (EU)"])
    scan = Prescan([recognizer])
    assert scan.candidates("bei Müller & Söhne gekauft") == (recognizer,)
    assert scan.candidates("by acme (eu).") == (recognizer,)
    assert scan.candidates("elsewhere") == ()


def test_who_overrides_analyze_runs_everywhere():
    class Own(PatternRecognizer):
        def analyze(self, text, entities, nlp_artifacts=None, regex_flags=None):
            return []

    class Other(EntityRecognizer):
        def load(self):
            pass

        def analyze(self, text, entities, nlp_artifacts):
            return []

    class Phone(PhoneRecognizer):
        def analyze(self, text, entities, nlp_artifacts=None):
            return []

    class Iban(IbanRecognizer):
        def analyze(self, text, entities, nlp_artifacts=None, regex_flags=None):
            return []

    patched = custom("abc")
    patched.analyze = lambda *_, **__: []
    recognizers = [Own("X", patterns=[Pattern("p", "abc", 0.5)]), Other(["Y"]), Phone(), Iban(), patched]
    assert Prescan(recognizers).candidates("z") == tuple(recognizers)


def test_a_subclass_that_only_validates_is_screened():
    class Checked(PatternRecognizer):
        def validate_result(self, pattern_text):
            return True

    recognizer = Checked("X", patterns=[Pattern("p", r"(?<=no )\d{4}", 0.1)])
    scan = Prescan([recognizer])
    assert scan.candidates("no 1234") == (recognizer,)
    assert scan.candidates("no number") == ()


@pytest.mark.parametrize(("regions", "fewest"), [(("US",), 10), (("DE",), 4), (("US", "DE"), 4)])
def test_phones_need_as_many_digits_as_their_regions(regions, fewest):
    scan = Prescan([PhoneRecognizer(supported_regions=regions)])
    assert scan.candidates("9" * (fewest - 1)) == ()
    assert len(scan.candidates("9" * fewest)) == 1
    assert len(scan.candidates("+123")) == 1


def test_the_key_follows_the_live_registry():
    recognizer = custom("abc")
    before = key_of([recognizer])
    assert key_of([recognizer, custom("abc")]) != before
    recognizer.patterns.append(Pattern("q", "xyz", 0.5))
    assert key_of([recognizer]) != before


def test_many_patterns_are_compiled_in_groups_and_one_hyperscan_refuses_does_not_spoil_the_others(monkeypatch):
    words = [f"{a}{b}word" for a in "bcdfghjkl" for b in "mnpqrstvwxz"]
    recognizers = [custom(word) for word in words]
    refused = plain("fqword", int(recognizers[0].global_regex_flags))
    compile_all = prescan._database
    monkeypatch.setattr(prescan, "_database", lambda p, first: None if refused in p else compile_all(p, first))
    scan = Prescan(recognizers)
    assert len(scan._scans) > 1
    assert scan.always == (recognizers[words.index("fqword")],)
    for word in words:
        assert recognizers[words.index(word)] in scan.candidates(word)
        assert len(scan.candidates(word)) <= 2


def test_without_hyperscan_everything_runs(monkeypatch):
    monkeypatch.setattr(prescan, "is_available", False)
    recognizers = [custom("abc"), PhoneRecognizer()]
    assert Prescan(recognizers).candidates("z") == tuple(recognizers)
    assert any_of(["ab.c", "é"])("xab.c")
    assert not any_of(["ab.c"])("xabbc")


def test_a_word_is_found_letter_for_letter():
    found = any_of(["lic#", "número", "ip"])
    assert found("my número")
    assert found("lic#")
    assert not found("lic")
