# ruff: noqa: RUF001  words of many scripts
"""Payment cards in any grouping, masked ones and last digits; long numbers that are none."""

from __future__ import annotations

import pytest

from sidecar.redaction.recognizers.card import CardRecognizer

FOUND = """«4111 1111 1111 1111»
«4111-1111-1111-1111»
«4111111111111111»
«4111.1111.1111.1111»
«41 11 11 11 11 11 11 11»
«411111 1111111111»
«378282246310005»
«3782 822463 10005»
«5555 5555 5555 4444»
«2223 0031 2200 3222»
«6011 0009 9013 9424»
«3530 1113 3330 0000»
«3056 930902 5904»
«6200 0000 0000 0005»
card number 4111 1111 1111 1112 is wrong? no: «5105 1051 0510 5100»
Kreditkarte: «4012 8888 8888 1881»
tarjeta «4012888888881881»
carte bancaire «4000 0566 5566 5556»
carta di credito: «4242424242424242»
cartão «4000 0025 0000 3155»
カード番号：«4242 4242 4242 4242»
карта «2200 0000 0000 0004»
card ending in «4242»
visa «**** **** **** 4242»
«4242 42** **** 4242»
card no: «1234 5678 9012 3456»""".replace("card number 4111 1111 1111 1112 is wrong? no:", "paid with").splitlines()

NOT_FOUND = """1234567890123456
order number 4111111111111111
order id: 4242424242424242
4111 1111 1111 1112
ISBN 978-3-16-148410-0
tracking 9400111899223100001234
1700000000000
0000 0000 0000 0000
1111111111111111
2024 0101 1200 0000
call 4155550132
6f9619ff-8b86-d011-b42d-00cf4fc964ff
00030000000000012345
12 34 56 78
EAN 4006381333931
IBAN DE89370400440532013000
invoice 4111111111111111
the card was sent in 2024""".splitlines()


@pytest.fixture(scope="module")
def recognizer():
    return CardRecognizer()


@pytest.mark.parametrize("text", FOUND)
def test_a_card_number_is_found_whole(table, recognizer, text):
    table.check(recognizer, text)


@pytest.mark.parametrize("text", NOT_FOUND)
def test_other_long_numbers_are_left_alone(table, recognizer, text):
    table.check(recognizer, text)
