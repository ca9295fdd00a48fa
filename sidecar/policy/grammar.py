"""The words of a policy document: keys, and what may stand behind them. ``parse`` and ``schema`` both read this table.

It parses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PRESETS: Final = ("strict", "reversible", "sfmc", "observe")
VERSION: Final = 1
DIRECTIONS: Final = ("to_client", "to_server")
KINDS: Final = ("text", "json", "uri", "blob", "schema", "header")
CHANNELS: Final = ("model", "human", "list", "log")
CLOSED: Final[Mapping[str, tuple[str, ...]]] = {"direction": DIRECTIONS, "kind": KINDS, "channel": CHANNELS}
"""Match keys whose values come from a list; the other match keys take globs."""
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "on_failure": ("block", "pass"),
    "on_write": ("refuse", "redact"),
    "binaries": ("withhold", "pass"),
    "uris": ("token", "withhold", "keep"),
    "lists": ("label", "keep", "drop"),
    "seal": ("none", "state", "all"),
    "skills": ("withhold", "keep"),
}
FLAGS: Final = ("trust_annotations", "trust_foreign_tokens", "residual_scan", "legend", "receipt")
NAMES: Final = ("reading_tools", "writing_tools")
RULE_KEYS: Final = ("match", "do", "on_write")
SHAPE_KEYS: Final = ("entity", "pattern")
RESTORE_KEYS: Final = ("tool", "path", "method")
KEYS: Final = (
    "version", "extends", "rules", "restore", "on_failure", "on_write", "binaries", "uris", "lists",
    "trust_annotations", "trust_foreign_tokens", "residual_scan", "reading_tools", "writing_tools", "min_score", "fields", "shapes",
    "seal", "skills", "legend", "receipt",
)  # fmt: skip
ABOUT: Final[Mapping[str, str]] = {
    "version": "The version of this format.",
    "extends": "The preset this policy stands on: its rules come after these (default strict).",
    "rules": "The first rule that matches a finding and its place decides.",
    "restore": "Tools and argument paths where tokens become values again; replaces the preset's list.",
    "on_failure": "What cannot be analysed is blocked, or passes.",
    "on_write": "A writing tool's call that would carry a stand-in is refused, or carries it.",
    "binaries": "Binaries nobody can read are withheld, or pass.",
    "uris": "URIs that hold personal data carry a token, are withheld as items, or stay.",
    "lists": "What stands for personal data in definition lists, where tokens have no place.",
    "trust_annotations": "Whether a tool's readOnlyHint is believed.",
    "trust_foreign_tokens": "Whether writing calls may carry tokens of another sidecar, which restores them further on.",
    "residual_scan": "Whether the outgoing message is searched once more for values just replaced or restored.",
    "reading_tools": "Tools that only read, whatever they say of themselves.",
    "writing_tools": "Tools that write, whatever they say of themselves.",
    "min_score": "Findings with a lower score are let be.",
    "fields": "Field names: the entity their values are, or keep for machine-shaped values that stay.",
    "shapes": "Values of an entity that look so as a whole are nobody's data.",
    "pattern": "A regular expression (Python's) for the whole value, at most 100 characters long.",
    "seal": "What the client echoes unread is encrypted toward it: nothing, requestState, or all (cursors too).",
    "skills": "A skill's file with personal data is withheld, or stays: clients refuse one that was changed.",
    "legend": "Whether a text after the server's instructions tells the model what a token is.",
    "receipt": "Whether a changed result says in _meta how many values of which entity were replaced.",
    "entity": "Entity names, such as EMAIL_ADDRESS.",
    "direction": "to_client or to_server.",
    "method": "JSON-RPC methods.",
    "tool": "Tool names.",
    "path": "Where the value stands, such as arguments.to or result.content[*].text.",
    "field": "The name of the member that holds the value.",
    "kind": "What kind of text it is.",
    "channel": "Who reads it: the model, a human, a list's cache, a log.",
    "language": "The language the text is read as.",
    "role": "The caller's role.",
    "match": "All keys given must match; a list matches when one of its globs does.",
    "do": "What becomes of the value.",
}
"""One sentence per key, for the schema and whoever edits with it."""
