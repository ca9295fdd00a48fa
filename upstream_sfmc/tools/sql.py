"""The rules Marketing Cloud has for the SQL of a query activity, checked on the text alone.

It knows no table and no column; what is well formed here may still be refused there.
"""

from __future__ import annotations

import re
from typing import Any

_TOKEN = re.compile(
    r"(?P<string>'(?:[^']|'')*')|(?P<open>')|(?P<block>/\*.*?\*/)|(?P<unclosed>/\*)|(?P<line>--[^\n]*)"
    r"|(?P<name>\[[^\]]*\]|\"[^\"]*\")|(?P<word>[A-Za-z_@#][\w@#$]*)|(?P<sign>[();\[])",
    re.DOTALL,
)
_OPEN = {"open": "A string is not closed.", "unclosed": "A comment is not closed."}
_FORBIDDEN = frozenset(
    [
        "insert",
        "update",
        "delete",
        "drop",
        "alter",
        "create",
        "truncate",
        "merge",
        "exec",
        "execute",
        "declare",
        "set",
        "into",
        "grant",
        "revoke",
        "while",
        "begin",
        "use",
    ]
)


def problems(sql: str) -> list[dict[str, Any]]:
    """What is wrong, each as a rule and the place of the first character that breaks it."""
    tokens = [(str(one.lastgroup), one.group().casefold(), one.start()) for one in _TOKEN.finditer(sql)]
    tokens = [token for token in tokens if token[0] not in {"line", "block"}]
    words = [(text, at) for kind, text, at in tokens if kind == "word"]
    return _of_text(tokens) + _of_brackets(tokens, len(sql)) + _of_words(words)


def _of_text(tokens: list[tuple[str, str, int]]) -> list[dict[str, Any]]:
    found = []
    for place, (kind, text, at) in enumerate(tokens):
        if kind in _OPEN:
            found.append(_problem(_OPEN[kind], at))
        elif text == "[":
            found.append(_problem("A bracketed name is not closed.", at))
        elif text == ";" and place + 1 < len(tokens):
            found.append(_problem("Only one statement is allowed.", at))
            break
    return found


def _of_brackets(tokens: list[tuple[str, str, int]], end: int) -> list[dict[str, Any]]:
    depth = 0
    for _, text, at in tokens:
        depth += (text == "(") - (text == ")")
        if depth < 0:
            return [_problem("A bracket is closed that was not opened.", at)]
    return [_problem("A bracket is not closed.", end)] if depth else []


def _problem(rule: str, position: int) -> dict[str, Any]:
    return {"rule": rule, "position": position}


def _of_words(words: list[tuple[str, int]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if not words or words[0][0] != "select":
        found.append({"rule": "Only SELECT queries are valid; SELECT must be the first word.", "position": 0})
    for word, at in words[1:]:
        if word in _FORBIDDEN:
            found.append({"rule": f"{word.upper()} is not allowed in a query.", "position": at})
        elif word.startswith("@"):
            found.append({"rule": "Variables are not supported.", "position": at})
        elif word.startswith("#"):
            found.append({"rule": "Temporary tables are not supported.", "position": at})
    if "order" in {word for word, _ in words} and "top" not in {word for word, _ in words}:
        at = next(at for word, at in words if word == "order")
        is_window = any(word == "over" for word, _ in words)
        if not is_window:
            found.append({"rule": "ORDER BY is allowed only together with TOP.", "position": at})
    return found
