# ruff: noqa: PLR2004, RUF001  days, months and years; words of many scripts
"""Dates that a text says are someone's birth date, in some twenty languages; other dates and ages are left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import regex

from sidecar.redaction.recognizers._written import END, START, Form, WrittenRecognizer, any_of

_BORN: Final = any_of(
    r"born|d\.?o\.?b\.?|b(?:irth)?[ _-]?dates?|birth[ _-]?days?|date[ _]of[ _]birth|day[ _]of[ _]birth|birth|bdate|"
    r"geb(?:\.|oren(?:en)?|oortedatum)?|geburts(?:datum|tag)|nacid[oa]s?|naci[oó]|fecha[ _]de[ _]nac(?:imiento|\.)?|f\. ?nac\.?|cumplea[nñ]os|"
    r"née?|né\(e\)|nee? le|naissance|anniversaire|nat[oa]|nascit[ao]|data[ _]di[ _]nascita|compleanno|nascid[oa]|nasceu|nascimento|anivers[aá]rio|"
    r"ur\.|urodz(?:on[yaei]|enia|iny|i[lł](?:a|em|am)?)|urodzin[yae]?|f[oøö]d(?:t|d|sels(?:e)?dato|elsedag|selsdag|elsedatum)|syntynyt|synt\.?|syntym[aä]aika|"
    r"narozen[aáýy]?|nar\.|datum[ _]narozen[ií]|narodeni[ae]|sz[uü]l(?:\.|etett|et[eé]si(?:[ _](?:d[aá]tum|id[oő]))?)|n[aă]scut[aă]?|data[ _]na[sș]terii|"
    r"do[gğ]um(?:[ _]tarihi)?|do[gğ]du|ro[dđ]en[ai]?|datum[ _]ro[dđ]enja|родил(?:ся|ась)|род\.|рожд(?:ения|\.)|дата[ _]рождения|д\. ?р\.?|г\. ?р\.?|народжен(?:ий|а|ня)|γεννήθηκε|"
    r"ημ(?:\.|ερομηνία) γέννησης|生年月日|誕生日|生まれ|出生(?:日期|年月日|于|於)?|生日|생년월일|생일|출생(?:일)?|تاريخ (?:الميلاد|الولادة)|مواليد|ولد(?:ت)?|תאריך לידה|נולד[ה]?|जन्म(?: ?तिथि)?|ngày sinh|วันเกิด"
)
_SOON: Final = r"[^\d\n]{0,56}?(?:\n(?:[^\W\d_]{2,12} \d: )?[^\d\n]{0,16}?)?"
_MONTH: Final = r"(?:de |of |d')?[^\W\d_]{3,12}\.?"
_DATE: Final = (
    r"(?:\d{4}[-/.] ?\d{1,2}[-/.] ?\d{1,2}\.?|\d{1,2} ?[-/.] ?\d{1,2} ?[-/.] ?'?(?:\d{4}|\d{2})|\d{1,2} \d{1,2} \d{4}|(?:19|20)\d{6}|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|[ºª°])?[.,]?[ -]?(?:day )?{_MONTH},?[ -]?(?:de[l]? |of )?'?(?:\d{{4}}|\d\d)"
    rf"|{_MONTH}[ -]\d{{1,2}}(?:st|nd|rd|th)?[,.]?[ -](?:of )?\d{{4}}|\d{{4}}[.,]? {_MONTH} \d{{1,2}}\.?"
    r"|(?:\d{4}|(?:明治|大正|昭和|平成|令和)\s?\d{1,2})\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]?)"
)
_ENDS: Final = r"(?![\d]|[-/.]\d)"
_MONTHS: Final = r"(?:jan|feb|mar|m[aä]r|apr|may|mai|mag|jun|giu|jul|lug|aug|ago|sep|set|oct|okt|ott|nov|dec|dez|dic|enero|abril|avril|f[eé]v|ao[uû]t|d[eé]c)[^\W\d_]{0,8}\.?"
_YEARLESS: Final = rf"(?:\d{{1,2}}(?:st|nd|rd|th|er|\.)? ?(?:of |de )?{_MONTHS}{END}|{_MONTHS} \d{{1,2}}(?:st|nd|rd|th)?)(?!\d|,? \d{{4}})"
_OTHER: Final = regex.compile(
    r"(?<![^\W_])(?:join|regist|creat|updat|since|until|expir|order|paid|sign|hir|mov|start|sent|deliver|due|visit|admi|seen|schedul|appoint|call(?:ed|s|ing)?(?![^\W_])|purchas|bought|issu|"
    r"valid|married|died|death|dec(?:eased|eso)|gestorben|verst|gest\.|bestell|angemeld|seit|registr|inscri|depuis|desde|pedido|firm|dal|iscri|"
    r"arriv|enroll|ship|releas|version|invoice|account|contract|again|after|before|change|party|gift|card|offer|promo|coupon|sale|campaign|email sent|review|last|next|reminder)",
    regex.IGNORECASE,
)
"""Words that take the date for themselves when they stand between it and the birth."""
_FIRST_YEAR: Final = 1880


class BirthDateRecognizer(WrittenRecognizer):
    entity = "DATE_OF_BIRTH"
    title = "birth_date"
    words = _BORN
    screens = (
        r"[(][*]|\b[fbn]\. ?\d|\d ?[日일]? ?(?:生|생|출생|[(]?birth)",
        r"г\. ?р|рожд|szület|is (?:her|his|their|my) birth",
    )
    least_digits = 1
    forms = (
        Form("after", rf"{START}(?:{_BORN}){END}{_SOON}(?<!\w|\d[-/.])(?P<value>{_DATE}){_ENDS}", 0.85),
        Form("after ideographs", rf"(?:生年月日|誕生日|生日|出生(?:日期|年月日|于|於)?|생년월일|생일)[^\d\n]{{0,8}}(?P<value>{_DATE}){_ENDS}", 0.85),
        Form("sign", rf"(?:\(\*|(?<!\w)[fbn]\.) ?(?P<value>{_DATE}){_ENDS}", 0.85),
        Form(
            "before",
            rf"(?<![\w]|\d[-/.])(?P<value>{_DATE}){_ENDS}[\s,]{{0,2}}[(\[-]?\s?"
            rf"(?:dob{END}|d\.o\.b|date of birth|\(?birth ?(?:date|day){END}|г\. ?р\.|г\. ?рожд|года рожд|生|출생|생(?!산)|do[gğ]umlu|tarihinde do[gğ]|sz[uü]let|geboren{END}|(?:is|was|ist|est|es) (?:her|his|their|my|sa|son|su|mi|ihr|sein) (?:birth|dob|date of birth|naissance|cumple|geburts))",
            0.85,
        ),
        Form(
            "day of the year",
            rf"{START}(?:birthday|geburtstag|cumplea[nñ]os|anniversaire|compleanno|anivers[aá]rio|verjaardag){END}(?:\s?(?:is|:|=|ist|es|est|è|é|on|am|le|el|il|em|falls)){{0,3}}\s(?:the )?(?P<value>{_YEARLESS})",
            0.7,
        ),
    )  # fmt: skip

    def rate(self, text: str, start: int, end: int, form: Form) -> float:
        value = text[start:end]
        if not _is_past_date(value):
            return 0.0
        before = text[max(0, start - 56) : start]
        words = list(_WORD.finditer(before))
        born = words[-1].end() if words else 0
        if words and words[-1].group() == "NATO":
            return 0.0
        return 0.0 if _OTHER.search(before, born) or _AGE.match(text, end) else form.score


_WORD: Final = regex.compile(rf"{START}(?:{_BORN}){END}", regex.IGNORECASE)
_AGE: Final = regex.compile(r"\s?(?:years|months|weeks|jahre|ans|años|anni|anos|лет)\b", regex.IGNORECASE)


def _is_past_date(value: str) -> bool:
    """Days to 31, months to 12, and no year to come; eras and two-digit years may be any."""
    numbers = [int(number) for number in regex.findall(r"\d+", value)]
    this_year = datetime.now(UTC).year
    years = [n for n in numbers if n > 99]
    if len(numbers) == 1 and numbers[0] > 9999:
        digits = f"{numbers[0]:08d}"
        return any(_FIRST_YEAR <= int(year) <= this_year for year in (digits[:4], digits[4:]))
    if any(not _FIRST_YEAR <= year <= this_year for year in years) or any(
        not 0 < n <= 99 for n in numbers if n not in years
    ):
        return False
    small = [n for n in numbers if n <= 99]
    return all(n <= 31 for n in small[:2]) if years else sum(n > 31 for n in small) <= 1
