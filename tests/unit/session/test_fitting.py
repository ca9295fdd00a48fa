"""Stand-ins satisfy the schema announced for their place: the order of tries, one test per number, and what ties places together."""

from __future__ import annotations

import re

import pytest

from sidecar.session.actions import Refuse, Send
from tests.playbook import Playbook, body

JANE, JOE = "jane@example.com", "joe@example.com"


def structured(policy: str, schema: object, value: object) -> object:
    """What stands in the structured part; None if the result was withheld."""
    play = Playbook(policy)
    play.learn({"name": "t", "outputSchema": {"type": "object", "properties": {"it": schema}}})
    _, got = play.call("t", {}, {"content": [], "structuredContent": {"it": value}})
    return body(got)["result"]["structuredContent"]["it"] if isinstance(got, Send) else None


def test_1_the_rules_own_stand_in_where_it_fits():
    assert structured("strict", {"type": "string"}, JANE) == "<EMAIL_ADDRESS>"


def test_2_another_spelling_where_a_format_asks_for_it():
    for policy in ("strict", "reversible"):
        made = structured(policy, {"type": "string", "format": "email"}, JANE)
        assert re.fullmatch(r"[\w-]+@example\.com", str(made))
        assert made != JANE


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"pattern": r"^[a-z]{4}@[a-z]{7}\.com$"}, JANE),
        ({"pattern": r"^(?:ms|mr) [A-Z][a-z]+ [A-Z][a-z]+$|^Jane Doe$"}, "Jane Doe"),
        ({"type": "string", "maxLength": 8}, "Jane Doe"),
        ({"type": "string", "minLength": 40}, "to Jane Doe, Jane Doe, who is away today"),
    ],
)
def test_3_an_invented_value_for_the_whole_place(schema, value):
    made = structured("strict", schema, value)
    assert made is not None
    assert value not in str(made)


def test_4_nothing_where_only_the_value_itself_fits():
    assert structured("strict", {"pattern": "^Jane Doe$"}, "Jane Doe") is None


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 123456000, "maximum": 123457000},
        {"type": "integer", "multipleOf": 3},
        {"type": "integer", "exclusiveMinimum": 123456788, "exclusiveMaximum": 123456799},
        {"type": "integer", "format": "int32"},
    ],
)
def test_a_number_keeps_its_length_and_stays_within_its_bounds(schema):
    from sidecar.protocol.schemas import fits

    made = structured("strict", schema, 123456789)
    assert isinstance(made, int)
    assert made != 123456789
    assert len(str(made)) == 9
    assert fits(schema, (), made)


