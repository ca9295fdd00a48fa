"""Mexico's account numbers (CLABE): eighteen digits of bank, branch, account and a check digit of weights 3, 7, 1 (Banco de México).

Eighteen digits that are also a Chinese resident's number are left to that.
"""

from __future__ import annotations

from sidecar.redaction.recognizers._national_checks import passes
from sidecar.redaction.recognizers._written import Form, WrittenRecognizer, digits


class ClabeRecognizer(WrittenRecognizer):
    entity = "BANK_ACCOUNT"
    title = "clabe"
    least_digits = 18
    forms = (Form("clabe", r"(?<![\w.\-/])\d{3}[ -]?\d{3}[ -]?\d{11}[ -]?\d(?!\w|[-./]\d)", 0.75),)

    def rate(self, text: str, start: int, end: int, form: Form) -> float:
        number = digits(text[start:end])
        total = sum(int(c) * (3, 7, 1)[n % 3] % 10 for n, c in enumerate(number[:17]))
        is_right = number[0] == "0" and (10 - total % 10) % 10 == int(number[17])
        return form.score if is_right and not passes("cn_ric")(number) else 0.0
