# ruff: noqa: RUF001  words of many scripts
"""Phone numbers in many countries' spellings, and numbers that are none."""

from __future__ import annotations

import pytest

from sidecar.redaction.recognizers.phone import WrittenPhoneRecognizer

FOUND = """«+1 415 555 0132»
«1-415-555-0132 x42»
«(415)555-0132»
call «(415) 555-0132, ext. 12»
tel:«+14155550132»
«020 7946 0958» or «07700 900123»
«0044 20 7946 0958»
«+49 (0)30 901820»
Tel. «030/901820»
Handy: «0171 1234567»
mobil «0171/1234567»
Rufnummer «(030) 90 18 20»
«06 12 34 56 78»
appelez le «06.12.34.56.78»
Portable : «+33 6 12 34 56 78»
llámame al «612 345 678»
Teléfono: «4155550132»
chiamami al «347 1234567»
cell. «347-1234567»
ligue para «(11) 91234-5678»
telefone «912 345 678»
bel me op «06-12345678»
zadzwoń: «512 345 678»
ring «070-123 45 67»
tlf «12 34 56 78»
puh. «040 1234567»
телефон «8 (916) 123-45-67»
«+7 916 123-45-67»
電話番号：«03-1234-5678»
携帯 «090-1234-5678»
手机号码：«13812345678»
전화 «010-1234-5678»
هاتف: «0501234567»
WhatsApp «+91 98765 43210»
mobile «98765 43210»
phone «555-0132»
Contacto direto: «915 550 152».
prefers phone («020 7946 0120»)
fax «+44 (0) 20 7946 0958»
please call us: «4155550132»
my cell is «4155550132»
reach me at «415.555.0132»""".splitlines()

NOT_FOUND = """call about order 4155550132
2025-04-21 and 10.20.30.40 and 123-45-6789
6f9619ff-8b86-415-555-0132
4155550132
order 10001234
JobID 1234567890
1700000000000
call me on 12.03.2024
phone case 12345678901
ticket number 88231001
version 10.0.19041.1
ring size 12
text 12 of 40
the mobile app 2.10.3 crashed
fax machine model 4200
handy guide 2024
Invoice 2024-000123
ISBN 978-3-16-148410-0
call id 1234567890
1.234.567,89 EUR
SELECT 1234567890 FROM dual
tel aviv 2024
page 1234 of 5678
1.2.3.4.5.6.7""".splitlines()


@pytest.fixture(scope="module")
def recognizer():
    return WrittenPhoneRecognizer()


@pytest.mark.parametrize("text", FOUND)
def test_a_number_that_is_written_or_called_a_phone_number_is_found(table, recognizer, text):
    table.check(recognizer, text)


@pytest.mark.parametrize("text", NOT_FOUND)
def test_other_numbers_are_left_alone(table, recognizer, text):
    table.check(recognizer, text)
