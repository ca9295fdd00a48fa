"""JSON inside a text: where its leaves stand, and what a splice leaves alone."""

import json

import pytest

from sidecar.wire.spans import JsonText, TextLeaf, scan


def found(text: str) -> JsonText:
    result = scan(text)
    assert result is not None
    return result


def leaf(text: str, value: str) -> tuple[int, TextLeaf]:
    return next((number, span) for number, span in enumerate(found(text).leaves) if span.text == value)


def test_leaves_come_in_document_order_with_their_field() -> None:
    text = '{"a": [1, -2.5, {"b": "x"}], "c": null, "d": true, "e": "y"}'
    assert [(s.field, s.json_type, s.text) for s in found(text).leaves] == [
        ("", "key", "a"),
        ("a", "integer", "1"),
        ("a", "number", "-2.5"),
        ("a", "key", "b"),
        ("b", "string", "x"),
        ("", "key", "c"),
        ("", "key", "d"),
        ("", "key", "e"),
        ("e", "string", "y"),
    ]


def test_a_place_covers_the_whole_token() -> None:
    text = ' {"a\\"b" : "x\\u00e9" , "n":-1.10}\n'
    assert [text[start:end] for start, end in found(text).places()] == ['"a\\"b"', '"x\\u00e9"', '"n"', "-1.10"]
    assert [s.text for s in found(text).leaves] == ['a"b', "xé", "n", "-1.10"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "text",
        "1",
        '"x"',
        "null",
        "{",
        "[1,]",
        '{"a":1} tail',
        "{'a':1}",
        "[NaN]",
        '{"a":-Infinity}',
        "[01]",
        '["\t"]',
        "{1:2}",
        "[1] [2]",
        "[1]\n[2]",
        '{"a":1} {"b":2}',
        '{"a":1}\n[2]',
        '[1]\n{"a":1}',
        '{"a":1}\n{"b":}',
        "see [1]",
        "[1",
        "[1]]",
        '{"a":1}\nthat was it',
    ],
)
def test_other_texts_are_none(text: str) -> None:
    assert scan(text) is None


@pytest.mark.parametrize("text", ["{}", "[]", " \n[ ] ", "\ufeff{}", "[true,false,null]"])
def test_json_without_leaves_is_json_all_the_same(text: str) -> None:
    assert list(found(text).leaves) == []
    assert found(text).splice({}) == text


def test_objects_on_lines_of_their_own_are_a_sequence() -> None:
    text = '{"a":1}\r\n\n{"a":"x"}\n'
    assert [(s.field, s.text) for s in found(text).leaves] == [("", "a"), ("a", "1"), ("", "a"), ("a", "x")]
    assert found(text).splice({3: "y"}) == '{"a":1}\r\n\n{"a":"y"}\n'


@pytest.mark.parametrize("name", ["name", "Name", "key", "label", "attribute"])
@pytest.mark.parametrize("value", ["value", "Value"])
def test_a_value_has_the_name_of_its_sibling_in_either_order(name: str, value: str) -> None:
    for text in (f'[{{"{name}":"Last Name","{value}":"x"}}]', f'[{{"{value}":"x","{name}":"Last Name"}}]'):
        assert leaf(text, "x")[1].sibling == "Last Name"
        assert leaf(text, "Last Name")[1].sibling == ""


def test_the_elements_of_a_value_have_its_sibling_and_its_members_do_not() -> None:
    text = '{"value":["x",[1,true],{"y":"z"}],"name":"Phone"}'
    assert {s.text: s.sibling for s in found(text).leaves if s.sibling} == {"x": "Phone", "1": "Phone"}


def test_the_first_name_in_order_counts_and_must_be_a_string() -> None:
    assert leaf('{"key":"k","value":"x","name":"n"}', "x")[1].sibling == "n"
    assert leaf('{"key":"k","value":"x","name":1}', "x")[1].sibling == "k"


def test_a_name_that_stands_twice_yields_both_values() -> None:
    text = '{"a":"x","a":"y"}'
    assert [s.text for s in found(text).leaves] == ["a", "x", "a", "y"]
    assert found(text).splice({1: "-", 3: "-"}) == '{"a":"-","a":"-"}'


def test_depth_is_bounded() -> None:
    assert scan("[" * 128 + "1" + "]" * 128) is not None
    assert scan("[" * 129 + "1" + "]" * 129) is None
    assert scan("[" * 100_000 + "]" * 100_000) is None
    assert scan('{"a":1}\n' + "[" * 129 + "1" + "]" * 129) is None
    assert scan('{"a":' * 128 + "1" + "}" * 128 + '\n{"b":1}') is not None


def test_a_splice_leaves_every_other_character_alone() -> None:
    text = '{ "a" :1.10,\t"b": "x" ,"b\\u0021":"\\/", "n":12345678901234567890}'
    number, _ = leaf(text, "x")
    assert found(text).splice({number: 'q"\n'}) == text.replace('"x"', '"q\\"\\n"')


def test_keys_are_spliced_too() -> None:
    assert found('{"ann@example.com": {"a": 1}}').splice({0: "TOKEN"}) == '{"TOKEN": {"a": 1}}'


@pytest.mark.parametrize(
    ("new", "written"), [("55", "55"), ("-1.50", "-1.50"), ("1E400", "1E400"), ("9" * 40, "9" * 40)]
)
def test_a_number_stays_a_number_with_the_digits_given(new: str, written: str) -> None:
    assert found('{"n": 5550100}').splice({1: new}) == f'{{"n": {written}}}'


@pytest.mark.parametrize("new", ["<PHONE_NUMBER>", "", "007", "+1", "1.", "NaN", "1 2", "٣", "1\n"])
def test_what_is_no_number_stands_quoted_in_a_numbers_place(new: str) -> None:
    assert json.loads(found('{"n": 5550100}').splice({1: new})) == {"n": new}


def test_text_that_escapes_non_ascii_stays_ascii() -> None:
    assert found('{"a":"Jos\\u00e9","b":"x"}').splice({3: "Zoë"}) == '{"a":"Jos\\u00e9","b":"Zo\\u00eb"}'


@pytest.mark.parametrize("text", ['{"a":"é\\u00e9","b":"x"}', '{"a":"\\u001f","b":"x"}', '{"b":"x"}'])
def test_text_that_does_not_escape_non_ascii_gets_it_raw(text: str) -> None:
    number, _ = leaf(text, "x")
    assert '"Zoë"' in found(text).splice({number: "Zoë"})


def test_lone_surrogates_are_written_as_escapes() -> None:
    text = '{"a":"\\ud800"}'
    assert found(text).leaves[1].text == "\ud800"
    assert found('{"a":"x"}').splice({1: "\ud800"}) == text


def test_a_leaf_that_is_not_there_is_an_error() -> None:
    for number in (2, -1):
        with pytest.raises(IndexError):
            found('{"a":1}').splice({number: "2"})


def test_representations_show_no_payload() -> None:
    text = found('{"secret":"secret"}')
    assert "secret" not in repr(text)
    assert "secret" not in repr(text.leaves)
