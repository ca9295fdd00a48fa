"""Where markup stands in an unfolded text, and how its edits are changed before they are made. It decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from sidecar.redaction.embedded.nodes import Edits, Json, Node, Packed, Parts, Slots
from sidecar.redaction.findings import Edit

Respell: TypeAlias = Callable[[str, Sequence[Edit]], Sequence[Edit]]
"""A markup's source and its edits → the edits to make."""


def markups(node: Node) -> Iterator[Slots]:
    """The outermost ones."""
    match node:
        case Slots():
            if node.husk is not None:
                yield node
        case Json():
            for inner in node.inner.values():
                yield from markups(inner)
        case Parts():
            for _, inner in node.pieces:
                yield from markups(inner)
        case Packed():
            yield from markups(node.inner)
        case _:
            pass


def respelt(node: Node, respell: Respell) -> Node:
    """The same, but that edits of markup are asked about."""
    match node:
        case Slots():
            return _Respelt(node, respell) if node.husk is not None else node
        case Json():
            return replace(node, inner={place: respelt(inner, respell) for place, inner in node.inner.items()})
        case Parts():
            return replace(node, pieces=tuple((start, respelt(inner, respell)) for start, inner in node.pieces))
        case Packed():
            return replace(node, inner=respelt(node.inner, respell))
        case _:
            return node


@dataclass(frozen=True, slots=True)
class _Respelt:
    slots: Slots
    respell: Respell

    def edits(self, edits: Edits) -> Sequence[Edit]:
        mine = self.slots.edits(edits)
        return self.respell(self.slots.text, mine) if mine else mine
