"""Values inside URLs and query strings, and where they stand."""

from __future__ import annotations

import pytest

from sidecar.redaction.uris import parts


def said(text: str) -> list[tuple[str, str]]:
    return [(part.name, part.text) for part in parts(text)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("crm://people/Ada%20Love", [("", "Ada Love")]),
        ("crm://people/find?full_name=Ada+Love&x=1", [("full_name", "Ada Love"), ("x", "1")]),
        ("see https://example.com/u?to=a%2540example.com now", [("to", "a@example.com")]),
        ("crm://people?full_name=Chlo%C3%A9{&page}", [("full_name", "Chloé")]),
        ("full_name=Ada%20Love,phone=%2B12125550143", [("full_name", "Ada Love"), ("phone", "+12125550143")]),
        ("mailto:ada%40example.com?cc=b%40example.com", [("", "mailto:ada@example.com"), ("cc", "b@example.com")]),
        ("crm://people/%FF%FEx%20y", [("", "%FF%FEx y")]),
        ("a sentence of 100% certainty, where x=1 stands", []),
        ("crm://people/1", []),
    ],
)
def test_escaped_and_named_values_are_seen_as_meant(text, values):
    assert said(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "crm://p/find?n=A%20B%C3%A9+c&m=%2540x",
        "n=%41%42,m=%E2%82%AC%20",
        "see https://example.com/%F0%9F%98%80z/q?x=1+2",
    ],
)
def test_every_piece_of_a_value_leads_back_to_its_spelling(text):
    for part in parts(text):
        spelled = [text[a:b] for a, b in zip(part.places, part.places[1:], strict=False)]
        assert len(spelled) == len(part.text)
        assert all(len(mark) == 1 or mark.startswith("%") for mark in spelled)
        assert "".join(spelled) in text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("crm://people?full_name=Priya%20Raghunathan", [("Priya%20Raghunathan", "PERSON")]),
        ("crm://people/find?phone=%2B1%20415%20555%200142&page=2", [("%2B1%20415%20555%200142", "PHONE_NUMBER")]),
        ("crm://pay?card_number=5555%205555%205555%204444", [("5555%205555%205555%204444", "CREDIT_CARD")]),
        ("first_name=Ada,job_id=77", [("Ada", "PERSON")]),
        ("crm://jobs?job_id=77&state=done", []),
    ],
)
def test_what_is_found_in_a_uri_is_found_in_its_own_spelling(find, text, found):
    assert find(text) == found
