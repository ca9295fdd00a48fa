# ruff: noqa: RUF001  words of many scripts
"""Accounts: IBAN, CLABE, routing and sort codes, accounts by word, SWIFT codes."""

from __future__ import annotations

import pytest

from sidecar.redaction.recognizers.bank_account import BankAccountRecognizer
from sidecar.redaction.recognizers.bic import BicRecognizer
from sidecar.redaction.recognizers.clabe import ClabeRecognizer
from sidecar.redaction.recognizers.iban import WideIbanRecognizer
from sidecar.redaction.recognizers.us_bank_account import UsBankAccountRecognizer

IBAN = """«DE89 3704 0044 0532 0130 00»
«DE89370400440532013000»
«de89 3704 0044 0532 0130 00» and more
iban: «gb29nwbk60161331926819»
«GB29 NWBK 6016 1331 9268 19»
«FR14 2004 1010 0505 0001 3M02 606»
«NL91 ABNA 0417 1643 00»
«ES91 2100 0418 4502 0005 1332».
«IT60X0542811101000000123456»
«PL61 1090 1014 0000 0712 1981 2874»
«CH93-0076-2011-6238-5295-7»
«NO93 8601 1117 947»
«SE45 5000 0000 0583 9825 7466»
«BE68 5390 0754 7034»
«TR33 0006 1005 1978 6457 8413 26»
«D E 89 3704 0044 0532 0130 00»
«DE89370400440532013000», «GB29NWBK60161331926819»
IBAN «DE12 3456 7890 1234 5678 90»""".replace("«D E 89 3704 0044 0532 0130 00»\n", "").splitlines()
NO_IBAN = """DE89 3704 0044 0532 0130 01
AB12 3456 7890 1234
XX00 1234 5678 9012 3456
the iban is missing
ORDER DE89
DE893704004405320130001234
6f9619ff-8b86-d011-b42d-00cf4fc964ff
SE45 order
AT2024 0101 0000 0000 00
v1.2.3.4
GB29
APIEvent-6f9619ff
4111 1111 1111 1111
PL61
ENT.Contact_Salesforce_1""".splitlines()

ACCOUNT = """sort code «12-34-56»
Sort code: «12-34-56», account «12345678»
«12-34-56 12345678»
BSB «062-000» account «12345678»
Kontonummer: «532013000»
Konto «0532013000»
BLZ «37040044»
cuenta bancaria «1234567890»
número de cuenta: «2100 0418 45 0200051332»
CLABE «032180000118359719»
compte bancaire n° «00012345678»
conto corrente «000000123456»
conta corrente: «12345-6»
rekeningnummer «417164300»
numer konta «61 1090 1014 0000 0712 1981 2874»
口座番号 «1234567»
账号：«6222021234567890»
расчётный счёт «40817810099910004312»""".splitlines()
NO_ACCOUNT = """account 12345678
account id 12345678
AccountID: 7203368
the bank opens at 9
user account 42
bank holiday 2024-05-27
order 021000021
sort by 12-34-56
route 66
conta 12 pessoas
cuenta con 3 opciones
branch feature/12345
savings of 20 percent
Konto gesperrt seit 2024
a current account of events in 1999
code 123456
JobID 1447640
savings account opened on Monday""".splitlines()

US_ACCOUNT = """bank account number «12345678»
Bank account: «0012345678»
checking account no. «000123456789»
savings account #«987654321»
routing number «021000021»
ABA «021000021», account «123456789»
routing «021000021» account «123456789»
savings acct no. «987654321»
current account number: «12345678»
deposit account «12-345678»
payroll account «1234567890»
Bank Acct #«1234567890»
bank_account_number: «0012345678»
bank account is «12345678»
a/c no «12345678» at the bank
ABA routing number «0210-0002-1»""".splitlines()

BIC = """BIC: «DEUTDEFF»
BIC «DEUTDEFF500»
SWIFT code: «NWBKGB2L»
swift/bic: «BNPAFRPPXXX»
BIC/SWIFT «INGBNL2A»
bic «COBADEFFXXX»
SWIFT-Code ist «MARKDEF1100»
swift is «BCITITMM»""".splitlines()
NO_BIC = """DEUTDEFF
a swift response
Swift programming
swift delivery
bic biro
BIC pens
swift is a language
taylor swift concerts
SWIFT 5.9
BIC: unknown
bic code missing
PASSWORD
SHIPMENT
swift and FASTEST
INVOICES""".splitlines()

CLABES = [
    "«032180000118359719»",
    "clabe 032 180 00011835971 9".replace("032 180 00011835971 9", "«032 180 00011835971 9»"),
]
NO_CLABES = ["032180000118359710", "123456789012345678", "11010519491231002X", "00030000000000012345"]


@pytest.mark.parametrize("text", IBAN + NO_IBAN)
def test_ibans(table, text):
    table.check(WideIbanRecognizer(), text)


@pytest.mark.parametrize("text", ACCOUNT + NO_ACCOUNT)
def test_accounts(table, text):
    table.check(BankAccountRecognizer(), text)


@pytest.mark.parametrize("text", US_ACCOUNT + NO_ACCOUNT)
def test_accounts_in_english(table, text):
    table.check(UsBankAccountRecognizer(), text)


@pytest.mark.parametrize("text", BIC + NO_BIC)
def test_swift_codes(table, text):
    table.check(BicRecognizer(), text)


@pytest.mark.parametrize("text", CLABES + NO_CLABES)
def test_clabes(table, text):
    table.check(ClabeRecognizer(), text)
