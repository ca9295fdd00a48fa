from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sidecar.protocol.leaf import Leaf, Part
from sidecar.protocol.surface import leaves
from sidecar.wire.jsonrpc import loads
from sidecar.wire.places import NOTHING, Places

NAMES = st.sampled_from(["name", "value", "Name", "Value", "key", "Email", "jane@example.com", "a b", "n", "items"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)


def trie() -> Places:
    return Places(lambda _: False, lambda _: True)


def listed(value: Any, places: Places | None) -> list[Leaf]:
    body = loads(json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"content": [], "structuredContent": value}}))
    return leaves(body, "tools/call", Part.RESULT, None if places is None else places.root("tools/call", "t"))


@given(VALUES)
def test_what_was_never_seen_is_listed_as_without_places(value) -> None:
    assert [leaf[:9] for leaf in listed(value, trie())] == [leaf[:9] for leaf in listed(value, None)]


@given(VALUES)
def test_what_was_seen_is_listed_again_unless_it_held_nothing(value) -> None:
    places = trie()
    answers: dict[tuple[int, str], Any] = {}
    first = listed(value, places)
    for number, leaf in enumerate(first):
        if leaf.json_type.value == "string":
            assert leaf.place is not None
            answer = answers.setdefault((id(leaf.place), leaf.text), ("found",) if number % 2 else NOTHING)
            leaf.place.remember(leaf.text, answer)
    left = [leaf for leaf in first if answers.get((id(leaf.place), leaf.text)) is not NOTHING]
    again = listed(value, places)
    assert [leaf[1:9] for leaf in again] == [leaf[1:9] for leaf in left]
    assert [leaf.known for leaf in again] == [
        answers[id(leaf.place), leaf.text] if leaf.json_type.value == "string" else None for leaf in left
    ]


def test_plain_names_and_numbers_nobody_reads_are_not_listed() -> None:
    places = Places(str.isidentifier, lambda name: name == "Phone")
    found = listed({"Total": 12, "Phone": 4155550132, "a b": 1, "on": True}, places)
    assert [(leaf.field, leaf.text) for leaf in found] == [("Phone", "4155550132"), ("structuredContent", "a b")]


def test_rows_share_their_places_and_so_do_values_with_the_same_sibling() -> None:
    rows = [
        {"name": "Last Name", "value": "Cates"},
        {"name": "Segment", "value": "gold"},
        {"name": "Last Name", "value": "Ng"},
    ]
    values = [leaf for leaf in listed(rows, trie()) if leaf.field == "value"]
    columns = [leaf.place.column for leaf in values if leaf.place]
    assert [leaf.sibling for leaf in values] == ["Last Name", "Segment", "Last Name"]
    assert columns[0] == columns[2] != columns[1]
