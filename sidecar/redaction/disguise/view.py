"""A text as it is meant, and where each of its characters stands in the text as it is written.

It knows no spelling; the other modules of this package do.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from sidecar.redaction.findings import Finding, Findings


class View(NamedTuple):
    """``places``: where each character of ``text``, and its end, stands in the written text."""

    text: str
    places: Sequence[int]
    name: str | None = None
    """The name of the value, empty if it has none; None: that of the whole text."""
    opaque: tuple[tuple[int, int, int, int], ...] = ()
    """Of what was packed: from where to where it stands in ``text``, and the written span that stands for any part of it."""
    by_name: bool = False
    """Only what the name says of it counts."""
    has_words: bool = True
    """Its letters differ from the written ones: names may stand in it which nobody saw before."""
    in_syntax: bool = False
    """Of a personalisation string: read, though it is protected."""
    is_code: bool = False
    """Only what is precise counts in it."""

    def __repr__(self) -> str:
        return f"View({len(self.text)} characters)"

    def placed(self, findings: Findings) -> Iterable[Finding]:
        """The findings as spans of the written text."""
        places = self.places
        spans = ((found, self._unpacked(found, places[found.start], places[found.end])) for found in findings)
        return [found._replace(start=start, end=end) for found, (start, end) in spans]

    def _unpacked(self, found: Finding, start: int, end: int) -> tuple[int, int]:
        for low, high, first, last in self.opaque:
            if found.start < high and low < found.end:
                start, end = min(start, first), max(end, last)
        return start, end

    def within(self, inner: View) -> View:
        """``inner``, a view of this view's text, as a view of the written text."""
        places, opaque = self.places, []
        for low, high, first, last in inner.opaque:
            start, end = places[first], places[last]
            for a, b, c, d in self.opaque:
                if first < b and a < last:
                    start, end = min(start, c), max(end, d)
            opaque.append((low, high, start, end))
        for a, b, start, end in self.opaque:
            low, high = bisect_left(inner.places, a), bisect_left(inner.places, b)
            if low < high:
                opaque.append((low, high, start, end))
        return inner._replace(places=[places[at] for at in inner.places], opaque=tuple(opaque))

    def part(self, low: int, high: int) -> View:
        """Characters ``low`` to ``high`` of it."""
        opaque = tuple(
            (max(a, low) - low, min(b, high) - low, c, d) for a, b, c, d in self.opaque if a < high and low < b
        )
        return self._replace(text=self.text[low:high], places=self.places[low : high + 1], opaque=opaque)


def written(text: str) -> View:
    """The view in which everything is as it is written."""
    return View(text, range(len(text) + 1), has_words=False)


def replaced(view: View, pattern: re.Pattern[str], meant: Callable[[re.Match[str]], str | None]) -> View:
    """``view`` with each match saying what ``meant`` answers; ``None`` leaves it. The same object when nothing changes."""
    text, places = view.text, view.places
    said: list[str] = []
    kept: list[int] = []
    at = 0
    for match in pattern.finditer(text):
        new = meant(match)
        if new is None:
            continue
        start = match.start()
        said += (text[at:start], new)
        kept += places[at:start]
        kept += [places[start]] * len(new)
        at = match.end()
    if not said:
        return view
    said.append(text[at:])
    kept += places[at:]
    return view._replace(text="".join(said), places=kept)
