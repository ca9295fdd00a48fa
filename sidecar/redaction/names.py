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
from collections.abc import Sequence
from typing import Any, Final

from sidecar.errors import BadConfig
from sidecar.redaction.findings import Finding

ENGINES: Final = ("rampart", "spacy", "both", "none")


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
            from sidecar.redaction.recognizers.spacy import SpacyRecognizer

            self._spacy = SpacyRecognizer()

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
        found: list[list[Finding]] = [[] for _ in texts]
        for engine in self.engines:
            for all_, results in zip(found, engine.find(texts), strict=True):
                all_.extend(results)
        return found
