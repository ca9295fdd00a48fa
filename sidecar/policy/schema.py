"""The JSON schema of a policy file, made from the same table the parser reads. It checks no file."""

from __future__ import annotations

from typing import Any, Final

from sidecar.policy import grammar
from sidecar.policy.model import MATCH_KEYS, OPERATORS

NAME: Final = "schema.json"
"""The file in this package that holds it; a test compares."""
_GLOBS: Final[dict[str, Any]] = {
    "description": "A glob or a list of them: * within a step, ** across steps, ? one character.",
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
}


def schema() -> dict[str, Any]:
    keys: dict[str, Any] = {
        "version": {"const": grammar.VERSION},
        "extends": {"enum": list(grammar.PRESETS)},
        "rules": {"type": "array", "items": {"$ref": "#/$defs/rule"}},
        "restore": {"type": "array", "items": {"$ref": "#/$defs/restore"}},
        "min_score": {"type": "number", "minimum": 0, "maximum": 1},
        "fields": {"type": "object", "additionalProperties": {"type": "string", "pattern": "^([A-Z][A-Z0-9_]{1,47}|keep)$"}},
    }  # fmt: skip
    keys["shapes"] = {"type": "array", "items": {"$ref": "#/$defs/shape"}}
    keys |= {name: {"enum": list(known)} for name, known in grammar.CHOICES.items()}
    keys |= {name: {"type": "boolean"} for name in grammar.FLAGS}
    keys |= {name: {"$ref": "#/$defs/globs"} for name in grammar.NAMES}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mcp-sidecar policy",
        "type": "object",
        "required": ["version"],
        "additionalProperties": False,
        "properties": {name: {"description": grammar.ABOUT[name], **keys[name]} for name in grammar.KEYS},
        "$defs": {
            "globs": _GLOBS,
            "rule": _object({"match": {"$ref": "#/$defs/match"}, "do": {"enum": list(OPERATORS)},
                             "on_write": {"enum": list(grammar.CHOICES["on_write"])}}, ["do"]),
            "match": _object({name: _matched(name) for name in MATCH_KEYS}, []),
            "shape": _object({name: {"type": "string"} for name in grammar.SHAPE_KEYS}, list(grammar.SHAPE_KEYS)),
            "restore": _object({name: {"$ref": "#/$defs/globs"} for name in grammar.RESTORE_KEYS}, []),
        },
    }  # fmt: skip


def _matched(name: str) -> dict[str, Any]:
    closed = grammar.CLOSED.get(name)
    if closed is None:
        return {"$ref": "#/$defs/globs"}
    return {"anyOf": [{"enum": list(closed)}, {"type": "array", "items": {"enum": list(closed)}}]}


def _object(members: dict[str, Any], required: list[str]) -> dict[str, Any]:
    described = {name: {"description": grammar.ABOUT[name], **member} for name, member in members.items()}
    made: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": described}
    return {**made, "required": required} if required else made
