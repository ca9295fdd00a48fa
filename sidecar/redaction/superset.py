"""Rewrites a pattern of Presidio's into a plainer one over bytes that matches wherever the pattern does, and sometimes elsewhere.

It matches nothing itself, and what it cannot rewrite with certainty it refuses (``Unsure``): then the pattern has to run everywhere.

A text becomes one byte a character, so that the rewritten pattern needs no Unicode tables (compiling those took Hyperscan ten seconds for
Presidio's default registry, and a hundred for all its recognizers). ASCII stays. Every other character becomes a stand-in that belongs to the
same classes of the ``regex`` module: a letter or mark ``_``, a blank a vertical tab, anything else the byte 80. Characters for which no
ASCII stand-in is true, digits of other scripts and letters that case-insensitive patterns take for ASCII ones, become the byte FF: such a text
is read by every recognizer. Classes of the pattern that may hold a character beyond ASCII hold the stand-ins too.

Looking around, conditions and back references are dropped or widened, optional beginnings and ends are cut off, and long lists of words
become "so many of these characters".
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from re import _constants as op  # type: ignore[attr-defined]  # the standard library's own parser: its tree is what makes this exact
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final

import regex

LETTER: Final = ord("_")
BLANK: Final = 0x0B
OTHER: Final = 0x80
ODD: Final = 0xFF
DISGUISED: Final = (0x130, 0x131, 0x17F, 0x212A)
"""Letters beyond ASCII that case-insensitive patterns take for ASCII ones."""
_LAST_ASCII: Final = 127
_STAND_INS: Final = frozenset((LETTER, BLANK, OTHER, ODD))
_FLAGS_KNOWN: Final = regex.I | regex.M | regex.S | regex.X | regex.U | regex.V0
_MOST_REPEATS: Final = 24
_MOST_CHOICES: Final = 48
_LONG: Final = 400
"""Bytes of a rewritten pattern, and the characters at least that what is left of it has to match."""
_TELLING: Final = 2
_PREFIX: Final = 6
"""Characters of a word that are enough of it."""
_MOST_CLASSES: Final = 65_536
"""Characters whose stand-in is remembered; further ones are looked up each time."""


_CLASS: Final = regex.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", regex.S)
_COUNT: Final = regex.compile(r"\{(?:\d+(?:,\d*)?|,\d+)\}")
"""A brace that is none outside a class: the regex module reads ``{e<=1}`` as "with at most one error"."""


_SET_OF_SETS: Final = regex.compile(r"\[(?:\[|\^?(?:\\.|[^\\])+?(?:--|&&|~~|\|\|))", regex.S)
"""What may be a nested set or a set operation, which regex and re can read differently. The standard parser warns of them; making its warnings
errors would for a moment make those of all threads errors."""


_TAIL: Final = regex.compile(r"\{([1-9]\d*),\d*\}(\)*)$")
"""Repeats at the very end: the least of them is enough, and is met once, not at each further character."""


class Unsure(Exception):
    """The pattern cannot be rewritten with certainty."""


def plain(source: str, flags: int) -> bytes:
    """The rewritten pattern, always case-sensitive and to be compiled with ``^`` and ``$`` at line ends. Raises ``Unsure``."""
    outside = _CLASS.sub("", source)
    if flags & ~_FLAGS_KNOWN or regex.DEFAULT_VERSION != regex.V0 or "{" in _COUNT.sub("", outside):
        raise Unsure
    if any(_SET_OF_SETS.match(found) for found in _CLASS.findall(source)):
        raise Unsure
    if flags & regex.I and source.count("(?i)") == outside.count("(?i)"):
        source = source.replace("(?i)", "")  # said already; in the middle the standard parser refuses it
    keep = flags & (regex.I | regex.M | regex.S | regex.X)
    try:
        tree = _parser.parse(source, keep)
    except Exception:  # noqa: BLE001  whatever the parser says: it is not plain
        raise Unsure from None
    if tree.state.flags & ~(int(_FLAGS_KNOWN) | 32):
        raise Unsure
    writer = _Writer(is_caseless=bool(tree.state.flags & 2), is_dot_all=bool(tree.state.flags & 16))
    items = writer.shortened(writer.trimmed(list(tree)))
    written = writer.all(items)
    if not any(_least(item) for item in items):
        raise Unsure
    return _TAIL.sub(r"{\1}\2", written).encode("latin-1")


def as_bytes(text: str) -> bytes:
    """One byte a character, see the module's docstring."""
    if text.isascii():
        return text.encode()
    return text.translate(_table).encode("latin-1")


class _Table(dict[int, int]):
    def __missing__(self, code: int) -> int:
        found = _stand_in(chr(code))
        if len(self) < _MOST_CLASSES:
            self[code] = found
        return found


