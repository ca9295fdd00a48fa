"""Each operator hides what it was given; which ones are stable, and what shape a surrogate has."""

from __future__ import annotations

import ipaddress
import re
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer
from presidio_anonymizer.operators import Decrypt

from sidecar.errors import Withheld
from sidecar.policy.model import OPERATORS
from sidecar.redaction import operators
from sidecar.redaction.countries import OURS
from sidecar.redaction.operators import NAMES, Context, encrypt, load

CONTEXT = Context(b"k" * 32, "scope")
OTHER_KEY = Context(b"o" * 32, "scope")
OTHER_SCOPE = Context(b"k" * 32, "other")
SURROGATE = load("surrogate")

VALUES = {
    "EMAIL_ADDRESS": "maria@example.com", "PERSON": "Maria Gonzalez", "PHONE_NUMBER": "+1 (415) 555-0132", "US_SSN": "123-45-6789",
    "CREDIT_CARD": "4111 1111 1111 1111", "IP_ADDRESS": "203.0.113.7", "DATE_OF_BIRTH": "1980-03-12", "LOCATION": "12 High Street",
    "IBAN_CODE": "DE89 3704 0044 0532 0130 00", "CREDENTIAL": "correct horse", "USERNAME": "mgonzalez7", "TAX_ID": "529.982.247-25",
    "PL_PESEL": "44051401359", "BR_CPF": "529.982.247-25", "IT_FISCAL_CODE": "RSSMRA85T10A562S", "VIN": "1HGCM82633A004352", "MAC_ADDRESS": "00:1A:2B:3C:4D:5E",
    "CRYPTO": "0x52908400098527886E0F7030069857D2E4169EE7", "LICENSE_PLATE": "AB12 CDE", "MEDICAL_ID": "MRN-00123456", "PASSPORT": "C01X00T47", "DEVICE_ID": "490154203237518",
    "BANK_ACCOUNT": "12-34-56 12345678", "BIC_CODE": "DEUTDEFF500", "DRIVER_LICENSE": "MORGA657054SM9IJ",
}  # fmt: skip


REPLACING = [name for name in NAMES if name != "block"]


@pytest.mark.parametrize("name", REPLACING)
def test_every_operator_loads_by_its_file_s_name(name):
    assert isinstance(load(name).apply("Maria Gonzalez", "PERSON", CONTEXT), str)


def test_every_operator_of_the_policy_language_is_one_file_and_none_else():
    folder = Path(operators.__file__).parent
    assert {path.stem for path in folder.glob("[a-z]*.py")} == set(NAMES) == set(OPERATORS)


def test_an_unknown_operator_is_a_key_error():
    with pytest.raises(KeyError):
        load("surely_not_installed")


def test_block_lets_nothing_through_and_does_not_quote():
    with pytest.raises(Withheld) as refused:
        load("block").apply("Maria Gonzalez", "PERSON", CONTEXT)
    assert "Maria" not in str(refused.value)


def test_a_token_is_made_by_whoever_keeps_the_values_else_it_is_a_label():
    minted = Context(b"k" * 32, "scope", mint=lambda entity, value: f"{entity}_{len(value)}")
    assert load("token").apply("Maria", "PERSON", minted) == "PERSON_5"
    assert load("token").apply("Maria", "PERSON", CONTEXT) == "<PERSON>"
    refusing = Context(b"k" * 32, "scope", mint=lambda entity, value: None)
    assert load("token").apply("Maria", "PERSON", refusing) == "<PERSON>"


def test_another_attempt_gives_another_surrogate():
    values = {SURROGATE.apply("1980-03-12", "DATE_OF_BIRTH", Context(b"k" * 32, "s", attempt=n)) for n in range(8)}
    assert len(values) > 5


def test_keep_keeps_and_drop_drops():
    assert load("keep").apply("Maria", "PERSON", CONTEXT) == "Maria"
    assert load("drop").apply("Maria", "PERSON", CONTEXT) == ""


def test_a_label_is_the_entity_s_name():
    assert load("label").apply("maria@example.com", "EMAIL_ADDRESS", CONTEXT) == "<EMAIL_ADDRESS>"


