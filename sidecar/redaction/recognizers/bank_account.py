# ruff: noqa: RUF001  words of many scripts
"""Bank account numbers by the word before them, in many languages: account, routing and sort code, BSB, CLABE, CBU, Konto, cuenta, compte.

Accounts with check digits of their own are ``iban``'s; a bare number without a word is nobody's account.
"""

from __future__ import annotations

from sidecar.redaction.recognizers._written import DASH, END, IS, START, Form, WrittenRecognizer, any_of

_ACCOUNT = any_of(
    r"iban|konto(?:nummer|nr\.?|-nr\.?)?|bankverbindung|cuenta(?: (?:bancaria|corriente|de ahorros?))?|n[uú]mero de cuenta|ccc|clabe(?: interbancaria)?|cbu|compte(?: bancaire| courant)?|num[eé]ro de compte|rib|"
    r"conto(?: corrente| bancario)?|conta(?: corrente| banc[aá]ria| poupan[cç]a)?|rekening(?:nummer|nr\.?)?|bankrekening(?:nummer)?|(?:numer )?konta|rachun(?:ek|ku)(?: bankow\w+)?|nrb|[cč][ií]slo [uú][cč]tu|tili(?:numero)?|hesap (?:no|numaras[ıi])|"
    r"(?:р/с|л/с|расч[её]тный сч[её]т|номер сч[её]та)|口座番号|账号|銀行口座|银行账[号户]|계좌(?:번호)?"
)
_NUMBER = rf"(?:\d{{2}}{DASH})?\d(?:{DASH}?\d){{5,33}}(?:{DASH}[A-Z\d])?"


class BankAccountRecognizer(WrittenRecognizer):
    entity = "BANK_ACCOUNT"
    title = "bank_account"
    words = f"{_ACCOUNT}|sort|s/c|bsb|blz|bankleitzahl|branch|agencia|agência|abi|cab|bank"
    screens = (r"\d\d-\d\d-\d\d[ /,]{1,3}\d{8}",)
    least_digits = 4
    forms = (
        Form("account", rf"{START}(?:{_ACCOUNT}){END}{IS}(?P<value>{_NUMBER})(?!\w|[-./]\d)", 0.7),
        Form(
            "sort code and account",
            rf"{START}(?:sort[ _-]?code|s/c|bsb|blz|bankleitzahl|branch(?: (?:code|number|no\.?))?|agencia|ag[eê]ncia|abi|cab){END}{IS}(?P<value>\d{{2,5}}(?:[- ]?\d{{2,4}}){{0,2}})(?!\w|[-./]\d)",
            0.7,
        ),
        Form(
            "account after a sort code",
            rf"{START}(?:sort[ _-]?code|bsb|blz|bankleitzahl|branch|ag[eê]ncia){END}[^\d\n]{{0,16}}\d[\d -]{{3,9}}\d[^\d\n]{{1,24}}?(?<![\w.-])(?P<value>\d(?:[ -]?\d){{4,11}}(?:-[\dX])?)(?!\w|[-./]\d)",
            0.7,
        ),
        Form("both in one", r"(?<![\w.\-/])(?P<value>\d\d-\d\d-\d\d[ /,]{1,3}\d{8})(?!\w|[-./]\d)", 0.7),
    )  # fmt: skip
