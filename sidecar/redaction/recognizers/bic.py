"""Business identifier codes (SWIFT, ISO 9362) after the word: alone they are eight capitals like any other."""

from __future__ import annotations

from sidecar.redaction.recognizers._written import START, Form, WrittenRecognizer


class BicRecognizer(WrittenRecognizer):
    entity = "BIC_CODE"
    title = "bic"
    forms = (
        Form(
            "after the word",
            rf"{START}(?:bic|swift)(?:[ /_-]{{1,3}}(?:bic|swift|code|address|adresse|id)){{0,2}}(?![^\W_])[^\w\n]{{0,6}}(?:(?:code|is|ist|est|es|no\.?)[^\w\n]{{1,3}}){{0,2}}"
            r"(?P<value>[A-Z]{4}[ -]?[A-Z]{2}[ -]?[A-Z0-9]{2}(?:[ -]?[A-Z0-9]{3})?)(?!\w)",
            0.7,
        ),
    )

    def rate(self, text: str, start: int, end: int, form: Form) -> float:
        value = text[start:end]
        return form.score if value.isupper() or any(map(str.isdigit, value)) else 0.0
