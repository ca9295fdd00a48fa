"""``AnalyzerEngine.analyze`` for many texts at once, with equal findings, several times faster. It decides nothing of its own.

The engine's own ``analyze`` runs on every text, given the recognizers that can find something in it, the language artifacts, and an enhancer
that has nothing to do where no context word stands. What is spared:

1. recognizers whose patterns match nowhere (``prescan``);
2. spaCy's components that names do not need, and its one-by-one calls: texts go through in batches;
3. lemmas, where no context word can be (``lemmas``), and the enhancer's quadratic steps (``enhancer``).

Anything unusual is not spared: recognizers that override ``analyze`` see every text with full artifacts; so do other enhancers than Presidio's,
recognizers with an enhancement of their own, and other language engines than spaCy's. A subclass of the engine that overrides ``analyze``, or
one that logs its decisions, runs as it is. The one difference: without the parser spaCy's names may cross what the parser takes for the end of a
sentence. And a pattern that takes longer than a second raises ``Unanalysable``: Presidio goes on without it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

import regex
from presidio_analyzer import (
    AnalyzerEngine,
    EntityRecognizer,
    LemmaContextAwareEnhancer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import NlpArtifacts, SlimSpacyNlpEngine, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

from sidecar.redaction import lemmas, timed
from sidecar.redaction.enhancer import IndexedEnhancer, NoEnhancer, indexed
from sidecar.redaction.prescan import Prescan, is_screened, key_of

_BATCH: Final = 256
_BATCH_CHARS: Final = 65_536
"""Texts that go through a language pipeline together."""
_FLAGS: Final = int(regex.DOTALL | regex.MULTILINE | regex.IGNORECASE)
_NO_NAMES: Final = frozenset(
    ("tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "trainable_lemmatizer", "morphologizer")
)
_SHARED: Final = frozenset(("tok2vec", "transformer"))


class EquivalentAnalyzer:
    """Belongs to one thread. ``engine`` stays as it is; recognizers may be added to its registry at any time."""

    def __init__(self, engine: AnalyzerEngine) -> None:
        self._engine = engine
        self._chosen = _Chosen()
        self._stock = copy.copy(engine)
        self._stock.registry = self._chosen
        own: Any = engine.context_aware_enhancer
        self._has_own_enhancer = type(own) is not LemmaContextAwareEnhancer
        self._enhancer = own if self._has_own_enhancer else IndexedEnhancer(own)
        self._prescans: dict[str, Prescan] = {}
        self._lemmas: dict[tuple[Any, ...], lemmas.Screen] = {}

    def warm(self, language: str) -> None:
        """Compile what the language's recognizers need."""
        self.analyze_many(["Call Maria Gonzalez at +1 415 555 0132 or a@example.com."], language)

    def analyze_many(
        self,
        texts: Sequence[str],
        language: str,
        *,
        entities: list[str] | None = None,
        correlation_id: str | None = None,
        score_threshold: float | None = None,
        return_decision_process: bool = False,
        ad_hoc_recognizers: list[EntityRecognizer] | None = None,
        context: list[str] | None = None,
        allow_list: list[str] | None = None,
        allow_list_match: str = "exact",
        regex_flags: int = _FLAGS,
    ) -> list[list[RecognizerResult]]:
        """What ``analyze`` of the engine returns for each text with these arguments, and what it raises."""
        about: dict[str, Any] = {
            "language": language,
            "correlation_id": correlation_id,
            "score_threshold": score_threshold,
            "return_decision_process": return_decision_process,
            "context": context,
            "allow_list": allow_list,
            "allow_list_match": allow_list_match,
            "regex_flags": regex_flags,
        }
        engine = self._engine
        if type(engine).analyze is not AnalyzerEngine.analyze or engine.log_decision_process:
            about |= {"entities": entities, "ad_hoc_recognizers": ad_hoc_recognizers}
            return [engine.analyze(text, **about) for text in texts]
        recognizers = engine.registry.get_recognizers(
            language=language, entities=entities, all_fields=not entities, ad_hoc_recognizers=ad_hoc_recognizers
        )
        about["entities"] = entities or engine.get_supported_entities(language=language)
        is_usual = not (self._has_own_enhancer or any(map(_enhances_itself, recognizers)))
        candidates = self._candidates(texts, language, recognizers) if is_usual else [recognizers] * len(texts)
        reading = _Reading(engine.nlp_engine, language, recognizers)
        is_lemma_wanted = lemmas.always if context else self._screen(language, recognizers)
        needs_all = not is_usual or any(not (_is_named(r) or is_screened(r)) for r in recognizers)
        answers: list[list[RecognizerResult]] = [[] for _ in texts]
        with reading.zone():
            for n, artifacts, enhances in reading.artifacts(texts, candidates, is_lemma_wanted, needs_all=needs_all):
                chosen = candidates[n]
                if is_usual and not artifacts.entities:
                    chosen = [r for r in chosen if not _is_named(r)]
                if chosen:
                    answers[n] = self._one(texts[n], chosen, artifacts, about, enhances=enhances)
        return answers

    def _one(
        self, text: str, chosen: list[Any], artifacts: Any, about: dict[str, Any], *, enhances: bool
    ) -> list[RecognizerResult]:
        for recognizer in chosen:
            timed.prepare(recognizer, text)
        self._chosen.recognizers = chosen
        self._stock.context_aware_enhancer = self._enhancer if enhances else _NO_ENHANCER
        found: list[RecognizerResult] = self._stock.analyze(text, nlp_artifacts=artifacts, **about)
        return found

    def _candidates(self, texts: Sequence[str], language: str, recognizers: Sequence[Any]) -> list[list[Any]]:
        registered = [r for r in self._engine.registry.recognizers if r.supported_language == language]
        scan = self._prescans.get(language)
        if scan is None or scan.key != key_of(registered):
            scan = self._prescans[language] = Prescan(registered)
        known = {id(recognizer) for recognizer in scan.recognizers}
        sets: dict[int, list[Any]] = {}
        candidates = []
        for text in texts:
            possible = scan.candidates(text)
            if (chosen := sets.get(id(possible))) is None:
                ids = {id(recognizer) for recognizer in possible}
                chosen = [r for r in recognizers if id(r) in ids or id(r) not in known]
                sets[id(possible)] = chosen
            candidates.append(chosen)
        return candidates

    def _screen(self, language: str, recognizers: Sequence[Any]) -> lemmas.Screen:
        engine: Any = self._engine.nlp_engine
        if type(engine) not in (SpacyNlpEngine, SlimSpacyNlpEngine):
            return lemmas.always
        words = sorted({word for recognizer in recognizers for word in recognizer.context or ()})
        key = (language, *words)
        if key not in self._lemmas:
            self._lemmas = {key: lemmas.screen(engine.nlp[language], words), **self._lemmas}
            while len(self._lemmas) > _SCREENS:
                self._lemmas.popitem()
        return self._lemmas[key]


