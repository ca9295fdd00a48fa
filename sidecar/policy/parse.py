"""A policy document → ``PolicyData``: every key checked, presets resolved, the digest computed.

It opens no file itself: ``read_preset`` is handed in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from sidecar.config.document import Part
from sidecar.config.document import parse as parse_document
from sidecar.policy.model import MATCH_KEYS, OPERATORS, Match, Operator, PolicyData, Restore, Rule

PRESETS: Final = ("strict", "reversible", "observe")
_CLOSED: Final[Mapping[str, tuple[str, ...]]] = {
    "direction": ("to_client", "to_server"),
    "kind": ("text", "json", "uri", "blob", "schema", "header"),
    "channel": ("model", "human", "list", "log"),
}
_KEYS: Final = (
    "version", "extends", "rules", "restore", "on_failure", "on_write", "binaries", "uris", "lists",
    "trust_annotations", "reading_tools", "writing_tools", "min_score",
)  # fmt: skip
_DEFAULTS: Final = PolicyData("", (), ())


def _match(part: Part) -> Match:
    globs: dict[str, tuple[str, ...]] = {}
    for key, value in part.members(MATCH_KEYS).items():
        globs[key] = value.texts()
        closed = _CLOSED.get(key)
        if closed:
            for item in value.items() if isinstance(value.node.value, list) else (value,):
                item.choice(closed, f"a {key}")
    return Match(**globs)


def _rule(part: Part, name: str) -> Rule:
    keys = part.members(("match", "do", "on_write"))
    if "do" not in keys:
        part.fail(f"a rule needs 'do': one of {', '.join(OPERATORS)}")
    operator = cast("Operator", keys["do"].choice(OPERATORS, "an operator"))
    on_write = keys["on_write"].choice(("refuse", "redact"), "an on_write") if "on_write" in keys else None
    return Rule(name, _match(keys["match"]) if "match" in keys else Match(), operator, cast("Any", on_write))


def _restore(part: Part) -> Restore:
    return Restore(**{key: value.texts() for key, value in part.members(("tool", "path", "method")).items()})


def _settings(keys: Mapping[str, Part]) -> dict[str, Any]:
    choices: Mapping[str, tuple[str, ...]] = {
        "on_failure": ("block", "pass"),
        "on_write": ("refuse", "redact"),
        "binaries": ("withhold", "pass"),
        "uris": ("token", "withhold", "keep"),
        "lists": ("label", "keep", "drop"),
    }
    found: dict[str, Any] = {
        name: keys[name].choice(known, f"an {name}") for name, known in choices.items() if name in keys
    }
    found |= {name: keys[name].texts() for name in ("reading_tools", "writing_tools") if name in keys}
    if "trust_annotations" in keys:
        found["trust_annotations"] = keys["trust_annotations"].flag()
    if "min_score" in keys:
        found["min_score"] = keys["min_score"].number(0, 1)
    return found


def parse(text: str, source: str, name: str, read_preset: Callable[[str], str]) -> PolicyData:
    """Parse one document. A file without ``extends`` stands on ``strict``. Raises ``BadConfig`` with file:line:column."""
    root = parse_document(text, source)
    keys = root.members(_KEYS)
    if "version" not in keys:
        root.fail("'version: 1' is missing")
    if keys["version"].scalar() != 1:
        keys["version"].fail("this program reads version 1")
    is_preset = name in PRESETS and source.startswith("preset ")
    if is_preset and "extends" not in keys:
        base = replace(_DEFAULTS, name=name)
    else:
        parent = keys["extends"].choice(PRESETS, "a preset") if "extends" in keys else "strict"
        base = parse(read_preset(parent), f"preset {parent}", parent, read_preset)
    rules = (
        tuple(_rule(part, f"{name}#{place + 1}") for place, part in enumerate(keys["rules"].items()))
        if "rules" in keys
        else ()
    )
    restore = tuple(_restore(part) for part in keys["restore"].items()) if "restore" in keys else base.restore
    digest = hashlib.sha256(f"{base.digest}\n{text}".encode()).hexdigest()[:16]
    return replace(base, name=name, rules=(*rules, *base.rules), restore=restore, digest=digest, **_settings(keys))
