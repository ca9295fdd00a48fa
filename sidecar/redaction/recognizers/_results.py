"""Findings of an engine as Presidio's results.

It finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from presidio_analyzer import AnalysisExplanation, RecognizerResult

from sidecar.redaction.findings import Finding


def as_results(findings: Iterable[Finding], recognizer: Any) -> list[RecognizerResult]:
    """``recognizer``: whose ``name`` and ``id`` presidio wants beside each."""
    return [
        RecognizerResult(
            found.entity,
            found.start,
            found.end,
            found.score,
            AnalysisExplanation(recognizer.name, found.score),
            {
                RecognizerResult.RECOGNIZER_NAME_KEY: recognizer.name,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: recognizer.id,
            },
        )
        for found in findings
    ]
