# ruff: noqa: RUF001  words of many scripts
"""Licence plates of vehicles, after a word that says so: alone they look like any short code."""

from __future__ import annotations

from sidecar.redaction.recognizers._written import END, IS, START, Form, WrittenRecognizer, any_of

_WORDS = any_of(
    r"(?:licen[cs]e|number|registration|vehicle|car|tag)[ _-]plates?|plates?(?: (?:number|no\.?|#))?|(?:vehicle|car) (?:reg(?:istration)?\.?|tag)(?: (?:number|no\.?|mark))?|reg(?:istration)?\.? (?:plate|mark)|vrm|number ?plate|"
    r"(?:kfz-?|auto|amtliches )?kennzeichen|nummernschild|(?:plaque|num[eé]ro) d'immatriculation|immatriculation|immatricul[eé]e?|plaque|matr[ií]cula|placas?|patente|targa|targat[ao]|kenteken(?:plaat)?|(?:numer(?:y)? )?rejestracyjn\w+|tablica|registreringsnummer|reg\.? ?nr\.?|rekisterinumero|"
    r"(?:гос\.? ?номер|госномер|номер машины|номер авто)|rendsz[aá]m|spz|plaka|ナンバープレート|车牌(?:号码?)?|車牌|차량번호"
)


class LicensePlateRecognizer(WrittenRecognizer):
    entity = "LICENSE_PLATE"
    title = "license_plate"
    words = _WORDS
    least_digits = 1
    forms = (
        Form("after a word", rf"{START}(?:{_WORDS}){END}{IS}(?P<value>[^\W_]{{1,4}}(?:[ ·:-]{{1,2}}[^\W_]{{1,5}}){{1,3}}|[^\W_]{{4,9}})(?!\w)", 0.7),
    )  # fmt: skip

    def rate(self, text: str, start: int, end: int, form: Form) -> float:
        value = text[start:end]
        count = sum(map(str.isdigit, value))
        letters = [c for c in value if c.isalpha()]
        is_plate = 0 < count <= 7 and letters and not any(c.islower() for c in letters)  # noqa: PLR2004
        return form.score if is_plate and len(letters) <= 7 else 0.0  # noqa: PLR2004
