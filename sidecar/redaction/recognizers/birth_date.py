"""Dates that a text says are someone's birth date; other dates are nobody's secret."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import regex
from presidio_analyzer import EntityRecognizer, RecognizerResult

_DATE = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    r"|\d{1,2}(?:st|nd|rd|th|\.)? (?:of )?\p{L}{3,12}\.?,? \d{4}|\p{L}{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
)
_BORN = regex.compile(
    rf"(?<!\w)(?:born|d\.?o\.?b\.?|birth\s?date|birthday|date of birth|geboren|geburtsdatum|nacid[oa]|fecha de nacimiento|née?|"
    rf"date de naissance|nat[oa]|data di nascita|data de nascimento|geboortedatum)\b[^\d\n]{{0,24}}?\b({_DATE})(?!\d)",
    regex.IGNORECASE,
)


class BirthDateRecognizer(EntityRecognizer):  # type: ignore[misc]  # presidio is untyped
    def __init__(self, timeout_s: float = 1.0) -> None:
        super().__init__(supported_entities=["DATE_OF_BIRTH"], name="birth_date", supported_language="en")
        self._timeout_s = timeout_s

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002  the signature is presidio's
        nlp_artifacts: Any = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """Raises ``TimeoutError``."""
        matches = _BORN.finditer(text, timeout=self._timeout_s)
        return [RecognizerResult("DATE_OF_BIRTH", m.start(1), m.end(1), 0.85) for m in matches]
