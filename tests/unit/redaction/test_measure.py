"""Scores, each computed by hand."""

from __future__ import annotations

import pytest

from sidecar.redaction.labelled import Span
from sidecar.redaction.measure import compare, family, missed, total

TEXT = "Call Maria Gonzalez at 555-0132 today"
#       0    5     11       20 23       32
MARIA = Span(5, 19, "PERSON")
PHONE = Span(23, 31, "PHONE_NUMBER")


def test_all_found_and_nothing_else_is_no_leak_and_no_excess():
    score = compare(TEXT, [MARIA, PHONE], [MARIA, PHONE])
    assert (score.leak, score.over) == (0.0, 0.0)
    assert (score.personal, score.missed) == (13 + 7, 0)  # MariaGonzalez, 5550132: blanks and hyphens do not count
    assert (score.other, score.redacted) == (4 + 2 + 5, 0)  # Call at today
    assert score.of("PERSON").precision == score.of("PERSON").recall == score.of("PERSON").f2 == 1.0


def test_half_a_name_is_found_but_its_other_half_leaks():
    score = compare(TEXT, [MARIA], [Span(11, 19, "PERSON")])  # Gonzalez: 8 of 13
    assert score.of("PERSON").recall == 1.0
    assert score.missed == 5
    assert score.leak == pytest.approx(5 / 13)


def test_less_than_half_a_name_is_not_found_though_what_is_covered_does_not_leak():
    score = compare(TEXT, [MARIA], [Span(5, 10, "PERSON")])  # Maria: 5 of 13
    assert score.of("PERSON").recall == 0.0
    assert score.missed == 8
    assert score.of("PERSON").precision == 1.0  # it lies in a name


def test_what_another_entity_covers_does_not_leak_but_is_neither_found_nor_right():
    score = compare(TEXT, [PHONE], [Span(23, 31, "DATE_TIME")])
    assert (score.missed, score.over) == (0, 0.0)
    assert score.of("PHONE_NUMBER").recall == 0.0
    assert (score.of("DATE_OF_BIRTH").findings, score.of("DATE_OF_BIRTH").right) == (1, 0)


def test_excess_is_counted_in_letters_and_digits_of_what_nobody_marked():
    score = compare(TEXT, [PHONE], [Span(0, 19, "PERSON"), PHONE])  # Call Maria Gonzalez
    assert (score.other, score.redacted) == (4 + 13 + 2 + 5, 17)
    assert (score.of("PERSON").findings, score.of("PERSON").right) == (1, 0)
    assert score.of("PERSON").f2 is None


def test_an_optional_value_is_neither_missed_nor_too_much():
    optional = Span(5, 19, "PERSON", is_optional=True)
    for findings in ([], [MARIA], [Span(5, 10, "LOCATION")]):
        score = compare(TEXT, [optional, PHONE], [*findings, PHONE])
        assert (score.personal, score.missed, score.other, score.redacted) == (7, 0, 11, 0)
        assert score.of("PERSON").marked == score.of("PERSON").findings == score.of("LOCATION").findings == 0


def test_parts_of_an_address_are_one_family_in_whatever_pieces_they_are_found():
    text = "12 Elm Street, Springfield, IL 62704"
    marked = [Span(0, 13, "LOCATION"), Span(15, 36, "LOCATION")]
    for findings in ([Span(0, 36, "ADDRESS")], [Span(0, 13, "STREET_ADDRESS"), Span(15, 26, "CITY"), Span(31, 36, "ZIP_CODE")]):  # fmt: skip
        tally = compare(text, marked, findings).of("LOCATION")
        assert (tally.marked, tally.found, tally.findings, tally.right) == (2, 2, len(findings), len(findings))


def test_f2_weighs_recall_four_times():
    marked = [Span(0, 1, "PERSON"), Span(2, 3, "PERSON")]
    score = compare("a b c d", marked, [Span(0, 1, "PERSON")])
    assert score.of("PERSON").precision == 1.0
    assert score.of("PERSON").recall == 0.5
    assert score.of("PERSON").f2 == pytest.approx(5 * 0.5 / 4.5)


def test_overlapping_findings_count_a_character_once():
    score = compare(TEXT, [], [Span(0, 10, "PERSON"), Span(5, 19, "LOCATION")])
    assert score.redacted == 4 + 13


def test_scores_add_up_by_characters_not_by_texts():
    one = compare("Ann", [Span(0, 3, "PERSON")], [])
    two = compare(TEXT, [MARIA, PHONE], [MARIA, PHONE])
    both = total([one, two])
    assert both.texts == 2
    assert both.leak == pytest.approx(3 / 23)
    assert (both.of("PERSON").marked, both.of("PERSON").found) == (2, 1)
    assert both.of("PERSON").precision == 1.0


def test_no_marks_and_no_texts_divide_by_nothing():
    assert (total([]).leak, total([]).over) == (0.0, 0.0)
    assert compare("", [], []).over == 0.0
    assert compare("abc", [], []).of("PERSON").recall is None


def test_a_miss_is_every_mark_of_which_a_letter_or_digit_stays():
    findings = [Span(5, 18, "LOCATION"), Span(23, 26, "X"), Span(27, 31, "X")]  # all but the z; all but the hyphen
    assert missed(TEXT, [MARIA, PHONE], findings) == [MARIA]
    assert missed(TEXT, [MARIA._replace(is_optional=True)], []) == []


@pytest.mark.parametrize(
    ("entity", "name"),
    [("US_SSN", "NATIONAL_ID"), ("ES_NIF", "NATIONAL_ID"), ("US_BANK_NUMBER", "BANK_ACCOUNT"), ("IBAN_CODE", "BANK_ACCOUNT"),
     ("DATE_TIME", "DATE_OF_BIRTH"), ("GPE", "LOCATION"), ("UK_VEHICLE_REGISTRATION", "VEHICLE_ID"), ("MINE", "MINE")],
)  # fmt: skip
def test_entities_of_one_sort_have_one_name(entity, name):
    assert family(entity) == name
