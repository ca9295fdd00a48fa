"""Labelled texts are checked, and an error names the place without the text."""

from __future__ import annotations

import json

import pytest

from sidecar.errors import BadUsage
from sidecar.redaction.labelled import Labelled, Span, parse_line

SECRET = "Maria Gonzalez"


def line(**about: object) -> str:
    return json.dumps({"text": SECRET, **about})


def test_spans_come_sorted_and_other_keys_are_left_alone():
    spans = [{"start": 6, "end": 14, "entity": "PERSON", "optional": True}, {"start": 0, "end": 5, "entity": "PERSON", "by": 1}]  # fmt: skip
    read = parse_line(line(spans=spans, kind="chat", language="en", template="x"), "a:1")
    assert read == Labelled(SECRET, (Span(0, 5, "PERSON"), Span(6, 14, "PERSON", is_optional=True)), "chat", "en")
    assert SECRET not in repr(read)


def test_a_text_without_spans_kind_and_language_is_one():
    assert parse_line(line(), "a:1") == Labelled(SECRET, ())
    assert parse_line(line(kind=None), "a:1") == Labelled(SECRET, ())


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (SECRET, "not a JSON object"),
        (f'["{SECRET}"]', "not a JSON object"),
        ('{"text": 1}', "'text' is not a string"),
        ("{}", "'text' is not a string"),
        (line(spans={}), "'spans' is not a list"),
        (line(kind=7), "'kind' or 'language' is not a string"),
        (line(spans=[[0, 5]]), "spans[0] is not an object"),
        (line(spans=[{"start": 0, "end": 5}]), "spans[0]: 'entity' is missing"),
        (line(spans=[{"start": 0, "end": 15, "entity": "PERSON"}]), "spans[0]: start and end are no place in the text of 14 characters"),
        (line(spans=[{"start": 5, "end": 5, "entity": "PERSON"}]), "spans[0]: start and end are no place"),
        (line(spans=[{"start": -1, "end": 5, "entity": "PERSON"}]), "spans[0]: start and end are no place"),
        (line(spans=[{"start": True, "end": 5, "entity": "PERSON"}]), "spans[0]: start and end are no place"),
        (line(spans=[{"start": "0", "end": 5, "entity": "PERSON"}]), "spans[0]: start and end are no place"),
        (line(spans=[{"start": 0, "end": 5, "entity": ""}]), "spans[0]: 'entity' is not a name"),
        (line(spans=[{"start": 0, "end": 5, "entity": "PERSON", "optional": 1}]), "spans[0]: 'optional' is neither true nor false"),
        (line(spans=[{"start": 0, "end": 5, "entity": "A"}, {"start": 4, "end": 9, "entity": "B"}]), "the spans at 0 and 4 overlap"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(bad, says):
    with pytest.raises(BadUsage, match=r"^texts\.jsonl:3: ?") as raised:
        parse_line(bad, "texts.jsonl:3")
    assert says in str(raised.value)
    assert "Maria" not in str(raised.value)
