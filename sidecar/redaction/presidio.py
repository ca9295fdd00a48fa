"""Builds Presidio's analyzer offline, and runs its recognizer objects the way its engine would, without what makes the engine slow.

It decides nothing about which findings stand: ``detector`` does.

Why not ``AnalyzerEngine.analyze`` (``equivalent`` has that): it logs and skips a pattern that timed out (a leak), runs every recognizer on every
text, and compares every result with every token. Here a timeout is an error, ``prescan`` and ``fast`` pick the recognizers, and the
context enhancer runs only when a recognizer's context word is there, on pieces of bounded length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import spacy
from presidio_analyzer import (
    AnalysisExplanation,
    AnalyzerEngine,
    LemmaContextAwareEnhancer,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
    predefined_recognizers,
)
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from sidecar.errors import BadConfig, Unanalysable
from sidecar.redaction import fast, prescan, timed, windows
from sidecar.redaction.countries import BY_COUNTRY, EVERYWHERE, ONLY_IN_CONTEXT
from sidecar.redaction.findings import Finding
from sidecar.redaction.names import Names
from sidecar.redaction.offline import go_offline
from sidecar.redaction.prescan import Prescan
from sidecar.redaction.recognizers import ours as own_recognizers

PIECE: Final = 2048
"""Characters Presidio's own recognizers see at once."""
OVERLAP: Final = 160


