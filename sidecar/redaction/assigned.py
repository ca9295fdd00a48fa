"""Values in quotes that a name stands before: ``zip='80231'``, ``"mobile"=>"…"``, columns of SQL and what is put into them.

It knows no name's meaning: ``fields`` does, and believes it only if the value has the shape. Nothing is found here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_ASSIGNED = re.compile(
    r"(?<![\w$])(?P<key>[^\W\d_][\w.]{1,48})\\{0,3}[\"'`\]]?[ \t]{0,3}(?:=>|==?|:|[ \t](?:i?like|=|in[ \t]?\())[ \t]{0,3}(?:date[ \t])?"
    r"(?P<open>\\{0,3})(?P<quote>[\"'])(?P<value>[^\"'\\\n]{1,120})(?P=open)(?P=quote)",
    re.IGNORECASE,
)
_INTO = re.compile(
    r"\binto[ \t]+[\w.\"`\[\]]{1,80}[ \t]?\((?P<columns>[^()\n]{3,600})\)\s{0,8}(?:values?)?\s{0,8}(?=\()",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"\bcopy[ \t]+[\w.\"]{1,80}[ \t]?\((?P<columns>[^()\n]{3,600})\)[ \t]from[ \t]stdin[^\n]{0,40}\n", re.IGNORECASE
)
_ROW = re.compile(r"\((?:'[^']*+(?:''[^']*+)*+'|[^()']++|\([^()]*+\))*+\)")
_CELL = re.compile(
    r"[ \t\n]*+(?:(?:[NEne]|date[ \t]|timestamp[ \t])?'(?P<value>[^']*+(?:''[^']*+)*+)'|(?:\([^()]*+\)|[^,'()]++)*+)[^,']*+(?:,|$)",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"(?:Bearer|Basic|Token|Digest)[ \t]+(?=\S)", re.IGNORECASE)
_MAX_ROWS: Final = 500


def assigned(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each value stands, without its quotes, and its name. Bounded by the length of the text."""
    if ("'" in text or '"' in text) and ("=" in text or ":" in text or "(" in text):
        for match in _ASSIGNED.finditer(text):
            start, end = match.span("value")
            scheme = _SCHEME.match(text, start, end)
            start = scheme.end() if scheme else start + (text[start] == "%")
            end -= text[end - 1] == "%"
            if start < end:
                yield start, end, match["key"]
    if "into" in text or "INTO" in text:
        for match in _INTO.finditer(text):
            yield from _rows(text, match.end(), _columns(match["columns"]))
    if "stdin" in text or "STDIN" in text:
        for match in _COPY.finditer(text):
            yield from _lines(text, match.end(), _columns(match["columns"]))


def _columns(said: str) -> list[str]:
    return [column.strip(' \t"`[]') for column in said.split(",")]


def _rows(text: str, at: int, columns: list[str]) -> Iterator[tuple[int, int, str]]:
    for _ in range(_MAX_ROWS):
        row = _ROW.match(text, at)
        if row is None:
            return
        place, end = at + 1, row.end() - 1
        for column in columns:
            cell = _CELL.match(text, place, end)
            if cell is None or cell.end() == place:
                break
            if cell["value"]:
                yield *cell.span("value"), column
            place = cell.end()
        at = row.end()
        while text[at : at + 1] in {",", " ", "\n", "\r", "\t"}:
            at += 1


def _lines(text: str, at: int, columns: list[str]) -> Iterator[tuple[int, int, str]]:
    for _ in range(_MAX_ROWS):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        cells = text[at:end].split("\t")
        if len(cells) != len(columns):
            return
        for column, cell in zip(columns, cells, strict=True):
            if cell and cell != "\\N":
                yield at, at + len(cell), column
            at += len(cell) + 1
