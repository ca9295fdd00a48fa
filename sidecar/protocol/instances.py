"""Whether a whole value satisfies a JSON Schema, formats asserted: objects and arrays too, and what ties their members together.

It opens no remote reference and takes bounded time. Single strings and numbers are ``validity``'s business; where drafts
differ the stricter reading wins, because peers validate with different ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, TypeAlias

from sidecar.protocol.descend import Schema, Walk
from sidecar.protocol.patterns import Unevaluable, search
from sidecar.protocol.validity import holds, scalar_of
from sidecar.wire.jsonrpc import Json

_STEPS_PER_VALUE: Final = 60
_MOST_STEPS: Final = 2_000_000
_Told: TypeAlias = "frozenset[str | int] | None"
"""The members or elements some keyword spoke of (2020-12, core, 11.1: unevaluated…); None: the value does not satisfy it."""
_NOTHING: Final[frozenset[str | int]] = frozenset()


class _Tie(Exception):
    """A keyword is not satisfied."""


def satisfies(schema: Schema, value: Json) -> bool | None:
    """None where it cannot be told: a remote reference, a pattern that needs backtracking, a schema without end."""
    try:
        steps = min(_MOST_STEPS, 2000 + _STEPS_PER_VALUE * _size(value))
        return _Judge(Walk(schema, steps)).told(schema, value) is not None
    except Exception:  # noqa: BLE001 - whatever a foreign schema does to us, nothing can be told
        return None


def _size(value: Json) -> int:
    count, pending = 0, [value]
    while pending:
        item = pending.pop()
        count += 1
        if isinstance(item, dict):
            pending += item.values()
        elif isinstance(item, list):
            pending += item
    return count


def frozen(value: Json) -> Any:
    """Equal exactly where JSON Schema calls values equal: 1 and 1.0 are, true and 1 are not (2020-12, core, 4.2.2)."""
    if isinstance(value, dict):
        return frozenset((key, frozen(item)) for key, item in value.items())
    if isinstance(value, list):
        return ("list", *map(frozen, value))
    found = scalar_of(value)
    return (type(found), found) if not isinstance(found, Decimal) else (Decimal, found)


class _Judge:
    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def told(self, schema: Schema, value: Json) -> _Told:
        self._walk.spend()
        if isinstance(schema, bool):
            return _NOTHING if schema else None
        if not isinstance(schema, dict):
            raise Unevaluable
        if not isinstance(value, (dict, list)):
            return _NOTHING if holds(self._walk, schema, scalar_of(value)) else None
        try:
            return frozenset(self._container(schema, value))
        except _Tie:
            return None

    def _must(self, schema: Schema, value: Json) -> frozenset[str | int]:
        told = self.told(schema, value)
        if told is None:
            raise _Tie
        return told

    def _container(self, schema: dict[str, Json], value: dict[str, Json] | list[Json]) -> set[str | int]:
        is_object = isinstance(value, dict)
        types = schema.get("type", "object" if is_object else "array")
        if ("object" if is_object else "array") not in (types if isinstance(types, list) else [types]):
            raise _Tie
        if "enum" in schema and frozen(value) not in map(frozen, schema["enum"]):
            raise _Tie
        if "const" in schema and frozen(value) != frozen(schema["const"]):
            raise _Tie
        told: set[str | int] = set()
        for part in self._walk.referred(schema):
            told |= self._must(part, value)
        told |= self._combined(schema, value)
        told |= self._members(schema, value) if isinstance(value, dict) else self._elements(schema, value)
        keyword = "unevaluatedProperties" if is_object else "unevaluatedItems"
        if keyword in schema:
            for step, item in value.items() if isinstance(value, dict) else enumerate(value):
                if step not in told:
                    self._must(schema[keyword], item)
                    told.add(step)
        return told

    def _combined(self, schema: dict[str, Json], value: Json) -> set[str | int]:
        told: set[str | int] = set()
        for part in schema.get("allOf", ()):
            told |= self._must(part, value)
        for keyword, most in (("anyOf", None), ("oneOf", 1)):
            if keyword in schema:
                held = [found for part in schema[keyword] if (found := self.told(part, value)) is not None]
                if not held or (most is not None and len(held) > most):
                    raise _Tie
                told = told.union(*held)
        if "not" in schema and self.told(schema["not"], value) is not None:
            raise _Tie
        if "if" in schema:
            found = self.told(schema["if"], value)
            told |= found or _NOTHING
            told |= self._must(schema.get("else" if found is None else "then", True), value)
        return told

    def _members(self, schema: dict[str, Json], value: dict[str, Json]) -> set[str | int]:
        if any(name not in value for name in schema.get("required", ())):
            raise _Tie
        if not schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", len(value)):
            raise _Tie
        told = self._depending(schema, value)
        properties, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
        for name, item in value.items():
            if "propertyNames" in schema:
                self._must(schema["propertyNames"], name)
            rules = [properties[name]] if name in properties else []
            rules += [part for pattern, part in patterns.items() if search(pattern, name)]
            if not rules and "additionalProperties" in schema:
                rules = [schema["additionalProperties"]]
            for rule in rules:
                self._must(rule, item)
            if rules:
                told.add(name)
        return told

    def _depending(self, schema: dict[str, Json], value: dict[str, Json]) -> set[str | int]:
        told: set[str | int] = set()
        for name, rule in _dependent(schema):
            if name in value:
                told |= self._must({"required": rule} if isinstance(rule, list) else rule, value)
        return told

    def _elements(self, schema: dict[str, Json], value: list[Json]) -> set[str | int]:
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            raise _Tie
        if schema.get("uniqueItems") is True and len(set(map(frozen, value))) < len(value):
            raise _Tie
        told: set[str | int] = set()
        first, rest = schema.get("prefixItems"), schema.get("items")
        if first is None and isinstance(rest, list):
            first, rest = rest, schema.get("additionalItems")
        first = first or []
        for step, item in enumerate(value):
            rule = first[step] if step < len(first) else rest
            if rule is not None:
                self._must(rule, item)
                told.add(step)
        if "contains" in schema:
            held = [step for step, item in enumerate(value) if self.told(schema["contains"], item) is not None]
            if not schema.get("minContains", 1) <= len(held) <= schema.get("maxContains", len(held)):
                raise _Tie
            told.update(held)
        return told


def _dependent(schema: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    for keyword in ("dependentRequired", "dependentSchemas", "dependencies"):
        yield from schema.get(keyword, {}).items()


_ALWAYS: Final = frozenset(("contains", "unevaluatedProperties", "unevaluatedItems", "if", "not", "dependentSchemas"))
"""Keywords by which a replaced member can make another, or the whole, invalid."""


def ties(schema: Schema) -> bool:
    """Whether replacing single values, each valid at its place, may still make the whole invalid. True where in doubt."""
    try:
        walk = Walk(schema)
        return any(_is_tie(walk, part) for part in _schemas(schema))
    except Exception:  # noqa: BLE001 - see satisfies
        return True


def _schemas(value: Json) -> Iterator[dict[str, Json]]:
    """Every object in a schema document. A property may be called like a keyword: then the answer is one check too many."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            yield item
            pending += item.values()
        elif isinstance(item, list):
            pending += item


def _is_tie(walk: Walk, part: dict[str, Json]) -> bool:
    if not _ALWAYS.isdisjoint(part) or part.get("uniqueItems") is True:
        return True
    if any(isinstance(item, (dict, list)) for item in (part.get("const"), *_listed(part, "enum"))):
        return True
    return any(
        sum(walk.may_hold(branch, kind) for branch in _listed(part, keyword)) > 1
        for keyword in ("anyOf", "oneOf")
        for kind in ("object", "array")
    )


def _listed(part: dict[str, Json], keyword: str) -> list[Json]:
    found = part.get(keyword)
    return found if isinstance(found, list) else []
