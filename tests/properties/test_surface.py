"""Whatever a message holds, no string of it is overlooked where the tables have nothing to say."""

from __future__ import annotations

import copy

from hypothesis import given
from hypothesis import strategies as st

from sidecar.protocol.leaf import JsonType, Part
from sidecar.protocol.methods import ROWS
from sidecar.protocol.surface import leaves, rewrite
from sidecar.wire import tree
from sidecar.wire.jsonrpc import Message

WORDS = ["content", "type", "text", "_meta", "params", "result", "error", "id", "method", "name", "uri", "tools"]
keys = st.sampled_from(WORDS) | st.text(max_size=6)
plain_keys = keys.filter(lambda key: key != "_meta")


def values(key):
    return st.recursive(
        st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.text(max_size=8) | st.sampled_from(WORDS),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(key, inner, max_size=4),
        max_leaves=25,
    )


methods = st.sampled_from([row.method for row in ROWS]) | st.just("vendor/method")
bodies = st.dictionaries(keys, values(keys), max_size=5)


@given(values(plain_keys), st.sampled_from(["params", "result"]))
def test_every_string_number_and_key_of_an_unknown_method_is_a_leaf(value, member):
    part = Part.PARAMS if member == "params" else Part.RESULT
    found = [(leaf.path, leaf.json_type.value, leaf.text) for leaf in leaves({member: value}, "vendor/method", part)]
    spots = [(path, kind, text) for path, _, _, kind, text in tree.walk(value, (member,), member)]
    assert found == spots


@given(bodies, methods, st.sampled_from([Part.PARAMS, Part.RESULT, Part.ERROR]))
def test_any_body_is_walked_without_error_and_each_leaf_stands_where_it_says(body, method, part):
    before = copy.deepcopy(body)
    found = leaves(body, method, part)
    assert body == before
    assert len({(leaf.path, leaf.json_type is JsonType.KEY) for leaf in found}) == len(found)
    for leaf in found:
        if leaf.json_type is JsonType.KEY:
            assert leaf.text in tree.get(body, leaf.path[:-1])
        else:
            assert tree.scalar(tree.get(body, leaf.path)) == (leaf.json_type.value, leaf.text)


@given(bodies, methods, st.data())
def test_a_rewrite_changes_the_chosen_leaf_and_nothing_else(body, method, data):
    message = Message(body)
    found = [leaf for leaf in leaves(body, method, Part.RESULT) if leaf.json_type is not JsonType.KEY]
    assert rewrite(message, []).body == body
    if found:
        leaf = data.draw(st.sampled_from(found))
        after = rewrite(message, [(leaf, "changed")])
        assert tree.get(after.body, leaf.path) == "changed"
        assert rewrite(after, [(leaf, tree.get(body, leaf.path))]).body == body


@given(values(keys))
def test_unknown_members_of_the_envelope_are_leaves_with_their_names(value):
    found = {(leaf.path, leaf.json_type.value) for leaf in leaves({"Params": value}, "tools/call", Part.PARAMS)}
    assert found == {(("Params",), "key")} | {(path, kind) for path, _, _, kind, _ in tree.walk(value, ("Params",))}