_SCREENS: Final = 16
"""Kept, one for each set of context words that was asked for."""
_NO_ENHANCER: Final = NoEnhancer()


class _Chosen(RecognizerRegistry):
    """Answers with the recognizers chosen for one text."""

    def get_recognizers(self, *_: Any, **__: Any) -> list[Any]:
        return list(self.recognizers)


def _is_named(recognizer: Any) -> bool:
    """Whether it only passes on the names the language engine found."""
    return type(recognizer).analyze is SpacyRecognizer.analyze and "analyze" not in vars(recognizer)


def _enhances_itself(recognizer: Any) -> bool:
    own = type(recognizer).enhance_using_context is not EntityRecognizer.enhance_using_context
    return own or "enhance_using_context" in vars(recognizer)


class _Reading:
    """The language engine's part."""

    def __init__(self, engine: Any, language: str, recognizers: Sequence[Any]) -> None:
        self._engine = engine
        self._language = language
        self._nlp: Any = engine.nlp.get(language) if isinstance(getattr(engine, "nlp", None), dict) else None
        self._is_plain = type(engine) is SpacyNlpEngine or type(engine) is SlimSpacyNlpEngine
        self._has_batches = type(engine).__module__.startswith("presidio_analyzer.")
        self._unneeded = _unneeded(self._nlp) if type(engine) is SpacyNlpEngine and self._nlp is not None else []
        self._wants_names = any(map(_is_named, recognizers))

    def zone(self) -> AbstractContextManager[Any]:
        """Outside of one spaCy keeps every word it meets."""
        return _Zone(self._nlp) if hasattr(self._nlp, "memory_zone") else nullcontext()

    def artifacts(
        self,
        texts: Sequence[str],
        candidates: Sequence[Sequence[Any]],
        is_lemma_wanted: lemmas.Screen,
        *,
        needs_all: bool,
    ) -> Iterator[tuple[int, Any, bool]]:
        """Number of the text, its artifacts, and whether scores may change with its context."""
        full: list[int] = []
        names: list[int] = []
        for n, text in enumerate(texts):
            is_supported = any(r.context for r in candidates[n]) and is_lemma_wanted(text)
            if needs_all or is_supported or not self._is_plain:
                full.append(n)
            elif self._wants_names:
                names.append(n)
            elif candidates[n]:
                yield n, _nothing(self._language), False
        for batch in _batches(names, texts):
            yield from self._named(batch, texts)
        for batch in _batches(full, texts):
            for n, artifacts in zip(batch, self._full([texts[n] for n in batch]), strict=True):
                yield n, indexed(artifacts), True

    def _named(self, batch: Sequence[int], texts: Sequence[str]) -> Iterator[tuple[int, Any, bool]]:
        engine = self._engine
        docs = self._nlp.pipe([texts[n] for n in batch], batch_size=_BATCH, disable=self._unneeded)
        for n, doc in zip(batch, docs, strict=True):
            # What its process_batch does, less the lemmas and a look-up of every word.
            scores = engine._get_scores_for_entities(doc)  # noqa: SLF001
            found, scores = engine._get_updated_entities(engine._get_entities(doc), scores)  # noqa: SLF001
            yield n, NlpArtifacts(found, doc, [], [], None, self._language, scores), False

    def _full(self, texts: Sequence[str]) -> Iterator[Any]:
        if self._has_batches:
            for _, artifacts in self._engine.process_batch(texts, self._language, batch_size=_BATCH):
                yield artifacts
        else:
            for text in texts:
                yield self._engine.process_text(text, self._language)


