"""Long texts in parts: matches window by window, because one search in C holds the interpreter, and pieces for whoever reads no more at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

WINDOW: Final = 8192
"""Characters of one search."""
LONGEST: Final = 1024
"""Characters of a match that begins in a window and is still found whole."""


def matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """As ``pattern.finditer(text)``, for patterns whose matches are not longer than ``LONGEST``."""
    if len(text) <= WINDOW:
        yield from pattern.finditer(text)
        return
    at = 0
    while at < len(text):
        end = at + WINDOW
        for match in pattern.finditer(text, at, min(len(text), end + LONGEST)):
            if match.start() >= end:
                break
            yield match
            end = max(end, match.end())
        at = end


def pieces(text: str, size: int, overlap: int, marks: str) -> Iterator[tuple[int, str]]:
    """Overlapping pieces of at most ``size`` characters and where they begin, cut at ``marks`` where there are any."""
    at = 0
    while len(text) - at > size:
        end = at + size
        cut = max(text.rfind(mark, at + size // 2, end) for mark in marks)
        end = cut if cut > 0 else end
        yield at, text[at:end]
        blank = text.find(" ", end - overlap, end)
        at = blank + 1 if blank >= 0 else end - overlap
    yield at, text[at:]
