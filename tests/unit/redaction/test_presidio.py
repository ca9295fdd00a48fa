"""Our way of running Presidio's recognizers finds what its engine finds, and keeps no words."""

from __future__ import annotations

import pytest

from sidecar.errors import Unanalysable
from sidecar.redaction import presidio
from sidecar.redaction.countries import BY_COUNTRY, EVERYWHERE, ONLY_IN_CONTEXT
from sidecar.redaction.presidio import Recognizers, pieces

TEXTS = [
    "my social security number is 123-45-6789, thanks",
    "the ssn 219099999 was checked",
    "card 4111 1111 1111 1111, or 378282246310005",
    "IBAN DE89370400440532013000 or GB29NWBK60161331926819",
    "ip 203.0.113.7 and 2001:db8::8a2e:370:7334, mac 00:1A:2B:3C:4D:5E",
    "call my phone number +44 20 7946 0958 or 212-456-7890",
    "my bank account number is 945456787654",
    "driver license number H12234567",
    "passport number 912803456 of the united states",
    "national insurance number AB123456C",
    "nhs number 943 476 5919",
    "bitcoin wallet 16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ",
    "itin taxpayer 911-70-1234",
    "nothing at all to be found in this sentence",
]


@pytest.fixture(scope="module")
def recognizers():
    recognizers = Recognizers(("en",), ("us", "uk"), "none", 0.4)
    recognizers.hone()
    return recognizers


@pytest.mark.parametrize("text", TEXTS)
def test_what_presidio_s_engine_finds_is_found(recognizers, text):
    ours = {(r.start, r.end, r.entity_type) for r, _ in recognizers.patterns(text, "en", ()) if r.score >= 0.4}
    theirs = recognizers.analyzer.analyze(text, "en", score_threshold=0.4)
    missing = [
        r for r in theirs if not any(s <= r.start and r.end <= e and entity == r.entity_type for s, e, entity in ours)
    ]
    assert missing == []


def test_scores_with_context_are_presidio_s(recognizers):
    text = "his us passport is 912803456"
    ours = {r.score for r, name in recognizers.patterns(text, "en", ()) if name == "UsPassportRecognizer"}
    assert ours == {r.score for r in recognizers.analyzer.analyze(text, "en") if r.entity_type == "US_PASSPORT"}


def test_a_field_s_name_is_context(recognizers):
    def scores(words):
        return [
            r.score for r, _ in recognizers.patterns("945456787654", "en", words) if r.entity_type == "US_BANK_NUMBER"
        ]

    assert scores(("bank", "account"))[0] >= 0.4
    assert all(score < 0.4 for score in scores(()))


def test_a_pattern_that_takes_too_long_withholds_the_text(recognizers, monkeypatch):
    def late(recognizer, text):
        raise TimeoutError

    monkeypatch.setattr(presidio, "_run", late)
    with pytest.raises(Unanalysable):
        recognizers.patterns("card 4111 1111 1111 1111", "en", ())


def test_spacy_keeps_no_word_of_a_text(recognizers):
    strings = recognizers._tokens.pipeline("en").vocab.strings
    before = len(strings)
    for n in range(200):
        recognizers.patterns(f"Quistwilhelmina{n} has bank account 94545678{n:04d}", "en", ())
    assert "Quistwilhelmina7" not in strings
    assert len(strings) == before


def test_pieces_cover_the_text_and_overlap():
    text = "word and number 12345 " * 700
    seen = 0
    for at, piece in pieces(text):
        assert at <= seen
        assert text[at : at + len(piece)] == piece
        seen = at + len(piece)
    assert seen == len(text)


def test_pieces_of_a_text_without_blanks_end():
    assert sum(len(piece) for _, piece in pieces("x" * 10_000)) >= 10_000


def test_every_named_recognizer_finds_the_entity_the_table_says():
    from presidio_analyzer import predefined_recognizers

    for pack in (EVERYWHERE, *BY_COUNTRY.values()):
        for name, entity in pack.items():
            assert getattr(predefined_recognizers, name)().supported_entities == [entity], name
    assert {name for pack in (EVERYWHERE, *BY_COUNTRY.values()) for name in pack} >= ONLY_IN_CONTEXT


def test_findings_are_the_same_before_and_after_honing() -> None:
    recognizers = Recognizers(("en",), ("us", "uk"), "none", 0.4)
    texts = [
        "Call +1 415 555 0132",
        "DE89 3704 0044 0532 0130 00 and a@example.com",
        "card 4111 1111 1111 1111",
        "nothing here",
    ]

    def found() -> list[list[tuple[object, ...]]]:
        answers = [recognizers.patterns(text, "en", ()) for text in texts]
        return [[(r.start, r.end, r.entity_type, r.score, name) for r, name in answer] for answer in answers]

    before = found()
    recognizers.hone()
    assert found() == before
    assert sum(map(bool, before)) == 3
