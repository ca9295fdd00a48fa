"""Phone numbers as people write them, including 555-01xx and other numbers that no numbering plan has assigned.

Presidio's recognizer asks whether a number can exist; this one asks whether it is written like one. Bare digit runs count only after a word such as
"phone" or "call": otherwise every order number would be one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from sidecar.redaction.recognizers._written import END, GAP, START, Form, WrittenRecognizer, any_of, digits

_WORDS = any_of(
    r"(?:tele|mobile|cell|home|work|office|contact|cellular|smart)?[ -]?phones?|telephone|tel[eé]?f\w{2,8}|tel|tlf|tfno?|mobiles?|mobil\w{0,6}|m[oó]vil|cel(?:ular(?:e|es)?|l|l?)|gsm|handy(?:nr|nummer)?|rufnummer|"
    r"call(?:ed|ing)?|dial(?:ed)?|ring|rang|text(?:ed)?|sms|fax|(?:whats|watts)\s?app|wa|viber|msisdn|reach(?:ed|able)?|contact[eo]?(?: dire[ck]to?)?|contato|kontakt|direct(?: line)?|ll[aá]m\w{1,6}|appel\w{0,6}|joindre|portable|an(?:ruf\w{0,4}|rufen)|"
    r"erreichbar|n[uú]mero|num[eé]ro|numero di|chiam\w{1,5}|lig(?:ue|ar|ou)|zap|bel(?:len)?|zadzwo[nń]\w{0,4}|kom[oó]rk\w{1,3}|ring(?:e|a)|puh(?:elin)?|landline|hotline|ph|cep|"
    r"тел\w{0,9}|моб\w{0,9}|звон\w{1,6}|τηλ\w{0,8}|κιν\w{0,6}|هاتف|جوال|موبايل|טלפון|נייד|電話(?:番号)?|携帯|电话|電话|手机(?:号码?)?|手機|전화(?:번호)?|휴대폰|연락처|फ़ोन|मोबाइल|điện thoại|sđt|โทร"
)
_EXTENSION = r"(?:,?\s{0,2}(?:x|ext\.?|extension|\#|poste|durchwahl|int\.?|доб\.?|anexo|ramal|toestel)\s{0,2}\d{1,6})?"
_AFTER = rf"(?!(?!x\b)\w|[-./]\d){_EXTENSION}"
_NORTH_AMERICA = rf"(?:\+?1{GAP}{{0,2}})?(?:\(\d{{3}}\){GAP}{{0,2}}|\d{{3}}{GAP}{{1,2}})\d{{3}}{GAP}{{1,2}}\d{{4}}"
_INTERNATIONAL = rf"(?:\+|\(\+|(?<![\w.])00(?={GAP}?[1-9]))(?:[)/]?{GAP}{{0,2}}\(?\d\)?){{7,15}}"
_TRUNK = rf"0\d{{1,5}}(?:{GAP}{{1,2}}\d{{2,8}}){{1,5}}|\(0\d{{1,5}}\)(?:{GAP}{{0,2}}\d{{2,8}}){{1,5}}|0\d{{1,3}}\s?/\s?\d{{5,8}}"
_BRAZIL = r"\(?[1-9]\d\)?\s?9\d{4}[ .-]\d{4}|\([1-9]\d\)\s?[2-5]\d{3}[ .-]\d{4}"
_RUSSIA = rf"8{GAP}?\([3-9]\d\d\){GAP}?\d{{3}}{GAP}?\d\d{GAP}?\d\d|8{GAP}[3-9]\d\d{GAP}\d{{3}}{GAP}\d\d{GAP}\d\d"

_IN_GROUPS = rf"\(?\d{{1,5}}\)?(?:{GAP}{{1,2}}\(?\d{{2,8}}\)?){{1,5}}"
_ID_WORD = re.compile(
    r"(?:\b|[a-z_-])(?:id|key|order|ticket|invoice|job|ref|reference|case|code|acc(?:oun)?t|bestellung|commande|pedido|ordine)\W*(?:(?:is|no|nr|number|#)\W*)?$",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d\d|(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}")
_SHORTEST: Final = 9
_LOCAL: Final = 7
_LONGEST: Final = 21
"""Digits, with trunk prefix and extension."""


class WrittenPhoneRecognizer(WrittenRecognizer):
    entity = "PHONE_NUMBER"
    title = "phone"
    screens = (r"(?:\d[^\d\n]{0,6}){6}\d",)
    least_digits = 7
    forms = (
        Form(
            "written",
            rf"(?<![\w.\-/+]|\d )(?:{_NORTH_AMERICA}|{_INTERNATIONAL}|{_TRUNK}|{_BRAZIL}|{_RUSSIA}){_AFTER}",
            0.75,
        ),
        Form(
            "after a word",
            rf"{START}(?:{_WORDS})(?:\s{{0,2}}(?:number|no\.?|nr\.?|line|\#|番号|号码))?{END}[^\d\n]{{0,24}}?(?:\n[^\d\n]{{0,16}}?)?"
            rf"(?<![\w.\-+])(?P<value>(?:\d{{3}}{GAP}\d{{4}}|\d{{7,15}}|{_IN_GROUPS}){_AFTER})",
            0.6,
        ),
        Form("after a sign", rf"(?:[\u260e\u2706\U0001f4de\U0001f4f1\u2121]\ufe0f?|\bT:|\bM:|\bP:|\bC:)\s{{0,2}}(?P<value>\(?\d[\d .\-/()]{{5,18}}\d){_AFTER}", 0.6),
    )  # fmt: skip

    def rate(self, text: str, start: int, end: int, form: Form) -> float:
        value = text[start:end]
        count = len(digits(value))
        if count > _LONGEST or count < _LOCAL or _DATE.fullmatch(value):
            return 0.0
        if value.isdigit() and form.name == "written":  # 00 and digits: as often an account or a padded number
            return 0.0
        if (
            value.isdigit() or count < _SHORTEST or form.name != "written"
        ):  # by the word before it: another word may be nearer
            return 0.0 if _ID_WORD.search(text[max(0, start - 24) : start]) else form.score
        return form.score

    def analyze(
        self,
        text: str,
        entities: Sequence[str],
        nlp_artifacts: NlpArtifacts | None = None,
        regex_flags: int | None = None,
    ) -> list[RecognizerResult]:
        """Brackets around the whole number are not part of it. Raises ``TimeoutError``."""
        found = super().analyze(text, entities, nlp_artifacts, regex_flags)
        for result in found:
            value = text[result.start : result.end]
            if value.startswith("(") and value.find(")") in {-1, len(value) - 1}:
                result.start += 1
                result.end -= value.endswith(")")
        return found
