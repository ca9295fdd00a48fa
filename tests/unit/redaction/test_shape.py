"""Machine words are told from words of people."""

from __future__ import annotations

import pytest

from sidecar.redaction import shape

GUID = "6F9619FF-8B86-D011-B42D-00CF4FC964FF"


@pytest.mark.parametrize(
    "text",
    [GUID, GUID.lower(), "{" + GUID + "}", f"APIEvent-{GUID}", f"{GUID}.1.2.3.4", "2025-04-21", "2025-04-21T20:07:27Z", "0001-01-01T00:00:00",
     "2025-04-21T20:07:27.123+02:00", "12:30", "#ff00aa", "123456", "-3.5", "99.9%", "v2.10.0", "5d41402abc4b2a76b9719d911017c592"],
)  # fmt: skip
def test_numbers_guids_and_times_are_machine_words(text):
    assert shape.is_machine(text)


@pytest.mark.parametrize(
    "text",
    [
        "415.555.0132",
        "415-555-0132",
        "+14155550132",
        "123-45-6789",
        "4111111111111111",
        "203.0.113.7",
        "maria",
        "1234567",
    ],
)
def test_what_could_be_personal_is_no_machine_word(text):
    assert not shape.is_machine(text)


@pytest.mark.parametrize(
    "text",
    [
        "1447640",
        "123456789",
        "1700000000000",
        "0032400000aBcDeAAK",
        "DE_Welcome_2024",
        GUID,
        "5.0.2.1",
        "MTpTZ2FiYzEyMzo4NjA=",
        "a1b2c3d4",
    ],
)
def test_identifiers_are_known_by_shape(text):
    assert shape.is_identifier(text)


@pytest.mark.parametrize(
    "text",
    ["maria@example.com", "+14155550132", "415-555-0132", "tel+14155550132", "415.555.0132", "Maria Gonzalez", "Maria"],
)
def test_an_identifier_is_no_address_phone_or_name(text):
    assert not shape.is_identifier(text)


@pytest.mark.parametrize(
    "text",
    [
        "maria@example.com",
        "https://example.com/a",
        "snake_case_word",
        "getContact",
        "a1b2",
        "USA",
        "en-GB",
        "12 34",
        "tools/list",
        "text/plain",
        "api.example.com",
        "<PERSON>",
    ],
)
def test_ner_is_spared_code_like_words(text):
    assert not shape.may_hold_name(text)


@pytest.mark.parametrize(
    "text", ["Maria", "maria", "Contact:Maria", "Maria Gonzalez", "call Maria", "Łucja", "花子", "O'Brien"]
)
def test_ner_sees_words(text):
    assert shape.may_hold_name(text)


def test_labels_placeholders_and_masks_are_protected():
    text = "a <PERSON> b %%First Name%% c {{Contact.Email}} d ________________ e 50%% off, 20%% more"
    assert [text[s:e] for s, e in shape.protected_spans(text)] == [
        "<PERSON>",
        "%%First Name%%",
        "{{Contact.Email}}",
        "________________",
        "%% off, 20%%",
    ]


def test_pieces_outside_protected_spans():
    assert shape.outside(0, 10, [(2, 4), (8, 12)]) == [(0, 2), (4, 8)]
