"""What is said to satisfy a schema surely does: ``jsonschema`` says so too, whatever the schema and the value."""

from __future__ import annotations

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.guard.arguments import Arguments, _plain
from sidecar.guard.plain_schemas import compiled
from sidecar.wire.jsonrpc import Number

DRAFTS = (jsonschema.Draft202012Validator, jsonschema.Draft7Validator, jsonschema.Draft4Validator)
NAMES = st.sampled_from(["a", "b", "c"])
NUMBERS = st.sampled_from(["0", "-1", "3", "7", "1.0", "2.5", "1E400", "-0", "123456789012345678901"]).map(Number)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text("ab1", max_size=4)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
TYPES = st.sampled_from(["string", "object", "array", "boolean", "null", "number", "integer"])
SMALL = st.integers(0, 4).map(lambda number: Number(str(number)))
KEYWORDS = {
    "type": st.one_of(TYPES, st.lists(TYPES, min_size=1, max_size=3, unique=True)),
    "enum": st.lists(st.text("ab1", max_size=2), min_size=1, max_size=3, unique=True),
    "pattern": st.sampled_from(["^a", "b$", "[0-9]", "a|b"]),
    "minLength": SMALL, "maxLength": SMALL, "minItems": SMALL, "maxItems": SMALL, "minimum": SMALL, "maximum": SMALL,
    "required": st.lists(NAMES, min_size=1, max_size=2, unique=True),
    "format": st.just("email"), "description": st.just("Says something."),
    "exclusiveMinimum": SMALL, "const": st.text("ab1", max_size=2), "uniqueItems": st.booleans(),
}  # fmt: skip
SCHEMAS = st.recursive(
    st.fixed_dictionaries({}, optional=KEYWORDS),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            **KEYWORDS,
            "properties": st.dictionaries(NAMES, inner, max_size=3),
            "additionalProperties": st.one_of(st.booleans(), inner),
            "items": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2),
        },
    ),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None)
@given(SCHEMAS, VALUES)
def test_what_is_sure_is_so(schema, value):
    check = compiled(schema)
    if check is not None and check(value):
        for draft in DRAFTS:
            if draft is jsonschema.Draft4Validator and "exclusiveMinimum" in str(schema):
                continue
            assert draft(_plain(schema)).is_valid(_plain(value))


USUAL = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "properties": {
        "query": {"type": "string", "minLength": 1, "maxLength": 5, "description": "What to find."},
        "page": {"type": "integer", "minimum": Number("0"), "default": Number("0")},
        "order": {"anyOf": [{"enum": ["up", "down"]}, {"type": "null"}]},
        "ids": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}, "maxItems": Number("2")},
    },
    "required": ["query"],
    "additionalProperties": False,
}


def test_a_tool_as_most_are_written_is_understood():
    check = compiled(USUAL)
    assert check is not None
    assert check({"query": "x", "page": Number("0"), "order": None, "ids": ["a", "b"]})
    for wrong in (
        {},
        {"query": ""},
        {"query": "x", "z": 1},
        {"query": "x", "page": Number("-1")},
        {"query": "x", "ids": ["A"]},
    ):
        assert not check(wrong)


@pytest.mark.parametrize(
    "schema", [None, {"$ref": "#/$defs/a"}, {"properties": {"a": {"required": True}}}, {"type": "any"}, {"not": {}}]
)
def test_what_is_not_understood_is_the_validators(schema):
    assert compiled(schema) is None


def test_a_definition_that_is_listed_anew_holds_at_once():
    arguments = Arguments((), checks_schema=True)
    assert arguments.complaint("find", {"query": "x"}, USUAL) is None
    complaint = arguments.complaint("find", {"query": "x"}, {**USUAL, "required": ["query", "page"]})
    assert complaint is not None
    assert complaint.says == "lacks page, which the tool requires"
