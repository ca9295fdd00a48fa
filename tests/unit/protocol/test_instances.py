"""Whole values against their schemas: the verdict is that of the reference validator, or none."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from referencing import Registry

from sidecar.protocol.instances import satisfies, ties
from sidecar.wire.jsonrpc import Number

scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b", "ab"])
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "ab", "c"]), inner, max_size=3)
    ),
    max_leaves=6,
)
names = st.sampled_from(["a", "b", "ab", "c"])
plain = st.booleans() | st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "object", "array", ["object", "null"]]),
        "enum": st.lists(values, min_size=1, max_size=3),
        "const": values,
        "maxLength": st.integers(0, 2),
        "minItems": st.integers(0, 2),
        "maxProperties": st.integers(0, 2),
        "uniqueItems": st.booleans(),
        "required": st.lists(names, max_size=2, unique=True),
    },
)
schemas = st.recursive(
    plain,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(names, inner, max_size=2),
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "b"]), inner, max_size=1),
            "additionalProperties": inner,
            "propertyNames": inner,
            "unevaluatedProperties": inner,
            "dependentSchemas": st.dictionaries(names, inner, max_size=1),
            "dependentRequired": st.dictionaries(names, st.lists(names, max_size=1), max_size=1),
            "prefixItems": st.lists(inner, min_size=1, max_size=2),
            "items": inner,
            "contains": inner,
            "minContains": st.integers(0, 2),
            "unevaluatedItems": inner,
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "oneOf": st.lists(inner, min_size=1, max_size=2),
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
        },
    ),
    max_leaves=5,
)


@given(schemas, values)
def test_our_verdict_is_that_of_jsonschema(schema: dict[str, Any], value: Any) -> None:
    theirs = jsonschema.Draft202012Validator(schema, registry=Registry()).is_valid(value)
    assert satisfies(schema, value) is theirs


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "https://example.com/s"},
        {"$ref": "#"},
        {"properties": {"a": {"pattern": r"(a)\1"}}},
        5,
        None,
        {"anyOf": 5},
    ],
)
def test_where_it_cannot_be_told_nothing_is_said(schema: Any) -> None:
    assert satisfies(schema, {"a": "aa"}) is None


def test_references_are_followed_inside_the_document() -> None:
    tree = {"$defs": {"n": {"properties": {"kids": {"items": {"$ref": "#/$defs/n"}}, "v": {"type": "integer"}}}}}
    assert satisfies({**tree, "$ref": "#/$defs/n"}, {"kids": [{"kids": [{"v": 1}]}]}) is True
    assert satisfies({**tree, "$ref": "#/$defs/n"}, {"kids": [{"kids": [{"v": "x"}]}]}) is False


def test_numbers_are_compared_as_numbers_and_truth_is_none() -> None:
    assert satisfies({"uniqueItems": True}, [1, Number("1.0")]) is False
    assert satisfies({"uniqueItems": True}, [1, True, "1"]) is True


def test_a_schema_that_doubles_at_every_level_is_given_up() -> None:
    levels = {f"l{n}": {"allOf": [{"$ref": f"#/$defs/l{n + 1}"}] * 2} for n in range(60)}
    assert satisfies({"$defs": {**levels, "l60": {}}, "$ref": "#/$defs/l0"}, {}) is None


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"properties": {"a": {"type": "string", "format": "email"}}, "required": ["a"]}, False),
        (
            {
                "properties": {"a": {"anyOf": [{"$ref": "#/$defs/m"}, {"type": "null"}]}},
                "$defs": {"m": {"type": "object"}},
            },
            False,
        ),
        ({"properties": {"a": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}}, False),
        ({"items": {"oneOf": [{"type": "object"}, {"properties": {"b": True}}]}}, True),
        ({"items": {}, "uniqueItems": True}, True),
        ({"contains": {"type": "string"}}, True),
        ({"not": {"required": ["a"]}}, True),
        ({"enum": [{"a": 1}]}, True),
        ({"anyOf": 5}, False),
    ],
)
def test_schemas_whose_members_depend_on_each_other_are_known(schema: Any, expected: bool) -> None:
    assert ties(schema) is expected
