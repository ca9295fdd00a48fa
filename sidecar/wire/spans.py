"""JSON written inside a text, edited by spans: a new value is spliced in and every other character stays as it was.

It does not follow JSON inside the strings it finds, and a name that stands twice in an object yields both values:
unlike in a message, whoever wrote the text may read either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from json.encoder import encode_basestring_ascii
from typing import Any, Final, NamedTuple, NoReturn, Protocol, TypeAlias

from sidecar.wire.places import NOTHING, SALT, Place
from sidecar.wire.tree import VALUES, partner

MAX_DEPTH: Final = 128

_BLANK: Final = re.compile(r"[ \t\r\n]*")
_OUTER: Final = re.compile(r"[\s\ufeff]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[-0-9][-+.0-9eE]*')
_NON_ASCII_ESCAPE: Final = re.compile(r"\\u(?!00[0-7])")

_QUOTED: Final = frozenset(("string", "key"))


class Settle(Protocol):
    """Whoever knows what becomes of texts with remembered answers."""

    @property
    def kept(self) -> list[str]:
        """Texts passed over because they hold nothing."""

    def __call__(self, place: Place, answer: Any, text: str) -> str | None:
        """The new text, or the very same one; None if that cannot be told yet."""


class TextLeaf(NamedTuple):
    """A string, number or key in the text.

    ``text`` is without escapes, and a number's literal; ``field`` the nearest key above; ``sibling`` the name in
    ``{"name": …, "value": this}``; ``json_type`` is string, integer, number or key; ``ordinal`` counts strings, numbers and keys.
    """

    text: str
    field: str
    sibling: str
    json_type: str
    ordinal: int
    quoted: int
    """Counts strings and keys alone; of a number, those before it."""
    place: Place | None = None
    """Where answers for its text are remembered, if anywhere."""
    known: Any = None
    """The answer remembered for this text at this place."""

    def __repr__(self) -> str:
        return f"TextLeaf({len(self.text)} characters, {self.json_type})"


@dataclass(frozen=True, slots=True)
class JsonText:
    """A text that is JSON as a whole, and its leaves in the order they stand in, but for those known to hold nothing."""

    text: str = field(repr=False)
    leaves: Sequence[TextLeaf] = field(repr=False)
    settled: Sequence[tuple[int, int, str]] = field(repr=False, default=())
    """Strings that are no leaves because it is known what stands there instead: ordinal, count among the quoted, new text."""

    def places(self) -> list[tuple[int, int]]:
        """Where each string, number and key begins and ends, quotes included: a leaf's is that of its ordinal.

        Sought only when something is edited: in strict JSON beside them stand only
        punctuation, blanks, true, false and null.
        """
        return [token.span() for token in _TOKEN.finditer(self.text)]

    def splice(self, changes: Mapping[int, str]) -> str:
        """The text with leaf ``n`` saying ``changes[n]`` instead, and with what was settled.

        Beyond ASCII it is escaped if the text escapes all such characters and has one.
        A number's new text stands unquoted when it is a JSON number, else as a string: the result is always JSON.
        Keys are not checked for uniqueness. Raises ``IndexError`` for a leaf that is not there.
        """
        if "\\" not in self.text and all(self.leaves[number].json_type in _QUOTED for number in changes):
            return self._respelt(changes)
        parts: list[str] = []
        at = 0
        places = self.places() if changes or self.settled else []
        is_escaped = self.text.isascii() and _NON_ASCII_ESCAPE.search(self.text) is not None
        written = [(ordinal, _quoted(new, is_escaped)) for ordinal, _, new in self.settled]
        for number, new in changes.items():
            if number < 0:
                raise IndexError(number)
            written.append((self.leaves[number].ordinal, _written(self.leaves[number], new, is_escaped)))
        for ordinal, new in sorted(written):
            start, end = places[ordinal]
            parts += (self.text[at:start], new)
            at = end
        return "".join((*parts, self.text[at:]))

    def _respelt(self, changes: Mapping[int, str]) -> str:
        """Without a backslash every second piece between quotes is a string: far cheaper than seeking tokens."""
        pieces = self.text.split('"')
        leaves = self.leaves
        for _, quoted, new in self.settled:
            pieces[2 * quoted + 1] = _quoted(new, is_escaped=False)[1:-1]
        for number, new in changes.items():
            if number < 0:
                raise IndexError(number)
            pieces[2 * leaves[number].quoted + 1] = _written(leaves[number], new, is_escaped=False)[1:-1]
        return '"'.join(pieces)


def scan(text: str, place: Place | None = None, settle: Settle | None = None) -> JsonText | None:
    """The leaves of a text that is one JSON object or array, or several objects on lines of their own (JSON Lines).

    None for every other text, and for one nested deeper than ``MAX_DEPTH``. ``place``: where the text stands; ``settle`` is asked of
    members with a remembered answer.
    """
    outer = _OUTER.match(text)
    start = outer.end() if outer else 0
    if text[start : start + 1] not in {"{", "["}:
        return None
    listing = _Listing(settle)
    try:
        for root in _roots(text, start):
            listing.value(root, "", "", place, 0)
    except (ValueError, RecursionError):
        return None
    return JsonText(text, listing.leaves, listing.settled)


_Pairs: TypeAlias = tuple[tuple[str, Any], ...]
"""An object, whose names may stand twice; a list is an array."""


class _Literal(str):
    """A number as it is written."""

    __slots__ = ()


def _refuse(_constant: str) -> NoReturn:
    raise ValueError


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=tuple, parse_int=_Literal, parse_float=_Literal, parse_constant=_refuse
)


def _roots(text: str, at: int) -> list[Any]:
    """The values the text holds. Raises ``ValueError`` if it is not strict JSON to its end."""
    roots = []
    is_object = text[at] == "{"
    while True:
        root, at = _DECODER.raw_decode(text, at)
        roots.append(root)
        if _OUTER.fullmatch(text, at):
            return roots
        gap = _BLANK.match(text, at)
        if gap is None or "\n" not in gap[0] or not is_object or text[gap.end()] != "{":
            raise ValueError
        at = gap.end()


class _Listing:
    """``count``: strings, numbers and keys so far, listed or not; ``quoted``: those that are no numbers."""

    def __init__(self, settle: Settle | None) -> None:
        self.leaves: list[TextLeaf] = []
        self.settled: list[tuple[int, int, str]] = []
        self._settle = settle
        self.kept: list[str] = [] if settle is None else settle.kept
        self.count = self.quoted = 0

    def members(self, pairs: _Pairs, name: str, place: Place | None, depth: int) -> None:
        """The leaves of an object whose own name is ``name``."""
        append, kept = self.leaves.append, self.kept
        members: dict[str, Any] | None = None
        places = repeat(None) if place is None else place.members([key for key, _ in pairs])
        for at, (key, value) in zip(places, pairs, strict=False):
            if at is None or not at.has_plain_name:
                append(_leaf(TextLeaf, (key, name, "", "key", self.count, self.quoted, None, None)))
            self.count += 1
            self.quoted += 1
            sibling = ""
            if key in VALUES:
                members = dict(reversed(pairs)) if members is None else members  # of names that stand twice the first
                sibling = partner(members, key, name)
            if type(value) is str and not sibling:
                known = None if at is None else at.seen.get(hash(SALT + value))
                if known is NOTHING:
                    kept.append(value)
                elif not (known and at and self._is_settled(at, known, value)):
                    append(_leaf(TextLeaf, (value, key, "", "string", self.count, self.quoted, at, known)))
                self.count += 1
                self.quoted += 1
            elif type(value) not in _LEAFLESS:
                below = at.member(sibling) if sibling and at is not None else at
                self.value(value, key, sibling, below, depth)

    def _is_settled(self, at: Place, known: Any, value: str) -> bool:
        new = None if self._settle is None else self._settle(at, known, value)
        if new is None:
            return False
        if new is not value:
            self.settled.append((self.count, self.quoted, new))
        return True

    def value(self, value: Any, name: str, sibling: str, place: Place | None, depth: int) -> None:
        kind = type(value)
        if kind is _Literal:
            if place is None or not place.skips_numbers:
                json_type = "integer" if value.lstrip("-").isdigit() else "number"
                self.leaves.append(TextLeaf(str(value), name, sibling, json_type, self.count, self.quoted, place))
            self.count += 1
        elif kind is str:
            known = None if place is None else place.seen.get(hash(SALT + value))
            if known is NOTHING:
                self.kept.append(value)
            else:
                self.leaves.append(TextLeaf(value, name, sibling, "string", self.count, self.quoted, place, known))
            self.count += 1
            self.quoted += 1
        elif depth == MAX_DEPTH:
            raise ValueError
        elif kind is tuple:
            self.members(value, name, place, depth + 1)
        else:
            for item in value:
                if type(item) not in _LEAFLESS:
                    self.value(item, name, sibling, place, depth + 1)


_LEAFLESS: Final = frozenset((bool, type(None)))

_leaf: Final = tuple.__new__
"""A third of the cost of ``TextLeaf(…)``, which counts when a text has thousands."""


def _written(leaf: TextLeaf, new: str, is_escaped: bool) -> str:
    if leaf.json_type in {"integer", "number"} and _NUMBER.fullmatch(new):
        return new
    return _quoted(new, is_escaped)


def _quoted(new: str, is_escaped: bool) -> str:
    if new.isascii():
        return encode_basestring_ascii(new)
    try:
        new.encode()
    except UnicodeEncodeError:  # a lone surrogate: legal in JSON escapes, not in UTF-8
        is_escaped = True
    return json.dumps(new, ensure_ascii=is_escaped)
