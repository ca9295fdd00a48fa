"""A value that went out restored is found again whole, re-cased, escaped and cut short; other texts are let be."""

from __future__ import annotations

import pytest

from sidecar.session.hidden import Hidden

TOKEN = "EMAIL_ADDRESS_x"
MAIL = "ottilie.brackenbury@example.com"


def hidden(*values):
    made = Hidden()
    for number, value in enumerate(values):
        made.remember(value, f"PERSON_{number}")
    return made


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"to {MAIL}.", MAIL),
        ("to OTTILIE.Brackenbury@example.com", "OTTILIE.Brackenbury@example.com"),
        ("to ottilie.brackenbury%40example.com", "ottilie.brackenbury%40example.com"),
        ("sent to ottilie.brackenb...", "ottilie.brackenb"),
        ("sent to ottilie.brackenb\u2026 and", "ottilie.brackenb"),
        ("sent to ottilie.brackenb", "ottilie.brackenb"),
        ("...brackenbury@example.com took it", "brackenbury@example.com"),
        ("\u2026brackenbury@example.com took it", "brackenbury@example.com"),
        ("brackenbury@example.com took it", "brackenbury@example.com"),
        ("ottilie....@example.com took it", "ottilie....@example.com"),
        ("for otti...y@example.com only", "otti...y@example.com"),
    ],
)
def test_it_is_found_however_it_comes_back(text, found):
    spans = hidden(MAIL).find(text)
    assert [text[start:end] for start, end, _ in spans] == [found]


@pytest.mark.parametrize(
    "text",
    [
        "ottilie is here",
        "sent to ott...",
        "sent to ottilie.b...",
        "write to brackenbury@example.com please",
        "nottilie.brackenburyx",
        "other@example.com",
        "",
    ],
)
def test_less_than_half_or_a_piece_with_nothing_cut_off_is_another_text(text):
    assert hidden(MAIL).find(text) == []


def test_short_words_are_found_as_words_only():
    assert hidden("Mark").find("the market of Mark and Marks") == [(14, 18, "PERSON_0")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("O'Brien-Lundy", "by O&#x27;Brien-Lundy"),
        ("O'Brien-Lundy", "by O&#39;Brien-Lundy"),
        ("J\u00f6rgensen", 'by J\\u00f6rgensen"'),
        ("J\u00f6rgensen", "by J%C3%B6rgensen"),
        ("12 Larch Lane", "at 12+Larch+Lane"),
        ('Al "Red" Moss', 'by Al \\"Red\\" Moss'),
    ],
)
def test_escapes_of_html_urls_and_json_are_seen_through(value, text):
    (span,) = hidden(value).find(text)
    assert text[span[0] : span[1]] == text.removeprefix("by ").removeprefix("at ").removesuffix(
        '"' if text.endswith('"') and "u00f6" in text else ""
    )


def test_each_value_keeps_its_own_token_and_the_oldest_are_forgotten_first():
    many = hidden(*(f"somebody{number:04d}x" for number in range(600)))
    assert many.find("somebody0599x") == [(0, 13, "PERSON_599")]
    assert many.find("somebody0001x") == []


def test_a_letter_that_folds_to_two_does_not_shift_what_stands_behind_it():
    text = f"Stra\u00dfe \u1e9e {MAIL}"
    assert [text[start:end] for start, end, _ in hidden(MAIL).find(text)] == [MAIL]
