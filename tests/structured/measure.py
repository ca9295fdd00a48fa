"""Pages through the real detector: how much of the personal columns is found, how much of the business columns is changed.

It makes no rows and judges no figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from sidecar.redaction.detector import PresidioDetector
from sidecar.redaction.findings import Findings, Passage
from tests.structured.rows import Column


@dataclass(slots=True)
class Tally:
    """Per kind of column: values, and of these found in full (personal) or changed (business). ``examples`` of failures."""

    personal: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    business: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    examples: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    entities: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))

    @property
    def recall(self) -> float:
        return _share(self.personal.values())

    @property
    def changed(self) -> float:
        return _share(self.business.values())

    def add(self, other: Tally) -> None:
        for mine, theirs in ((self.personal, other.personal), (self.business, other.business)):
            for kind, (hits, count) in theirs.items():
                mine[kind][0] += hits
                mine[kind][1] += count
        for kind, examples in other.examples.items():
            self.examples[kind] += examples


def _share(counts: Iterable[Sequence[int]]) -> float:
    counts = list(counts)
    return sum(hits for hits, _ in counts) / max(1, sum(count for _, count in counts))


def passages(columns: Sequence[Column], tool: str) -> list[tuple[Column, Passage]]:
    """Row by row, as a page of records is written; booleans are no leaves."""
    kinds = {str: "string", int: "integer", float: "number"}
    digests = [blake2b(f"{tool} {column.key}".encode(), digest_size=16).digest() for column in columns]
    return [
        (column, Passage(str(column.values[row]), column.key, "", kinds[type(column.values[row])], "en", digest))
        for row in range(len(columns[0].values))
        for column, digest in zip(columns, digests, strict=True)
        if type(column.values[row]) is not bool
    ]


def answered(detector: PresidioDetector, passages: Sequence[Passage]) -> list[Findings]:
    """The way the session asks: look up, detect what was missed, store."""
    answers = detector.lookup(passages)
    misses = [passage for passage, answer in zip(passages, answers, strict=True) if answer is None]
    found = detector.detect(misses)
    detector.store(misses, found)
    rest = iter(found)
    return [next(rest) if answer is None else answer for answer in answers]


def is_covered(text: str, findings: Findings) -> bool:
    """Whether no letter or digit is left outside."""
    left = list(text)
    for finding in findings:
        left[finding.start : finding.end] = " " * (finding.end - finding.start)
    return not any(map(str.isalnum, left))


def measure(detector: PresidioDetector, columns: Sequence[Column], tool: str) -> Tally:
    tally = Tally()
    pairs = passages(columns, tool)
    for (column, passage), found in zip(pairs, answered(detector, [passage for _, passage in pairs]), strict=True):
        for finding in found:
            tally.entities[column.kind][finding.entity] += 1
        if column.is_personal:
            tally.personal[column.kind][1] += 1
            is_hit = is_covered(passage.text, found)
            tally.personal[column.kind][0] += is_hit
            if not is_hit:
                tally.examples[column.kind].append((column.key, passage.text, [f[:3] for f in found]))
        else:
            tally.business[column.kind][1] += 1
            tally.business[column.kind][0] += bool(found)
            if found:
                tally.examples[column.kind].append((column.key, passage.text, [(f[:3], f.recognizer) for f in found]))
    return tally
