"""Lists what is new in arbitrary JSON: every string, number and key but those that its place remembers to hold nothing.

Most of a page of records is passed over here, before anything is made for it. It decides nothing.
"""

from __future__ import annotations

from typing import Final

from sidecar.protocol.leaf import Channel, JsonType, Kind, Leaf, Path
from sidecar.wire.jsonrpc import Json
from sidecar.wire.places import NOTHING, SALT, Place
from sidecar.wire.tree import VALUES, partner, scalar

_new: Final = tuple.__new__
_TYPES: Final = {kind.value: kind for kind in JsonType}
_JSON: Final = Kind.JSON
_STRING: Final = JsonType.STRING


def list_new(out: list[Leaf], value: Json, path: Path, name: str, place: Place, channel: Channel) -> None:
    """``path``, ``name`` (its field) and ``place`` are where ``value`` stands. Recursion is bounded by the message's depth."""
    _value(out, value, path, name, "", place, channel)


def _value(out: list[Leaf], value: Json, path: Path, name: str, sibling: str, place: Place, channel: Channel) -> None:
    if type(value) is str:
        known = place.seen.get(hash(SALT + value))
        if known is not NOTHING:
            out.append(_new(Leaf, (len(out), _JSON, path, value, name, sibling, _STRING, "", channel, place, known)))
    elif isinstance(value, dict):
        _object(out, value, path, name, place, channel)
    elif isinstance(value, list):
        for step, item in enumerate(value):
            if type(item) is dict:
                _object(out, item, (*path, step), name, place, channel)
            else:
                _value(out, item, (*path, step), name, sibling, place, channel)
    elif not place.skips_numbers:
        found = scalar(value)
        if found is not None:
            json_type, text = found
            leaf = (len(out), _JSON, path, text, name, sibling, _TYPES[json_type], "", channel, place, None)
            out.append(_new(Leaf, leaf))


def _object(out: list[Leaf], members: dict[str, Json], path: Path, name: str, place: Place, channel: Channel) -> None:
    append = out.append
    for at, (step, item) in zip(place.members(members), members.items(), strict=True):
        if not at.has_plain_name:
            key = (len(out), _JSON, (*path, step), step, name, "", JsonType.KEY, "", channel, None, None)
            append(_new(Leaf, key))
        if step in VALUES and (sibling := partner(members, step, name)):
            _value(out, item, (*path, step), step, sibling, at.member(sibling), channel)
        elif type(item) is str:
            known = at.seen.get(hash(SALT + item))
            if known is not NOTHING:
                append(_new(Leaf, (len(out), _JSON, (*path, step), item, step, "", _STRING, "", channel, at, known)))
        elif (
            item is not None
            and item is not True
            and item is not False
            and (not at.skips_numbers or type(item) is dict or type(item) is list)
        ):
            _value(out, item, (*path, step), step, "", at, channel)
