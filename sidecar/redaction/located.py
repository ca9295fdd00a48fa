"""Findings of whole texts, placed where they stand in the text as it was given, whatever it was unfolded from.

It replaces nothing and decides nothing. A finding in JSON, HTML or base64 inside the text is a place in the text around it: marks are
put around it, the text is folded back, and where the marks come out is the place. Where they do not come out (base64), it is all that changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from sidecar.redaction.embedded import Unfolded, unfold
from sidecar.redaction.findings import Detector, Edit, Finding, Findings

_MARKS: Final = "\ue0f0\ue0f1\ue0f2\ue0f3"
"""Of Unicode's private use; two that the text does not hold are taken."""
_LONGEST_ALIGNED: Final = 20_000


def locate(detector: Detector, texts: Sequence[str]) -> list[Findings]:
    """One tuple per text, in the text's order; they may overlap. Raises what ``detect`` raises."""
    unfolded = [unfold(text) for text in texts]
    passages = [passage for one in unfolded for passage in one.passages]
    answers = detector.lookup(passages)
    misses = [passage for passage, answer in zip(passages, answers, strict=True) if answer is None]
    found = detector.detect(misses) if misses else []
    detector.store(misses, found)
    left = iter(found)
    settled = iter([next(left) if answer is None else answer for answer in answers])
    return [
        tuple(sorted(_placed(text, one, [next(settled) for _ in one.passages])))
        for text, one in zip(texts, unfolded, strict=True)
    ]


def _placed(text: str, unfolded: Unfolded, answers: Sequence[Findings]) -> Iterator[Finding]:
    for number, findings in enumerate(answers):
        if len(answers) == 1 and unfolded.passages[0].text == text:
            yield from findings
            continue
        for finding in findings:
            start, end = _place(text, unfolded, number, finding)
            yield finding._replace(start=start, end=end)


def _place(text: str, unfolded: Unfolded, number: int, finding: Finding) -> tuple[int, int]:
    opening, closing = ([mark for mark in _MARKS if mark not in text] + list(_MARKS))[:2]
    marks = (Edit(finding.start, finding.start, opening), _end(unfolded.passages[number].text, finding.end, closing))
    marked = unfolded.fold({number: marks})
    for left, right in ((opening, closing), (_escaped(opening), _escaped(closing))):
        if marked.count(left) == marked.count(right) == 1:
            start = marked.index(left)
            end = marked.index(right) - len(left)
            return _aligned(marked.replace(left, "").replace(right, ""), text, start, end)
    return _changed(marked, text)


def _end(said: str, end: int, mark: str) -> Edit:
    """After the last character, and before the tags that follow it: what is put between two characters goes before the second."""
    last = said[end - 1 : end]
    return Edit(end - 1, end, last + mark) if last.isascii() and last.isalnum() else Edit(end, end, mark)


def _escaped(mark: str) -> str:
    return f"\\u{ord(mark):04x}"


def _aligned(folded: str, text: str, start: int, end: int) -> tuple[int, int]:
    """A place in the text as it was folded back → in the text as given, whose escapes may be others."""
    if folded == text:
        return start, end
    if len(text) > _LONGEST_ALIGNED:
        return _changed(folded, text)
    first, last = len(text), 0
    for _, a1, a2, b1, b2 in SequenceMatcher(None, folded, text, autojunk=False).get_opcodes():
        if a1 < end and start < a2:
            is_equal = a2 - a1 == b2 - b1
            first = min(first, b1 + max(0, start - a1) if is_equal else b1)
            last = max(last, b2 - max(0, a2 - end) if is_equal else b2)
    return (first, last) if first < last else _changed(folded, text)


def _changed(folded: str, text: str) -> tuple[int, int]:
    """All that differs: between the beginnings and the ends both have in common."""
    start, shorter = 0, min(len(folded), len(text))
    while start < shorter and folded[start] == text[start]:
        start += 1
    tail = 0
    while tail < shorter - start and folded[-1 - tail] == text[-1 - tail]:
        tail += 1
    return (start, len(text) - tail) if start < len(text) - tail else (0, len(text))
