"""Phone numbers as people write them, including 555-01xx and other numbers that no numbering plan has assigned.

Presidio's recognizer asks whether a number can exist; this one asks whether it is written like one. Bare digit runs count only after a word such as
"phone" or "call": otherwise every order number would be one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import regex
from presidio_analyzer import EntityRecognizer, RecognizerResult

_WORDS = (
    r"phone|telephone|tele?f\w{2,6}|tel|mobile?|cell(?:ular|phone)?|handy|rufnummer|call(?:ed|ing)?|dial(?:ed)?|ring|"
    r"text(?:ed)?|sms|fax|whats\s?app|msisdn|reach(?:ed)?|ll[aá]m\w+|appel\w*|anruf\w*|numero|número|landline|hotline|ph"
)
_SEPARATOR = r"[ .\-–/\u00a0\u2010\u2011]"
_NORTH_AMERICAN = rf"(?:\+?1{_SEPARATOR}{{0,2}})?(?:\(\d{{3}}\){_SEPARATOR}{{0,2}}|\d{{3}}{_SEPARATOR}{{1,2}})\d{{3}}{_SEPARATOR}{{1,2}}\d{{4}}"
_INTERNATIONAL = rf"(?:\+|(?<=\b)00(?={_SEPARATOR}?[1-9]))(?:{_SEPARATOR}{{0,2}}\(?\d\)?){{7,15}}"
_TRUNK = rf"0\d{{1,5}}(?:{_SEPARATOR}\d{{2,8}}){{1,5}}|\(0\d{{1,5}}\)(?:{_SEPARATOR}?\d{{2,8}}){{1,5}}"
_LOCAL = rf"\d{{3}}{_SEPARATOR}\d{{4}}|\d{{7,15}}"
_EXTENSION = r"(?:,?\s{0,2}(?:x|ext\.?|extension|#)\s{0,2}\d{1,6})?"

_WRITTEN = regex.compile(
    rf"(?<![\w.\-/+]|\d )(?:{_NORTH_AMERICAN}|{_INTERNATIONAL}|{_TRUNK})(?!\w|[-./]\d){_EXTENSION}",
    regex.IGNORECASE,
)
_AFTER_WORD = regex.compile(
    rf"(?<!\w)(?:{_WORDS})(?:\s{{0,2}}(?:number|no\.?|nr\.?|line|#))?\b[^\d\n]{{0,24}}?(?<![\w.\-])({_LOCAL}){_EXTENSION}(?!\w|[-./]\d)",
    regex.IGNORECASE,
)
_ID_WORD = regex.compile(r"\b\w*(?:id|key|order|ticket|invoice|job|ref|case|code)\W*$", regex.IGNORECASE)


class WrittenPhoneRecognizer(EntityRecognizer):  # type: ignore[misc]  # presidio is untyped
    def __init__(self, timeout_s: float = 1.0) -> None:
        super().__init__(supported_entities=["PHONE_NUMBER"], name="phone", supported_language="en")
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
        found = []
        for match in _WRITTEN.finditer(text, timeout=self._timeout_s):
            digits = sum(map(str.isdigit, match.group()))
            if 9 <= digits <= 21:  # noqa: PLR2004  with trunk prefix and extension
                found.append(RecognizerResult("PHONE_NUMBER", match.start(), match.end(), 0.75))
        for match in _AFTER_WORD.finditer(text, timeout=self._timeout_s):
            start = match.start(1)
            if _ID_WORD.search(text, max(0, start - 12), start) is None:
                found.append(RecognizerResult("PHONE_NUMBER", start, match.end(), 0.6))
        return found