KIND = {"properties": {"kind": {"const": "a"}}, "required": ["kind"]}
WEIGHED = [
    {"properties": {"kind": {"const": "a"}, "n": {"type": "integer", "minimum": 123456000, "maximum": 123457000}}},
    {"properties": {"kind": {"const": "b"}, "n": {"type": "number", "multipleOf": 1000}}},
]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "array", "contains": {"type": "string", "format": "email"}}, [JANE, "nothing"]),
        ({"contains": {"propertyNames": {"pattern": "^[^ <>]+$"}, "type": "object"}}, [{JANE: 1}, "nothing"]),
        ({"contains": {"patternProperties": {"@": {"type": "integer"}}, "minProperties": 1}}, [{JANE: 1}, {}]),
        ({"contains": {"type": "number", "multipleOf": 3}, "minContains": 2}, [123456789, 123456792, "nothing"]),
        ({"oneOf": WEIGHED}, {"kind": "a", "n": 123456789}),
        ({"oneOf": WEIGHED[::-1]}, {"kind": "a", "n": 123456789}),
        ({"if": KIND, "then": {"properties": {"n": {"multipleOf": 3}}}, "else": {"properties": {"n": False}}},
         {"kind": "a", "n": 123456789}),
        ({"if": KIND, "then": {"properties": {"kind": True, "n": {"type": "integer"}}}, "unevaluatedProperties": False},
         {"kind": "a", "n": 123456789}),
        ({"allOf": [{"prefixItems": [{"type": "string", "maxLength": 16}]}], "unevaluatedItems": False}, [JANE]),
        ({"items": {"anyOf": [{"format": "int32", "type": "integer"}, {"format": "email", "maxLength": 20}]}}, [JANE]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("policy", ["strict", "reversible"])
def test_what_a_value_satisfied_of_alternatives_its_stand_in_satisfies(policy, schema, value):
    from sidecar.protocol.instances import satisfies

    assert satisfies(schema, value)
    made = structured(policy, schema, value)
    assert satisfies(schema, made)
    assert "jane" not in str(made)
    assert "123456789" not in str(made)


def test_only_one_other_number_within_the_bounds_is_found():
    schema = {"type": "integer", "minimum": 123456789, "maximum": 123456790}
    assert structured("strict", schema, 123456789) == 123456790


def test_what_only_the_value_satisfies_is_withheld_with_its_alternatives():
    schema = {"type": "array", "contains": {"type": "string", "pattern": "^jane@example[.]com$"}}
    assert structured("strict", schema, [JANE, "nothing"]) is None


def test_elements_that_must_differ_do():
    schema = {"type": "array", "uniqueItems": True, "items": {"type": "string"}}
    made = structured("strict", schema, [JANE, JOE, "x"])
    assert len(set(made)) == 3
    assert not {JANE, JOE} & set(made)
    assert structured("strict", {"type": "array"}, [JANE, JOE]) == ["<EMAIL_ADDRESS>"] * 2


def test_a_value_the_schema_lists_is_called_what_the_list_called_it():
    play = Playbook("strict")
    schema = {"type": "object", "properties": {"it": {"enum": [JANE, JOE, "x"]}}}
    play.client({"jsonrpc": "2.0", "id": "l", "method": "tools/list"})
    tool = {"name": "t", "inputSchema": schema, "outputSchema": schema, "annotations": {"readOnlyHint": False}}
    shown = body(play.server({"jsonrpc": "2.0", "id": "l", "result": {"tools": [tool]}}))["result"]["tools"][0]
    names = shown["outputSchema"]["properties"]["it"]["enum"]
    assert len(set(names)) == 3
    assert not {JANE, JOE} & set(names)
    sent, got = play.call("t", {"it": names[1]}, {"content": [], "structuredContent": {"it": JOE}})
    assert body(sent)["params"]["arguments"] == {"it": JOE}
    assert body(got)["result"]["structuredContent"] == {"it": names[1]}


def test_members_that_are_personal_data_are_renamed_apart_in_order_and_declared_ones_never():
    schema = {"type": "object", "properties": {JANE: {"type": "integer"}}, "additionalProperties": {"type": "integer"}}
    made = structured("strict", schema, {"b": 1, JOE: 2, JANE: 3, "Jane Doe": 4, "x@example.com": 5})
    assert list(made.values()) == [1, 2, 3, 4, 5]
    assert list(made)[2] == JANE
    assert list(made)[1] == "<EMAIL_ADDRESS>"
    assert list(made)[4] == "<EMAIL_ADDRESS> 2"


@pytest.mark.parametrize(
    "rule",
    [
        {"propertyNames": {"format": "email"}},
        {"propertyNames": {"maxLength": 18}},
        {"propertyNames": {"pattern": "^[^<> ]+$"}},
        {"patternProperties": {"@": {"type": "integer"}}, "additionalProperties": False},
    ],
)
def test_a_renamed_member_is_called_something_its_object_allows(rule):
    from sidecar.protocol.instances import satisfies

    schema = {"type": "object", **rule}
    made = structured("strict", schema, {JANE: 1, JOE: 2})
    assert satisfies(schema, made) is True
    assert list(made.values()) == [1, 2]
    assert not {JANE, JOE} & set(made)


def test_a_result_that_no_longer_holds_together_is_withheld_with_a_tool_error():
    schema = {"type": "object", "properties": {"a": True}, "not": {"properties": {"a": {"pattern": "^[^@]*$|^email-"}}}}
    play = Playbook("strict")
    play.learn({"name": "t", "outputSchema": schema})
    _, got = play.call("t", {}, {"content": [], "structuredContent": {"a": JANE}})
    assert isinstance(got, Refuse)
    assert body(got)["result"]["isError"] is True
    assert JANE not in str(body(got))