def _nothing(language: str) -> Any:
    """Artifacts for recognizers that read only the text."""
    no_words: Any = []
    return NlpArtifacts([], no_words, [], [], None, language)


class _Zone(AbstractContextManager[None]):
    """spaCy's memory zone, and its lemmatizers' caches, which know no zones, emptied."""

    def __init__(self, nlp: Any) -> None:
        self._nlp = nlp
        self._zone = nlp.memory_zone()

    def __enter__(self) -> None:
        self._zone.__enter__()

    def __exit__(self, *about: object) -> None:
        for _, pipe in self._nlp.pipeline:
            if isinstance(kept := getattr(pipe, "cache", None), dict):
                kept.clear()
        self._zone.__exit__(*about)


def _unneeded(nlp: Any) -> list[str]:
    """Components that ``ner`` does not listen to; none where somebody's own component may read what they say."""
    kinds = {name: nlp.get_pipe_meta(name).factory for name in nlp.pipe_names}
    if not set(kinds.values()) <= _NO_NAMES | _SHARED | {"ner"}:
        return []
    kept = {name for name, kind in kinds.items() if kind == "ner"}
    return [
        name
        for name, kind in kinds.items()
        if kind in _NO_NAMES
        or (kind in _SHARED and not kept.intersection(getattr(nlp.get_pipe(name), "listening_components", kept)))
    ]


def _batches(numbers: Sequence[int], texts: Sequence[str]) -> Iterator[list[int]]:
    batch: list[int] = []
    size = 0
    for n in numbers:
        if batch and size + len(texts[n]) > _BATCH_CHARS:
            yield batch
            batch, size = [], 0
        batch.append(n)
        size += len(texts[n])
    if batch:
        yield batch
