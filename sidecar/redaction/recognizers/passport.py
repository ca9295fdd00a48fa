"""Passport numbers after a word for passport, in some twenty languages; without it they look like any code."""

from __future__ import annotations

from sidecar.redaction.recognizers._document import DocumentRecognizer, forms
from sidecar.redaction.recognizers._written import any_of

_WORDS = any_of(
    r"passports?(?:[ _-](?:number|no\.?|num|nr\.?|id|#))?|travel document|reisepass(?:nummer|nr\.?|-nr\.?)?|pass(?:nummer|-?nr\.|\.? ?no\.?)|pasaporte|passeport|passaporto|passaporte|paspoort(?:nummer)?|paszport\w{0,3}|passinumero|passi|pasnummer|útlevél(?:szám)?|cestovn[ií] pas|pasaport|"
    r"загранпаспорт\w?|паспорт\w{0,3}|διαβατήριο|جواز(?: ?(?:ال)?سفر)?|דרכון|旅券(?:番号)?|パスポート(?:番号)?|护照(?:号码?)?|여권(?:번호)?|hộ chiếu|passport nr"
)


class PassportRecognizer(DocumentRecognizer):
    entity = "PASSPORT"
    title = "passport"
    words = _WORDS
    least_digits = 5
    forms = forms(_WORDS)
    least = 5
    most = 14
