"""Finding, Passage, Edit, the Detector seam, and how overlapping findings are settled.

It finds nothing itself and replaces nothing.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeAlias


class Passage(NamedTuple):
    """A leaf's text as the detector sees it. ``json_type`` is string, integer, number or key; ``column`` an opaque digest of tool and path.

    A tuple, because a message may have thousands and a frozen dataclass costs four times as much to make.
    """

    text: str
    field: str = ""
    sibling: str = ""
    json_type: str = "string"
    language: str = "en"
    column: bytes = b""
    is_code: bool = False
    """Source code or markup: only precise recognizers, no NER."""

    def __repr__(self) -> str:
        return f"Passage({len(self.text)} characters)"


class Finding(NamedTuple):
    """Characters ``start`` to ``end`` (exclusive) of a passage's text; ``score`` 0…1."""

    start: int
    end: int
    entity: str
    score: float
    recognizer: str


Findings: TypeAlias = tuple[Finding, ...]


class Entire:
    """The answer for a text that is one finding from end to end, however long: one object for all such texts."""

    __slots__ = ("entity", "recognizer", "score")

    def __init__(self, entity: str, score: float, recognizer: str) -> None:
        self.entity = entity
        self.score = score
        self.recognizer = recognizer

    def of(self, text: str) -> Findings:
        return (Finding(0, len(text), self.entity, self.score, self.recognizer),)


_entire = lru_cache(maxsize=1024)(Entire)


def remembered(findings: Findings, text: str) -> Findings | Entire:
    """What to remember of the answer for ``text``; ``recalled`` gives the answer back."""
    if len(findings) != 1 or findings[0].start or findings[0].end != len(text):
        return findings
    return _entire(*findings[0][2:])


def recalled(answer: Findings | Entire, text: str) -> Findings:
    return answer.of(text) if isinstance(answer, Entire) else answer


class Edit(NamedTuple):
    """Replace characters ``start`` to ``end`` of a passage's text."""

    start: int
    end: int
    text: str

    def __repr__(self) -> str:
        return f"Edit({self.start}, {self.end})"


class Detector(Protocol):
    """``lookup`` and ``store`` run on the event loop and are cheap; ``detect`` runs on the worker thread."""

    @property
    def fingerprint(self) -> str:
        """Changes when models, recognizers or settings do; part of every cache key."""

    @property
    def entities(self) -> frozenset[str]:
        """Names of all entities a finding can have."""

    @property
    def generation(self) -> int:
        """Grows whenever a text may get another answer than before, by what was learned of its column."""

    def reads_numbers(self, name: str) -> bool:
        """Whether a JSON number can be found in a field of that name."""

    @property
    def models(self) -> str:
        """The model files in use once warm, as a bug report would name them."""

    def warm(self) -> None:
        """Load models now. Runs on the worker thread. Raises ``Unanalysable``."""

    def hone(self) -> None:
        """Prepare what makes answers faster, not others: a second or two, after ``warm`` and on the same thread."""

    def lookup(self, passages: Sequence[Passage]) -> list[Findings | None]:
        """Answers from cache, field rules and shape; ``None`` is a miss that needs ``detect``."""

    def detect(self, misses: Sequence[Passage]) -> list[Findings]:
        """Pre-scan, recognizers, NER in batches. Raises ``Unanalysable``. Thread-safe, called from one thread."""

    def store(self, misses: Sequence[Passage], found: Sequence[Findings]) -> None:
        """Remember what ``detect`` answered."""


def apply(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with non-overlapping edits made."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits):
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join((*parts, text[at:]))


def settle(findings: Iterable[Finding]) -> Findings:
    """Non-overlapping findings: higher score wins, then the longer, then the earlier; what a loser covers beyond stays covered.

    A partly covered loser keeps its uncovered remainder, so that no found character is left over.
    """
    chosen: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (-f.score, f.start - f.end, f.start)):
        at = finding.start
        place = bisect_left(chosen, (at,))
        if place and chosen[place - 1].end > at:
            place -= 1
        pieces = []
        while place < len(chosen) and chosen[place].start < finding.end:
            pieces.append((at, chosen[place].start))
            at = max(at, chosen[place].end)
            place += 1
        for start, end in (*pieces, (at, finding.end)):
            if start < end:
                insort(chosen, finding._replace(start=start, end=end))
    return tuple(chosen)
