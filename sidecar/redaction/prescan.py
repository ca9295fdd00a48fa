"""One look at a text that tells which recognizers can find something in it, by Hyperscan over the recognizers' own patterns.

It may say yes in vain and never no in vain; it finds nothing itself. What it cannot be sure of always runs: recognizers that override
``analyze``, patterns that ``superset`` or Hyperscan refuses, and every recognizer on a text with characters that have no stand-in.

No database file is kept: Presidio's default registry compiles in a quarter of a second, all its recognizers in a second, in groups, because
Hyperscan takes more than twice the time for twice the patterns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import regex
from presidio_analyzer import PatternRecognizer
from presidio_analyzer.predefined_recognizers import IbanRecognizer, PhoneRecognizer

from sidecar.redaction.superset import ODD, Unsure, as_bytes, plain

try:
    import hyperscan
except ImportError:  # a platform without its wheel
    is_available = False
else:
    is_available = True
"""Without it every recognizer runs on every text."""

_GROUP: Final = 40
"""Patterns compiled together."""
_ODD: Final = bytes([ODD])
_MOST_CHOICES: Final = 4096
"""Sets of recognizers kept as tuples."""
_PLUS: Final = re.compile(rb"[+\x80]")
"""The full-width plus is a stand-in."""
_SHORTEST_WITH_PLUS: Final = 3
"""Digits of an international number: one of the country code and two, the least ``phonenumbers`` parses."""


def patterns_of(recognizer: Any) -> list[tuple[str, int]] | None:
    """The patterns of which one must match before the recognizer can find anything, with their flags; None where that is not known."""
    kind: Any = type(recognizer)
    if "analyze" in vars(recognizer) or not issubclass(kind, PatternRecognizer):
        return None
    is_plain = kind.analyze in (PatternRecognizer.analyze, IbanRecognizer.analyze)
    if not is_plain and not getattr(kind, "screened_by_patterns", False):
        return None
    return [(pattern.regex, int(recognizer.global_regex_flags)) for pattern in recognizer.patterns or ()]


def is_screened(recognizer: Any) -> bool:
    """Whether it reads nothing but the text, in a way that is known."""
    return patterns_of(recognizer) is not None or _is_phone(recognizer)


class Prescan:
    """For these recognizers, in this order. Compiling takes from some milliseconds to a second."""

    def __init__(self, recognizers: Sequence[Any]) -> None:
        self.recognizers = tuple(recognizers)
        self.key = key_of(recognizers)
        self._every = (1 << len(self.recognizers)) - 1
        self._phones = [(_has_digits(_fewest_digits(r)), 1 << n) for n, r in enumerate(recognizers) if _is_phone(r)]
        self._always = 0
        wanted: dict[bytes, int] = {}
        for n, recognizer in enumerate(recognizers):
            patterns = patterns_of(recognizer)
            if not is_available or not is_screened(recognizer):
                self._always |= 1 << n
            for source, flags in patterns or ():
                try:
                    pattern = plain(source, flags)
                except Unsure:
                    self._always |= 1 << n
                else:
                    wanted[pattern] = wanted.get(pattern, 0) | 1 << n
        self._scans: list[Any] = []
        self._owners: list[int] = []
        """By a pattern's number, a bit for each recognizer that has it."""
        self._compile([(pattern, owners) for pattern, owners in wanted.items() if owners & ~self._always])
        self._chosen: dict[int, tuple[Any, ...]] = {}

    @property
    def always(self) -> tuple[Any, ...]:
        """The recognizers that run on every text."""
        return self._objects(self._always)

    def candidates(self, text: str) -> tuple[Any, ...]:
        """Those recognizers that can find something in the text, in their order."""
        data = as_bytes(text)
        if _ODD in data:
            return self.recognizers
        hits: list[int] = []
        for scan in self._scans:
            scan(data, match_event_handler=_note, context=hits)
        found = self._always
        for number in hits:
            found |= self._owners[number]
        for has_digits, bit in self._phones:
            if has_digits(data) or (_PLUS.search(data) and _has_three(data)):
                found |= bit
        return self._objects(found)

    def _compile(self, wanted: Sequence[tuple[bytes, int]]) -> None:
        if not is_available:
            return
        for start in range(0, len(wanted), _GROUP):
            group = wanted[start : start + _GROUP]
            database = _database([pattern for pattern, _ in group], len(self._owners))
            if database is None:  # one of them is too much for Hyperscan: its recognizers run everywhere
                good = [entry for entry in group if _database([entry[0]], 0) is not None]
                for _, owners in set(group) - set(good):
                    self._always |= owners
                group = good
                database = _database([pattern for pattern, _ in group], len(self._owners))
            if database is not None:
                self._scans.append(database.scan)
                self._owners += [owners for _, owners in group]

    def _objects(self, bits: int) -> tuple[Any, ...]:
        chosen = self._chosen.get(bits)
        if chosen is None:
            chosen = tuple(r for n, r in enumerate(self.recognizers) if bits >> n & 1)
            if len(self._chosen) < _MOST_CHOICES:
                self._chosen[bits] = chosen
        return chosen


def key_of(recognizers: Iterable[Any]) -> tuple[Any, ...]:
    """Changes when a recognizer is added, taken away or given other patterns."""
    return tuple((id(recognizer), tuple(patterns_of(recognizer) or ())) for recognizer in recognizers)


def any_of(words: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text holds one of the words, letter for letter."""
    words = list(words)
    if not is_available:
        found = regex.compile("|".join(map(regex.escape, words))).search
        return lambda text: found(text) is not None
    flags = hyperscan.HS_FLAG_SINGLEMATCH
    database = hyperscan.Database()
    patterns = ["".join(rf"\x{byte:02x}" for byte in word.encode("utf-8", "surrogatepass")).encode() for word in words]
    database.compile(expressions=patterns, ids=[0] * len(patterns), flags=[flags] * len(patterns))

    def search(text: str) -> bool:
        hits: list[int] = []
        database.scan(text.encode("utf-8", "surrogatepass"), match_event_handler=_note, context=hits)
        return bool(hits)

    return search


def _note(number: int, start: int, end: int, flags: int, hits: Any) -> None:  # noqa: ARG001  hyperscan's signature
    hits.append(number)


def _database(patterns: Sequence[bytes], first: int) -> Any:
    database = hyperscan.Database()
    flags = hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_MULTILINE
    numbers = list(range(first, first + len(patterns)))
    try:
        database.compile(expressions=list(patterns), ids=numbers, flags=[flags] * len(patterns))
    except hyperscan.error:
        return None
    return database


def _is_phone(recognizer: Any) -> bool:
    return (
        isinstance(recognizer, PhoneRecognizer)
        and type(recognizer).analyze is PhoneRecognizer.analyze
        and "analyze" not in vars(recognizer)
    )


def _has_digits(count: int) -> Callable[[bytes], Any]:
    return re.compile(rb"(?:[0-9][^0-9]*){%d}" % count).search


_has_three: Final = _has_digits(_SHORTEST_WITH_PLUS)


def _fewest_digits(recognizer: Any) -> int:
    """Of a number written without country code, in any of the recognizer's regions."""
    from phonenumbers import PhoneMetadata

    lengths: list[int] = []
    for region in recognizer.supported_regions:
        about = PhoneMetadata.metadata_for_region(region, None)
        general = about.general_desc if about else None
        if general is None:
            return 1
        local = general.possible_length_local_only if not recognizer.leniency else ()
        lengths += [n for n in (*general.possible_length, *local) if n > 0]
    return min(lengths, default=_SHORTEST_WITH_PLUS)
