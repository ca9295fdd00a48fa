"""Texts inside texts come out as passages and go back in place."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.redaction.embedded import MAX_DEPTH, is_code, unfold, unfold_blob
from sidecar.redaction.findings import Edit


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def replaced(unfolded, value, new):
    number, passage = next((n, p) for n, p in enumerate(unfolded.passages) if value in p.text)
    at = passage.text.index(value)
    return unfolded.fold({number: [Edit(at, at + len(value), new)]})


def test_a_plain_text_is_one_passage():
    unfolded = unfold("Call Maria", field="note", sibling="about", language="de", column=b"c")
    [passage] = unfolded.passages
    assert (passage.text, passage.field, passage.sibling, passage.language, passage.column) == (
        "Call Maria",
        "note",
        "about",
        "de",
        b"c",
    )
    assert replaced(unfolded, "Maria", "<PERSON>") == "Call <PERSON>"


def test_json_in_a_text_keeps_fields_types_and_every_other_byte():
    text = '{ "items" : [ {"Email":"maria@example.com", "zip": 10001,\n "ratio":1.50}, null ] }'
    unfolded = unfold(text)
    values = {(p.text, p.field, p.json_type) for p in unfolded.passages if p.json_type != "key"}
    assert values == {
        ("maria@example.com", "Email", "string"),
        ("10001", "zip", "integer"),
        ("1.50", "ratio", "number"),
    }
    assert replaced(unfolded, "maria@example.com", "<E>") == text.replace("maria@example.com", "<E>")
    assert replaced(unfolded, "10001", "90210") == text.replace("10001", "90210")


def test_name_and_value_pairs_tell_the_sibling():
    unfolded = unfold('[{"name": "Last Name", "value": "Gonzalez"}]')
    assert [p.sibling for p in unfolded.passages if p.text == "Gonzalez"] == ["Last Name"]


def test_json_inside_json_inside_json_is_followed():
    inner = json.dumps({"FirstName": "Maria"})
    text = json.dumps({"body": json.dumps({"payload": inner})})
    new = replaced(unfold(text), "Maria", "X")
    assert json.loads(json.loads(json.loads(new)["body"])["payload"]) == {"FirstName": "X"}


def test_json_after_a_sentence_and_in_a_fence_is_found():
    text = 'Found 1 contact for Anna:\n```json\n{"FirstName": "Maria"}\n```\nThat is all.'
    unfolded = unfold(text)
    assert [(p.field, p.json_type) for p in unfolded.passages if p.text == "Maria"] == [("FirstName", "string")]
    assert replaced(unfolded, "Maria", "X") == text.replace("Maria", "X")
    assert replaced(unfolded, "Anna", "Y") == text.replace("Anna", "Y")


def test_json_lines_are_followed():
    text = '{"FirstName": "Maria"}\n{"FirstName": "Anna"}\n'
    unfolded = unfold(text)
    assert [p.text for p in unfolded.passages if p.json_type == "string"] == ["Maria", "Anna"]
    assert unfolded.fold({}) == text


@pytest.mark.parametrize(
    "text", ['{"broken": "Maria', "[not json] at all", "{{Contact.Email}}", "[", "", "{'a': 'Maria'}", "[Maria]\n{x}"]
)
def test_what_is_not_json_is_read_as_it_stands(text):
    assert "".join(p.text for p in unfold(text).passages) == text
    assert unfold(text).fold({}) == text


def test_base64_of_a_text_is_read_and_written_canonically():
    secret = "Please call Maria Gonzalez."
    unfolded = unfold(b64(secret))
    assert [p.text for p in unfolded.passages] == [secret]
    assert base64.b64decode(replaced(unfolded, "Maria Gonzalez", "<PERSON>"), validate=True) == b"Please call <PERSON>."


def test_base64_of_json_is_followed():
    unfolded = unfold(json.dumps({"data": b64('{"Email": "maria@example.com"}')}))
    assert ("maria@example.com", "Email") in {(p.text, p.field) for p in unfolded.passages}


def test_url_safe_base64_without_padding_stays_so():
    text = base64.urlsafe_b64encode("Maria ÿÿÿ?>~~ Gonzalez!".encode()).decode().rstrip("=")
    assert "-" in text or "_" in text
    new = replaced(unfold(text), "Maria", "Anna")
    assert "=" not in new
    assert base64.urlsafe_b64decode(new + "=" * (-len(new) % 4)).decode() == "Anna ÿÿÿ?>~~ Gonzalez!"


@pytest.mark.parametrize(
    "text",
    ["SGVsbG8gTWFyaWE=", "deadbeefdeadbeefdeadbeefdeadbeef", b64("\x00\x01" * 20), "thisisaverylongwordwithnospaces"],
)
def test_short_or_binary_base64_stays_a_text(text):
    assert [p.text for p in unfold(text).passages] == [text]


def test_depth_is_bounded_and_what_is_deeper_is_still_read():
    text = "Maria"
    for _ in range(MAX_DEPTH + 3):
        text = json.dumps({"a": text})
    unfolded = unfold(text)
    assert any("Maria" in p.text for p in unfolded.passages)
    assert unfolded.fold({}) == text


def test_numbers_and_keys_are_not_unfolded():
    assert [p.json_type for p in unfold(b64("Please call Maria now"), json_type="key").passages] == ["key"]


def test_a_blob_of_text_is_decoded_and_encoded_again():
    unfolded = unfold_blob(b64('{"FirstName": "Maria"}'), "application/json")
    assert base64.b64decode(replaced(unfolded, "Maria", "X")) == b'{"FirstName": "X"}'
    assert unfolded.fold({}) == b64('{"FirstName": "Maria"}')


def test_a_blob_says_its_charset():
    data = base64.b64encode("Zoé".encode("latin-1")).decode()
    unfolded = unfold_blob(data, "text/plain; charset=iso-8859-1")
    assert [p.text for p in unfolded.passages] == ["Zoé"]
    assert base64.b64decode(replaced(unfolded, "Zoé", "<PÉ>")) == "<PÉ>".encode("latin-1")


def test_a_text_under_a_binary_type_is_read_all_the_same():
    assert unfold_blob(b64("Call Maria"), "application/octet-stream") is not None


@pytest.mark.parametrize(
    "data",
    [base64.b64encode(bytes(range(256))).decode(), "not base64!", base64.b64encode(b"\x89PNG\r\n\x1a\n\x00").decode()],
)
def test_a_blob_nobody_can_read_is_none(data):
    assert unfold_blob(data, "image/png") is None


@pytest.mark.parametrize(
    ("mime", "expected"),
    [
        ("text/javascript", True),
        ("text/html;profile=mcp-app", True),
        ("text/plain", False),
        ("text/html", False),
        ("", False),
    ],
)
def test_code_is_told_by_its_type(mime, expected):
    assert is_code(mime) is expected
    assert unfold("let x", mime=mime).passages[0].is_code is expected


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=40)
    | st.sampled_from([b64("Please call Maria Gonzalez"), '{"a": "b"}']),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(JSON, st.text(max_size=30))
def test_folding_without_edits_changes_nothing(value, before):
    for text in (json.dumps(value), before + "\n" + json.dumps(value, ensure_ascii=False), before):
        assert unfold(text).fold({}) == text


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_an_edit_of_one_string_changes_that_string_alone(value):
    text = json.dumps({"probe": "needle here", "rest": value})
    new = json.loads(replaced(unfold(text), "needle", 'qu"ote\\'))
    assert new == {"probe": 'qu"ote\\ here', "rest": json.loads(text)["rest"]}
