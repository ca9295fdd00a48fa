from __future__ import annotations

import gc

import pytest

from sidecar.wire import places
from sidecar.wire.places import NOTHING, SALT, Place, Places


def plain(*numbers: str) -> Places:
    return Places(str.isidentifier, lambda name: name in numbers)


def seen(place: Place, text: str) -> object:
    return place.seen.get(hash(SALT + text))


def test_a_place_remembers_an_answer_for_a_text_and_only_for_that_text() -> None:
    place = plain().root("tools/call", "contacts").member("Name")
    place.remember("Jane", ("found",))
    place.remember("gold", NOTHING)
    assert seen(place, "Jane") == ("found",)
    assert seen(place, "gold") is NOTHING
    assert seen(place, "jane") is None


def test_the_same_names_lead_to_the_same_place_one_by_one_and_all_at_once() -> None:
    root = plain().root("tools/call", "contacts")
    assert root.members(["a", "b"]) == (root.member("a"), root.member("b"))
    assert root.members(["b", "a"]) == (root.member("b"), root.member("a"))
    assert root.members(["a", "b"])[0] is root.member("a")


def test_places_of_other_tools_paths_and_methods_are_others() -> None:
    trie = plain()
    found = [
        trie.root("tools/call", "one").member("a"),
        trie.root("tools/call", "two").member("a"),
        trie.root("resources/read", "one").member("a"),
        trie.root("tools/call", "one").member("b").member("a"),
        trie.root("tools/call", "one").member("b"),
    ]
    assert len({id(place) for place in found}) == len({place.column for place in found}) == len(found)


def test_a_column_says_nothing_of_its_names_and_another_process_would_say_it_otherwise() -> None:
    one, two = plain().root("m", "t").member("Email"), plain().root("m", "t").member("Email")
    assert one.column != two.column
    assert b"Email" not in one.column


def test_a_name_that_is_not_plain_is_listed_and_numbers_are_where_they_are_read() -> None:
    root = plain("Phone").root("m", "t")
    assert root.member("Name").has_plain_name
    assert not root.member("jane@example.com").has_plain_name
    assert root.member("Total").skips_numbers
    assert not root.member("Phone").skips_numbers


def test_long_texts_are_not_remembered() -> None:
    place = plain().root("m", "t").member("a")
    place.remember("x" * 257, NOTHING)
    assert not place.seen


@pytest.mark.parametrize(("limit", "count"), [("_MAX_ANSWERS", 50), ("_MAX_PLACES", 40), ("_MAX_ROOTS", 30)])
def test_what_is_too_much_starts_anew(monkeypatch, limit, count) -> None:
    monkeypatch.setattr(places, limit, count)
    trie = plain()
    for number in range(500):
        trie.root("m", str(number % 100)).member(f"a{number}").remember(str(number), NOTHING)
    assert len(trie) <= count
    place = trie.root("m", "again").member("a")
    place.remember("new", NOTHING)
    assert seen(place, "new") is NOTHING


def test_rows_of_ever_other_names_do_not_grow_the_plans_without_end() -> None:
    root = plain().root("m", "t")
    for number in range(1000):
        root.members([f"a{number % 10}", f"b{number % 7}", f"c{number % 11}"])
    assert len(root._plans) <= places._MAX_PLANS


def test_no_name_and_no_value_is_kept() -> None:
    trie = plain()
    place = trie.root("m", "t").member("canary_name")
    place.remember("canary value", NOTHING)
    trie.root("m", "t").members(["canary_name"])
    pending, reached = [trie], []
    while pending:
        for found in gc.get_referents(pending.pop()):
            if isinstance(found, (str, bytes)):
                reached.append(found if isinstance(found, str) else found.decode("latin-1"))
            elif isinstance(found, (dict, list, tuple, Place)):
                pending.append(found)
    assert not [text for text in reached if "canary" in text]
