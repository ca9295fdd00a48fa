"""One text being unfolded: which format it has, and the passages found in it so far. It finds nothing and judges no value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

from sidecar.redaction.disguise.packed import unpacked
from sidecar.redaction.embedded import markdown, markup, tables
from sidecar.redaction.embedded.blocks import json_blocks, may_be_json
from sidecar.redaction.embedded.nodes import Json, Node, Packed, Parts, Plain, Slot, Slots
from sidecar.redaction.findings import Findings, Passage, recalled
from sidecar.wire.places import Place
from sidecar.wire.spans import Settle, scan

MAX_DEPTH: Final = 6
MAX_UNFOLDED: Final = 16 * 1024 * 1024
"""Characters that texts inside one text may add up to."""

_SHORTEST: Final = 24
_SHORTEST_PACKED: Final = 12
_ASCII_FIRST: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef")
"""Base64 of an ASCII character's upper six bits; every fourth character of packed ASCII is one of these."""
_HEX_FIRST: Final = frozenset("234567")
_BLANK: Final = "|"
"""Stands for a value of a tag where the tag is read as code: no letter of any spelling, so that what adjoins it keeps its edge."""


class About(NamedTuple):
    """What is known of a text from where it stands."""

    field: str
    sibling: str
    json_type: str
    language: str
    column: bytes
    is_code: bool
    place: Place | None = None


def may_unfold(text: str) -> bool:
    """Whether anything may stand in a text: asked of every leaf, so it may say yes in vain."""
    if "{" in text or "[" in text or "<" in text or "\n" in text:
        return True
    length = len(text)
    if length < _SHORTEST_PACKED or " " in text:
        return False
    first = text[0]
    if first in _ASCII_FIRST:
        if text[4] in _ASCII_FIRST and text[8] in _ASCII_FIRST and "@" not in text:
            return True
    elif first in _HEX_FIRST and text[2] in _HEX_FIRST and text[4] in _HEX_FIRST and text[6] in _HEX_FIRST:
        return True
    return length >= _SHORTEST and "@" not in text


passage: Final = tuple.__new__
"""A third of the cost of ``Passage(…)``, which counts when a text has thousands."""


