"""Which engine finds names and addresses, and what stands when two engines look.

It knows no model: each is a file in ``recognizers``, loaded when it is asked for, and the file's name is the engine's name.

An engine is one of

1. ``rampart``: the default, best of one model
2. ``spacy``: spaCy's small model or a larger one that is installed
3. ``both``: what ``rampart`` finds, and of what ``spacy`` finds alone what has evidence; misses least
4. ``none``: no names and addresses but those a field's name tells
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sidecar.errors import BadConfig
from sidecar.redaction.evidence import complete
from sidecar.redaction.findings import Finding
from sidecar.redaction.things import without

ENGINES: Final = ("rampart", "spacy", "both", "none")

POSSIBLE: Final = 0.03
POSSIBLE_IN_LOWER_CASE: Final = 0.08
"""Least probability ``rampart`` gives a word of a name that ``spacy`` alone finds. On ``tests/corpora/dev`` 27 of 43 such words that are
personal have it, and 35 of 248 that are not."""
_WORD = re.compile(r"[^\W_]+(?:['\u2019.-][^\W_]+)*")


class Names:
    """The engines of one choice. Used on the worker thread only. ``threshold``: least score of a name."""

    def __init__(self, engine: str, threshold: float) -> None:
        """Loads models. Raises ``BadConfig`` when one is missing or altered."""
        if engine not in ENGINES:
            raise BadConfig(f"engine: {engine!r} is none of {', '.join(ENGINES)}")
        self._rampart: Any = None
        self._spacy: Any = None
        if engine in {"rampart", "both"}:
            # Builds of ONNX Runtime we do not pin call out by default; this stops them, and has to be said before the import.
            os.environ["ORT_DISABLE_TELEMETRY"] = "1"
            from sidecar.redaction.recognizers.rampart import RampartRecognizer

            self._rampart = RampartRecognizer(threshold)
        if engine in {"spacy", "both"}:
            from sidecar.redaction.recognizers.spacy import SpacyNamesRecognizer

            self._spacy = SpacyNamesRecognizer()

    @property
    def engines(self) -> tuple[Any, ...]:
        """The loaded ones, each a presidio ``EntityRecognizer``."""
        return tuple(engine for engine in (self._rampart, self._spacy) if engine is not None)

    @property
    def models(self) -> str:
        """Which model files answer: for a log line and a bug report."""
        return ", ".join(f"{engine.name} {engine.model}" for engine in self.engines)

    def find(self, texts: Sequence[str]) -> list[list[Finding]]:
        """What stands in each text. All texts at once: models are fastest in batches."""
        if self._rampart is None:
            if self._spacy is None:
                return [[] for _ in texts]
            return [
                without(text, complete(text, own)) for text, own in zip(texts, self._spacy.find(texts), strict=True)
            ]
        weighed = self._rampart.find_and_weigh(texts)
        others = self._spacy.find(texts) if self._spacy is not None else [[]] * len(texts)
        return [
            without(text, complete(text, [*own, *_agreed(text, own, words, other)], words))
            for text, (own, words), other in zip(texts, weighed, others, strict=True)
        ]


def _agreed(text: str, own: Sequence[Finding], words: Sequence[Any], others: Sequence[Finding]) -> Iterator[Finding]:
    """Of what the second engine found, the words the first thinks possible, or that touch what it found."""
    if not others:
        return
    possible = {n: word.score for word in words for n in range(word.start, word.end)}
    covered = {n for finding in own for n in range(finding.start, finding.end)}
    for other in others:
        run: tuple[int, int] | None = None
        for match in _WORD.finditer(text, other.start, other.end):
            start, end = match.span()
            value = match.group()
            if start in covered or (other.entity == "PERSON" and not value.replace("-", "").isalpha()):
                continue
            least = POSSIBLE_IN_LOWER_CASE if value.islower() else POSSIBLE
            if max(possible.get(n, 0.0) for n in range(start, end)) >= least:
                if run is not None and start - run[1] == 1:  # "San Francisco" is one place
                    start = run[0]
                elif run is not None:
                    yield other._replace(start=run[0], end=run[1])
                run = (start, end)
        if run is not None:
            yield other._replace(start=run[0], end=run[1])
