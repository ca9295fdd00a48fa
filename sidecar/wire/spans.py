"""JSON written inside a text, edited by spans: a new value is spliced in and every other character stays as it was.

It does not follow JSON inside the strings it finds, and a name that stands twice in an object yields both values:
unlike in a message, whoever wrote the text may read either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, NoReturn, TypeAlias

MAX_DEPTH: Final = 128

_BLANK: Final = re.compile(r"[ \t\r\n]*")
_OUTER: Final = re.compile(r"[\s\ufeff]*")
_STRING: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NON_ASCII_ESCAPE: Final = re.compile(r"\\u(?!00[0-7])")

_NAMES: Final = ("name", "Name", "key", "label", "attribute")
_VALUES: Final = frozenset(("value", "Value"))

_Path: TypeAlias = tuple[str | int, ...]


class Span(NamedTuple):
    """A string, number or key: characters ``start`` to ``end`` of the text, the quotes included.

    ``path`` of a key is its member's; ``field`` the nearest key above; ``sibling`` the name in
    ``{"name": …, "value": this}``; ``json_type`` is string, integer, number or key; ``text`` is without escapes, and a
    number's literal. In a sequence of objects the path starts with the object's position.
    """

    start: int
    end: int
    path: tuple[str | int, ...]
    field: str
    sibling: str
    json_type: str
    text: str

    def __repr__(self) -> str:
        return f"Span({self.start}, {self.end}, {self.json_type})"


@dataclass(frozen=True, slots=True)
class JsonText:
    """A text that is JSON as a whole, and its leaves in the order they stand in."""

    text: str = field(repr=False)
    leaves: tuple[Span, ...] = field(repr=False)

    def splice(self, changes: Mapping[int, str]) -> str:
        """The text with leaf ``n`` saying ``changes[n]`` instead.

        Beyond ASCII it is escaped if the text escapes all such characters and has one.
        A number's new text stands unquoted when it is a JSON number, else as a string: the result is always JSON.
        Keys are not checked for uniqueness. Raises ``IndexError`` for a leaf that is not there.
        """
        parts: list[str] = []
        at = 0
        is_escaped = self.text.isascii() and _NON_ASCII_ESCAPE.search(self.text) is not None
        for number in sorted(changes):
            if number < 0:
                raise IndexError(number)
            leaf = self.leaves[number]
            parts += (self.text[at : leaf.start], _written(leaf, changes[number], is_escaped))
            at = leaf.end
        return "".join((*parts, self.text[at:]))


def scan(text: str) -> JsonText | None:
    """The leaves of a text that is one JSON object or array, or several objects on lines of their own (JSON Lines).

    None for every other text, and for one nested deeper than ``MAX_DEPTH``.
    """
    outer = _OUTER.match(text)
    start = outer.end() if outer else 0
    if text[start : start + 1] not in {"{", "["}:
        return None
    try:
        roots = _roots(text, start)
        walk = _Walk(text, "\\" in text)
        if len(roots) == 1:
            walk.value(roots[0], start, (), "", "", 0)
        else:
            walk.value(roots, start, (), "", "", -1)
    except (ValueError, RecursionError):
        return None
    return JsonText(text, tuple(walk.spans))


class _Pairs(list[tuple[str, Any]]):
    """An object whose names may stand twice."""

    __slots__ = ()


class _Literal(str):
    """A number as it is written."""

    __slots__ = ()


def _refuse(_constant: str) -> NoReturn:
    raise ValueError


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_Pairs, parse_int=_Literal, parse_float=_Literal, parse_constant=_refuse
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


@dataclass(slots=True)
class _Walk:
    """Goes through the decoded values and the text side by side: each leaf is the next quote, or its own literal.

    That is exact because between two leaves there is only punctuation, blanks, true, false and null, and it is twice
    as fast as a tokenizer in Python. Each method takes and returns the position in the text.
    """

    text: str
    has_escapes: bool
    spans: list[Span] = field(default_factory=list)

    def object(self, pairs: _Pairs, at: int, path: _Path, name: str, depth: int) -> int:
        text, append = self.text, self.spans.append
        partner: str | None = None
        for key, value in pairs:
            here = (*path, key)
            start = text.index('"', at)
            at = self.string_end(key, start) if self.has_escapes else start + len(key) + 2
            append(_span(Span, (start, at, here, name, "", "key", key)))
            sibling = ""
            if key in _VALUES:
                partner = sibling = _partner(pairs) if partner is None else partner
            if type(value) is str:
                start = text.index('"', at)
                at = self.string_end(value, start) if self.has_escapes else start + len(value) + 2
                append(_span(Span, (start, at, here, key, sibling, "string", value)))
            elif type(value) not in _LEAFLESS:
                at = self.value(value, at, here, key, sibling, depth)
        return at

    def value(self, value: Any, at: int, path: _Path, name: str, sibling: str, depth: int) -> int:
        kind = type(value)
        if kind is _Literal:
            start = self.text.index(value, at)
            at = start + len(value)
            json_type = "integer" if value.lstrip("-").isdigit() else "number"
            self.spans.append(_span(Span, (start, at, path, name, sibling, json_type, str(value))))
        elif kind is str:
            start = self.text.index('"', at)
            at = self.string_end(value, start)
            self.spans.append(_span(Span, (start, at, path, name, sibling, "string", value)))
        elif depth == MAX_DEPTH:
            raise ValueError
        elif kind is _Pairs:
            at = self.object(value, at, path, name, depth + 1)
        else:
            for index, item in enumerate(value):
                if type(item) not in _LEAFLESS:
                    at = self.value(item, at, (*path, index), name, sibling, depth + 1)
        return at

    def string_end(self, value: str, start: int) -> int:
        end = start + len(value) + 2
        if "\\" in value or self.text[start + 1 : end - 1] != value:
            token = _STRING.match(self.text, start)
            end = token.end() if token else end
        return end


_LEAFLESS: Final = frozenset((bool, type(None)))

_span: Final = tuple.__new__
"""A third of the cost of ``Span(…)``, which counts when a text has thousands."""


def _partner(pairs: _Pairs) -> str:
    names = {key: value for key, value in pairs if key in _NAMES and type(value) is str}
    return next((names[key] for key in _NAMES if key in names), "")


def _written(leaf: Span, new: str, is_escaped: bool) -> str:
    if leaf.json_type in {"integer", "number"} and _NUMBER.fullmatch(new):
        return new
    try:
        new.encode()
    except UnicodeEncodeError:  # a lone surrogate: legal in JSON escapes, not in UTF-8
        is_escaped = True
    return json.dumps(new, ensure_ascii=is_escaped)
