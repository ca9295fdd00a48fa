from itertools import pairwise
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.vault.keys import Key
from sidecar.vault.tokens import check_character, derive, find, is_checked, known_end

KEY = Key("a", b"k" * 32)
VALUES = st.text(min_size=1, max_size=60)
ALPHABET = ascii_lowercase + "234567"
NAMES = frozenset(("PERSON", "EMAIL_ADDRESS", "US_SSN"))


def token(value: str = "jane@example.com", entity: str = "EMAIL_ADDRESS", scope: str = "s") -> str:
    return derive(KEY, "server", scope, entity, value)


@given(VALUES)
def test_the_same_value_gets_the_same_token_and_it_is_found_genuine(value):
    text = f"see {token(value)}, please"
    (span,) = find(text)
    assert (span.token, span.is_genuine, span.is_plain, span.escape) == (token(value), True, True, "")
    assert text[span.start : span.end] == token(value)
    assert (span.entity, span.version) == ("EMAIL_ADDRESS", "a")


def test_scope_entity_origin_key_and_attempt_each_make_another_token():
    base = token()
    others = {
        token(scope="t"),
        token(entity="PERSON"),
        derive(KEY, "client", "s", "EMAIL_ADDRESS", "jane@example.com"),
        derive(Key("a", b"x" * 32), "server", "s", "EMAIL_ADDRESS", "jane@example.com"),
        derive(KEY, "server", "s", "EMAIL_ADDRESS", "jane@example.com", attempt=1),
    }
    assert base not in others
    assert len(others) == 5


@given(VALUES, st.sampled_from(ALPHABET))
def test_a_tail_has_the_key_s_letter_and_only_characters_that_survive_urls_and_markup(value, version):
    name, _, tail = derive(Key(version, b"k" * 32), "server", "s", "EMAIL_ADDRESS", value).rpartition("_")
    assert name == "EMAIL_ADDRESS"
    assert len(tail) == 13
    assert tail[0] == version
    assert set(tail) <= set(ALPHABET)


@given(VALUES, st.integers(0, 12), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_noticed(value, place, letter):
    tail = token(value)[-13:]
    wrong = tail[:place] + letter + tail[place + 1 :]
    assert is_checked("EMAIL_ADDRESS", wrong) == (wrong == tail)


@given(VALUES, st.integers(0, 11), st.integers(0, 11))
def test_two_exchanged_characters_are_noticed(value, one, two):
    tail = list(token(value)[-13:])
    tail[one], tail[two] = tail[two], tail[one]
    wrong = "".join(tail)
    assert is_checked("EMAIL_ADDRESS", wrong) == (wrong == token(value)[-13:])


def test_the_check_character_depends_on_the_entity():
    assert len({check_character(name, "abcdefghijkl") for name in map(str, range(200))}) == 32


def test_a_mistyped_token_is_found_and_not_genuine():
    real = token()
    (span,) = find(real[:-1] + ("a" if real[-1] != "a" else "b"))
    assert not span.is_genuine


@pytest.mark.parametrize(
    "text", ["", "no token", "EMAIL_ADDRESS_short", "x" * 200, "EMAIL_ADDRESS_" + "a" * 14, "_" * 5000]
)
def test_other_text_holds_no_token(text):
    assert find(text) == []


@given(st.text(max_size=400), st.sampled_from([None, NAMES]))
def test_any_text_is_searched_without_failing_and_spans_are_in_order(text, names):
    spans = find(text, names)
    assert all(a.end <= b.start for a, b in pairwise(spans))


@pytest.mark.parametrize(
    ("before", "start"),
    [("report_", 7), ("__", 2), (r"\_", 2), ("a_b_c_", 6), (r"report\_", 8), ("US_SSN_", 7), ("x" * 60 + "_", 61)],
)
def test_with_names_only_the_name_and_its_tail_are_the_token(before, start):
    text = f"{before}{token()}_x"
    (span,) = find(text, NAMES)
    assert (span.start, span.end, span.token) == (start, start + len(token()), token())


def test_with_names_a_word_that_is_no_entity_makes_no_token():
    assert find(f"report_{token()[-13:]}", NAMES) == []
    assert known_end("REPORT", NAMES) is None


def test_an_escaped_underscore_within_the_name_belongs_to_it():
    text = "see " + token().replace("_", r"\_")
    (span,) = find(text, NAMES)
    assert text[span.start : span.end] == text[4:]
    assert span.token == token()
