"""Lists what is new in arbitrary JSON: every string, number and key but those that its place remembers to hold nothing.

Most of a page of records is passed over here, before anything is made for it; what a place remembers to be one finding as a whole may
be replaced on the way. It decides nothing: whoever asked says what stands for what.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

import orjson

from sidecar.protocol.leaf import Channel, JsonType, Kind, Leaf, Path
from sidecar.wire.jsonrpc import Json
from sidecar.wire.places import NOTHING, SALT, Again, Place
from sidecar.wire.tree import VALUES, partner, scalar

_new: Final = tuple.__new__
_TYPES: Final = {kind.value: kind for kind in JsonType}
_JSON: Final = Kind.JSON
_STRING: Final = JsonType.STRING
_LONG: Final = 1_000_000
"""Numbers from here on may be a value that stands elsewhere as a text."""
_BROAD: Final = 4
"""Members from which on an object is worth being known again as a whole."""
_CONTAINERS: Final = frozenset((dict, list))
_BYTES: Final = SALT.encode()


class Label(Protocol):
    answer: Any
    label: str
    texts: list[str]
    """What it stands for."""


class Known(Protocol):
    """Whoever knows what becomes of a text with a remembered answer."""

    @property
    def labels(self) -> Mapping[Place, Label]:
        """What stands for any text of a place that has this very answer; whoever uses it says for which."""

    @property
    def kept(self) -> list[str]:
        """Texts passed over because they hold nothing, and large numbers."""

    replaced: list[tuple[Path, Json]]
    """Parts of the message that go on changed: where they stand, and what stands there instead."""

    def stand_in(self, place: Place, answer: Any, text: str, name: str, channel: Channel, path: Path) -> str | None:
        """The new text, or the very same one; None if that cannot be told here. ``path``: of the object it is a member of."""


class _Alike:
    """Rows of this message that have the same answers, all of which are labels: they get the same ones."""

    __slots__ = ("again", "labels", "new", "rows")

    def __init__(self, again: Again, labels: list[tuple[int, Label]], new: dict[str, Json]) -> None:
        self.again = again
        self.labels = labels
        """By position."""
        self.new = new
        """By name."""
        self.rows: list[list[Any]] = []


class _Listing:
    def __init__(self, out: list[Leaf], channel: Channel, known: Known | None) -> None:
        self._out = out
        self._channel = channel
        self._known = known
        self._alike: dict[int, _Alike] = {}
        """By the identity of what they have in common, which they keep alive."""

    def finish(self, known: Known) -> None:
        """Say what labels were used for, and what was passed over."""
        for alike in self._alike.values():
            rows = alike.rows
            for at, label in alike.labels:
                label.texts.extend([row[at] for row in rows])
            for at in alike.again.kept:
                known.kept.extend([row[at] for row in rows])
            for at in alike.again.numbers:
                known.kept.extend([str(row[at]) for row in rows])

    def value(self, value: Json, path: Path, name: str, sibling: str, place: Place) -> Json:
        if type(value) is str:
            answer = place.seen.get(hash(SALT + value))
            if answer is NOTHING:
                if self._known is not None:
                    self._known.kept.append(value)
            else:
                out = self._out
                leaf = (len(out), _JSON, path, value, name, sibling, _STRING, "", self._channel, place, answer)
                out.append(_new(Leaf, leaf))
        elif isinstance(value, dict):
            return self.members(value, path, name, place)
        elif isinstance(value, list):
            return self.items(value, path, name, sibling, place)
        elif not place.skips_numbers:
            found = scalar(value)
            if found is not None:
                json_type, text = found
                out = self._out
                kind = _TYPES[json_type]
                out.append(
                    _new(Leaf, (len(out), _JSON, path, text, name, sibling, kind, "", self._channel, place, None))
                )
        return value

    def items(self, items: list[Json], path: Path, name: str, sibling: str, place: Place) -> list[Json]:
        result = items
        for step, item in enumerate(items):
            if type(item) is dict:
                new: Json = self.members(item, (*path, step), name, place)
            else:
                new = self.value(item, (*path, step), name, sibling, place)
            if new is not item:
                if result is items:
                    result = items.copy()
                result[step] = new
        return result

    def members(self, members: dict[str, Json], path: Path, name: str, place: Place) -> dict[str, Json]:
        if self._known is None or len(members) < _BROAD or place.is_opened:
            return self._members(members, path, name, place)
        if place.rows and (row := _hashed(members)) is not None and (again := place.rows.get(row)) is not None:
            return self._again(again, members, path, self._known)
        before = len(self._out)
        result = self._members(members, path, name, place)
        if before == len(self._out) and (now := _answered(members, place)) is not None:
            row = _hashed(members)
            if row is not None:
                place.remember_row(row, now)
        return result

    def _again(self, again: Again, members: dict[str, Json], path: Path, known: Known) -> dict[str, Json]:
        """A flat object seen before: every member's answer at once."""
        alike = self._alike.get(id(again))
        if alike is not None:
            alike.rows.append(list(members.values()))
            return members | alike.new if alike.new else members
        values: list[Any] = list(members.values())
        known.kept.extend([values[at] for at in again.kept])
        if again.numbers:
            known.kept.extend([str(values[at]) for at in again.numbers])
        steps, labels, result = list(members), known.labels, members
        for at, below, answer in again.answers:
            text, step = values[at], steps[at]
            label = labels.get(below)
            if label is not None and label.answer is answer:
                label.texts.append(text)
                new: str | None = label.label
            else:
                new = known.stand_in(below, answer, text, step, self._channel, path)
            if new is None:
                out = self._out
                leaf = (len(out), _JSON, (*path, step), text, step, "", _STRING, "", self._channel, below, answer)
                out.append(_new(Leaf, leaf))
            elif new is not text:
                result = members.copy() if result is members else result
                result[step] = new
        used = [
            (at, labels[below])
            for at, below, answer in again.answers
            if below in labels and labels[below].answer is answer
        ]
        if len(used) == len(again.answers):
            self._alike[id(again)] = _Alike(again, used, {steps[at]: label.label for at, label in used})
        return result

    def _members(  # noqa: C901, PLR0912 - one loop, because every leaf of every page passes through it
        self, members: dict[str, Json], path: Path, name: str, place: Place
    ) -> dict[str, Json]:
        out, known, channel, result = self._out, self._known, self._channel, members
        for at, (step, item) in zip(place.members(members), members.items(), strict=True):
            if not at.has_plain_name:
                key = (len(out), _JSON, (*path, step), step, name, "", JsonType.KEY, "", channel, None, None)
                out.append(_new(Leaf, key))
            if step in VALUES and (sibling := partner(members, step, name)):
                new = self.value(item, (*path, step), step, sibling, at.member(sibling))
            elif type(item) is str:
                seen = at.seen
                answer = seen.get(hash(SALT + item)) if seen else None
                if answer is NOTHING:
                    if known is not None:
                        known.kept.append(item)
                    continue
                new = None
                if answer is not None and known is not None:
                    label = known.labels.get(at)
                    if label is not None and label.answer is answer:
                        label.texts.append(item)
                        new = label.label
                    else:
                        new = known.stand_in(at, answer, item, step, channel, path)
                if new is None:
                    leaf = (len(out), _JSON, (*path, step), item, step, "", _STRING, "", channel, at, answer)
                    out.append(_new(Leaf, leaf))
                    continue
            elif item is None or item is True or item is False:
                continue
            elif type(item) is dict or type(item) is list or not at.skips_numbers:
                new = self.value(item, (*path, step), step, "", at)
            else:
                if known is not None and type(item) is int and item >= _LONG:
                    known.kept.append(str(item))
                continue
            if new is not item:
                if result is members:
                    result = members.copy()
                result[step] = new
        return result


