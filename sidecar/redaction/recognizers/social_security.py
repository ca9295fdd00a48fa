"""US social security numbers: ``123-45-6789`` anywhere, nine bare digits after words that say so.

Presidio's recognizer refuses well-known sample numbers and numbers never issued; people write and test with those, and they are found here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import regex
from presidio_analyzer import EntityRecognizer, RecognizerResult

_WRITTEN = regex.compile(r"(?<![\w.\-/+]|\d )\d{3}([- .–])\d{2}\1\d{4}(?!\w|[-./]\d)")
_AFTER_WORD = regex.compile(
    r"(?<!\w)(?:ssns?|social[\s-]{0,2}security(?:[\s-]{0,2}(?:number|no\.?|#))?|soc\.?\s?sec\.?)\b[^\d\n]{0,16}?(?<![\w.\-])"
    r"(\d{9}|\d{3}[- .–]?\d{2}[- .–]?\d{4}|[*xX]{3}-?[*xX]{2}-?\d{4})(?!\w|[-./]\d)",
    regex.IGNORECASE,
)


class SocialSecurityRecognizer(EntityRecognizer):  # type: ignore[misc]  # presidio is untyped
    def __init__(self, timeout_s: float = 1.0) -> None:
        super().__init__(supported_entities=["US_SSN"], name="social_security", supported_language="en")
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
        found = [
            RecognizerResult("US_SSN", m.start(), m.end(), 0.85)
            for m in _WRITTEN.finditer(text, timeout=self._timeout_s)
        ]
        found += [
            RecognizerResult("US_SSN", m.start(1), m.end(1), 0.9)
            for m in _AFTER_WORD.finditer(text, timeout=self._timeout_s)
        ]
        return found
