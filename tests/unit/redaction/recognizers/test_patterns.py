"""Our pattern recognizers, one by one: what they find in a text, character for character, and how long they may take."""

from __future__ import annotations

import pytest

from sidecar.redaction.recognizers.birth_date import BirthDateRecognizer
from sidecar.redaction.recognizers.email import WideEmailRecognizer
from sidecar.redaction.recognizers.phone import WrittenPhoneRecognizer
from sidecar.redaction.recognizers.secret import SecretRecognizer
from sidecar.redaction.recognizers.social_security import SocialSecurityRecognizer


def values(recognizer, text):
    return sorted({text[r.start : r.end] for r in recognizer.analyze(text, [])})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a@example.com", ["a@example.com"]),
        ("mailto:jane.doe@example.co.uk?subject=x", ["jane.doe@example.co.uk"]),
        ("x=jane%40example.com&y", ["jane%40example.com"]),
        ("jane&#64;example.com", ["jane&#64;example.com"]),
        ('"Jane Doe"@example.com', ['"Jane Doe"@example.com']),
        ("root@[192.0.2.1]", ["root@[192.0.2.1]"]),
        ("jane@corp.local and joe@x.test.", ["jane@corp.local", "joe@x.test"]),
        ("zoé@exämple.com", ["zoé@exämple.com"]),
        ("jane@xn--exmple-cua.xn--p1ai", ["jane@xn--exmple-cua.xn--p1ai"]),
        ("@handle and pkg@1.2 and a@b", []),
    ],
)
def test_emails(text, expected):
    assert values(WideEmailRecognizer(), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+1 415 555 0132", ["+1 415 555 0132"]),
        ("1-415-555-0132 x42", ["1-415-555-0132 x42"]),
        ("(415)555-0132", ["(415)555-0132"]),
        ("tel:+14155550132", ["+14155550132"]),
        ("020 7946 0958 or 07700 900123", ["020 7946 0958", "07700 900123"]),
        ("+49 (0)30 901820", ["+49 (0)30 901820"]),
        ("please call us: 4155550132", ["4155550132"]),
        ("llámame al 4155550132", ["4155550132"]),
        ("call about order 4155550132", []),
        ("2025-04-21 and 10.20.30.40 and 123-45-6789", []),
        ("6f9619ff-8b86-415-555-0132", []),
        ("4155550132", []),
    ],
)
def test_phones(text, expected):
    assert values(WrittenPhoneRecognizer(), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("123-45-6789", ["123-45-6789"]),
        ("078 05 1120", ["078 05 1120"]),
        ("his social security number is 123456789.", ["123456789"]),
        ("SSN: ***-**-6789", ["***-**-6789"]),
        ("123456789", []),
        ("123-45-67890 and 9123-45-6789 and 123-45.6789", []),
    ],
)
def test_social_security_numbers(text, expected):
    assert values(SocialSecurityRecognizer(), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DOB: 03/12/1980", ["03/12/1980"]),
        ("born on 12 March 1980", ["12 March 1980"]),
        ("née le 12/03/1980", ["12/03/1980"]),
        ("sent on 2025-04-21", []),
    ],
)
def test_birth_dates(text, expected):
    assert values(BirthDateRecognizer(), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://maria:hunter22@example.com/", ["hunter22"]),
        ("key AKIA" + "ABCDEFGH01234567", ["AKIA" + "ABCDEFGH01234567"]),
        (
            "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY----- x",
            ["-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----"],
        ),
    ],
)
def test_secrets(text, expected):
    assert values(SecretRecognizer(), text) == expected
