"""Messages in and out: what is kept to the letter, and what is refused."""

import json

import pytest

from sidecar.errors import Malformed, NotJsonRpc, TooLarge
from sidecar.wire.jsonrpc import Limits, Message, Number, decode, dumps, encode, encode_batch, loads
from sidecar.wire.tree import walk

LIMITS = Limits()


def one(frame: bytes) -> Message:
    message = decode(frame, LIMITS)
    assert isinstance(message, Message)
    return message


def rewritten(frame: bytes) -> bytes:
    return encode(Message(one(frame).body))


@pytest.mark.parametrize(
    "literal",
    [
        "0",
        "-0",
        "-0.0",
        "1.0",
        "1.10",
        "1e2",
        "1E400",
        "-1E-400",
        "123456789012345678901234567890",
        "9007199254740993",
        "999999999999999",
        "1000000000000000",
        "-99999999999999",
        "0.1000000000000000055511151231257827",
        "1" * 4301,
    ],
)
def test_numbers_leave_as_they_were_written(literal: str) -> None:
    frame = f'{{"id":{literal},"params":[{literal}]}}'.encode()
    assert rewritten(frame) == frame


def test_a_number_knows_whether_it_is_an_integer() -> None:
    assert [Number(text).is_integer for text in ("-0", "1" * 30, "1.0", "1e2", "1E2")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_ids_keep_their_type_and_text() -> None:
    texts = ('"1"', "1", "1.0", "1.00", "null", "true")
    ids = [one(f'{{"id":{text}}}'.encode()).id for text in texts]
    assert [dumps(value).decode() for value in ids] == list(texts)
    assert [type(value) for value in ids] == [str, int, float, Number, type(None), bool]


@pytest.mark.parametrize(
    "number", ["0", "-1", "1.0", "1.5", "0.1", "1e22", "-0.0", "123456789012345678", "12345678901234567890"]
)
def test_a_frame_has_the_same_texts_however_it_is_spaced(number: str) -> None:
    tight = f'{{"id":1,"result":{{"a":[{number},"\u00e9\\n"],"{number}":{number}}}}}'.encode()
    loose = tight.replace(b'"id":1', b'"id": 1')
    read = [[(spot[0], spot[3], spot[4]) for spot in walk(one(frame).body)] for frame in (tight, loose)]
    assert read[0] == read[1]
    assert dumps(one(tight).body) == dumps(one(loose).body) == tight


@pytest.mark.parametrize(
    "frame", [b'{"id":1,"id":1}', b'{"a":{"b":1,"b":2}}', b'{"a":NaN}', b'{"a":"\xff"}', b'{"a":1}{', b""]
)
def test_what_two_peers_may_read_differently_is_refused_however_it_is_written(frame: bytes) -> None:
    with pytest.raises(Malformed):
        decode(frame, Limits())


def test_key_order_and_unknown_fields_survive() -> None:
    frame = b'{"zeta":1,"method":"m","jsonrpc":"2.0","x-unknown":{"b":1,"a":[]},"id":"q"}'
    assert rewritten(frame) == frame


@pytest.mark.parametrize("string", [rb"\ud800", rb"a\udfffb", rb"\ud800\ud800"])
def test_lone_surrogates_stay_escaped(string: bytes) -> None:
    frame = b'{"k' + string + b'":"' + string + b'","n":[1.10,true,null,{"\xc3\xa9":"\xc3\xa9"}]}'
    assert rewritten(frame) == frame


def test_surrogate_pairs_become_their_character() -> None:
    assert rewritten(rb'{"a":"\ud83d\ude00"}') == '{"a":"😀"}'.encode()


def test_escapes_and_line_separators_mean_the_same_afterwards() -> None:
    frame = '{"a":"\\u0000\\/\\n\\u2028\u2028\u0085\\u001f\\"\\\\"}'.encode()
    assert json.loads(rewritten(frame)) == json.loads(frame)
    assert b"\n" not in rewritten(frame)


def test_an_untouched_frame_leaves_byte_for_byte() -> None:
    frame = b' {"jsonrpc" : "2.0", "\\u0061":"\\/" } '
    assert encode(one(frame)) == frame


@pytest.mark.parametrize("gap", [b"\n", b"\r", b"\r\n"])
def test_a_frame_with_line_breaks_is_written_anew_on_one_line(gap: bytes) -> None:
    smuggled = b'{"x":' + gap + b'{"jsonrpc":"2.0","id":1,"method":"tools/call"}' + gap + b"}"
    assert encode(one(smuggled)) == b'{"x":{"jsonrpc":"2.0","id":1,"method":"tools/call"}}'


@pytest.mark.parametrize(
    "frame",
    [
        b'{"a":1,"a":2}',
        b'{"a":1,"\\u0061":2}',
        b'{"p":{"a":1,"a":1}}',
        b'{"p":[[{"q":{"a":[],"a":[]}}]]}',
        b'[{"a":1,"a":2}]',
        b'{"\\ud800":1,"\\uD800":2}',
    ],
)
def test_duplicate_keys_are_refused_at_every_depth(frame: bytes) -> None:
    with pytest.raises(Malformed):
        decode(frame, LIMITS)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b" ",
        b"{",
        b"}",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":01}',
        b'{"a":1.}',
        b'{"a":.5}',
        b'{"a":+1}',
        b"{'a':1}",
        b'{"a":1,}',
        b'{"a":"\t"}',
        b'{"a":"\\x"}',
        b'{"a":"\\u12"}',
        b'{"a":1}{"b":2}',
        b"{a:1}",
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b"\xff\xfe{\x00}\x00",
        b"// c\n{}",
    ],
)
def test_what_is_not_strict_json_is_malformed(frame: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        decode(frame, LIMITS)
    assert not isinstance(caught.value, NotJsonRpc)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize(
    "frame", [b"1", b'"text"', b"null", b"true", b"1.5", b"[]", b"[1]", b'[{"id":1},null]', b"[[{}]]"]
)
def test_json_that_is_no_message_is_not_jsonrpc(frame: bytes) -> None:
    with pytest.raises(NotJsonRpc):
        decode(frame, LIMITS)


@pytest.mark.parametrize("depth", [129, 200, 2000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_depth_is_bounded_with_a_clean_error(depth: int, opening: bytes, closing: bytes) -> None:
    frame = b'{"p":' + opening * (depth - 1) + b"1" + closing * (depth - 1) + b"}"
    with pytest.raises(TooLarge):
        decode(frame, LIMITS)


def test_the_deepest_allowed_message_passes_both_ways() -> None:
    frame = b'{"p":' + b"[" * 127 + b"1.10" + b"]" * 127 + b"}"
    assert rewritten(frame) == frame


def test_many_brackets_are_not_deep() -> None:
    frame = b'{"p":[' + b",".join([b"[]"] * 500) + b'],"t":"' + b"[" * 500 + b'"}'
    assert rewritten(frame) == frame


def test_bytes_are_bounded() -> None:
    assert decode(b'{"a":1}', Limits(max_bytes=7))
    with pytest.raises(TooLarge):
        decode(b'{"a":12}', Limits(max_bytes=7))


def test_a_batch_keeps_its_order() -> None:
    frame = b'[{"id":1,"method":"a"},{"method":"b"},{"id":"2","result":1.0}]'
    batch = decode(frame, LIMITS)
    assert isinstance(batch, list)
    assert [message.id for message in batch] == [1, None, "2"]
    assert encode_batch(batch) == frame


def test_a_batch_of_one_stays_a_batch() -> None:
    batch = decode(b'[{"id":1}]', LIMITS)
    assert isinstance(batch, list)
    assert encode_batch(batch) == b'[{"id":1}]'


def test_requests_notifications_and_responses_are_told_apart() -> None:
    messages = [one(frame) for frame in (b'{"method":"m","id":0}', b'{"method":"m"}', b'{"id":1,"result":{}}')]
    assert [(m.is_request, m.is_notification, m.is_response) for m in messages] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    assert [m.method for m in messages] == ["m", "m", None]
    assert one(b'{"method":7,"id":1}').method is None


def test_representations_and_errors_show_no_payload() -> None:
    assert "secret" not in repr(one(b'{"secret":"secret"}'))
    assert "555" not in repr(loads("555.0"))
    for frame in (b'{"secret":secret}', b'{"secret":1,"secret":2}'):
        with pytest.raises(Malformed) as caught:
            decode(frame, LIMITS)
        assert "secret" not in str(caught.value)


def test_a_value_that_is_no_json_is_not_written() -> None:
    with pytest.raises((TypeError, ValueError)):
        dumps({"a": object()})


@pytest.mark.parametrize(
    "frame",
    [
        b'[{"id":1}]',
        b'[{"id":1},{"id": 2 , "a":[1.10,"\\u00e9"]} ]',
        '[ {"id":1,"x":"é],{"} ,\t{"method":"a","params":{"b":[{}, []]}}]'.encode(),
        b'[{"id":1e2},{"id":-0},{"id":123456789012345678901234567890}]',
    ],
)
def test_an_untouched_batch_leaves_as_the_bytes_it_came_in(frame: bytes) -> None:
    messages = decode(frame, LIMITS)
    assert isinstance(messages, list)
    assert encode_batch(messages) == frame


def test_of_a_batch_only_the_touched_message_is_written_anew() -> None:
    one, _two, three = decode(b'[ {"id": 1}, {"id": 2} ,{"id": 3}]', LIMITS)  # type: ignore[misc]
    assert encode_batch([one, Message({"id": 2, "x": 1}), three]) == b'[ {"id": 1},{"id":2,"x":1},{"id": 3}]'
    assert encode_batch([one, three]) == b'[ {"id": 1},{"id": 3}]'


def test_a_message_with_a_line_break_inside_a_batch_is_written_anew() -> None:
    messages = decode(b'[{"id":\n1},{"id": 2}]', LIMITS)
    assert isinstance(messages, list)
    assert encode_batch(messages) == b'[{"id":1},{"id": 2}]'
