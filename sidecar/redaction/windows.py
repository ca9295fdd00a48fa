"""Matches of a pattern in a long text, window by window: one search in C holds the interpreter, and the event loop with it."""

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
