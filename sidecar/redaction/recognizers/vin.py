"""Vehicle identification numbers (ISO 3779): with the check digit anywhere, without it after a word."""

from __future__ import annotations

from typing import Final

from sidecar.redaction.recognizers._written import END, IS, START, Form, WrittenRecognizer, any_of

_WORDS = any_of(
    r"vin|v\.i\.n\.|vehicle (?:identification|id|serial)(?: (?:number|no\.?))?|chassis(?: (?:number|no\.?))?|fahrgestell(?:nummer|nr\.?)|fahrzeug-?ident(?:ifikations)?(?:nummer|-?nr\.?)|fin|(?:n[°º]|num[eé]ro) de (?:ch[aâ]ssis|s[eé]rie)|"
    r"(?:n[uú]mero de )?(?:bastidor|chasis|chassi)|(?:numero di )?telaio|chassisnummer|(?:numer )?vin|chassinummer|alustanumero|(?:numer )?nadwozia|вин|номер кузова|車台番号|车架号|차대번호"
)
_VALUES: Final = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", (*range(10), *range(1, 9), 1, 2, 3, 4, 5, 7, 9, *range(2, 10)), strict=True))  # fmt: skip
_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
"""Of 49 CFR 565.15, which North America and China require."""


class VinRecognizer(WrittenRecognizer):
    entity = "VIN"
    title = "vin"
    least_digits = 3
    forms = (
        Form("checked", r"(?<![\w.\-/+])[A-HJ-NPR-Z0-9]{3}[A-HJ-NPR-Z0-9]{5}[\dX][A-HJ-NPR-Z0-9]{4}\d{4}(?!\w|[-./]\w)", 0.95),
        Form("after a word", rf"{START}(?:{_WORDS}){END}{IS}(?P<value>[A-HJ-NPR-Z0-9](?:[ -]?[A-HJ-NPR-Z0-9]){{16}})(?!\w)", 0.85),
    )  # fmt: skip

    def rate(self, text: str, start: int, end: int, form: Form) -> float:
        value = text[start:end].upper()
        if form.name != "checked":  # a word stands before it
            return form.score if sum(map(str.isdigit, value)) > 2 else 0.0  # noqa: PLR2004
        if value.isdigit() or value[:3].isdigit() or not text[start:end].isupper():
            return 0.0
        total = sum(_VALUES[c] * w for c, w in zip(value, _WEIGHTS, strict=True)) % 11
        return form.score if value[8] == "0123456789X"[total] else 0.0
