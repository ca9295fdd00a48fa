"""Schemas as most tools write them, compiled: does a value surely satisfy one? The whole language is ``jsonschema``'s business.

A call that does what it should need not be walked through a general validator each time. What is not understood is not
sure, and what is not sure is left to the validator, which alone may say that something is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Final, TypeAlias

from sidecar.protocol.patterns import Unevaluable, search
from sidecar.wire.jsonrpc import Json, Number

Surely: TypeAlias = Callable[[Json], bool]
_OF_MEMBERS: Final = frozenset({"properties", "required", "additionalProperties"})

_SAYS_NOTHING: Final = frozenset({"$schema", "title", "description", "default", "examples", "format", "deprecated"})
"""Without a format checker ``format`` is a note (JSON Schema 2020-12 validation, 7.2.1)."""


def compiled(schema: Json) -> Surely | None:
    """None for a schema with a keyword that is not known here. Draft 3's ``required`` and types are not."""
    if isinstance(schema, bool):
        return lambda _value: schema
    if not isinstance(schema, dict):
        return None
    checks: list[Surely] = []
    judged = _SAYS_NOTHING
    if not _OF_MEMBERS.isdisjoint(schema):
        found = _members(schema)
        if found is None:
            return None
        checks.append(found)
        judged |= _OF_MEMBERS | ({"type"} if schema.get("type") == "object" else set())
    for keyword, said in schema.items():
        if keyword in judged:
            continue
        make = _KEYWORDS.get(keyword)
        found = make(said) if make is not None else None
        if found is None:
            return None
        checks.append(found)
    return _both(checks)


def _both(checks: Sequence[Surely]) -> Surely:
    """All of them. Two by two: that is what most have, and a loop costs more than they do."""
    if not checks:
        return lambda _value: True
    first, rest = checks[0], checks[1:]
    if not rest:
        return first
    second = _both(rest)
    return lambda value: first(value) and second(value)


def _members(schema: dict[str, Json]) -> Surely | None:
    """``properties``, ``required`` and ``additionalProperties``, which hold together, and ``type`` where that is an object."""
    named, required = schema.get("properties", {}), schema.get("required", [])
    if not isinstance(named, dict) or not isinstance(required, list):
        return None
    found = {name: compiled(each) for name, each in named.items()}
    members = {name: check for name, check in found.items() if check is not None}
    rest = compiled(schema.get("additionalProperties", True))
    if rest is None or len(members) != len(found) or not all(isinstance(name, str) for name in required):
        return None
    needed = frozenset(map(str, required))
    is_object = schema.get("type") == "object"
    simple = {name: _simple(each) for name, each in named.items() if isinstance(each, dict)}

    def surely(value: Json) -> bool:
        if not isinstance(value, dict):
            return not is_object
        if not needed <= value.keys():
            return False
        for name, item in value.items():
            kind, low, high = simple.get(name, _NOT_SIMPLE)
            if type(item) is kind:
                amount: Json = len(item) if isinstance(item, str) else item
                if low <= amount <= high:
                    continue
            if not members.get(name, rest)(item):
                return False
        return True

    return surely


_NOT_SIMPLE: Final[tuple[type | None, float, float]] = (None, 0, 0)
_BOUNDS: Final = {"string": (str, "minLength", "maxLength"), "integer": (int, "minimum", "maximum")}


def _simple(schema: dict[str, Json]) -> tuple[type | None, float, float]:
    """What two comparisons can tell of one argument, as most are announced: its type, and between what its length or amount lies."""
    kind, low, high = _BOUNDS.get(str(schema.get("type")), (None, "", ""))
    if kind is None or not schema.keys() <= _SAYS_NOTHING | {"type", low, high}:
        return _NOT_SIMPLE
    bounds = [_whole(schema[name]) if name in schema else limit for name, limit in ((low, -inf), (high, inf))]
    if bounds[0] is None or bounds[1] is None:
        return _NOT_SIMPLE
    return kind, bounds[0], bounds[1]


def _is_number(value: Json) -> bool:
    return isinstance(value, (Number, int, float)) and not isinstance(value, bool)


def _is_integer(value: Json) -> bool:
    """As it is written: whether ``1.0`` is one depends on the draft."""
    return value.is_integer if isinstance(value, Number) else isinstance(value, int) and not isinstance(value, bool)


_TYPES: Final[Mapping[str, Surely]] = {
    "string": lambda value: isinstance(value, str),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": _is_number,
    "integer": _is_integer,
}


def _type(said: Json) -> Surely | None:
    if isinstance(said, str):
        return _TYPES.get(said)
    if not isinstance(said, list):
        return None
    found = [_TYPES.get(name) if isinstance(name, str) else None for name in said]
    known = [check for check in found if check is not None]
    return (lambda value: any(check(value) for check in known)) if len(known) == len(found) else None


def _enum(said: Json) -> Surely | None:
    if not isinstance(said, list) or not all(isinstance(item, str) for item in said):
        return None
    allowed = frozenset(map(str, said))
    return lambda value: isinstance(value, str) and value in allowed


def _pattern(said: Json) -> Surely | None:
    """In linear time: a server wrote the pattern, a caller the text."""

    def surely(value: Json) -> bool:
        try:
            return not isinstance(value, str) or search(said, value)
        except Unevaluable:
            return False

    return surely


def _items(said: Json) -> Surely | None:
    check = compiled(said)
    return (lambda value: not isinstance(value, list) or all(map(check, value))) if check is not None else None


def _any_of(said: Json) -> Surely | None:
    found = [compiled(each) for each in said] if isinstance(said, list) else [None]
    known = [check for check in found if check is not None]
    return (lambda value: any(check(value) for check in known)) if len(known) == len(found) else None


def _whole(said: Json) -> int | None:
    """Small enough to be compared as it is."""
    if isinstance(said, Number):
        return int(said.text) if said.is_integer and len(said.text) < 16 else None  # noqa: PLR2004 - exact as a float too
    return said if isinstance(said, int) and not isinstance(said, bool) else None


def _bound(kind: type[str | list[Json]], is_within: Callable[[int, int], bool]) -> Callable[[Json], Surely | None]:
    def make(said: Json) -> Surely | None:
        limit = _whole(said)
        return (
            (lambda value: not isinstance(value, kind) or is_within(len(value), limit)) if limit is not None else None
        )

    return make


def _amount(is_within: Callable[[int, int], bool]) -> Callable[[Json], Surely | None]:
    def make(said: Json) -> Surely | None:
        limit = _whole(said)
        if limit is None:
            return None

        def surely(value: Json) -> bool:
            if not _is_number(value):
                return True
            amount = _whole(value)
            return amount is not None and is_within(amount, limit)

        return surely

    return make


def _at_least(found: int, limit: int) -> bool:
    return found >= limit


def _at_most(found: int, limit: int) -> bool:
    return found <= limit


_KEYWORDS: Final[Mapping[str, Callable[[Json], Surely | None]]] = {
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "items": _items,
    "anyOf": _any_of,
    "minLength": _bound(str, _at_least),
    "maxLength": _bound(str, _at_most),
    "minItems": _bound(list, _at_least),
    "maxItems": _bound(list, _at_most),
    "minimum": _amount(_at_least),
    "maximum": _amount(_at_most),
}
