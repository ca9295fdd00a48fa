"""What tool definitions said, and whether a value may stand where they say."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from referencing import Registry

from sidecar.protocol.schemas import Declared, Hints, Tools, declares, describe, fits
from sidecar.wire.jsonrpc import Number

CONTACT = {
    "type": "object",
    "properties": {
        "email": {"type": "string", "format": "email", "maxLength": 40},
        "born": {"type": ["string", "null"], "format": "date"},
        "phone": {"$ref": "#/$defs/phone"},
        "kind": {"enum": ["lead", "customer"]},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 5}},
        "pair": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False},
        "any": {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "integer"}]},
        "children": {"type": "array", "items": {"$ref": "#"}},
    },
    "patternProperties": {"^x_": {"format": "ipv4"}},
    "additionalProperties": {"type": "string", "pattern": "^[A-Z]+$"},
    "required": ["email", "unnamed"],
    "$defs": {"phone": {"type": "string", "pattern": r"^\+\d{8,15}$"}},
}


@pytest.mark.parametrize(
    ("path", "good", "bad"),
    [
        (("email",), "a@example.com", "<EMAIL_ADDRESS>"),
        (("email",), "a@example.com", "a" * 40 + "@example.com"),
        (("born",), "1980-02-29", "1981-02-29"),
        (("born",), None, 5),
        (("phone",), "+15550123456", "PHONE_NUMBER"),
        (("kind",), "lead", "PERSON_1"),
        (("age",), 42, 151),
        (("age",), Number("42.0"), Number("42.5")),
        (("tags", 7), "abc", "abcdef"),
        (("pair", 0), 1, "x"),
        (("pair", 1), "x", 1),
        (("any",), "6c84fb90-12c4-11e1-840d-7b25c5ee775a", "nothing"),
        (("children", 3, "children", 0, "email"), "a@example.com", "x"),
        (("x_address",), "192.0.2.1", "300.0.0.1"),
        (("other",), "ABC", "abc"),
    ],
)
def test_a_value_fits_or_does_not(path, good, bad):
    assert fits(CONTACT, path, good)
    assert not fits(CONTACT, path, bad)


def test_beyond_a_closed_tuple_nothing_fits():
    assert not fits(CONTACT, ("pair", 2), "x")


def test_where_nothing_is_declared_everything_fits():
    assert fits({}, ("a", 0, "b"), "x")
    assert fits(True, ("a",), 5)
    assert fits({"properties": {"a": {"title": "no rule"}}}, ("a",), "x")


@pytest.mark.parametrize(
    "schema",
    [
        False,
        None,
        "schema",
        {"$ref": "https://example.com/schema.json"},
        {"$ref": "#/nowhere"},
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}, {"$ref": "#"}]},
        {"pattern": r"^(a+)\1$"},
        {"pattern": "("},
        {"pattern": 5},
        {"enum": "x"},
        {"type": "nonsense"},
        {"minimum": "a", "type": "string", "maxLength": "b"},
        {"anyOf": 5},
    ],
)
def test_what_cannot_be_evaluated_does_not_fit(schema):
    assert not fits(schema, (), "aaaa")


def test_a_pattern_made_to_hang_a_backtracking_engine_is_answered():
    assert not fits({"pattern": "^(a+)+$"}, (), "a" * 5000 + "!")


def test_a_schema_that_doubles_at_every_level_is_given_up():
    levels = {f"l{n}": {"allOf": [{"$ref": f"#/$defs/l{n + 1}"}] * 2} for n in range(60)}
    assert not fits({"$defs": {**levels, "l60": {}}, "$ref": "#/$defs/l0"}, (), "x")
    assert describe({"$defs": {**levels, "l60": {}}, "$ref": "#/$defs/l0"}, ()) == Declared()


def test_a_container_is_never_said_to_fit():
    assert not fits({}, (), {})
    assert not fits({}, (), [])


def test_two_schemas_with_equal_places_are_told_apart():
    for length in range(600):
        assert fits({"properties": {"a": {"maxLength": length}}}, ("a",), "x" * length)
        assert not fits({"properties": {"a": {"maxLength": length}}}, ("a",), "x" * (length + 1))


scalars = st.none() | st.booleans() | st.integers(-20, 20) | st.sampled_from(["", "a", "abc", "a@b.c", "123"])
rules = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "number", "boolean", "null", ["string", "integer"], "object"]),
        "enum": st.lists(scalars, min_size=1, max_size=4),
        "const": scalars,
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
        "minimum": st.integers(-5, 5),
        "exclusiveMaximum": st.integers(-5, 5),
        "multipleOf": st.integers(1, 5),
        "pattern": st.sampled_from(["a", "^a$", "[0-9]+"]),
    },
)
schemas = st.recursive(
    rules,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "oneOf": st.lists(inner, min_size=1, max_size=2),
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
        },
    ),
    max_leaves=6,
)


@given(schemas, scalars)
def test_our_verdict_on_scalars_is_that_of_jsonschema(schema: dict[str, Any], value: Any):
    theirs = jsonschema.Draft202012Validator(schema, registry=Registry()).is_valid(value)
    assert fits(schema, (), value) == theirs


@given(schemas, scalars)
def test_a_place_inside_is_judged_as_a_whole_value_would_be(schema: dict[str, Any], value: Any):
    whole = {"properties": {"rows": {"items": {"allOf": [{"properties": {"cell": schema}}]}}}}
    theirs = jsonschema.Draft202012Validator(whole, registry=Registry()).is_valid({"rows": [{}, {"cell": value}]})
    assert fits(whole, ("rows", 1, "cell"), value) == theirs


def test_describe_gathers_what_is_declared():
    assert describe(CONTACT, ("email",)) == Declared(types=("string",), format="email", max_length=40)
    assert describe(CONTACT, ("born",)).types == ("string", "null")
    assert describe(CONTACT, ("phone",)) == Declared(types=("string",), pattern=r"^\+\d{8,15}$")
    assert describe(CONTACT, ("kind",)).enum == ("lead", "customer")
    assert describe(CONTACT, ("any",)) == Declared(types=("string", "integer"), format="uuid")
    assert describe({"const": "x"}, ()).enum == ("x",)
    assert describe({}, ("anything",)) == Declared()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("email",), True),
        (("unnamed",), True),
        (("children", 0, "kind"), True),
        (("a@example.com",), False),
        (("x_address",), False),
        (("tags", 0), False),
        ((), False),
    ],
)
def test_declared_properties_are_known_by_name(path, expected):
    assert declares(CONTACT, path) is expected


def test_where_it_cannot_be_told_a_key_counts_as_declared():
    assert declares({"$ref": "https://example.com/s.json"}, ("a",))


def _list(*tools: object):
    return {"result": {"tools": list(tools)}}


def test_tools_are_learnt_page_by_page_and_the_newest_definition_counts():
    tools = Tools()
    tools.learn(_list({"name": "a", "annotations": {"readOnlyHint": True, "idempotentHint": False}}))
    tools.learn(_list({"name": "b", "inputSchema": {"type": "object"}, "outputSchema": CONTACT}))
    assert tools.knows("a")
    assert tools.read_only("a") is True
    assert tools.annotations("a") == Hints(read_only=True, idempotent=False)
    assert (tools.input_schema("b"), tools.output_schema("b")) == ({"type": "object"}, CONTACT)
    tools.learn(_list({"name": "a"}))
    assert tools.read_only("a") is None


def test_a_tool_nobody_announced_has_nothing():
    tools = Tools()
    assert not tools.knows("x")
    assert tools.annotations("x") == Hints()
    assert (tools.input_schema("x"), tools.output_schema("x"), dict(tools.mirrors("x"))) == (None, None, {})


def test_the_registry_is_bounded_and_forgets_the_oldest():
    tools = Tools(limit=3)
    tools.learn(_list(*({"name": str(n)} for n in range(10))))
    assert [n for n in range(10) if tools.knows(str(n))] == [7, 8, 9]


@pytest.mark.parametrize(
    "body", [{}, {"result": []}, {"result": {"tools": {}}}, _list(1, {}, {"name": 5}, {"name": "a", "annotations": 1})]
)
def test_what_is_no_tool_list_is_passed_over(body):
    tools = Tools()
    tools.learn(body)
    assert tools.read_only("a") is None


def test_a_hint_that_is_no_boolean_is_no_hint():
    tools = Tools()
    tools.learn(_list({"name": "a", "annotations": {"readOnlyHint": "true"}}))
    assert tools.read_only("a") is None


def test_headers_are_learnt_from_properties_reached_through_properties_only():
    tools = Tools()
    schema = {
        "properties": {
            "who": {"type": "string", "x-mcp-header": "Who"},
            "deep": {"properties": {"id": {"x-mcp-header": "Id"}}},
            "list": {"items": {"x-mcp-header": "No"}},
            "bad": {"x-mcp-header": "not a token"},
        }
    }
    tools.learn(_list({"name": "a", "inputSchema": schema}))
    assert tools.mirrors("a") == {"mcp-param-who": ("who",), "mcp-param-id": ("deep", "id")}
