"""Lists what is new in arbitrary JSON: every string, number and key but those that its place remembers to hold nothing.

Most of a page of records is passed over here, before anything is made for it; what a place remembers to be one finding as a whole may
be replaced on the way. It decides nothing: whoever asked says what stands for what.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from sidecar.protocol.leaf import Channel, JsonType, Kind, Leaf, Path
from sidecar.wire.jsonrpc import Json
from sidecar.wire.places import NOTHING, SALT, Place
from sidecar.wire.tree import VALUES, partner, scalar

_new: Final = tuple.__new__
_TYPES: Final = {kind.value: kind for kind in JsonType}
_JSON: Final = Kind.JSON
_STRING: Final = JsonType.STRING
_LONG: Final = 1_000_000
"""Numbers from here on may be a value that stands elsewhere as a text."""


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


class _Listing:
    def __init__(self, out: list[Leaf], channel: Channel, known: Known | None) -> None:
        self._out = out
        self._channel = channel
        self._known = known

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

    def members(  # noqa: C901, PLR0912 - one loop, because every leaf of every page passes through it
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
                answer = at.seen.get(hash(SALT + item))
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


def list_new(
    out: list[Leaf], value: Json, path: Path, name: str, place: Place, channel: Channel, known: Known | None = None
) -> None:
    """``path``, ``name`` (its field) and ``place`` are where ``value`` stands. Recursion is bounded by the message's depth."""
    new = _Listing(out, channel, known).value(value, path, name, "", place)
    if known is not None and new is not value:
        known.replaced.append((path, new))