class Tokens(NlpEngine):
    """Words for Presidio's context enhancer from blank spaCy pipelines: no model, nothing to download."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = tuple(languages)
        self.pipelines: dict[str, Any] = {}

    def load(self) -> None:
        for language in self._languages:
            try:
                self.pipelines[language] = spacy.blank(language)
            except ImportError:
                raise BadConfig(f"languages: spaCy knows no language {language!r}") from None

    def is_loaded(self) -> bool:
        return bool(self.pipelines)

    def pipeline(self, language: str) -> Any:
        return self.pipelines.get(language) or self.pipelines[self._languages[0]]

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """To be used within ``pipeline(language).memory_zone()``: else spaCy keeps every word for ever."""
        doc = self.pipeline(language).make_doc(text)
        return NlpArtifacts([], doc, [token.idx for token in doc], [token.lower_ for token in doc], self, language)

    def process_batch(
        self,
        texts: Iterable[str],
        language: str,
        batch_size: int = 1,  # noqa: ARG002  the signature is presidio's
        n_process: int = 1,  # noqa: ARG002
        **_: Any,
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        return word in self.pipeline(language).Defaults.stop_words

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002
        return not any(map(str.isalnum, word))

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return list(self._languages)


class Recognizers:
    """All recognizers, loaded. ``engine``: see ``names``. ``countries``: see ``countries``. ``threshold`` of names."""

    def __init__(self, languages: Sequence[str], countries: Sequence[str], engine: str, threshold: float) -> None:
        go_offline()
        tokens = Tokens(languages)
        tokens.load()
        ours = own_recognizers(countries)
        names = [*EVERYWHERE, *(name for country in countries for name in BY_COUNTRY[country])]
        theirs = [getattr(predefined_recognizers, name)(supported_language="en") for name in names]
        self._names = Names(engine, threshold)
        registry = RecognizerRegistry(
            recognizers=[*ours, *theirs, *self._names.engines],
            supported_languages=["en"],
        )
        self.analyzer = AnalyzerEngine(
            registry=registry,
            nlp_engine=tokens,
            supported_languages=["en"],
            context_aware_enhancer=LemmaContextAwareEnhancer(),
        )
        self._tokens = tokens
        self._ours = ours
        self._theirs = theirs
        self._context = {r.id: tuple(word.lower() for word in r.context or ()) for r in theirs}
        self._prescan: Prescan | None = None
        self._is_ours = frozenset(recognizer.id for recognizer in ours)

    def warm(self) -> None:
        """Once through everything that is slow the first time."""
        self.patterns("Call +1 415 555 0132, account 12345678, DE89 3704 0044 0532 0130 00, a@example.com", "en", ())
        self.names(["Maria Gonzalez lives here"])

    def hone(self) -> None:
        """Compile the pre-scan: a second, in which the screens alone choose. It changes no finding."""
        if prescan.is_available and self._prescan is None:
            self._prescan = Prescan((*self._ours, *self._theirs))

    @property
    def models(self) -> str:
        return self._names.models

    def names(self, texts: Sequence[str]) -> list[list[Finding]]:
        """PERSON and LOCATION by the model, all texts at once."""
        return self._names.find(texts)

    def patterns(self, text: str, language: str, words: Sequence[str]) -> list[tuple[RecognizerResult, str]]:
        """Everything but names, with the recognizer's name. ``words``: context beside the text, such as its field's name.

        Raises ``Unanalysable`` when a pattern takes too long.
        """
        found: list[tuple[RecognizerResult, str]] = []
        try:
            chosen = self._candidates(text)
            for recognizer in chosen:
                if recognizer.id in self._is_ours:
                    found += [(result, recognizer.name) for result in recognizer.analyze(text, [])]
            phones = fast.phones_left(text, [(result.start, result.end) for result, _ in found])
            for at, piece in pieces(text):
                theirs = chosen if len(piece) == len(text) else self._candidates(piece)
                for result, name in self._piece(piece, language, words, theirs, phones):
                    result.start, result.end = result.start + at, result.end + at
                    found.append((result, name))
        except TimeoutError:
            raise Unanalysable(timed.LATE) from None
        return found

    def _candidates(self, text: str) -> list[Any]:
        """The recognizers that can find something in the text."""
        screen = fast.look(text)
        every = self._prescan.candidates(text) if self._prescan else (*self._ours, *self._theirs)
        return [recognizer for recognizer in every if fast.can_match(recognizer.name, screen)]

    def _piece(
        self, text: str, language: str, words: Sequence[str], chosen: Sequence[Any], phones: fast.Phones
    ) -> list[tuple[RecognizerResult, str]]:
        lowered = ""
        results: list[RecognizerResult] = []
        involved: dict[str, Any] = {}
        is_supported = False
        for recognizer in chosen:
            is_phone = recognizer.name == "PhoneRecognizer"
            if recognizer.id in self._is_ours or (is_phone and phones is fast.Phones.NONE):
                continue
            lowered = lowered or " ".join((*words, text)).lower()
            has_context = any(word in lowered for word in self._context[recognizer.id])
            if not has_context and (recognizer.name in ONLY_IN_CONTEXT or (is_phone and phones is fast.Phones.BARE)):
                continue
            found = _run(recognizer, text)
            if found:
                results += found
                involved[recognizer.id] = recognizer
                is_supported = is_supported or has_context
        if is_supported:
            with self._tokens.pipeline(language).memory_zone():
                artifacts = self._tokens.process_text(text, language)
                results = self.analyzer.context_aware_enhancer.enhance_using_context(
                    text, results, artifacts, list(involved.values()), list(words)
                )
                del artifacts
        key = RecognizerResult.RECOGNIZER_IDENTIFIER_KEY
        return [(result, involved[result.recognition_metadata[key]].name) for result in results]


def _run(recognizer: Any, text: str) -> list[RecognizerResult]:
    timed.prepare(recognizer, text)
    if type(recognizer).analyze is not PatternRecognizer.analyze:
        found: list[RecognizerResult] = recognizer.analyze(text, recognizer.supported_entities)
        return found
    results = []
    for pattern in recognizer.patterns:
        for match in pattern.compiled_regex.finditer(text):
            value = match.group()
            score = _score(recognizer, pattern.score, value) if value else 0.0
            if score > 0:
                results.append(
                    RecognizerResult(
                        recognizer.supported_entities[0],
                        match.start(),
                        match.end(),
                        score,
                        AnalysisExplanation(recognizer.name, score),
                        {
                            RecognizerResult.RECOGNIZER_NAME_KEY: recognizer.name,
                            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: recognizer.id,
                        },
                    )
                )
    return results


def _score(recognizer: Any, score: float, value: str) -> float:
    """Presidio's order: a validation gives 1 or 0, an invalidation 0."""
    valid = recognizer.validate_result(value)
    if valid is not None:
        score = 1.0 if valid else 0.0
    return 0.0 if recognizer.invalidate_result(value) else score


def pieces(text: str) -> Iterator[tuple[int, str]]:
    return windows.pieces(text, PIECE, OVERLAP, " \n\t,;")