def test_a_mask_has_the_value_s_length_and_none_of_it():
    assert load("mask").apply("Maria 42", "PERSON", CONTEXT) == "*" * 8


def test_a_hash_is_stable_within_key_and_scope_only():
    hash_ = load("hash")
    value = hash_.apply("Maria", "PERSON", CONTEXT)
    assert re.fullmatch(r"[0-9a-f]{64}", value)
    assert hash_.apply("Maria", "PERSON", CONTEXT) == value
    assert len({value, hash_.apply("Maria", "PERSON", OTHER_KEY), hash_.apply("Maria", "PERSON", OTHER_SCOPE)}) == 3


def test_an_encrypted_value_comes_back_with_the_scope_s_key():
    value = load("encrypt").apply("Maria", "PERSON", CONTEXT)
    assert "Maria" not in value
    assert Decrypt().operate(value, {"key": encrypt.key_for(CONTEXT)}) == "Maria"
    assert encrypt.key_for(CONTEXT) != encrypt.key_for(OTHER_SCOPE)


@pytest.mark.parametrize("name", ["label", "mask", "hash", "encrypt", "surrogate", "drop"])
@pytest.mark.parametrize(("entity", "value"), VALUES.items())
def test_nothing_of_the_value_is_left(name, entity, value):
    new = load(name).apply(value, entity, CONTEXT)
    assert value not in new
    assert not any(word in new for word in re.findall(r"[^\W\d_]{4,}", value.replace("example", "")) if word != "com")


@pytest.mark.parametrize(("entity", "value"), VALUES.items())
def test_a_surrogate_is_the_same_for_the_same_value_key_and_scope(entity, value):
    new = SURROGATE.apply(value, entity, CONTEXT)
    assert SURROGATE.apply(value, entity, CONTEXT) == new
    assert SURROGATE.apply(value, entity, OTHER_KEY) != new
    assert SURROGATE.apply(value, entity, OTHER_SCOPE) != new


def test_an_email_surrogate_is_at_a_domain_nobody_has():
    assert re.fullmatch(
        r"email-[a-z2-7]{12}@example\.com", SURROGATE.apply("maria@corp.test", "EMAIL_ADDRESS", CONTEXT)
    )


@pytest.mark.parametrize("value", ["+1 (415) 555-0132", "415.555.0132", "4155550132", "+44 20 7946 0958", "555-0132"])
def test_a_phone_surrogate_keeps_separators_and_says_555_01(value):
    new = SURROGATE.apply(value, "PHONE_NUMBER", CONTEXT)
    assert re.sub(r"\d", "0", new) == re.sub(r"\d", "0", value)
    assert re.sub(r"\D", "", new)[-7:-2] == "55501"


def test_a_social_security_surrogate_was_never_issued():
    for n in range(200):
        new = SURROGATE.apply(f"{n + 100:03d}-45-6789", "US_SSN", CONTEXT)
        assert re.fullmatch(r"9\d\d-00-\d{4}", new)


def test_a_card_surrogate_fails_its_check_digit():
    for n in range(200):
        new = SURROGATE.apply(f"4111 1111 1111 {n:04d}", "CREDIT_CARD", CONTEXT)
        assert re.fullmatch(r"0\d{3} \d{4} \d{4} \d{4}", new)
        assert not CreditCardRecognizer().validate_result(new)


@pytest.mark.parametrize("value", ["203.0.113.7", "10.1.2.3/24", "2001:db8:1::1", "fe80::1"])
def test_an_ip_surrogate_is_a_documentation_address(value):
    new = ipaddress.ip_interface(SURROGATE.apply(value, "IP_ADDRESS", CONTEXT)).ip
    assert any(
        new in ipaddress.ip_network(net)
        for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
        if ipaddress.ip_network(net).version == new.version
    )