def _answered(members: dict[str, Json], place: Place) -> Again | None:
    """What to remember of a flat object nothing of which had to be listed; None where a member's answer is not its own."""
    kept, numbers, answers = [], [], []
    for at, (below, (step, item)) in enumerate(zip(place.members(members), members.items(), strict=True)):
        if not below.has_plain_name or step in VALUES:
            return None
        if type(item) is str:
            answer = below.seen.get(hash(SALT + item))
            if answer is None:
                return None
            if answer is NOTHING:
                kept.append(at)
            else:
                answers.append((at, below, answer))
        elif item is not None and item is not True and item is not False:
            if not below.skips_numbers:
                return None
            if type(item) is int and item >= _LONG:
                numbers.append(at)
    return Again(tuple(kept), tuple(numbers), tuple(answers))


def _hashed(members: dict[str, Json]) -> int | None:
    """Of names and values, in order; None if there is more inside, or a number that orjson would write otherwise."""
    if not _CONTAINERS.isdisjoint(map(type, members.values())):
        return None
    try:
        return hash(_BYTES + orjson.dumps(members))
    except TypeError:
        return None


def list_new(
    out: list[Leaf], value: Json, path: Path, name: str, place: Place, channel: Channel, known: Known | None = None
) -> None:
    """``path``, ``name`` (its field) and ``place`` are where ``value`` stands. Recursion is bounded by the message's depth."""
    listing = _Listing(out, channel, known)
    new = listing.value(value, path, name, "", place)
    if known is not None:
        listing.finish(known)
        if new is not value:
            known.replaced.append((path, new))
