"""What a value satisfied, of all the schemas that may count where it stands: alternatives, conditions, ``contains``.

It knows no other value of the message. A stand-in that satisfies the same ones leaves the whole as valid as it was, but for
values that must differ (``uniqueItems``) or be few (``maxContains``, ``not``): ``instances`` judges the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from sidecar.protocol.descend import Schema, Walk
from sidecar.protocol.leaf import Path
from sidecar.protocol.patterns import search
from sidecar.protocol.schemas import Declared, options, summary
from sidecar.protocol.validity import holds, scalar_of
from sidecar.wire.jsonrpc import Json


@dataclass(frozen=True, slots=True)
class Upheld:
    """``rules``: each held for the value itself. ``declared``: what they say of it, taken together."""

    root: Schema
    rules: tuple[Schema, ...]
    declared: Declared

    def allows(self, value: Json) -> bool:
        try:
            found = scalar_of(value)
            return all(holds(Walk(self.root), rule, found) for rule in self.rules)
        except Exception:  # noqa: BLE001 - see schemas.fits
            return False


def upheld(schema: Schema, path: Path, value: Json, *, is_key: bool = False) -> Upheld | None:
    """None where nothing can be told. ``is_key``: ``value`` is the name of the member at ``path``."""
    try:
        walk, found = Walk(schema), scalar_of(value)
        listed = _named(walk, options(schema, path[:-1]), str(value)) if is_key else options(schema, path)
        rules = tuple(rule for rule in listed if holds(walk, rule, found))
        parts = [part for rule in rules for part in walk.alternatives(rule) if holds(walk, part, found)]
        return Upheld(schema, rules, summary(parts))
    except Exception:  # noqa: BLE001 - see schemas.fits
        return None


def _named(walk: Walk, parts: list[Schema], name: str) -> list[Schema]:
    rules: list[Schema] = []
    for part in (found for schema in parts for found in walk.alternatives(schema)):
        if "propertyNames" in part:
            rules.append(part["propertyNames"])
        patterns = part.get("patternProperties")
        if isinstance(patterns, dict):
            rules += [{"pattern": pattern} for pattern in patterns if search(pattern, name)]
    return rules
