# ruff: noqa: S311  words of many scripts; numbers at random
"""National identification numbers: right ones, ones after a word, and what only looks like one."""

from __future__ import annotations

import random
import re
import uuid

import pytest

from sidecar.redaction.countries import BY_COUNTRY, NATIONAL
from sidecar.redaction.recognizers._national_checks import passes
from sidecar.redaction.recognizers._national_forms import NUMBERS
from sidecar.redaction.recognizers.national_id import NationalIdRecognizer

FOUND = [
    ("PESEL «44051401359»", "PL_PESEL"), ("jej PESEL: «44051401458»", "PL_PESEL"), ("«529.982.247-25»", "BR_CPF"), ("CPF «52998224725»", "BR_CPF"),
    ("«12345678Z»", "ES_NIF"), ("DNI «12.345.678-Z»", "ES_NIF"), ("NIE «X1234567L»", "ES_NIE"),
    ("codice fiscale «RSSMRA85T10A562S»", "IT_FISCAL_CODE"), ("«rssmra85t10a562s»", "IT_FISCAL_CODE"), ("BSN: «111222333»", "NL_BSN"),
    ("burgerservicenummer «123456782»", "NL_BSN"), ("social insurance number «130 692 544»", "CA_SIN"), ("my SIN is «130-692-544»", "CA_SIN"),
    ("personnummer «811218-9876»", "SE_PERSONNUMMER"), ("«19811218-9876»", "SE_PERSONNUMMER"), ("henkilötunnus «131052-308T»", "FI_PERSONAL_IDENTITY_CODE"),
    ("«010100A123D»", "FI_PERSONAL_IDENTITY_CODE"), ("fødselsnummer «15108695088»", "NO_FODSELSNUMMER"), ("CPR «070761-4285»", "DK_CPR"),
    ("isikukood «36805280109»", "EE_IK"), ("CNP «1630615123457»", "RO_CNP"), ("«971013-9019902»", "KR_RRN"), ("주민등록번호 «971013-9019902»", "KR_RRN"),
    ("Aadhaar «2341 2341 2346»", "IN_AADHAAR"), ("PAN «ABCPE1234F»", "IN_PAN"), ("NHS number «943 476 5919»", "UK_NHS"), ("«AB 12 34 56 C»", "UK_NINO"), ("«QQ123456C»", "UK_NINO"),
    ("NI number «AB123456C»", "UK_NINO"), ("Steuer-ID «36574261809»", "DE_TAX_ID"), ("SV-Nummer «1237 010180»", "AT_VSNR"), ("«756.9217.0769.85»", "CH_AHV"),
    ("«85.07.30-033.28»", "BE_NN"), ("«710319/2745»", "CZ_RC"), ("rodné číslo «7103192745»", "CZ_RC"), ("JMBG «0101006500006»", "JMBG"), ("ЕГН «7523169263»", "BG_EGN"),
    ("T.C. Kimlik No «10000000146»", "TR_NATIONAL_ID"), ("SA ID «7503305044089»", "ZA_ID_NUMBER"), ("«A123456(3)»", "HK_HKID"), ("«S1234567D»", "SG_NRIC_FIN"),
    ("«11010519491231002X»", "CN_RIC"), ("マイナンバー «123456789018»", "JP_MY_NUMBER"), ("CURP «BOXW310820HNERXN09»", "MX_CURP"), ("RFC «GODE561231GR8»", "MX_RFC"),
    ("«1EG4-TE5-MK73»", "US_MBI"), ("«784-1980-1234567-1»", "AE_EID"), ("«12.345.678-5»", "CL_RUT"), ("CUIL «20-12345678-6»", "AR_CUIL"), ("«61104-1234567-1»", "PK_CNIC"),
    ("«770430-01-5678»", "MY_NRIC"), ("ИНН «500100732259»", "RU_INN"), ("СНИЛС «112-233-445 95»", "RU_SNILS"), ("my TFN is «123 456 782»", "AU_TFN"),
    ("PPS number «1234567FA»", "IE_PPS"), ("NIF «123456789»", "PT_NIF"), ("αμκα «01013099997»", "GR_AMKA"), ("OIB «33392005961»", "HR_OIB"),
    ("TAJ szám: «123 456 788»", "HU_TAJ"), ("身分證字號 «A123456789»", "TW_ID"), ("«2 95 10 99 126 111 93»", "FR_NIR"),
    ("n° sécu «295109912611193»", "FR_NIR"), ("DNI «12.345.678»", "AR_DNI"), ("cédula «1.020.345.678»", "CO_CEDULA"), ("«3-1001-01234-56-6»", "TH_TNIN"),
    ("GHA-card «GHA-123456789-0»", "GH_CARD"), ("national insurance number «QQ 12 34 56 C»", "UK_NINO"), ("Sozialversicherungsnummer «15 070649 C 103»", "DE_SOCIAL_SECURITY"),
]  # fmt: skip