_IS_WORD: Final = regex.compile(r"\w")
_IS_DIGIT: Final = regex.compile(r"\d")
_IS_SPACE: Final = regex.compile(r"\s")
_IS_ASCII_IN_DISGUISE: Final = regex.compile(r"[\x00-\x7f]", regex.I)


def _stand_in(char: str) -> int:
    if _IS_DIGIT.match(char) or _IS_ASCII_IN_DISGUISE.match(char):
        return ODD
    if _IS_WORD.match(char):
        return LETTER
    return BLANK if _IS_SPACE.match(char) else OTHER


_table: Final = _Table({code: code for code in range(_LAST_ASCII + 1)})
_ASCII: Final = [chr(code) for code in range(_LAST_ASCII + 1)]
_CATEGORIES: Final[dict[Any, frozenset[int]]] = {
    category: frozenset(ord(c) for c in _ASCII if regex.match(written, c)) | more
    for category, written, more in (
        (op.CATEGORY_WORD, r"\w", {LETTER}),
        (op.CATEGORY_NOT_WORD, r"\W", {BLANK, OTHER}),
        (op.CATEGORY_DIGIT, r"\d", set[int]()),
        (op.CATEGORY_NOT_DIGIT, r"\D", {LETTER, BLANK, OTHER}),
        (op.CATEGORY_SPACE, r"\s", {BLANK}),
        (op.CATEGORY_NOT_SPACE, r"\S", {LETTER, OTHER}),
    )
}
_EVERY: Final = frozenset(range(256))
_DIGITS: Final = frozenset(b"0123456789")
_LETTERS: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_ANCHORS: Final = {
    op.AT_BEGINNING: "^",
    op.AT_BEGINNING_STRING: "^",
    op.AT_END: "$",
    op.AT_END_STRING: "$",
    op.AT_BOUNDARY: r"\b",
    op.AT_NON_BOUNDARY: r"\B",
}
_CLASSES: Final = (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY)
_REPEATS: Final = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_LOOKS: Final = (op.ASSERT, op.ASSERT_NOT, op.FAILURE)


