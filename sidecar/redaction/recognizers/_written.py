"""What our pattern recognizers share: Presidio's interface over patterns that must not take long. It is no recognizer itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

import regex
from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

TIMEOUT_S: Final = 1.0


def compiled(pattern: str) -> Any:
    return regex.compile(pattern, regex.IGNORECASE | regex.VERBOSE)


class WrittenRecognizer(EntityRecognizer):
    """``patterns``: (compiled pattern, group that is the value, score). One entity."""

    entity: ClassVar[str]
    title: ClassVar[str]
    patterns: ClassVar[Sequence[tuple[Any, int, float]]]

    def __init__(self) -> None:
        super().__init__(supported_entities=[self.entity], name=self.title, supported_language="en")

    def load(self) -> None:
        """Nothing to load."""

    def accepts(self, text: str, start: int, end: int) -> bool:  # noqa: ARG002  subclasses look
        return True

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002  the signature is presidio's
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """Raises ``TimeoutError``."""
        return [
            RecognizerResult(self.entity, match.start(group), match.end(group), score)
            for pattern, group, score in self.patterns
            for match in pattern.finditer(text, timeout=TIMEOUT_S)
            if self.accepts(text, *match.span(group))
        ]
