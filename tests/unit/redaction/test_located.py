"""A finding is placed where its characters stand in the text as given, whatever the text was unfolded from."""

from __future__ import annotations

import base64
import json

import pytest

from sidecar.redaction.detector import DetectorSettings, PresidioDetector
from sidecar.redaction.located import locate

MAIL = "jane.doe@example.com"
CARD = "4111 1111 1111 1111"


@pytest.fixture(scope="module")
def rules() -> PresidioDetector:
    return PresidioDetector(DetectorSettings(engine="none"))


def places(detector: PresidioDetector, text: str) -> list[str]:
    (findings,) = locate(detector, [text])
    return [text[found.start : found.end] for found in findings]


@pytest.mark.parametrize(
    "text",
    [
        f"write to {MAIL} or not",
        json.dumps({"a": [f"to {MAIL}", 1, None]}),
        json.dumps({"a": [f"to {MAIL}", 1, None]}, indent=2),
        json.dumps({"before": 'é "quoted" \u2028', "a": f"é \\ {MAIL}"}),
        '{"a": "\\u00e9\\/ ' + MAIL + ' \\u0041"}',
        json.dumps({"inner": json.dumps({"deep": f"to {MAIL}"})}),
        f'A sentence, then\n{{"who": "{MAIL}", "n": 12}}\nand the end',
        f"<p>write to <b>{MAIL}</b></p>",
        f"<p><b>{MAIL}</b><br>and wait</p>",
        "\ue0f0 and \ue0f1 " + json.dumps({"a": MAIL}),
    ],
    ids=[
        "plain",
        "json",
        "indented",
        "escapes",
        "other escapes",
        "json in json",
        "mixed",
        "html",
        "a tag after it",
        "marks in it",
    ],
)
def test_the_place_is_exactly_the_value(rules, text):
    assert places(rules, text) == [MAIL]


def test_every_finding_of_a_text_has_its_place_in_order(rules):
    text = json.dumps({"z": f"{CARD} paid", "a": ["nothing", f"cc {MAIL}, {MAIL}"]})
    assert places(rules, text) == [CARD, MAIL, MAIL]


def test_within_base64_the_place_is_what_would_change(rules):
    hidden = base64.b64encode(f"please write to {MAIL} soon, thank you".encode()).decode()
    text = json.dumps({"blob": hidden})
    (place,) = places(rules, text)
    assert place in hidden
    start = hidden.index(place)
    decoded = base64.b64decode(hidden[start - start % 4 :][: (len(place) + 3) // 4 * 4 + 4])
    assert MAIL.encode() in decoded or MAIL[1:].encode() in decoded


def test_texts_are_answered_each_for_itself_and_again_from_the_cache(rules):
    texts = [f"a {MAIL}", "nothing", "", json.dumps([MAIL, MAIL])]
    first = locate(rules, texts)
    assert [len(found) for found in first] == [1, 0, 0, 2]
    assert locate(rules, texts) == first