class Unfolding:
    """The passages so far and what may still be spent."""

    def __init__(self, settle: Settle | None = None) -> None:
        self._settle = settle
        self.is_settled = False
        """Something is changed without an edit."""
        self.passages: list[Passage] = []
        self.places: dict[int, Place] = {}
        self.known: dict[int, Findings] = {}
        self.budget = MAX_UNFOLDED

    def text(self, text: str, about: About, depth: int) -> Node:
        if about.json_type == "string" and depth > 0 and len(text) <= self.budget:
            for unfold in (self._json, self._packed, self._table, self._markup, self._mixed):
                node = unfold(text, about, depth)
                if node is not None:
                    return node
        return self._plain(text, about)

    def _plain(self, text: str, about: About) -> Plain:
        self.passages.append(
            Passage(text, about.field, about.sibling, about.json_type, about.language, about.column, about.is_code)
        )
        return Plain(len(self.passages) - 1)

    def _json(self, text: str, about: About, depth: int) -> Node | None:
        if not may_be_json(text) or (json := scan(text, about.place, self._settle)) is None:
            return None
        self.is_settled |= bool(json.settled)
        self.budget -= len(text)
        passages, places, language, is_code = self.passages, self.places, about.language, about.is_code
        numbers: list[int] = []
        inner: dict[int, Node] = {}
        for value, name, sibling, json_type, _, _, place, known in json.leaves:
            column = about.column if place is None else place.column
            if known is not None or json_type != "string" or not may_unfold(value):
                number = len(passages)
                if known is not None:
                    self.known[number] = recalled(known, value)
                elif place is not None and json_type == "string":
                    places[number] = place
                numbers.append(number)
                one = (value, name or about.field, sibling, json_type, language, column, is_code)
                passages.append(passage(Passage, one))
                continue
            around = About(name or about.field, sibling, json_type, language, column, is_code, place)
            node = self.text(value, around, depth - 1)
            if type(node) is Plain:
                numbers.append(node.number)
            else:
                inner[len(numbers)] = node
                numbers.append(-1)
        return Json(json, numbers, inner)

    def _packed(self, text: str, about: About, depth: int) -> Node | None:
        found = unpacked(text)
        if found is None:
            return None
        said, packing = found
        self.budget -= max(len(text), len(said))
        return Packed(self.text(said, about, depth - 1), said, packing, len(text))

    def _markup(self, text: str, about: About, depth: int) -> Node | None:
        """HTML or XML: what is read in it, and the tags around that as code."""
        if about.is_code or "<" not in text or (slots := markup.slots(text)) is None:
            return None
        self.budget -= len(text)
        husk = Plain(len(self.passages))
        self.passages.append(
            Passage(_masked(text, slots), about.field, "", "string", about.language, about.column, is_code=True)
        )
        return self._slotted(text, slots, about, depth, husk)

    def _table(self, text: str, about: About, depth: int) -> Node | None:
        if about.is_code or "\n" not in text or (slots := tables.slots(text)) is None:
            return None
        self.budget -= len(text)
        return self._slotted(text, slots, about, depth, None)

    def _slotted(self, text: str, slots: Sequence[Slot], about: About, depth: int, husk: Plain | None) -> Node:
        passages = self.passages
        nodes: list[tuple[Slot, Node]] = []
        language, outer, columns = about.language, about.column, dict[str, bytes]()
        for slot in slots:
            value, _, _, _, field, sibling, json_type, is_code, _ = slot
            name, column = (about.field, outer) if field is None else (field, outer)
            if field and outer and (column := columns.get(field, b"")) == b"":
                column = columns[field] = _column(outer, field)
            if json_type == "string" and may_unfold(value):
                around = About(name, sibling, json_type, language, column, is_code or about.is_code)
                nodes.append((slot, self.text(value, around, depth - 1)))
                continue
            nodes.append((slot, Plain(len(passages))))
            one = (value, name, sibling, json_type, language, column, is_code or about.is_code)
            passages.append(passage(Passage, one))
        return Slots(text, nodes, husk)

    def _mixed(self, text: str, about: About, depth: int) -> Node | None:
        """A sentence, then JSON or a table on lines of its own; fenced blocks too."""
        if "\n" not in text and "{" not in text and "[" not in text:
            return None
        regions: list[tuple[int, int, Callable[[str, About, int], Node | None]]] = []
        if "{" in text or "[" in text:
            regions += ((start, end, self._json) for start, end in json_blocks(text))
        if "|" in text:
            regions += ((start, end, self._markdown) for start, end in markdown.blocks(text))
        if "\n" in text:
            regions += ((start, end, self._table) for start, end in tables.blocks(text))
        pieces: list[tuple[int, Node]] = []
        at = 0
        for start, end, unfold in sorted(regions, key=lambda region: region[:2]):
            if start < at:
                continue
            before = len(self.passages)
            self._between(text, at, start, about, pieces)
            node = unfold(text[start:end], about, depth)
            if node is None:
                if len(self.passages) > before:
                    del self.passages[before:]
                    pieces.pop()
                continue
            pieces.append((start, node))
            at = end
        if not pieces:
            return None
        self._between(text, at, len(text), about, pieces)
        return Parts(tuple(pieces))

    def _between(self, text: str, start: int, end: int, about: About, pieces: list[tuple[int, Node]]) -> None:
        piece = text[start:end]
        if piece.strip():
            pieces.append((start, self._plain(piece, about)))

    def _markdown(self, text: str, about: About, depth: int) -> Node | None:
        slots = markdown.slots(text)
        return None if slots is None else self._slotted(text, slots, about, depth, None)


def _column(column: bytes, name: str) -> bytes:
    """A column of its own for each field of a table that stands in one leaf."""
    return blake2b(name.encode("utf-8", "replace"), key=column[:64], digest_size=16).digest()


def _masked(text: str, slots: Sequence[Slot]) -> str:
    """The text with its values blanked, at the same length."""
    parts: list[str] = []
    at = 0
    for start, end in sorted(piece for slot in slots for piece in slot.pieces):
        parts += (text[at:start], _BLANK * (end - start))
        at = end
    return "".join((*parts, text[at:]))
