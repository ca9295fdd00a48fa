from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest
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


class Hider:
    """``Known`` for whoever replaces every text that is not known to hold nothing by its answer."""

    def __init__(self) -> None:
        self.labels: dict[Any, Any] = {}
        self.kept: list[str] = []
        self.replaced: list[Any] = []
        self.asked: list[tuple[str, str]] = []

    def stand_in(self, place: Any, answer: Any, text: str, name: str, channel: Any, path: Any) -> str | None:
        self.asked.append((name, text))
        return None if answer == "ask" else f"<{answer}>"


ROW = {"a": "Jane", "b": "gold", "c": 12, "d": None, "e": True, "f": "ask me", "g": 4155550132, "h": 1.5}
ANSWERS = {"Jane": "PERSON", "gold": NOTHING, "ask me": "LATER"}


def crossed(places: Places, rows: list[dict[str, Any]]) -> tuple[list[Leaf], Hider]:
    hider = Hider()
    body = {"jsonrpc": "2.0", "id": 1, "result": {"content": [], "structuredContent": {"rows": rows}}}
    found = leaves(body, "tools/call", Part.RESULT, places.root("tools/call", "t"), hider)
    for leaf in found:
        if leaf.place is not None and leaf.json_type.value == "string" and leaf.text in ANSWERS:
            leaf.place.remember(leaf.text, ANSWERS[leaf.text])
    return found, hider


def rows_known(places: Places) -> int:
    return len(places.root("tools/call", "t").member("structuredContent").member("rows").rows)


def test_an_object_is_known_again_as_a_whole_once_each_of_its_members_is() -> None:
    places = Places(str.isidentifier, lambda _: False)
    assert [leaf.text for leaf in crossed(places, [ROW])[0]] == ["Jane", "gold", "ask me"]
    known = [crossed(places, [ROW]) for _ in range(3)]
    assert rows_known(places) == 1
    for found, hider in known:
        assert found == []
        assert sorted(hider.kept) == ["4155550132", "gold"]
        assert hider.asked == [("a", "Jane"), ("f", "ask me")]
        assert hider.replaced == [
            (("result", "structuredContent"), {"rows": [ROW | {"a": "<PERSON>", "f": "<LATER>"}]})
        ]
        assert list(hider.replaced[0][1]["rows"][0]) == list(ROW)


def test_a_member_nobody_can_answer_for_is_listed_though_the_object_is_known() -> None:
    places = Places(str.isidentifier, lambda _: False)
    for _ in range(3):
        crossed(places, [ROW])
    below = places.root("tools/call", "t").member("structuredContent").member("rows")
    for again in below.rows.values():
        below.rows = {key: again._replace(answers=((0, below.member("a"), "ask"),)) for key in below.rows}
    (leaf,), hider = crossed(places, [ROW])
    assert (leaf.path, leaf.text, leaf.known) == (("result", "structuredContent", "rows", 0, "a"), "Jane", "ask")
    assert hider.replaced == []


@pytest.mark.parametrize(
    "other",
    [
        ROW | {"a": "Joan"},
        ROW | {"c": 13, "a": "Joan"},
        ROW | {"more": ["Jane"]},
        {"f": "Jane", **{name: item for name, item in ROW.items() if name != "f"}},
        ROW | {"a": "Jane\x00gold", "b": ""},
    ],
    ids=["a value", "two values", "something inside", "another order", "values that run together"],
)
def test_another_object_is_not_taken_for_it(other) -> None:
    places = Places(str.isidentifier, lambda _: False)
    for _ in range(3):
        crossed(places, [ROW])
    fresh = Places(str.isidentifier, lambda _: False)
    crossed(fresh, [ROW])
    assert [leaf[1:9] for leaf in crossed(places, [other])[0]] == [leaf[1:9] for leaf in crossed(fresh, [other])[0]]


def test_objects_with_values_that_go_by_another_members_name_or_names_that_are_values_are_asked_for_each_time() -> None:
    places = Places(str.isidentifier, lambda name: name == "phone")
    for row in (
        {"name": "Last Name", "value": "gold", "b": "gold", "c": "gold"},
        {"jane@example.com": "gold", "b": "gold", "c": "gold", "d": "gold"},
        {"phone": 4155550132, "b": "gold", "c": "gold", "d": "gold"},
    ):
        for _ in range(3):
            crossed(places, [row])
    assert rows_known(places) == 0


def test_nothing_of_an_object_known_as_a_whole_is_kept_but_numbers() -> None:
    places = Places(str.isidentifier, lambda _: False)
    for _ in range(3):
        crossed(places, [ROW])
    below = places.root("tools/call", "t").member("structuredContent").member("rows")
    kinds: dict[str, int] = defaultdict(int)
    for key, again in below.rows.items():
        kinds[type(key).__name__] += 1
        assert all(isinstance(at, int) for at in (*again.kept, *again.numbers, *(at for at, _, _ in again.answers)))
    assert kinds == {"int": 1}
