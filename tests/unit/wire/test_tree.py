"""The tree editor."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.wire import tree
from sidecar.wire.jsonrpc import Number, dumps
from sidecar.wire.spans import scan

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)
objects = st.dictionaries(st.text(max_size=6), json_values, max_size=5)

BODY = {"a": {"first": 1, "second": [{"x": "one"}, "two"]}, "b": {"untouched": True}}


def test_walk_lists_strings_numbers_and_keys_in_document_order():
    body = {"a": "x", "b": [1, True, None, {"c": Number("1.50")}]}
    assert list(tree.walk(body)) == [
        (("a",), "", "", "key", "a"),
        (("a",), "a", "", "string", "x"),
        (("b",), "", "", "key", "b"),
        (("b", 0), "b", "", "integer", "1"),
        (("b", 3, "c"), "b", "", "key", "c"),
        (("b", 3, "c"), "c", "", "number", "1.50"),
    ]


@pytest.mark.parametrize("name", ["name", "Name", "key", "label", "attribute"])
@pytest.mark.parametrize("value", ["value", "Value"])
def test_a_value_has_its_name_as_sibling_in_either_order(name, value):
    for body in ({name: "Last Name", value: "Cates"}, {value: "Cates", name: "Last Name"}):
        siblings = {text: sibling for _, _, sibling, kind, text in tree.walk(body) if kind == "string"}
        assert siblings == {"Last Name": "", "Cates": "Last Name"}


def test_a_list_of_values_has_the_sibling_of_its_member():
    body = {"name": "Emails", "value": ["a@example.com"]}
    assert [spot[2] for spot in tree.walk(body) if spot[4] == "a@example.com"] == ["Emails"]


def test_walk_goes_deeper_than_python_may_recurse():
    deep: object = "bottom"
    for _ in range(5000):
        deep = [deep]
    assert [spot[4] for spot in tree.walk(deep)] == ["bottom"]


@given(json_values)
def test_every_path_of_a_value_leads_to_its_text(value):
    for path, _, _, kind, text in tree.walk(value):
        if kind == "key":
            assert text in tree.get(value, path[:-1])
        else:
            assert tree.scalar(tree.get(value, path)) == (kind, text)


@given(objects)
def test_rewriting_nothing_returns_the_same(body):
    assert tree.rewrite(body, []) is body


@given(objects, st.data())
def test_a_rewrite_changes_its_leaf_and_nothing_else(body, data):
    spots = [spot for spot in tree.walk(body) if spot[3] != "key"]
    if not spots:
        return
    chosen = data.draw(st.sampled_from(spots))
    before = copy.deepcopy(body)
    after = tree.rewrite(body, [(chosen[0], False, "replaced")])
    assert body == before
    assert tree.get(after, chosen[0]) == "replaced"
    assert tree.rewrite(after, [(chosen[0], False, tree.get(body, chosen[0]))]) == body


@given(objects, st.data())
def test_many_changes_together_equal_them_one_by_one(body, data):
    spots = [spot for spot in tree.walk(body) if spot[3] != "key"]
    chosen = data.draw(st.lists(st.sampled_from(spots), unique_by=lambda s: s[0], max_size=6)) if spots else []
    changes = [(spot[0], False, f"new {place}") for place, spot in enumerate(chosen)]
    one_by_one = body
    for path, _, value in changes:
        one_by_one = tree.put(one_by_one, path, value)
    assert tree.rewrite(body, changes) == one_by_one


def test_what_is_off_the_changed_paths_is_shared():
    after = tree.rewrite(BODY, [(("a", "second", 0, "x"), False, "uno")])
    assert after["b"] is BODY["b"]
    assert after["a"]["second"][0] == {"x": "uno"}
    assert BODY["a"]["second"][0] == {"x": "one"}


def test_a_renamed_key_keeps_its_place_and_paths_are_the_old_ones():
    after = tree.rewrite(BODY, [(("a", "first"), True, "1st"), (("a", "first"), False, 2), (("a",), True, "A")])
    assert list(after) == ["A", "b"]
    assert next(iter(after["A"].items())) == ("1st", 2)
    assert list(BODY["a"]) == ["first", "second"]


def test_keys_may_trade_places():
    after = tree.rewrite({"a": 1, "b": 2}, [(("a",), True, "b"), (("b",), True, "a")])
    assert list(after.items()) == [("b", 1), ("a", 2)]


@pytest.mark.parametrize(
    "changes",
    [
        [(("a",), True, "b")],
        [(("a",), True, "c"), (("b",), True, "c")],
        [(("missing",), False, 1)],
        [(("a", 0), False, 1)],
        [(("a",), False, 1), (("a", "first"), False, 2)],
        [(("a", "first"), False, 2), (("a",), False, 1)],
        [((), False, 1)],
        [(("a", "second", 9), False, 1)],
        [(("a", "second", 0), True, "k")],
    ],
)
def test_impossible_changes_are_refused_without_naming_values(changes):
    with pytest.raises(ValueError, match=r"^[a-z, ]+$"):
        tree.rewrite(BODY, changes)


def test_put_adds_and_replaces_and_delete_removes_without_touching_the_original():
    before = copy.deepcopy(BODY)
    assert tree.put(BODY, ("a", "third"), 3)["a"]["third"] == 3
    assert tree.put(BODY, ("a", "second", 1), "zwei")["a"]["second"][1] == "zwei"
    assert tree.delete(BODY, ("a", "second", 0))["a"]["second"] == ["two"]
    assert tree.delete(BODY, ("nothing", "here")) is BODY
    assert before == BODY


def test_get_of_a_place_that_is_not_there_names_no_value():
    with pytest.raises(ValueError, match="no such place"):
        tree.get(BODY, ("a", "alice@example.com"))


@pytest.mark.parametrize(
    ("body", "sibling"),
    [
        ({"field": "assignee", "toString": "x"}, "assignee"),
        ({"FieldName": "Last Name", "FieldValue": "x"}, "Last Name"),
        ({"system": "phone", "value": "x"}, "phone"),
        ({"email": {"value": "x"}}, "email"),
        ({"emails": [{"value": "x", "primary": True}]}, "emails"),
        ({"emails": [{"key": "work", "value": "x"}]}, "work"),
    ],
)
def test_a_value_goes_by_the_name_beside_it_or_by_that_of_its_object(body, sibling) -> None:
    assert [spot[2] for spot in tree.walk(body) if spot[4] == "x"] == [sibling]
    found = scan(dumps(body).decode())
    assert found is not None
    assert [leaf.sibling for leaf in found.leaves if leaf.text == "x"] == [sibling]
