"""The detector of a user's own Presidio set-up: what its ``analyze`` finds is what is found, no more and no less.

It has no field rules, no shapes and no judgement: JSON numbers are read like texts, as Presidio's own batch engine reads them. Only names of
members that look like plain property names are not read, and own labels and masked tokens are never part of a finding. Importing it, and
``lookup``, load nothing heavy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sidecar.errors import BadConfig, SidecarError, Unanalysable
from sidecar.redaction import shape
from sidecar.redaction.cache import FindingsCache
from sidecar.redaction.findings import Finding, Findings, Passage, settle
from sidecar.redaction.own_setup import OwnSetup

if TYPE_CHECKING:
    from sidecar.redaction.equivalent import EquivalentAnalyzer

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class OwnSettings:
    setup: OwnSetup
    cache_entries: int = 20_000
    max_chars: int = 131_072
    """Longer texts are not analysed: they are withheld."""


class OwnDetector:
    """The ``Detector`` of findings.py. ``detect`` and ``warm`` belong to one and the same thread."""

    def __init__(self, settings: OwnSettings) -> None:
        self._settings = settings
        self._cache = FindingsCache(settings.cache_entries)
        self._analyzer: EquivalentAnalyzer | None = None
        self._arguments: dict[str, Any] = {}
        self._languages: tuple[str, ...] = ()
        self._is_repeatable = True

    @property
    def fingerprint(self) -> str:
        return self._settings.setup.digest

    @property
    def entities(self) -> frozenset[str]:
        return self._settings.setup.entities

    @property
    def generation(self) -> int:
        return 0

    def reads_numbers(self, name: str) -> bool:  # noqa: ARG002  whatever it is called
        return True

    @property
    def is_warm(self) -> bool:
        return self._analyzer is not None

    @property
    def models(self) -> str:
        return " ".join(self._settings.setup.models) if self._analyzer else ""

    def lookup(self, passages: Sequence[Passage]) -> list[Findings | None]:
        return [() if _says_nothing(passage) else self._cache.get(passage) for passage in passages]

    def detect(self, misses: Sequence[Passage]) -> list[Findings]:
        """Raises ``Unanalysable`` for a text that is too long, a pattern that takes too long and a recognizer that fails."""
        if any(len(passage.text) > self._settings.max_chars for passage in misses):
            raise Unanalysable(f"a text is longer than {self._settings.max_chars} characters")
        analyzer = self._load()
        found: dict[tuple[str, str], Findings] = {}
        wanted = {(self._language(passage), passage.text): None for passage in misses}
        for language in self._languages:
            texts = [text for one, text in wanted if one == language]
            if not texts:
                continue
            readable = [_LONE_SURROGATE.sub("\ufffd", text) for text in texts]
            try:
                results = analyzer.analyze_many(readable, language, **self._arguments)
            except SidecarError:
                raise
            except Exception as error:  # noqa: BLE001  somebody's recognizer; its message may hold a value
                raise Unanalysable(f"a recognizer failed ({type(error).__name__})") from None
            for text, one in zip(texts, results, strict=True):
                found[language, text] = settle(_findings(text, one))
        return [found[self._language(passage), passage.text] for passage in misses]

    def store(self, misses: Sequence[Passage], found: Sequence[Findings]) -> None:
        if self._is_repeatable:
            for passage, findings in zip(misses, found, strict=True):
                self._cache.put(passage, findings)

    def hone(self) -> None:
        """All is done in ``warm``: a user's own set-up may have any recognizers."""

    def warm(self) -> None:
        """Raises ``BadConfig`` when a model is missing or Presidio refuses the files."""
        analyzer = self._load()
        for language in self._languages:
            analyzer.warm(language)

    def _language(self, passage: Passage) -> str:
        return passage.language if passage.language in self._languages else self._languages[0]

    def _load(self) -> EquivalentAnalyzer:
        if self._analyzer is None:
            setup = self._settings.setup
            engine = setup.engine()
            from presidio_analyzer import RemoteRecognizer

            from sidecar.redaction.equivalent import EquivalentAnalyzer

            recognizers = engine.registry.recognizers
            if unnamed := sorted({entity for r in recognizers for entity in r.supported_entities} - self.entities):
                raise BadConfig(
                    f"analyzer-config: say in supported_entities which are found; unnamed is {unnamed[0]!r}"
                )
            self._languages = tuple(engine.supported_languages)
            self._arguments = {**setup.arguments, "ad_hoc_recognizers": setup.recognizers()}
            self._is_repeatable = not any(
                isinstance(r, RemoteRecognizer) or not getattr(r, "is_repeatable", True) for r in recognizers
            )
            self._analyzer = EquivalentAnalyzer(engine)
        return self._analyzer


def _says_nothing(passage: Passage) -> bool:
    text = passage.text
    if passage.json_type == "key" and shape.is_plain_key(text):
        return True
    return not text or text.isspace() or shape.is_label(text)


def _findings(text: str, results: Sequence[Any]) -> Iterator[Finding]:
    spans = shape.protected_spans(text)
    for result in results:
        name = str((result.recognition_metadata or {}).get("recognizer_name", "presidio"))
        for start, end in shape.outside(result.start, result.end, spans):
            if any(map(str.isalnum, text[start:end])):
                yield Finding(start, end, result.entity_type, float(result.score), name)
