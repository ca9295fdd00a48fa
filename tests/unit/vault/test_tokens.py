from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.vault.tokens import as_mail, derive, find

KEY = b"k" * 32
VALUES = st.text(min_size=1, max_size=60)


def token(value: str = "jane@example.com", entity: str = "EMAIL_ADDRESS", scope: str = "s") -> str:
    return derive(KEY, "server", scope, entity, value)


@given(VALUES)
def test_the_same_value_gets_the_same_token_and_it_is_found_genuine(value):
    text = f"see {token(value)}, please"
    (span,) = find(text)
    assert (span.token, span.is_genuine) == (token(value), True)
    assert text[span.start : span.end] == token(value)


def test_scope_entity_origin_key_and_attempt_each_make_another_token():
    base = token()
    others = {
        token(scope="t"),
        token(entity="PERSON"),
        derive(KEY, "client", "s", "EMAIL_ADDRESS", "jane@example.com"),
        derive(b"x" * 32, "server", "s", "EMAIL_ADDRESS", "jane@example.com"),
        derive(KEY, "server", "s", "EMAIL_ADDRESS", "jane@example.com", attempt=1),
    }
    assert base not in others
    assert len(others) == 5


@given(VALUES)
def test_a_token_has_only_characters_that_survive_urls_and_markup(value):
    name, _, body = token(value).rpartition("_")
    assert name == "EMAIL_ADDRESS"
    assert len(body) == 13
    assert set(body) <= set("abcdefghijklmnopqrstuvwxyz234567")


@pytest.mark.parametrize(
    "mangle",
    [
        str.lower,
        str.upper,
        lambda t: t.replace("_", r"\_"),
        lambda t: f"`{t}`",
        lambda t: f"'{t}'",
        lambda t: f"{t}'s",
        lambda t: f"{t}_report.pdf",
        lambda t: f"?to={t}&x=1",
        lambda t: f"<b>{t}</b>",
        lambda t: f"({t}).",
    ],
)
def test_a_token_is_found_after_what_models_do_to_it(mangle):
    (span,) = find(mangle(token()))
    assert (span.token, span.is_genuine) == (token(), True)


def test_a_mistyped_token_is_found_and_not_genuine():
    real = token()
    changed = real[:-1] + ("a" if real[-1] != "a" else "b")
    (span,) = find(changed)
    assert not span.is_genuine


@pytest.mark.parametrize(
    "text", ["", "no token", "EMAIL_ADDRESS_short", "x" * 200, "EMAIL_ADDRESS_" + "a" * 14, "_" * 5000]
)
def test_other_text_holds_no_token(text):
    assert find(text) == []


@given(st.text(max_size=400))
def test_any_text_is_searched_without_failing_and_spans_are_in_order(text):
    spans = find(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))


@given(VALUES)
def test_the_mail_spelling_is_the_same_token(value):
    spelt = as_mail(token(value))
    (span,) = find(f"to: {spelt}, and")
    assert (span.token, span.is_genuine) == (token(value), True)


def test_an_address_that_only_looks_like_a_token_is_an_address():
    body = token()[-13:]
    wrong = body[:-1] + ("a" if body[-1] != "a" else "b")
    assert find(f"email-{wrong}@example.com") == []
    assert find(f"email-{body}@example.com.test") == []
    assert as_mail(token(entity="PERSON")) is None
