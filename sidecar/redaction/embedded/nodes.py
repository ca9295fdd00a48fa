"""What a text was unfolded into, and how edits of its passages become edits of the text.

It knows no format; a format says where its values stand (``Slot``) and how a new value is written there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

from sidecar.redaction.disguise.packed import Packing
from sidecar.redaction.findings import Edit, apply
from sidecar.wire.spans import JsonText

Edits: TypeAlias = Mapping[int, Sequence[Edit]]
"""Edits by passage number."""


class Node(Protocol):
    def edits(self, edits: Edits) -> Sequence[Edit]:
        """What has to be edited in this node's own text; empty when nothing in it was."""


def folded(node: Node, text: str, edits: Edits) -> str | None:
    """The new text, or ``None`` when nothing in it was edited."""
    mine = node.edits(edits)
    return apply(text, mine) if mine else None


@dataclass(slots=True)
class Plain:
    """A passage. Not frozen only because a text may have thousands."""

    number: int

    def edits(self, edits: Edits) -> Sequence[Edit]:
        return edits.get(self.number, ())


@dataclass(frozen=True, slots=True)
class Json:
    """``numbers``: the passage of each leaf, or -1 for a leaf that was unfolded itself and stands in ``inner``."""

    json: JsonText
    numbers: Sequence[int]
    inner: Mapping[int, Node]

    def edits(self, edits: Edits) -> Sequence[Edit]:
        leaves = self.json.leaves
        changes = {
            place: mine[0].text
            if len(mine) == 1 and _is_whole(mine[0], leaves[place].text)
            else apply(leaves[place].text, mine)
            for place, number in enumerate(self.numbers)
            if number in edits and (mine := edits[number])
        }
        for place, node in self.inner.items():
            if (new := folded(node, leaves[place].text, edits)) is not None:
                changes[place] = new
        is_changed = changes or self.json.settled
        return (Edit(0, len(self.json.text), self.json.splice(changes)),) if is_changed else ()


def _is_whole(edit: Edit, text: str) -> bool:
    return edit[0] == 0 and edit[1] == len(text)


@dataclass(frozen=True, slots=True)
class Parts:
    """Pieces of a text and where each begins; what lies between them never changes."""

    pieces: tuple[tuple[int, Node], ...]

    def edits(self, edits: Edits) -> Sequence[Edit]:
        return [
            Edit(edit.start + start, edit.end + start, edit.text)
            for start, node in self.pieces
            for edit in node.edits(edits)
        ]


@dataclass(frozen=True, slots=True)
class Packed:
    """A text that is base64 or the like as a whole: ``length`` characters, in which ``text`` is packed."""

    inner: Node
    text: str
    packing: Packing
    length: int

    def edits(self, edits: Edits) -> Sequence[Edit]:
        new = folded(self.inner, self.text, edits)
        return () if new is None else (Edit(0, self.length, self.packing.packed(new)),)


class Slot(NamedTuple):
    """A value in a larger text. ``places``: where each of its characters, and its end, stands; ``pieces``: the spans it is written in.

    ``escape`` writes a new value into the text; ``rewrite`` writes the whole slot anew when a new value needs more than that.
    """

    text: str
    places: Sequence[int]
    pieces: tuple[tuple[int, int], ...]
    escape: Callable[[str], str]
    field: str | None = None
    """``None``: the field of the text around."""
    sibling: str = ""
    json_type: str = "string"
    is_code: bool = False
    rewrite: Callable[[str, str], str | None] | None = None
    """Takes the whole new value and the slot as it is written."""

    def __repr__(self) -> str:
        return f"Slot({len(self.text)} characters)"

    def edited(self, mine: Sequence[Edit], whole: str) -> Iterator[Edit]:
        """Edits of the value as edits of ``whole``."""
        if self.rewrite is not None:
            start, end = self.pieces[0]
            new = self.rewrite(apply(self.text, mine), whole[start:end])
            if new is not None:
                yield Edit(start, end, new)
                return
        for edit in mine:
            low, high = self.places[edit.start], self.places[edit.end]
            new = self.escape(edit.text)
            spans = [(max(low, start), min(high, end)) for start, end in self.pieces]
            spans = [span for span in spans if span[0] < span[1]]
            for start, end in spans or ((low, low),):
                yield Edit(start, end, new)
                new = ""


@dataclass(frozen=True, slots=True)
class Slots:
    """A text in which values stand. ``husk``: the text around them, as a passage of the same length; its edits win."""

    text: str
    slots: Sequence[tuple[Slot, Node]]
    husk: Plain | None = None

    def edits(self, edits: Edits) -> Sequence[Edit]:
        own = sorted(self.husk.edits(edits)) if self.husk is not None else []
        found = [
            new for slot, node in self.slots if (mine := node.edits(edits)) for new in slot.edited(mine, self.text)
        ]
        if not own:
            return found
        return _united(own, found)

    def __repr__(self) -> str:
        return f"Slots({len(self.slots)})"


def _united(own: Sequence[Edit], found: Sequence[Edit]) -> list[Edit]:
    """Where both edit the same place, the husk's text stands for both spans: nothing that either hides comes back."""
    kept: list[Edit] = []
    wide = list(own)
    for edit in found:
        for at, mine in enumerate(wide):
            if edit.start < mine.end and mine.start < edit.end:
                wide[at] = Edit(min(edit.start, mine.start), max(edit.end, mine.end), mine.text)
                break
        else:
            kept.append(edit)
    wide.sort()
    merged: list[Edit] = []
    for edit in wide:
        if merged and edit.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Edit(last.start, max(last.end, edit.end), last.text + edit.text)
        else:
            merged.append(edit)
    return kept + merged


def as_written(text: str) -> str:
    return text
