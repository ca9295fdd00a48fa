"""Which schema holds at a place inside a value: follows properties, items and local references.

It validates nothing, opens no remote reference and gives up, loudly, on a schema that refers to itself without end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from sidecar.protocol.leaf import Path
from sidecar.protocol.patterns import Unevaluable, search
from sidecar.wire.jsonrpc import Json

Schema: TypeAlias = Json
"""An object, ``true`` or ``false`` (JSON Schema 2020-12, core, 4.3)."""

_MAX_STEPS: Final = 2000
_REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")
_BESIDE: Final = frozenset((*_REFERENCES, "allOf", "anyOf", "oneOf", "if", "dependentSchemas", "contains"))
"""Keywords whose schemas speak of the same object or array."""


class Walk:
    """One descent into ``root``, of bounded length."""

    def __init__(self, root: Schema, steps: int = _MAX_STEPS) -> None:
        self._root = root
        self._left = steps

    def at(self, path: Path) -> Schema:
        """A schema that holds at ``path``: true where there is none. References in it are those of the root."""
        schema = self._root
        for step in path:
            schema = self._below(schema, step)
        return schema

    def options(self, path: Path) -> list[Schema]:
        """Every schema that may have to hold at ``path``, through branches and ``contains`` too, each by itself."""
        found: list[Schema] = [self._root]
        for step in path:
            above = [part for schema in found for part in self.alternatives(schema)]
            found = [part for schema in above for part in (_direct(schema, step), *_contained(schema, step))]
            found = [part for part in found if isinstance(part, dict) and part]
        return found

    def alternatives(self, schema: Schema) -> Iterator[dict[str, Json]]:
        """Every object schema that may apply where ``schema`` does, through references and branches."""
        self.spend()
        if not isinstance(schema, dict):
            return
        yield schema
        for part in (*self.referred(schema), *_listed(schema, "allOf", "anyOf", "oneOf"), *_branches(schema)):
            yield from self.alternatives(part)

    def may_hold(self, schema: Schema, kind: str) -> bool:
        """Whether an ``object`` or ``array`` may satisfy ``schema``, as far as its types say: null is no branch to follow."""
        self.spend()
        if not isinstance(schema, dict):
            return schema is not False
        types = schema.get("type", kind)
        return kind in (types if isinstance(types, list) else [types]) and all(
            self.may_hold(part, kind) for part in self.referred(schema)
        )

    def key_at(self, path: Path) -> Schema:
        """What the name of the member at ``path`` must satisfy: where patterns of names decide, those it matches now."""
        rules: list[Schema] = []
        for part in self.alternatives(self.at(path[:-1])):
            if "propertyNames" in part:
                rules.append(part["propertyNames"])
            patterns = part.get("patternProperties")
            if isinstance(patterns, dict):
                rules += [{"pattern": pattern} for pattern in patterns if search(pattern, str(path[-1]))]
        return {"allOf": rules} if rules else True

    def spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Unevaluable

    def _below(self, schema: Schema, step: str | int) -> Schema:
        self.spend()
        if not isinstance(schema, dict):
            return schema is not False
        parts = [_direct(schema, step)]
        parts += [self._below(part, step) for part in (*self.referred(schema), *_listed(schema, "allOf"))]
        for choices in (_listed(schema, "anyOf"), _listed(schema, "oneOf"), _branches(schema)):
            possible = [part for part in choices if self.may_hold(part, "array" if isinstance(step, int) else "object")]
            branches = [self._below(part, step) for part in possible]
            if branches and not any(branch is True or branch == {} for branch in branches):
                parts.append({"anyOf": branches})
        parts = [part for part in parts if part is not True and part != {}]
        if not parts:
            return True
        return parts[0] if len(parts) == 1 else {"allOf": parts}

    def referred(self, schema: dict[str, Json]) -> list[Schema]:
        return [self._resolve(schema[name]) for name in _REFERENCES if name in schema]

    def _resolve(self, reference: Json) -> Schema:
        """RFC 6901 pointers and plain anchors inside the document, nothing else."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise Unevaluable
        if reference == "#":
            return self._root
        if not reference.startswith("#/"):
            return self._anchored(reference[1:])
        found: Json = self._root
        for raw in reference[2:].split("/"):
            step = raw.replace("~1", "/").replace("~0", "~").replace("%25", "%")
            if isinstance(found, dict) and step in found:
                found = found[step]
            elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
                found = found[int(step)]
            else:
                raise Unevaluable
        return found

    def _anchored(self, anchor: str) -> Schema:
        definitions = self._root.get("$defs") if isinstance(self._root, dict) else None
        for schema in definitions.values() if isinstance(definitions, dict) else ():
            if isinstance(schema, dict) and anchor in {schema.get("$anchor"), schema.get("$dynamicAnchor")}:
                return schema
        raise Unevaluable


def _listed(schema: dict[str, Json], *keywords: str) -> list[Schema]:
    return [part for name in keywords if isinstance(schema.get(name), list) for part in schema[name]]


def _branches(schema: dict[str, Json]) -> list[Schema]:
    return [schema.get("then", True), schema.get("else", True)] if "if" in schema else []


def _contained(schema: dict[str, Json], step: str | int) -> list[Schema]:
    return [schema["contains"]] if isinstance(step, int) and "contains" in schema else []


def _direct(schema: dict[str, Json], step: str | int) -> Schema:
    """What ``schema`` itself says about its member or element ``step``."""
    if isinstance(step, int):
        first = schema.get("prefixItems", schema.get("items"))
        if isinstance(first, list):
            rest = schema.get("items") if "prefixItems" in schema else schema.get("additionalItems")
            return first[step] if step < len(first) else (True if rest is None else rest)
        items = schema.get("items", _unevaluated(schema, "unevaluatedItems"))
        return True if isinstance(items, list) else items
    properties = schema.get("properties")
    if isinstance(properties, dict) and step in properties:
        return properties[step]  # a pattern that matches too is not asked
    patterns = schema.get("patternProperties")
    if isinstance(patterns, dict):
        matching = [part for pattern, part in patterns.items() if search(pattern, step)]
        if matching:
            return {"allOf": matching}
    return schema.get("additionalProperties", _unevaluated(schema, "unevaluatedProperties"))


def _unevaluated(schema: dict[str, Json], keyword: str) -> Schema:
    """What else may speak of a member was not asked yet: then nothing is said here (2020-12, core, 11.2 and 11.3)."""
    return schema.get(keyword, True) if _BESIDE.isdisjoint(schema) else True