NOT_FOUND = """44051401359
52998224725
111222333
9434765919
130692544
order 240315-1234
2024-03-15-1234
phone 415-555-0132
4155550132
1700000000000
1700000000
1447640
6f9619ff-8b86-d011-b42d-00cf4fc964ff
sin 123456789 euros
00D5g000008XyZ1
0032400000aBcDeAAK
INV-2024-00012345
4111 1111 1111 1111
DE-Welcome-2024-01
JobID 123456789
ABC1234567
A12345678
12345678A
529.982.247-26
000.000.000-00
20240315-1234
Version 10.0.19041.1
ticket 12/12345678/12
+44 20 7946 0958
PRD-12345678-Z
12 345 678 901 views
SKU 1234567B
ENT.Contact_Salesforce_1
the pan is 1234 hot""".splitlines()


@pytest.fixture(scope="module")
def recognizer():
    return NationalIdRecognizer(("us", "uk"))


@pytest.mark.parametrize(("text", "entity"), FOUND)
def test_a_number_that_checks_itself_or_stands_after_its_word_is_found(table, recognizer, text, entity):
    table.check(recognizer, text, entity)


@pytest.mark.parametrize("text", NOT_FOUND)
def test_other_numbers_are_left_alone(table, recognizer, text):
    table.check(recognizer, text)


def test_a_country_that_is_named_needs_no_word(table):
    table.check(NationalIdRecognizer(("pl",)), "«44051401359»", "PL_PESEL")
    table.check(NationalIdRecognizer(("us",)), "44051401359", "PL_PESEL")


def test_the_word_decides_between_countries_whose_numbers_look_alike(recognizer):
    best = max(recognizer.analyze("T.C. Kimlik No 10000000146", []), key=lambda r: r.score)
    assert best.entity_type == "TR_NATIONAL_ID"


def test_every_number_has_a_check_that_exists_and_a_country_that_can_be_named():
    for number in NUMBERS:
        assert callable(passes(number.check)), number.entity
        assert number.country in BY_COUNTRY
        assert number.entity in NATIONAL
        assert number.words or not (number.word or number.home), number.entity


SHAPES = {
    "digit runs": lambda rng: "".join(rng.choices("0123456789", k=rng.randint(5, 20))),
    "GUIDs": lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    "ids of Salesforce": lambda rng: rng.choice(("003", "00Q", "a1B", "00D")) + "".join(rng.choices("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", k=rng.choice((12, 15)))),
    "epoch times": lambda rng: str(rng.randint(1_500_000_000_000, 1_800_000_000_000) // rng.choice((1, 1000))),
    "order numbers": lambda rng: rng.choice(("ORD-{}", "INV{}", "PO-2024-{}", "#{}", "SO{}-1", "2024-{}", "{}-EU", "A{}", "B-{}")).format(rng.randint(1000, 99_999_999)),
    "eight digits and a letter": lambda rng: f"{rng.randint(10_000_000, 99_999_999)}{rng.choice('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}",
    "dated orders": lambda rng: f"{rng.randint(20190101, 20251231)}-{rng.randint(1, 9999):04d}",
}  # fmt: skip
# Eight digits and the right one of 23 letters are a Spanish identity number everywhere: one in twenty-three such codes passes for one.
MOST_FALSE = {
    "digit runs": 0.003,
    "GUIDs": 0.0,
    "ids of Salesforce": 0.0,
    "epoch times": 0.0005,
    "order numbers": 0.003,
    "eight digits and a letter": 0.05,
    "dated orders": 0.0,
}


@pytest.mark.parametrize("kind", SHAPES)
def test_business_identifiers_pass_for_persons_numbers_seldom(recognizer, kind):
    rng = random.Random(kind)
    texts = [SHAPES[kind](rng) for _ in range(4000)]
    hits = [text for text in texts if recognizer.analyze(text, [])]
    assert len(hits) <= MOST_FALSE[kind] * len(texts), hits[:5]


def test_shapes_are_written_in_the_table_s_own_signs():
    for number in NUMBERS:
        for shape in f"{number.alone}|{number.home}|{number.word}".split("|"):
            assert re.fullmatch(r"[9AX0-8GH .\-/+()K]*", shape), (number.entity, shape)
