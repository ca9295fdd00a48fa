"""Patterns in a tool's schema are the server's, the text is the caller's: together they must not hold the loop."""

from __future__ import annotations

import pytest

from sidecar.guard.arguments import Arguments
from sidecar.guard.model import Overlay

JUDGE = Arguments((), checks_schema=True)
ENDLESS = "^(a+)+$"
"""With a backtracking engine 2^n steps."""
LONG = "a" * 60_000 + "!"


@pytest.mark.parametrize(
    ("schema", "arguments"),
    [
        ({"properties": {"q": {"pattern": ENDLESS}}}, {"q": LONG}),
        ({"properties": {"q": {"pattern": ENDLESS}}, "not": {"required": ["z"]}}, {"q": LONG}),
        ({"patternProperties": {ENDLESS: True}, "additionalProperties": False}, {LONG: 1}),
        ({"patternProperties": {ENDLESS: True, "!$": {"type": "string"}}}, {LONG: 1}),
    ],
    ids=["plainly written", "by the validator", "names", "names and what stands there"],
)
def test_a_pattern_that_backtracks_without_end_is_told_at_once(schema, arguments):
    complaint = JUDGE.complaint("find", arguments, schema)
    assert complaint is not None
    assert "aaa" not in complaint.at + complaint.says


@pytest.mark.parametrize(
    ("schema", "fine", "wrong"),
    [
        ({"properties": {"q": {"pattern": "^[a-z]+$"}}, "not": {"required": ["z"]}}, {"q": "abc"}, {"q": "ABC"}),
        ({"patternProperties": {"^x-": {"type": "string"}}}, {"x-a": "b", "y": 1}, {"x-a": 1}),
        ({"patternProperties": {"^x-": True}, "additionalProperties": False}, {"x-a": 1}, {"y": 1}),
        ({"patternProperties": {"^x-": True}, "additionalProperties": {"type": "string"}}, {"y": "z"}, {"y": 1}),
        (
            {"properties": {"a": {"pattern": "^(?=b)"}, "c": {"type": "string"}}},
            {"a": "not judged", "c": "d"},
            {"a": "not judged", "c": 1},
        ),
    ],
)
def test_what_patterns_say_holds(schema, fine, wrong):
    assert JUDGE.complaint("find", fine, schema) is None
    assert JUDGE.complaint("find", wrong, schema) is not None


def test_what_no_member_may_be_left_over_of_is_not_judged_beside_patterns_of_names():
    schema = {"patternProperties": {ENDLESS: True}, "unevaluatedProperties": False}
    assert JUDGE.complaint("find", {LONG: 1}, schema) is None


MADE_UP = "jane.doe@example.com file_path"


@pytest.mark.parametrize(
    ("overlays", "schema"),
    [
        ((), {"additionalProperties": {"type": "integer"}}),
        ((), {"maxProperties": 0}),
        ((Overlay(("*",), ("arguments.*",), max_length=2),), None),
        ((), None),
    ],
    ids=["schema", "schema, as a whole", "overlay", "path"],
)
def test_an_argument_the_caller_made_up_is_not_named(overlays, schema):
    complaint = Arguments(overlays, checks_schema=True).complaint("find", {MADE_UP: "../../etc/passwd"}, schema)
    assert complaint is not None
    assert "jane" not in complaint.at + complaint.says
    assert complaint.at.startswith("arguments")
