"""A policy document → ``PolicyData``: every key checked, presets resolved, the digest computed.

It opens no file itself: ``read_preset`` is handed in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from sidecar.config.document import Part
from sidecar.config.document import parse as parse_document
from sidecar.config.extensions import operators
from sidecar.policy import grammar
from sidecar.policy.grammar import KEYS, PRESETS
from sidecar.policy.model import MATCH_KEYS, OPERATORS, Match, Operator, PolicyData, Restore, Rule, Shape

__all__ = ["KEYS", "PRESETS", "parse"]

_DEFAULTS: Final = PolicyData("", (), ())
_ENTITY: Final = re.compile(r"[A-Z][A-Z0-9_]{1,47}|keep")


def _match(part: Part) -> Match:
    globs: dict[str, tuple[str, ...]] = {}
    for key, value in part.members(MATCH_KEYS).items():
        globs[key] = value.texts()
        closed = grammar.CLOSED.get(key)
        if closed:
            for item in value.items() if isinstance(value.node.value, list) else (value,):
                item.choice(closed, f"a {key}")
    return Match(**globs)


def _rule(part: Part, name: str) -> Rule:
    keys = part.members(grammar.RULE_KEYS)
    if "do" not in keys:
        part.fail(f"a rule needs 'do': one of {', '.join(OPERATORS)}")
    operator = cast("Operator", keys["do"].choice(_operators(keys["do"].text()), "an operator"))
    on_write = None
    if "on_write" in keys:
        on_write = keys["on_write"].choice(grammar.CHOICES["on_write"], "an on_write")
    match = _match(keys["match"]) if "match" in keys else Match()
    return Rule(name, match, operator, cast("Any", on_write), part.at)


def _operators(word: str) -> tuple[str, ...]:
    """Names of operators; those of installed packages are looked for only when the word is none of ours."""
    return OPERATORS if word in OPERATORS else (*OPERATORS, *operators())


def _restore(part: Part, name: str) -> Restore:
    globs = {key: value.texts() for key, value in part.members(grammar.RESTORE_KEYS).items()}
    return Restore(**globs, name=name, at=part.at)


def _fields(part: Part) -> tuple[tuple[str, str], ...]:
    found = []
    for name, value in part.mapping().items():
        entity = value.text()
        if _ENTITY.fullmatch(entity) is None:
            value.fail("expected an entity in capitals, such as PERSON, or keep")
        found.append((name, entity))
    return tuple(found)


def _shape(part: Part) -> Shape:
    keys = part.members(grammar.SHAPE_KEYS)
    for name in grammar.SHAPE_KEYS:
        if name not in keys:
            part.fail(f"a shape needs '{name}'")
    try:
        return Shape(keys["entity"].text(), re.compile(keys["pattern"].text(), re.ASCII))
    except re.error:
        keys["pattern"].fail("not a regular expression")


def _settings(keys: Mapping[str, Part]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: keys[name].choice(known, f"an {name}") for name, known in grammar.CHOICES.items() if name in keys
    }
    found |= {name: keys[name].texts() for name in grammar.NAMES if name in keys}
    found |= {name: keys[name].flag() for name in grammar.FLAGS if name in keys}
    if "min_score" in keys:
        found["min_score"] = keys["min_score"].number(0, 1)
    return found


def parse(text: str, source: str, name: str, read_preset: Callable[[str], str]) -> PolicyData:
    """Parse one document. A file without ``extends`` stands on ``strict``. Raises ``BadConfig`` with file:line:column."""
    root = parse_document(text, source)
    keys = root.members(KEYS)
    if "version" not in keys:
        root.fail("'version: 1' is missing")
    if keys["version"].scalar() != grammar.VERSION:
        keys["version"].fail("this program reads version 1")
    is_preset = name in PRESETS and source.startswith("preset ")
    if is_preset and "extends" not in keys:
        base = replace(_DEFAULTS, name=name)
    else:
        parent = keys["extends"].choice(PRESETS, "a preset") if "extends" in keys else "strict"
        base = parse(read_preset(parent), f"preset {parent}", parent, read_preset)
    rules = (
        tuple(_rule(part, f"{name}#{place}") for place, part in enumerate(keys["rules"].items(), 1))
        if "rules" in keys
        else ()
    )
    restore = base.restore
    if "restore" in keys:
        restore = tuple(_restore(part, f"{name}#restore{at}") for at, part in enumerate(keys["restore"].items(), 1))
    digest = hashlib.sha256(f"{base.digest}\n{text}".encode()).hexdigest()[:16]
    return replace(
        base,
        name=name,
        rules=(*rules, *base.rules),
        restore=restore,
        digest=digest,
        preset=base.preset or name,
        shapes=(*base.shapes, *(map(_shape, keys["shapes"].items()) if "shapes" in keys else ())),
        fields=(*base.fields, *(_fields(keys["fields"]) if "fields" in keys else ())),
        **_settings(keys),
    )
