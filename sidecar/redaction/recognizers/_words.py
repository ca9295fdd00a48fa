"""A text's tokens, and what spaCy's model looks at of each word; of what it has read it keeps nothing but common words.

It finds nothing, and has no vocabulary: a word's attributes are computed when it is met, those of common words once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from spacy.attrs import LOWER, NORM, PREFIX, SHAPE, SUFFIX
from spacy.lang.lex_attrs import word_shape
from spacy.strings import get_string_id

from sidecar.redaction.recognizers._common import BLANKS, WORDS
from sidecar.redaction.recognizers._cutting import Cutting

TOLD: Final = frozenset((NORM, LOWER, PREFIX, SUFFIX, SHAPE))
"""Attributes that are made of the word alone."""
_MARKS: Final = "\"'([.,;:!?)]"
"""Around common words; a word is kept with up to ``_MOST_MARKS`` of them, once met so."""
_MOST_MARKS: Final = 3
_MOST_KEPT: Final = 8192
_RUN: Final = re.compile(r"\s+|\S+")
_SHAPES: Final = {ord(c): "X" if c.isupper() else "x" if c.isalpha() else "d" for c in map(chr, range(128)) if c.isalnum()}  # fmt: skip
_REPEATED: Final = re.compile(r"(.)\1{4,}")
_LONG: Final = 100
"""Characters; a longer word's shape is all one."""

Ids: TypeAlias = tuple[int, ...]
"""A word's attributes."""
Cut: TypeAlias = tuple[tuple[int, int, int], ...]
"""Of a run of characters: where each token begins and ends in it, and its word's number."""


class Tokens(NamedTuple):
    """Of several texts, one after the other."""

    lengths: list[int]
    """Tokens of each text."""
    starts: list[int]
    ends: list[int]
    """Their places in the text."""
    words: Any
    """Their words, from 1: known ones, then, counted on from those, rows of ``new``."""
    new: Any
    """Attributes of the words that are not known, a row each."""
    blanks: frozenset[int]
    """Tokens of white space."""

    def __repr__(self) -> str:
        return f"Tokens({len(self.starts)})"


class Words:
    """``tokenizer``: of a loaded pipeline. ``columns``: the attributes the model looks at, of ``TOLD``."""

    def __init__(self, tokenizer: Any, columns: Sequence[int]) -> None:
        getters = tokenizer.vocab.lex_attr_getters
        self._cutting: Final = Cutting(tokenizer)
        self._getters: Final = tuple(shape if column == SHAPE else getters[column] for column in columns)
        self._norm: Final = tuple(columns).index(NORM) if NORM in columns else None
        self._numbers: Final[dict[Ids, int]] = {}
        self._kept: Final[dict[str, Cut]] = {run: self._cut(run, self._numbers) for run in (*WORDS, *BLANKS)}
        self._common: Final = frozenset(WORDS)
        self.known: Final = np.array(list(self._numbers), dtype=np.uint64)
        """Attributes of the known words, a row each."""

    def read(self, texts: Sequence[str]) -> Tokens:
        kept = self._kept
        met: dict[str, Cut] = {}
        new: dict[Ids, int] = {}
        starts: list[int] = []
        ends: list[int] = []
        words: list[int] = []
        lengths: list[int] = []
        blanks: list[int] = []
        for text in texts:
            before = len(starts)
            for at, run in _runs(text):
                cut = kept.get(run) or met.get(run)
                if cut is None:
                    cut = met[run] = self._cut(run, new)
                if run[0].isspace():
                    blanks += range(len(starts), len(starts) + len(cut))
                for start, end, word in cut:
                    starts.append(at + start)
                    ends.append(at + end)
                    words.append(word)
            lengths.append(len(starts) - before)
        for run, cut in met.items():
            self._keep(run, cut)
        rows = np.array(list(new), dtype=np.uint64)
        return Tokens(lengths, starts, ends, np.array(words, dtype=np.intp), rows, frozenset(blanks))

    def _cut(self, run: str, new: dict[Ids, int]) -> Cut:
        """A word that is not known gets a number in ``new``."""
        tokens = self._cutting.cut(run)
        ends = list(accumulate(len(text) for text, _ in tokens))
        numbers = [self._number(self._ids(text, norm), new) for text, norm in tokens]
        return tuple(zip((0, *ends), ends, numbers, strict=False))

    def _ids(self, text: str, norm: str) -> Ids:
        ids = [get_string_id(told(text)) for told in self._getters]
        if norm and self._norm is not None:
            ids[self._norm] = get_string_id(norm)
        return tuple(ids)

    def _number(self, ids: Ids, new: dict[Ids, int]) -> int:
        known = self._numbers.get(ids)
        if known is not None:
            return 1 + known
        behind = 0 if new is self._numbers else len(self._numbers)
        return 1 + behind + new.setdefault(ids, len(new))

    def _keep(self, run: str, cut: Cut) -> None:
        word = run.strip(_MARKS)
        if (
            word in self._common
            and len(run) <= len(word) + _MOST_MARKS
            and len(self._kept) < _MOST_KEPT
            and all(number <= len(self.known) for *_, number in cut)
        ):
            self._kept[run] = cut


def _runs(text: str) -> Iterator[tuple[int, str]]:
    """Of blanks, or of anything else, and where they begin; one space after a word is none."""
    words = text.split(" ")
    at = 0
    if words == text.split():
        for word in words:
            yield at, word
            at += len(word) + 1
        return
    for match in _RUN.finditer(text):
        run = match[0]
        at = match.start()
        if at and run[0] == " ":
            at, run = at + 1, run[1:]
        if run:
            yield at, run


def shape(word: str) -> str:
    """As spaCy's ``word_shape``, at a third of its cost for ASCII."""
    if len(word) >= _LONG or not word.isascii():
        return word_shape(word)
    plain = word.translate(_SHAPES)
    return _REPEATED.sub(r"\1\1\1\1", plain) if len(word) > 4 and _REPEATED.search(plain) else plain  # noqa: PLR2004  of one kind
