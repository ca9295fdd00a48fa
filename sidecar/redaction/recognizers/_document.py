"""What recognizers of personal documents share: a number after a word for it, with a bounded count of digits. It is no recognizer itself.

Such numbers have hundreds of forms and mostly no check digit: without a word none is found. Numbers with a check are ``national_id``'s.
"""

from __future__ import annotations

from typing import ClassVar

from sidecar.redaction.recognizers._written import END, IS, START, Form, WrittenRecognizer

_VALUE = r"(?P<value>(?:[A-Z]{1,4}[ -]?)?\d[A-Z\d]*(?:[ .\-/]?[A-Z\d]*\d[A-Z\d]*){0,6}|[A-Z]{1,9}\d[A-Z\d]{3,14}(?: [A-Z\d]{2})?)(?!\w|[-./]\d)"


def forms(words: str) -> tuple[Form, ...]:
    return (Form("after a word", rf"{START}(?:{words}){END}{IS}{_VALUE}", 0.7),)


class DocumentRecognizer(WrittenRecognizer):
    least: ClassVar[int]
    most: ClassVar[int]
    """Digits, and characters, of a number."""

    def rate(self, text: str, start: int, end: int, form: Form) -> float:
        value = text[start:end]
        is_number = self.least <= sum(map(str.isdigit, value)) and sum(map(str.isalnum, value)) <= self.most
        return float(form.score) if is_number else 0.0
