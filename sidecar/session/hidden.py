"""Values restored into requests, to be hidden again wherever they come back.

It keeps them in memory for the session's life only, bounded. They are found in any letter case, escaped as HTML, URLs and JSON
escape, and cut short: at least four characters and at least half of a value beside ``…``, ``...`` or a text's end, or both its
ends around one. Short values are found as words only: ``Mark`` is not hidden in ``market``.
"""

from __future__ import annotations

import html
import json
from collections import OrderedDict
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, quote_plus

_LIMIT: Final = 512
_SHORTEST: Final = 4
_LONG: Final = 8
_GRAM: Final = 4
_CUTS: Final = ("...", "\u2026")


class Hidden:
    """Spellings are found by their first and last four characters, so that a text costs the same whatever is hidden."""

    __slots__ = ("_grams", "_heads", "_is_built", "_spelt", "_tails", "_tokens")

    def __init__(self) -> None:
        self._tokens: OrderedDict[str, str] = OrderedDict()
        self._heads: dict[str, list[str]] = {}
        self._tails: dict[str, list[str]] = {}
        self._grams: frozenset[str] = frozenset()
        self._spelt: dict[str, str] = {}
        self._is_built = True

    def remember(self, value: str, token: str) -> None:
        folded = value.casefold()
        if len(folded) < _SHORTEST:
            return
        if folded not in self._tokens:
            self._is_built = False
        self._tokens[folded] = token
        self._tokens.move_to_end(folded)
        if len(self._tokens) > _LIMIT:
            self._tokens.popitem(last=False)

    @property
    def is_empty(self) -> bool:
        return not self._tokens

    def has(self, text: str) -> bool:
        """Whether it is worth a search."""
        if not self._tokens or len(text) < _GRAM:
            return False
        if not self._is_built:
            self._build()
        folded = text.casefold()
        return not self._grams.isdisjoint([folded[at : at + _GRAM] for at in range(len(folded) - _GRAM + 1)])

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, token) of every hidden value in ``text``, in order and apart."""
        if not self.has(text):
            return []
        folded = text.casefold()
        if len(folded) != len(text):  # a letter that folds to two would shift every place behind it
            folded = text.lower() if len(text.lower()) == len(text) else text
        spans = sorted(self._spans(folded), key=lambda span: (span[0], -span[1]))
        found: list[tuple[int, int, str]] = []
        for start, end, spelling in spans:
            if not found or start >= found[-1][1]:
                found.append((start, end, self._tokens[self._spelt[spelling]]))
        return found

    def _build(self) -> None:
        """When first needed: a request may restore hundreds of values."""
        self._spelt = {spelling: value for value in self._tokens for spelling in _spellings(value)}
        self._heads, self._tails = {}, {}
        for spelling in self._spelt:
            self._heads.setdefault(spelling[:_GRAM], []).append(spelling)
            self._tails.setdefault(spelling[-_GRAM:], []).append(spelling)
        self._grams = frozenset((*self._heads, *self._tails))
        self._is_built = True

    def _spans(self, folded: str) -> Iterator[tuple[int, int, str]]:
        for at in range(len(folded) - _GRAM + 1):
            gram = folded[at : at + _GRAM]
            for spelling in self._heads.get(gram, ()):
                end = _head(folded, at, spelling)
                if end:
                    yield at, end, spelling
            for spelling in self._tails.get(gram, ()):
                start = _tail(folded, at + _GRAM, spelling)
                if start is not None:
                    yield start, at + _GRAM, spelling


def _head(text: str, at: int, value: str) -> int:
    """Where the value that begins at ``at`` ends, whole or cut short; 0 if it does not begin there."""
    length = _common(text, at, value)
    end = at + length
    if length == len(value):
        is_word = len(value) < _LONG and (_is_word(text, at - 1) or _is_word(text, end))
        return 0 if is_word else end
    if _is_word(text, at - 1):
        return 0
    while value[length - 1] == "." and text.startswith("..", end) and not text.startswith("...", end):
        length, end = length - 1, end - 1  # a dot of the value ran into those of the cut
    cut = next((mark for mark in _CUTS if text.startswith(mark, end)), "")
    if cut:
        behind = end + len(cut)
        rest = next((n for n in range(len(value) - length, _GRAM - 1, -1) if text.startswith(value[-n:], behind)), 0)
        if 2 * (length + rest) >= len(value):
            return behind + rest if rest else end
    return end if end == len(text) and 2 * length >= len(value) else 0


def _tail(text: str, end: int, value: str) -> int | None:
    """Where the end of a value begins that stands behind a cut or at the text's start; None if it is whole or too little."""
    length = _GRAM
    while length < len(value) and length < end and text[end - length - 1] == value[-length - 1]:
        length += 1
    start = end - length
    while (
        length < len(value)
        and value[-length] == "."
        and text.endswith("..", 0, start)
        and not text.endswith("...", 0, start)
    ):
        length, start = length - 1, start + 1
    if length == len(value) or 2 * length < len(value) or _is_word(text, end):
        return None
    return start if start == 0 or any(text.endswith(mark, 0, start) for mark in _CUTS) else None


def _common(text: str, at: int, value: str) -> int:
    most = min(len(value), len(text) - at)
    if text.startswith(value, at):
        return most
    return next((place for place in range(_GRAM, most) if text[at + place] != value[place]), most)


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at].isalnum() or text[at] == "_")


def _spellings(value: str) -> set[str]:
    """The value and how it is written in HTML, URLs and JSON, folded."""
    if value.isascii() and value.isalnum():
        return {value}
    ways = (value, html.escape(value), html.escape(value).replace("&#x27;", "&#39;"), quote(value, safe=""))
    more = (quote(value), quote_plus(value), json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
    return {way.casefold() for way in (*ways, *more)}