@pytest.mark.parametrize(
    ("value", "form"),
    [("1980-03-12", "%Y-%m-%d"), ("19800312", "%Y%m%d"), ("1980/03/12", "%Y/%m/%d"), ("12.03.1980", "%d.%m.%Y"), ("3/25/1980", "%m/%d/%Y"),
     ("25/3/1980", "%d/%m/%Y"), ("1980-03-12T10:20:30Z", "%Y-%m-%dT%H:%M:%SZ"), ("12 March 1980", "%Y-%m-%d")],
)  # fmt: skip
def test_a_date_surrogate_is_a_real_date_in_the_same_form(value, form):
    for salt in range(50):
        context = Context(bytes([salt]) * 32, "scope")
        assert datetime.strptime(SURROGATE.apply(value, "DATE_OF_BIRTH", context), form).year > 1900  # noqa: DTZ007


def test_a_guid_and_a_url_keep_their_kind():
    assert UUID(SURROGATE.apply("6F9619FF-8B86-D011-B42D-00CF4FC964FF", "DEVICE_ID", CONTEXT))
    assert SURROGATE.apply("https://crm.corp.test/c/42", "URL", CONTEXT).startswith("https://redacted.example/")


@settings(deadline=None)
@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_an_integer_surrogate_is_another_integer_of_as_many_digits(number):
    new = SURROGATE.apply(str(number), "PHONE_NUMBER", Context(b"k" * 32, "scope", "integer"))
    assert str(int(new)) == new
    assert len(new) == len(str(number))
    assert new != str(number)


@pytest.mark.parametrize(
    ("format_", "check"),
    [
        ("email", lambda v: re.fullmatch(r"[^@\s]+@example\.com", v)),
        ("date", date.fromisoformat),
        ("date-time", lambda v: datetime.fromisoformat(v).tzinfo is not None),
        ("uuid", UUID),
        ("uri", lambda v: v.startswith("https://redacted.example/")),
        ("ipv4", ipaddress.IPv4Address),
        ("ipv6", ipaddress.IPv6Address),
        ("hostname", lambda v: v.endswith(".example.com")),
    ],
)
@pytest.mark.parametrize("value", ["Maria Gonzalez", "1980-03-12", "1980-03-12T10:20:30Z", "203.0.113.7", "x"])
def test_a_schema_s_format_is_obeyed_whatever_the_value(format_, check, value):
    assert check(SURROGATE.apply(value, "PERSON", Context(b"k" * 32, "scope", format=format_)))


@settings(deadline=None)
@given(st.text(min_size=1), st.sampled_from(sorted(VALUES)), st.sampled_from(REPLACING))
def test_no_value_breaks_an_operator(value, entity, name):
    assert isinstance(load(name).apply(value, entity, CONTEXT), str)


def test_a_context_does_not_show_its_key():
    assert "kkk" not in repr(CONTEXT)


@pytest.mark.parametrize(
    ("entity", "value", "start"),
    [
        ("PL_PESEL", "44051401359", r"000"),
        ("BR_CPF", "529.982.247-25", r"000\."),
        ("IT_FISCAL_CODE", "RSSMRA85T10A562S", r"[A-Z]{6}00[A-Z]0"),
        ("IBAN_CODE", "DE89 3704 0044 0532 0130 00", r"DE00 "),
        ("VIN", "1HGCM82633A004352", r"...I"),
        ("CRYPTO", "0x52908400098527886E0F7030069857D2E4169EE7", r"0x"),
    ],
)
def test_a_surrogate_of_a_number_has_its_form_and_a_start_nobody_s_number_has(entity, value, start):
    for n in range(60):
        new = SURROGATE.apply(value, entity, Context(bytes([n]) * 32, "scope"))
        assert re.match(start, new)
        assert [c for c in new if not c.isalnum()] == [c for c in value if not c.isalnum()]
        assert len(new) == len(value)
        assert new != value


def test_every_entity_of_ours_has_a_surrogate():
    for entity in sorted(OURS):
        new = SURROGATE.apply("AB-123456 x", entity, CONTEXT)
        assert new
        assert "123456" not in new


@pytest.mark.parametrize("value", ["00:1A:2B:3C:4D:5E", "00-1a-2b-3c-4d-5e", "001A.2B3C.4D5E"])
def test_a_mac_surrogate_is_set_aside_for_documentation(value):
    new = SURROGATE.apply(value, "MAC_ADDRESS", CONTEXT)
    assert re.sub(r"\w", "x", new) == re.sub(r"\w", "x", value)
    assert re.sub(r"\W", "", new).lower().startswith("00005e0053")