class _Writer:
    """Writes the parser's tree as a pattern over bytes."""

    def __init__(self, *, is_caseless: bool, is_dot_all: bool) -> None:
        self._is_caseless = is_caseless
        self._dot = _EVERY if is_dot_all else _EVERY - {ord("\n")}

    def trimmed(self, items: list[Any], *, is_start: bool = True, is_end: bool = True) -> list[Any]:
        """Without the optional beginning and end, and with as few repeats there as will do: somewhere within the match this matches."""
        while is_start and items and _is_droppable(items[0]):
            items = items[1:]
        while is_end and items and _is_droppable(items[-1]):
            items = items[:-1]
        last = len(items) - 1
        for place, (code, about) in enumerate(items):
            at_start, at_end = is_start and place == 0, is_end and place == last
            if not (at_start or at_end):
                continue
            if code in _REPEATS:
                items[place] = (code, (about[0], about[0], about[2]))
            elif code is op.SUBPATTERN:
                group, add, drop, inner = about
                items[place] = (code, (group, add, drop, self.trimmed(list(inner), is_start=at_start, is_end=at_end)))
        return items

    def shortened(self, items: list[Any]) -> list[Any]:
        """Of a long pattern only its beginning, such as the words before a value, and of each word its beginning: quick to compile."""
        size = seen = 0
        for place, item in enumerate(items):
            size += len(self._one(*item))
            seen += _least(item)
            if size > _LONG and seen >= _TELLING:
                return [*items[:place], *self._beginning([item])]
        return items

    def _beginning(self, items: Iterable[Any]) -> list[Any]:
        kept: list[Any] = []
        seen = 0
        for code, about in items:
            if code is op.SUBPATTERN:
                kept.append((code, (*about[:3], self._beginning(about[3]))))
            elif code is op.BRANCH:
                kept.append((code, (None, [self._beginning(branch) for branch in about[1]])))
            else:
                kept.append((code, about))
            seen += _least(kept[-1])
            if seen >= _PREFIX:
                break
        return self.trimmed(kept, is_start=False)

    def all(self, items: Iterable[Any]) -> str:
        return "".join(self._one(code, about) for code, about in items)

    def _one(self, code: Any, about: Any) -> str:
        if code in _CLASSES:
            return _class(self._bytes(code, about))
        if code is op.AT:
            return _ANCHORS[about]
        if code in _LOOKS:
            return ""
        if code in _REPEATS:
            return self._repeat(*about)
        if code is op.SUBPATTERN:
            return self._group(*about)
        if code is op.BRANCH:
            return self._choice(about[1])
        return self._rare(code, about)

    def _rare(self, code: Any, about: Any) -> str:
        if code is op.ATOMIC_GROUP:
            return f"(?:{self.all(about)})"
        if code is op.GROUPREF:
            return f"{_class(_EVERY)}{{0,}}"
        if code is op.GROUPREF_EXISTS:
            _, yes, no = about
            return f"(?:{self.all(yes)}|{self.all(no or ())})"
        raise Unsure

    def _repeat(self, least: int, most: int, inner: Any) -> str:
        least = min(least, _MOST_REPEATS)
        many = "" if most > _MOST_REPEATS else str(most)
        written = self.all(inner)
        return f"(?:{written}){{{least}{'' if many == str(least) else f',{many}'}}}" if written else ""

    def _group(self, _: int | None, add: int, drop: int, inner: Any) -> str:
        if add or drop:
            raise Unsure
        return f"(?:{self.all(inner)})"

    def _choice(self, branches: Sequence[Any]) -> str:
        if len(branches) <= _MOST_CHOICES or isinstance(branches[0], list):
            choices = dict.fromkeys(self.all(branch) for branch in branches)
            return f"(?:{'|'.join(choices)})"
        every = frozenset().union(*(self._within(branch) for branch in branches))
        widths = [branch.getwidth() for branch in branches]
        least, most = min(low for low, _ in widths), max(high for _, high in widths)
        return f"{_class(every)}{{{min(least, _MOST_REPEATS)},{most if most <= _MOST_REPEATS else ''}}}"

    def _within(self, items: Iterable[Any]) -> frozenset[int]:
        """Every byte a match can hold."""
        found: frozenset[int] = frozenset()
        for code, about in items:
            if code in _CLASSES:
                found |= self._bytes(code, about)
            elif code in _REPEATS:
                found |= self._within(about[2])
            elif code is op.SUBPATTERN and not (about[1] or about[2]):
                found |= self._within(about[3])
            elif code is op.BRANCH:
                found = found.union(*(self._within(branch) for branch in about[1]))
            elif code is not op.AT and code not in _LOOKS:
                return _EVERY
        return found

    def _bytes(self, code: Any, about: Any) -> frozenset[int]:
        """The bytes a class stands for: exact for ASCII, a superset for the stand-ins."""
        if code is op.ANY:
            return self._dot
        items = about if code is op.IN else [(op.LITERAL, about)]
        is_negated = code is op.NOT_LITERAL or items[0][0] is op.NEGATE
        found: set[int] = set()
        for kind, value in items:
            if kind is op.LITERAL:
                found |= self._range(value, value, is_negated=is_negated)
            elif kind is op.RANGE:
                found |= self._range(*value, is_negated=is_negated)
            elif kind is op.CATEGORY:
                found |= _CATEGORIES[value]
            elif kind is not op.NEGATE:
                raise Unsure
        if is_negated:
            return _coarse(frozenset((_EVERY - found) | _STAND_INS))
        return _coarse(frozenset(found))

    def _range(self, low: int, high: int, *, is_negated: bool) -> set[int]:
        found = set(range(low, min(high, _LAST_ASCII) + 1))
        if self._is_caseless:
            if any(low <= code <= high for code in DISGUISED):
                if is_negated:
                    raise Unsure
                found |= _LETTERS
            found |= {ord(chr(code).swapcase()) for code in found}
        return found | _STAND_INS if high > _LAST_ASCII else found


def _coarse(members: frozenset[int]) -> frozenset[int]:
    """All digits for some of them, all letters for some: many patterns become alike, and compile in a third of the time."""
    if members <= _DIGITS:
        return _DIGITS
    if len(members) > 2:  # noqa: PLR2004  one letter in both cases stays itself
        for wider in (_LETTERS, _LETTERS | _DIGITS):
            if members <= wider:
                return wider
    return members


@functools.cache
def _class(members: frozenset[int]) -> str:
    if not members:
        raise Unsure
    codes = sorted(members)
    runs: list[list[int]] = []
    for code in codes:
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    if len(codes) == 1:
        return rf"\x{codes[0]:02x}"
    return "[" + "".join(rf"\x{low:02x}" if low == high else rf"\x{low:02x}-\x{high:02x}" for low, high in runs) + "]"


def _least(item: Any) -> int:
    """The least characters a part of the pattern takes."""
    code, about = item
    if code in _CLASSES:
        return 1
    if code in _REPEATS:
        return int(about[0]) * sum(map(_least, about[2]))
    if code is op.SUBPATTERN:
        return sum(map(_least, about[3]))
    if code is op.ATOMIC_GROUP:
        return sum(map(_least, about))
    if code is op.BRANCH:
        return min(sum(map(_least, branch)) for branch in about[1])
    return 0


def _is_droppable(item: Any) -> bool:
    return item[0] in _LOOKS or (item[0] is not op.AT and not _least(item))
