"""One warm detector for all detection tests: loading the models takes seconds."""

from __future__ import annotations

import pytest

from sidecar.redaction.detector import PresidioDetector
from sidecar.redaction.findings import Passage


class Looking:
    """Texts in, ``[(value, entity)]`` out, the way the session asks: look up, then detect what was missed."""

    def __init__(self, detector: PresidioDetector) -> None:
        self.detector = detector

    def many(self, passages: list[Passage]) -> list[list[tuple[str, str]]]:
        answers = self.detector.lookup(passages)
        misses = [passage for passage, answer in zip(passages, answers, strict=True) if answer is None]
        found = iter(self.detector.detect(misses))
        return [
            [(p.text[f.start : f.end], f.entity) for f in (next(found) if answer is None else answer)]
            for p, answer in zip(passages, answers, strict=True)
        ]

    def __call__(self, text: str, **about: object) -> list[tuple[str, str]]:
        return self.many([Passage(text, **about)])[0]  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def detector() -> PresidioDetector:
    detector = PresidioDetector()
    detector.warm()
    detector.hone()
    return detector


@pytest.fixture(scope="session")
def find(detector: PresidioDetector) -> Looking:
    return Looking(detector)
