"""Which numbers stand: those a text calls something else do not, those that check themselves do."""

from __future__ import annotations

import pytest

from sidecar.redaction import judge
from sidecar.redaction.findings import Finding


def stands(text, value, entity, score=0.9, recognizer="x", runs=(), *, is_code=False):
    start = text.index(value)
    finding = Finding(start, start + len(value), entity, score, recognizer)
    return judge.stands(text, finding, runs, is_code=is_code)


@pytest.mark.parametrize(
    ("value", "is_phone"),
    [("12.03.2026 08", False), ("07.05.2027", False), ("2025-05-0091", False), ("55957137/2024", False), ("16.44.5529", False),
     ("415.555.0132", True), ("12.34.56.78", True), ("020 7946 0958", True), ("030/901820", True)],
)  # fmt: skip
def test_dates_versions_and_invoices_are_no_phones(value, is_phone):
    assert stands(f"x {value} y", value, "PHONE_NUMBER", recognizer="PhoneRecognizer") is is_phone


def test_bare_card_numbers_are_left_to_the_recognizer_that_knows_the_issuers():
    assert not stands("4111111111111111", "4111111111111111", "CREDIT_CARD", 1.0, "CreditCardRecognizer")
    assert stands("4111111111111111", "4111111111111111", "CREDIT_CARD", 1.0, "card")
    assert stands("4111 1111 1111 1111", "4111 1111 1111 1111", "CREDIT_CARD", 1.0, "CreditCardRecognizer")


@pytest.mark.parametrize("entity", ["PL_PESEL", "UK_NHS", "MEDICAL_ID", "PHONE_NUMBER"])
def test_digits_after_a_word_for_ids_are_an_id_unless_they_check_themselves(entity):
    assert not stands("id: 44051401359", "44051401359", entity, 0.95)
    assert stands("id: 44051401359", "44051401359", entity, 1.0)


def test_nothing_in_a_guid_is_a_number_of_a_person():
    text = "26214768-81f2-40f9-8ad4-3747e84f27b4"
    assert not stands(text, "ad4-3747e84f27b4", "IBAN_CODE", 1.0, runs=[(0, len(text))])


@pytest.mark.parametrize(
    ("entity", "is_kept"), [("CREDENTIAL", True), ("VIN", True), ("USERNAME", False), ("DATE_OF_BIRTH", False)]
)
def test_code_is_read_for_what_is_precise(entity, is_kept):
    assert stands("x = 1HGCM82633A004352", "1HGCM82633A004352", entity, is_code=True) is is_kept


@pytest.mark.parametrize(
    "text", ["PIN: 4821", "pwd=x1y2", "AB123456C", "2001:db8::1", "::ffff:1", "1EG4-TE5-MK73", "A123456(3)"]
)
def test_short_texts_that_may_hold_something_are_read(text):
    assert judge.may_be_short(text)


@pytest.mark.parametrize("text", ["Bronze", "ORD-10001", "v2.1", "en-GB", "Order 12", "4519", "JRN_12345", "2024"])
def test_short_words_of_business_are_not(text):
    assert not judge.may_be_short(text)


@pytest.mark.parametrize("before", ["Versão final: ", "versione ", "firmware 1, build "])
def test_four_numbers_after_a_word_for_version_are_no_address(before):
    assert not stands(f"{before}10.4.22.1", "10.4.22.1", "IP_ADDRESS")
    assert stands("reached from 10.4.22.1", "10.4.22.1", "IP_ADDRESS")


def test_a_programs_version_is_no_phone():
    assert not stands("agent Chrome/126.0.6478.127 here", "126.0.6478.127", "PHONE_NUMBER")
    assert stands("call Ute/212.555.0101", "212.555.0101", "US_SSN")
    assert stands("call 212.555.0101", "212.555.0101", "PHONE_NUMBER")
