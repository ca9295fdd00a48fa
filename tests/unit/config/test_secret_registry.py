"""What no output may hold is found in every spelling an output would give it."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.config.secret_registry import MIN_CHARS, Registry

VALUE = 'Bearer s3cr3t/"CANARY"+é=41'


def listed(*values):
    registry = Registry()
    for value in values:
        registry.add(value)
    return registry


@pytest.mark.parametrize(
    "spelt",
    [
        VALUE,
        VALUE.removeprefix("Bearer "),
        json.dumps(VALUE),
        json.dumps({"a": VALUE}, ensure_ascii=False),
        quote(VALUE),
        quote(VALUE, safe=""),
        base64.b64encode(VALUE.encode()).decode(),
    ],
)
def test_a_value_is_hidden_however_it_is_spelt(spelt):
    hidden = listed(VALUE).hide(f"before {spelt} after")
    assert "[REDACTED]" in hidden
    assert "CANARY" not in hidden
    assert base64.b64encode(VALUE.encode()).decode()[:20] not in hidden
    assert hidden.startswith("before ")
    assert hidden.endswith(" after")


OTHER = st.characters(exclude_characters="\ue000")


@given(st.text(OTHER, min_size=MIN_CHARS, max_size=40), st.text(OTHER, max_size=20))
def test_no_listed_value_survives_and_nothing_else_changes(value, around):
    registry = listed(value)
    assert value not in registry.hide(around + value + around).replace("[REDACTED]", "\ue000")
    if not any(spelt in around for spelt in registry._spelt):
        assert registry.hide(around) == around


@given(st.text(min_size=MIN_CHARS, max_size=40))
def test_json_that_holds_a_value_is_never_said_not_to(value):
    registry = listed(value)
    for ascii_only in (True, False):
        assert registry.may_hold(json.dumps([value], ensure_ascii=ascii_only).encode("utf-8", "surrogatepass"))


def test_without_values_nothing_is_looked_for():
    registry = Registry()
    assert registry.hide("text") == "text"
    assert not registry.may_hold(b'"\\u0041"')


def test_two_who_hold_a_value_have_both_to_drop_it():
    registry = listed("s3cr3t-1", "s3cr3t-1")
    registry.drop("s3cr3t-1")
    assert registry.hide("s3cr3t-1") == "[REDACTED]"
    registry.drop("s3cr3t-1")
    assert registry.hide("s3cr3t-1") == "s3cr3t-1"


def test_a_registry_does_not_show_what_it_holds():
    assert repr(listed("s3cr3t-1")) == "Registry(1 values)"
