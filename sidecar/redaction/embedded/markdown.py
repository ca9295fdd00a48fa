"""Markdown tables: each cell a value, its column's header the field; in a table of names and values, the row's name.

What stands around the pipes stays as it is. Other Markdown is prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from sidecar.redaction.embedded.nodes import Slot

_RULE = re.compile(
    r"^[ \t>]{0,8}\|?[ \t]{0,8}:?-{1,200}:?[ \t]{0,40}(?:\|[ \t]{0,40}:?-{1,200}:?[ \t]{0,40}){0,200}\|?[ \t]{0,40}\r?$",
    re.MULTILINE,
)
_CELL = re.compile(r"((?:[^|\\\r\n]|\\.)*+)(\||\r?\n|\Z)")
_LEAD = re.compile(r"[ \t>]*+\|?")
_NAMES: Final = frozenset(
    "field property attribute key name item label parameter feld eigenschaft campo champ propriété propiedad campo veld pole".split()  # noqa: SIM905  as words they can be read
)
_VALUES: Final = frozenset("value values data content wert valor valeur valore waarde wartość details detail".split())  # noqa: SIM905  as words they can be read
_PAIR: Final = 2
_EMPHASIS = re.compile(r"(\*\*|__|`|\*|_)(?=\S)(.+?)(?<=\S)\1")


def blocks(text: str) -> Iterator[tuple[int, int]]:
    """The tables in ``text``: a line of headers, a line of dashes, and lines with pipes."""
    at = 0
    for rule in _RULE.finditer(text):
        if rule.start() <= at or "|" not in rule[0]:
            continue
        start = text.rfind("\n", 0, rule.start() - 1) + 1
        if start < at or "|" not in text[start : rule.start()]:
            continue
        end = rule.end()
        while end < len(text):
            stop = text.find("\n", end + 1)
            stop = len(text) if stop < 0 else stop
            if "|" not in text[end + 1 : stop]:
                break
            end = stop
        yield start, end
        at = end


def slots(text: str) -> Sequence[Slot] | None:
    """The cells of one table, headers as keys."""
    rows = list(_rows(text))
    if len(rows) < _PAIR:
        return None
    header = [_bare(text[low:high]) for low, high in rows[0]]
    is_pairs = len(header) == _PAIR and header[0].lower() in _NAMES and header[1].lower() in _VALUES
    found: list[Slot] = []
    for number, row in enumerate(rows):
        if number == 1:
            continue  # the line of dashes
        for column, (low, high) in enumerate(row):
            if low == high:
                continue
            name = header[column] if column < len(header) else ""
            if number == 0 or (is_pairs and column == 0):
                found.append(_slot(text, low, high, "", "", "key"))
            elif is_pairs:
                found.append(_slot(text, low, high, name, _bare(text[slice(*row[0])]), "string"))
            else:
                found.append(_slot(text, low, high, name, "", "string"))
    return found


def _rows(text: str) -> Iterator[list[tuple[int, int]]]:
    """Where the cells of each line begin and end, without blanks and emphasis around them."""
    at = 0
    while at < len(text):
        lead = _LEAD.match(text, at)
        at = lead.end() if lead else at
        row: list[tuple[int, int]] = []
        end = ""
        while end != "\n":
            cell = _CELL.match(text, at)
            if cell is None:  # a backslash at the very end
                row.append(_stripped(text, at, len(text)))
                yield row
                return
            end = cell[2][-1:] or "\n"
            if not (end == "\n" and not cell[1].strip()):
                row.append(_stripped(text, *cell.span(1)))
            at = cell.end()
        if row:
            yield row


def _stripped(text: str, low: int, high: int) -> tuple[int, int]:
    raw = text[low:high]
    low += len(raw) - len(raw.lstrip())
    high = max(low, high - (len(raw) - len(raw.rstrip())))
    marked = _EMPHASIS.fullmatch(text, low, high)
    return marked.span(2) if marked else (low, high)


def _bare(name: str) -> str:
    return name.strip(" *_`:")


def _slot(text: str, low: int, high: int, name: str, sibling: str, kind: str) -> Slot:
    raw = text[low:high]
    if "\\|" not in raw:
        return Slot(raw, range(low, high + 1), ((low, high),), _escaped, name, sibling, kind)
    places = [
        at for at in range(low, high) if not (text[at] == "\\" and text[at + 1 : at + 2] == "|" and at + 1 < high)
    ]
    return Slot(raw.replace("\\|", "|"), [*places, high], ((low, high),), _escaped, name, sibling, kind)


def _escaped(new: str) -> str:
    return new.replace("|", "\\|").replace("\r", " ").replace("\n", " ")
