"""Invented values: what a pattern matches, what keeps a shape, what lies within bounds."""

from __future__ import annotations

import itertools
import random
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.protocol import pattern_parts, specimens
from sidecar.protocol.schemas import Declared, fits


def draw(seed: int = 0) -> specimens.Draw:
    return random.Random(seed).randrange  # noqa: S311


PATTERNS = [
    r"^\+\d{8,15}$", r"^\d{3}-\d{2}-\d{4}$", r"^[A-Z]{2}\d{6}$", r"^(?:mr|ms)\. [A-Z][a-z]+$", r"^[A-F0-9]{8}$",
    r"^(?P<user>[a-z_]+)@(?:[a-z]+\.)+[a-z]{2,3}$", r"^[^@\s]+$", r"^\w+(?:-\w+)*$", r"^a?b*c+$", r"^.{3}$",
    r"^[\w.+-]+$", r"^(a|b|(c|d){2})x$", r"^\x41\u0042[\]\-a]$", r"^\S+ \S+$", r"^[a-c]{0}z$", r"x{2,}", "",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_what_is_made_of_a_pattern_matches_it(pattern: str) -> None:
    part = pattern_parts.parse(pattern)
    assert part is not None
    for seed in range(20):
        assert re.search(pattern, part.make(draw(seed), 0)) is not None


@pytest.mark.parametrize(
    "pattern", [r"(a)\1", r"(?=a)b", r"(?<!a)b", r"\p{L}+", "[[:alpha:]]", "(", "a{2", "*a", "[z-a]", "a{500}"]
)
def test_a_pattern_it_does_not_know_is_said_to_be_unknown(pattern: str) -> None:
    assert pattern_parts.parse(pattern) is None


@given(st.text(max_size=40))
def test_any_text_is_a_pattern_or_is_not(pattern: str) -> None:
    part = pattern_parts.parse(pattern)
    if part is not None:
        assert isinstance(part.make(draw(), 3), str)


@given(st.text(max_size=30), st.integers(0, 99))
def test_a_shape_is_kept(text: str, seed: int) -> None:
    made = specimens.shaped(text, draw(seed))
    assert len(made) == len(text)
    assert all(a == b or (a.isalpha() or a.isdigit()) for a, b in zip(text, made, strict=True))


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("time", "21:49:57+02:00"), ("time", "21:49:57.123Z"), ("iso-time", "09:00:00"), ("iso-time", "09:00:00.5"),
        ("duration", "P3Y6M4DT12H30M5S"), ("duration", "P4W"), ("url", "https://jane.example.com/x"),
        ("uri", "tel:+1-555-0100"), ("iri", "https://example.com/" + "x" * 400),
    ],
)  # fmt: skip
def test_another_value_of_a_format_is_of_that_format_within_its_length(format_: str, text: str):
    schema = {"type": "string", "format": format_, "maxLength": max(len(text), len("https://x.example.com"))}
    declared = Declared(format=format_, max_length=schema["maxLength"])  # type: ignore[arg-type]
    for seed in range(20):
        fitting = [made for made in specimens.texts(declared, text, draw(seed)) if fits(schema, (), made)]
        assert fitting
        assert text not in fitting or format_ == "duration"


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_length_is_met(one: int, two: int) -> None:
    low, high = sorted((one, two))
    *_, made = specimens.texts(Declared(min_length=low, max_length=high), "x" * 50, draw())
    assert low <= len(made) <= high


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 50))
def test_numbers_lie_within_the_bounds(value: int, below: int, above: int, step: int) -> None:
    declared = Declared(minimum=Decimal(value - below), maximum=Decimal(value + above), multiple_of=Decimal(step))
    schema = {"minimum": value - below, "maximum": value + above, "multipleOf": step}
    for made in itertools.islice(specimens.numbers(declared, str(value), draw()), 20):
        assert fits(schema, (), int(made))
