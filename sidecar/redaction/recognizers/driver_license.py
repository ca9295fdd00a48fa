"""Driving licence numbers after a word for the licence, in some twenty languages; without it they look like any code."""

from __future__ import annotations

from sidecar.redaction.recognizers._document import DocumentRecognizer, forms
from sidecar.redaction.recognizers._written import any_of

_WORDS = any_of(
    r"driv(?:er|ing)(?:'?s)?[ _-]?licen[cs]e(?:[ _-](?:number|no\.?|num|nr\.?|id|#))?|dl(?:[ _-]?(?:number|no\.?|#))|operator'?s licen[cs]e|f[uü]hrerschein(?:nummer|nr\.?)?|permis(?: de conduire)?|permiso de conducir|licencia de conducir|carn[eé] de conducir|patente(?: di guida)?|carta de condu[cç][aã]o|cnh|"
    r"rijbewijs(?:nummer)?|prawo jazdy|prawa jazdy|k[oö]rkort(?:snummer)?|ajokortti|k[oø]rekort|f[oø]rerkort|водительск\w+ удостоверени\w|ehliyet(?: no)?|運転免許(?:証)?(?:番号)?|驾驶证号?|운전면허(?:번호)?"
)


class DriverLicenseRecognizer(DocumentRecognizer):
    entity = "DRIVER_LICENSE"
    title = "driver_license"
    words = _WORDS
    least_digits = 4
    forms = forms(_WORDS)
    least = 4
    most = 20
