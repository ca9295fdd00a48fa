"""Payment card numbers in any grouping, by issuer range, length and check digit; without a check digit only after a word that says card.

It knows no bank accounts and no gift cards.
"""

from __future__ import annotations

import re
from typing import Final

from sidecar.redaction.recognizers._national_checks import luhn
from sidecar.redaction.recognizers._written import START, Form, WrittenRecognizer, any_of, digits

_WORDS = any_of(
    r"(?:credit|debit|bank|charge|payment)?[ _-]?cards?(?:[ _-]?(?:number|no|num|ending|#))?|cc(?:[ _-]?(?:number|no|num))?|visa|master ?card|amex|american express|discover|diners|maestro|jcb|unionpay|pan|"
    r"kredit ?karte(?:nnummer)?|karte(?:nnummer)?|tarjeta|carte(?: bancaire| bleue| de cr[eé]dit)?|carta(?: di credito)?|cart[aã]o|kaart(?:nummer)?|creditcard|kart[aęąy]|karta|kort(?:nummer)?|карт\w{1,3}|кредитк\w|カード(?:番号)?|信用卡|卡号|카드"
)
_SEPARATOR = r"[ .\-_\u00a0\u2010\u2011\u2013]"
_LARGE = (
    r"4(?:\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}"
)
_MORE = r"62\d{14,17}|220[0-4]\d{12}|9792\d{12}|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{8,15}|(?:60|81|82|508)\d{13,14}"
_ISSUED: Final = re.compile(rf"{_LARGE}|{_MORE}")
_ISSUED_BARE: Final = re.compile(_LARGE)
"""Issuer ranges with their lengths: Visa, Mastercard, American Express, Diners, Discover, JCB; in groups also UnionPay, Mir, Troy, Maestro, RuPay
(ISO/IEC 7812). Bare digits that pass are one in fifty of all sixteen-digit numbers."""
_SOMEONE_ELSES = re.compile(
    r"(?:\b|[a-z_-])(?:id|key|order|ticket|invoice|job|ref|reference|case|tracking|isbn|ean|gtin|sku|serial|bestellung|commande|pedido|ordine)\W*(?:(?:is|no|nr|number|#)\W*)?$",
    re.IGNORECASE,
)
_MASK = r"[*x\u2022#]"


class CardRecognizer(WrittenRecognizer):
    entity = "CREDIT_CARD"
    title = "card"
    words = _WORDS
    screens = (r"(?:\d[ .\-_\u00a0\u2010\u2011\u2013]{0,2}){12}\d", rf"{_MASK}{{2}}[^\w\n]{{0,24}}\d{{4}}")
    least_digits = 4
    forms = (
        Form("any grouping", rf"(?<![\w.\-/+]|\d{_SEPARATOR})\d(?:{_SEPARATOR}{{0,2}}\d){{12,18}}(?!\w|{_SEPARATOR}\d|/\d)", 0.9),
        Form("after a word", rf"{START}(?:{_WORDS})(?![^\W_])[^\d\n]{{0,20}}?(?<!\w)(?P<value>\d(?:{_SEPARATOR}?\d){{12,18}})(?!\w|{_SEPARATOR}\d)", 0.8),
        Form("masked", rf"(?<!\w)(?P<value>(?:\d{{4}}{_SEPARATOR}?)?(?:\d\d)?{_MASK}{{2,12}}{_SEPARATOR}?(?:{_MASK}{{4}}{_SEPARATOR}?){{0,3}}\d{{4}})(?!\w)", 0.7),
        Form("last four", rf"{START}(?:{_WORDS})(?![^\W_])[^\d\n]{{0,12}}(?:ending|ends|last (?:four|4)(?: digits)?)[^\d\n]{{0,8}}(?<!\w)(?P<value>\d{{4}})(?!\w|[-./]\d)", 0.6),
    )  # fmt: skip

    def rate(self, text: str, start: int, end: int, form: Form) -> float:
        if form.name != "any grouping":  # a word stands before it, or it is masked
            return form.score
        number = digits(text[start:end])
        issued = _ISSUED_BARE if text[start:end].isdigit() else _ISSUED
        if issued.fullmatch(number) is None or not luhn(number) or len(set(number)) < 2:  # noqa: PLR2004  no filler
            return 0.0
        return 0.0 if text[start:end].isdigit() and _SOMEONE_ELSES.search(text[max(0, start - 24) : start]) else 1.0
