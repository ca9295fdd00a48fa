"""Whatever JSON a message holds, it leaves with the same keys, order, strings and number literals."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.errors import Malformed
from sidecar.wire.jsonrpc import Limits, Message, decode, encode, encode_batch

LIMITS = Limits()

numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?", fullmatch=True)
strings = st.builds(
    lambda text, is_ascii: json.dumps(text, ensure_ascii=is_ascii or any("\ud800" <= c <= "\udfff" for c in text)),
    st.text(st.characters(categories=["L", "N", "P", "S", "Z", "C"]), max_size=8),
    st.booleans(),
)
blanks = st.sampled_from(["", "", " ", "\t", "\n", "\r", " \r\n "])


def array(items: list[str], blank: str) -> str:
    return f"[{blank}{f'{blank},'.join(items)}{blank}]"


def members(pairs: list[tuple[str, str]], blank: str) -> str:
    return "{" + f"{blank},{blank}".join(f"{key}{blank}:{blank}{value}" for key, value in pairs) + blank + "}"


def objects(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.lists(st.tuples(strings, children), max_size=4, unique_by=lambda pair: json.loads(pair[0]))
    return st.builds(members, pairs, blanks)


values = st.recursive(
    st.one_of(numbers, strings, st.sampled_from(["true", "false", "null"])),
    lambda children: st.one_of(st.builds(array, st.lists(children, max_size=4), blanks), objects(children)),
    max_leaves=12,
)
texts = objects(values)


def literally(text: str | bytes) -> Any:
    """Everything JSON can say, number literals, key order and lone surrogates included."""
    return json.loads(
        text.decode() if isinstance(text, bytes) else text,
        parse_int=lambda literal: ("number", literal),
        parse_float=lambda literal: ("number", literal),
        object_pairs_hook=lambda pairs: ("object", pairs),
    )


def one(text: str) -> Message:
    message = decode(text.encode(), LIMITS)
    assert isinstance(message, Message)
    return message


@given(texts)
def test_a_rewritten_message_says_literally_the_same(text: str) -> None:
    written = encode(Message(one(text).body))
    assert literally(written) == literally(text)
    assert b"\n" not in written
    assert b"\r" not in written


@given(texts)
def test_an_untouched_message_is_one_line_and_the_same_bytes_if_it_was_one(text: str) -> None:
    frame = text.encode()
    written = encode(one(text))
    assert literally(written) == literally(text)
    assert not {10, 13} & set(written)
    assert written == frame or {10, 13} & set(frame)


@given(texts)
def test_writing_is_a_fixed_point(text: str) -> None:
    written = encode(Message(one(text).body))
    assert encode(Message(one(written.decode()).body)) == written


@given(st.lists(texts, min_size=1, max_size=4))
def test_a_batch_keeps_its_messages_in_order(messages: list[str]) -> None:
    batch = decode(array(messages, "").encode(), LIMITS)
    assert isinstance(batch, list)
    assert literally(encode_batch(batch)) == [literally(message) for message in messages]


@given(texts, strings, values, values, st.integers(0, 20), st.sampled_from(["array", "object"]))
def test_a_key_that_stands_twice_is_refused_at_every_depth(
    text: str, key: str, first: str, second: str, depth: int, shape: str
) -> None:
    escaped = '"' + "".join(f"\\u{ord(unit):04x}" for unit in _units(json.loads(key))) + '"'
    wrapped = members([(key, first), ('"other key entirely"', "0"), (escaped, second)], "")
    for _ in range(depth):
        wrapped = array([text, wrapped], "") if shape == "array" else members([('"a"', wrapped), ('"b"', text)], "")
    with pytest.raises(Malformed):
        decode(f'{{"params":{wrapped}}}'.encode(), LIMITS)


def _units(text: str) -> str:
    """UTF-16 code units as characters."""
    raw = text.encode("utf-16-be", "surrogatepass")
    return "".join(chr(int.from_bytes(raw[at : at + 2])) for at in range(0, len(raw), 2))


@given(st.binary(max_size=60))
def test_any_bytes_either_decode_or_are_refused_cleanly(frame: bytes) -> None:
    try:
        message = decode(frame, LIMITS)
    except Malformed as refused:
        assert refused.__cause__ is None  # noqa: PT017 - either outcome is right
    else:
        assert json.loads(encode(message) if isinstance(message, Message) else encode_batch(message)) == json.loads(
            frame
        )


@given(texts, st.integers(0, 200))
def test_a_cut_frame_is_refused(text: str, at: int) -> None:
    with pytest.raises(Malformed):
        decode(text.strip().encode()[: at % len(text.strip().encode())], LIMITS)
