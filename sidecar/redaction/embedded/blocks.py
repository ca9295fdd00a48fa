"""JSON that stands in a text on lines of its own. It parses nothing: the JSON scanner judges what is found here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_BLOCK = re.compile(r"^[ \t]*(?=[\[{][ \t]*(?:[\"\[{\]}\r\n-]|\d))", re.MULTILINE)
_BRACKET = re.compile(r'"(?:[^"\\\n]|\\.)*+"|[{}\[\]]')
_MAX_BLOCKS: Final = 64


def may_be_json(text: str) -> bool:
    bare = text.lstrip("\ufeff \t\r\n")[:1]
    return bare in {"{", "["} and text.rstrip()[-1:] in {"}", "]"}


def json_blocks(text: str) -> Iterator[tuple[int, int]]:
    """Candidates for JSON that begins and ends a line inside a text. Bounded tries."""
    at = 0
    for _ in range(_MAX_BLOCKS):
        opening = _BLOCK.search(text, at)
        if opening is None:
            return
        start = opening.end()
        end = _end_of_json(text, start)
        if end is None:
            newline = text.find("\n", start)
            if newline < 0:
                return
            at = newline
            continue
        yield start, end
        at = end


def _end_of_json(text: str, start: int) -> int | None:
    """Where the brackets opened at ``start`` are closed again, strings stepped over."""
    depth = 0
    for match in _BRACKET.finditer(text, start):
        mark = match.group()
        if mark in "{[":
            depth += 1
        elif mark in "}]":
            depth -= 1
            if depth == 0:
                return match.end()
    return None
