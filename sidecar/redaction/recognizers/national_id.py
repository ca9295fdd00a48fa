"""National identification numbers of some eighty countries, each by its shape, its check digits and, where those are weak, a word beside it.

It knows no other numbers of persons (passports, licences) and none of companies. The table is ``_national_forms``.

A shape is looked up by its signature (lengths of its parts and what stands between them), so that the count of countries costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import regex
from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from sidecar.redaction.recognizers._national_checks import passes
from sidecar.redaction.recognizers._national_forms import NUMBERS, Number
from sidecar.redaction.recognizers._written import END, IS, START, TIMEOUT_S, WrittenRecognizer, compiled, lacks_digits

_CHARACTERS: Final = {"9": r"\d", "A": "[A-Z]", "X": "[A-Z0-9]", " ": r"[ \u00a0]", "-": r"[-\u2010\u2011\u2013]"}
_PARTS: Final = re.compile(r"[^\W_]+")
_BETWEEN: Final = {
    " ": " ",
    "\u00a0": " ",
    "-": "-",
    "\u2010": "-",
    "\u2011": "-",
    "\u2013": "-",
    ".": ".",
    "/": "/",
    "+": "+",
    "(": "(",
}
_NOT_BEFORE: Final = frozenset(".-/+@#_")
_MOST_PARTS: Final = 7
_BEFORE: Final = 56
_AFTER: Final = 32
_SPELT_OUT: Final = 4
"""Letters of a word that means nothing else, as ``pesel``; shorter ones (``sin``, ``ni``) count in capitals."""
_FOLDED: Final = regex.IGNORECASE


class NationalIdRecognizer(WrittenRecognizer):
    """``countries``: those whose ``home`` shapes stand without a word. Many entities: each finding names its own."""

    entity = "NATIONAL_ID"
    title = "national_id"
    least_digits = 4
    screens = (r"(?:\d[^\d\n]{0,3}){3}\d",)

    def __init__(self, countries: Iterable[str] = ()) -> None:
        super().__init__()
        self.supported_entities = sorted({number.entity for number in NUMBERS})
        self._shapes: dict[str, list[tuple[str, list[tuple[Number, str]]]]] = {}
        """By signature: the pattern of a shape, and whose it is, with the strength."""
        for shape, owners in _owners(frozenset(countries)).items():
            body = "".join(_CHARACTERS.get(c) or regex.escape(c) for c in shape)
            pattern = rf"(?:{body})(?!\w|[-./@]\w)"
            self._shapes.setdefault(_signature(shape), []).append((pattern, owners))

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002  the signature is presidio's
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002
        regex_flags: int | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """Raises ``TimeoutError``."""
        if lacks_digits(text, self.least_digits):
            return []
        longest: dict[tuple[int, str], tuple[int, float]] = {}
        for start, pattern, owners in self._candidates(text):
            for end, score, entity in _rated(text, start, pattern, owners):
                longest[start, entity] = max((end, score), longest.get((start, entity), (0, 0.0)))
        return [self.result(start, end, score, entity) for (start, entity), (end, score) in longest.items()]

    def _candidates(self, text: str) -> Iterator[tuple[int, str, Any]]:
        """Places where a shape may begin: parts of the right lengths with the right characters between them."""
        spans = [match.span() for match in _PARTS.finditer(text)]
        parts = [text[start:end] for start, end in spans]
        numeric = [number for number, part in enumerate(parts) if not part.isalpha() and any(map(str.isdigit, part))]
        for place in sorted({near for number in numeric for near in range(max(0, number - 2), number + 1)}):
            start, end = spans[place]
            if start and text[start - 1] in _NOT_BEFORE:
                continue
            signature, at = str(end - start), end
            for further in range(place, place + _MOST_PARTS):
                if further > place:
                    low, high = spans[further]
                    mark = _BETWEEN.get(text[at:low])
                    if mark is None:
                        break
                    signature, at = f"{signature}{mark}{high - low}", high
                for pattern, owners in self._shapes.get(signature, ()):
                    yield start, pattern, owners
                if further + 1 >= len(spans):
                    break


def _owners(at_home: frozenset[str]) -> dict[str, list[tuple[Number, str]]]:
    """Whose a shape is, and how strong there."""
    owners: dict[str, list[tuple[Number, str]]] = {}
    for number in NUMBERS:
        shapes: dict[str, str] = {}
        for strength in ("word", "home", "alone"):
            here = "word" if strength == "home" and number.country not in at_home else strength
            shapes |= dict.fromkeys(filter(None, getattr(number, strength).split("|")), here)
        for shape, strength in shapes.items():
            owners.setdefault(shape, []).append((number, strength))
    return owners


def _signature(shape: str) -> str:
    """``999-99 A`` → ``3-2 1``."""
    spans = [match.span() for match in _PARTS.finditer(shape)]
    marks = [shape[end:start] for (_, end), (start, _) in pairwise(spans)]
    return "".join(f"{end - start}{mark}" for (start, end), mark in zip(spans, [*marks, ""], strict=True))


def _rated(
    text: str, start: int, pattern: str, owners: Iterable[tuple[Number, str]]
) -> Iterator[tuple[int, float, str]]:
    match = compiled(pattern, _FOLDED).match(text, start, timeout=TIMEOUT_S)
    if match is None:
        return
    for number, strength in owners:
        if score := _rate(text, start, match.end(), number, strength):
            yield match.end(), score, number.entity


def _rate(text: str, start: int, end: int, number: Number, strength: str) -> float:
    word = _word(text, start, end, number)
    if strength == "word" and not word:
        return 0.0
    value = text[start:end]
    is_right = len(set(value) - set(" .-/")) > 2 and passes(number.check)(value)  # noqa: PLR2004  no filler: 000000, 111-1
    if word:
        is_clear = len(word) >= _SPELT_OUT or word.isupper() or not word.isascii()
        return 1.0 if is_right and number.check else 0.85 if is_right or is_clear else 0.0
    if not is_right:
        return 0.0
    return 0.75 if strength == "home" or not number.check else 0.95


def _word(text: str, start: int, end: int, number: Number) -> str:
    """The word that announces such a number, before or behind it."""
    if not number.words:
        return ""
    before = compiled(rf"{START}(?P<word>{number.words}){END}{IS}$", _FOLDED)
    behind = compiled(rf"[\s,]{{0,2}}[(\[]?\s?(?P<word>{number.words}){END}", _FOLDED)
    match = before.search(text[max(0, start - _BEFORE) : start], timeout=TIMEOUT_S) or behind.match(
        text[end : end + _AFTER], timeout=TIMEOUT_S
    )
    return match["word"] if match else ""
