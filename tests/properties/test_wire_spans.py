"""Splicing into JSON inside a text changes the values asked for and no other character."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sidecar.wire import tree
from sidecar.wire.jsonrpc import loads
from sidecar.wire.spans import JsonText, scan

numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?", fullmatch=True)
strings = st.one_of(
    st.sampled_from(['"name"', '"value"', '"Name"', '"Value"', '"key"', '"\\u006eame"', '"\\\\"', '"\\""']),
    st.builds(
        lambda text, is_ascii: json.dumps(text, ensure_ascii=is_ascii or any("\ud800" <= c <= "\udfff" for c in text)),
        st.text(st.characters(categories=["L", "N", "P", "S", "Z", "C"]), max_size=8),
        st.booleans(),
    ),
)
blanks = st.sampled_from(["", "", " ", "\t", "\n", "\r\n  "])


def array(items: list[str], blank: str) -> str:
    return f"[{blank}{f'{blank},'.join(items)}{blank}]"


def members(pairs: list[tuple[str, str]], blank: str) -> str:
    return "{" + f"{blank},{blank}".join(f"{key}{blank}:{blank}{value}" for key, value in pairs) + blank + "}"


def objects(children: st.SearchStrategy[str], *, is_unique: bool) -> st.SearchStrategy[str]:
    by = (lambda pair: json.loads(pair[0])) if is_unique else None
    pairs = st.lists(st.tuples(strings, children), max_size=4, unique_by=by)
    return st.builds(members, pairs, blanks)


def containers(*, is_unique: bool) -> st.SearchStrategy[str]:
    values = st.recursive(
        st.one_of(numbers, strings, st.sampled_from(["true", "false", "null"])),
        lambda children: st.one_of(
            st.builds(array, st.lists(children, max_size=4), blanks), objects(children, is_unique=is_unique)
        ),
        max_leaves=12,
    )
    roots = st.one_of(objects(values, is_unique=is_unique), st.builds(array, st.lists(values, max_size=4), blanks))
    return st.builds(lambda before, root, after: before + root + after, blanks, roots, blanks)


texts = containers(is_unique=False)
clean_texts = containers(is_unique=True)
sequences = st.lists(objects(st.one_of(numbers, strings), is_unique=True), min_size=2, max_size=4)
news = st.one_of(numbers, st.text(st.characters(categories=["L", "N", "P", "S", "Z", "C"]), max_size=8))


def found(text: str) -> JsonText:
    result = scan(text)
    assert result is not None
    return result


def literally(text: str) -> Any:
    return json.loads(
        text,
        parse_int=lambda literal: ("number", literal),
        parse_float=lambda literal: ("number", literal),
        object_pairs_hook=lambda pairs: ("object", pairs),
    )


@given(st.one_of(texts, sequences.map("\n".join)))
def test_no_change_is_no_change(text: str) -> None:
    assert found(text).splice({}) == text


@given(texts)
def test_each_place_is_one_token_that_says_its_leaf_s_text(text: str) -> None:
    at = 0
    json_text = found(text)
    for leaf, (start, end) in zip(json_text.leaves, json_text.places(), strict=True):
        assert start >= at
        at = end
        token = text[start:end]
        assert (token if leaf.json_type in {"integer", "number"} else json.loads(token)) == leaf.text


@given(clean_texts)
def test_leaves_are_those_of_the_tree_walk(text: str) -> None:
    spots = [spot[1:] for spot in tree.walk(loads(text))]
    assert [(s.field, s.sibling, s.json_type, s.text) for s in found(text).leaves] == spots


@given(sequences)
def test_a_sequence_has_the_leaves_of_its_objects(objects_found: list[str]) -> None:
    spots = [spot[1:] for spot in tree.walk([loads(text) for text in objects_found])]
    assert [(s.field, s.sibling, s.json_type, s.text) for s in found("\n".join(objects_found)).leaves] == spots


@given(texts, st.dictionaries(st.integers(0, 30), news, max_size=6))
def test_changes_are_made_and_nothing_else_is_touched(text: str, wanted: dict[int, str]) -> None:
    before = found(text)
    changes = {number: new for number, new in wanted.items() if number < len(before.leaves)}
    written = before.splice(changes)
    after = found(written)
    assert [leaf.text for leaf in after.leaves] == [
        changes.get(number, leaf.text) for number, leaf in enumerate(before.leaves)
    ]
    assert _between(written, after) == _between(text, before)
    for number, ((start, end), (s, e)) in enumerate(zip(before.places(), after.places(), strict=True)):
        if number not in changes:
            assert written[s:e] == text[start:end]


def _between(text: str, json_text: JsonText) -> list[str]:
    places = json_text.places()
    ends = [0, *(end for _, end in places)]
    starts = [*(start for start, _ in places), len(text)]
    return [text[end:start] for end, start in zip(ends, starts, strict=True)]


@given(texts)
def test_rewriting_every_leaf_with_its_own_text_says_literally_the_same(text: str) -> None:
    json_text = found(text)
    assert literally(json_text.splice({n: leaf.text for n, leaf in enumerate(json_text.leaves)})) == literally(text)


@given(texts.filter(str.isascii), news)
def test_ascii_text_with_escapes_stays_ascii(text: str, new: str) -> None:
    json_text = found(f'["\\u00e9",{text}]')
    assert json_text.splice({0: new}).isascii()


@given(st.text(max_size=40))
def test_any_text_is_scanned_or_left_alone(text: str) -> None:
    result = scan(text)
    assert result is None or result.splice({}) == text
