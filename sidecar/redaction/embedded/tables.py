"""CSV and TSV with a header row, as a whole text or as lines of a text: each cell a value, its column's header the field.

A text without a header row, or with rows of unequal length, is no table here. Quotes, delimiters and line ends stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from sidecar.redaction.embedded.nodes import Slot, as_written

_DELIMITERS: Final = "\t;,|"
_HEADER_CELL = re.compile(r"[^\W\d_][\w .#/()%&'-]{0,40}|\"[^\W\d_][\w .#/()%&'-]{0,40}\"|_?[A-Za-z]\w{0,40}")
_MAX_HEADER: Final = 16_384
_FEW_WORDS: Final = 3
_LINE_END = re.compile(r"\r\n|\n|\r")
_PATTERNS: Final = {
    mark: re.compile(rf'(?:"(?P<quoted>(?:[^"]|"")*+)"|(?P<bare>[^"{re.escape(mark)}\r\n][^{re.escape(mark)}\r\n]*|))(?P<end>{re.escape(mark)}|\r\n|\n|\r|\Z)')
    for mark in _DELIMITERS
}  # fmt: skip
_FENCE = re.compile(r"```[\w-]*")


def slots(text: str) -> Sequence[Slot] | None:
    """The cells of a text that is a table as a whole, else ``None``."""
    start = len(text) - len(text.lstrip("\ufeff\r\n"))
    first = _LINE_END.search(text, start)
    if first is None or first.start() - start > _MAX_HEADER:
        return None
    header = text[start : first.start()]
    mark = max(_DELIMITERS, key=header.count)
    if mark not in header or not text[first.end() :].strip():
        return None
    names = [cell.strip() for cell in header.split(mark)]
    if not _is_header(names, mark):
        return None
    return _cells(text, start, mark, [name.strip('"') for name in names])


def blocks(text: str) -> Iterator[tuple[int, int]]:
    """Runs of lines without a blank one between them that may be a table: judged by ``slots``."""
    at = 0
    lines: list[tuple[int, int]] = []
    while at <= len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end].strip()
        if line and _FENCE.fullmatch(line) is None and any(mark in line for mark in _DELIMITERS):
            lines.append((at, end))
        else:
            yield from _block(text, lines)
            lines = []
        at = end + 1
    yield from _block(text, lines)


def _block(text: str, lines: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    if len(lines) > 1 and (lines[0][0] > 0 or lines[-1][1] < len(text)):
        first = text[slice(*lines[0])]
        mark = max(_DELIMITERS, key=first.count)
        if _is_header([cell.strip() for cell in first.rstrip("\r").split(mark)], mark):
            yield lines[0][0], lines[-1][1]


def _is_header(names: Sequence[str], mark: str) -> bool:
    """Names, each another, none a sentence; a comma alone also stands in prose."""
    if len(names) < 2 or len(set(names)) != len(names):  # noqa: PLR2004  one column is a list of lines
        return False
    if any(_HEADER_CELL.fullmatch(name) is None or len(name.split()) > _FEW_WORDS + 2 for name in names):
        return False
    return mark in "\t|" or all(len(name.split()) <= _FEW_WORDS for name in names)


def _cells(text: str, start: int, mark: str, names: Sequence[str]) -> Sequence[Slot] | None:
    bare = partial(_bare, mark)
    if '"' not in text and "\r" not in text:
        return _bare_cells(text, start, mark, names, bare)
    pattern, width = _PATTERNS[mark], len(names)
    found: list[Slot] = []
    at, column, row = start, 0, 0
    while at < len(text) or column:
        match = pattern.match(text, at)
        if match is None:
            return None
        end = match["end"]
        is_quoted = match["quoted"] is not None
        low, high = match.span("quoted" if is_quoted else "bare")
        is_blank = column == 0 and end != mark and low == high and not is_quoted
        if not is_blank:
            if column >= width:
                return None
            if low < high:
                found.append(_slot(text, low, high, names[column] if row else None, bare, is_quoted=is_quoted))
            column += 1
        if end != mark:
            if column not in {0, width}:
                return None
            row += column > 0
            column = 0
            if end == "":
                break
        at = match.end()
    return None if _is_too_short(row, width, mark) else found


def _is_too_short(rows: int, width: int, mark: str) -> bool:
    return rows < 2 or (rows == 2 and width == 2 and mark == ",")  # noqa: PLR2004  two lines with one comma each are no table


def _bare_cells(
    text: str, at: int, mark: str, names: Sequence[str], bare: Callable[[str, str], str | None]
) -> Sequence[Slot] | None:
    """The same where nothing is quoted: three times as fast."""
    found: list[Slot] = []
    add, width, row = found.append, len(names), 0
    for line in text[at:].split("\n"):
        cells = line.split(mark)
        if line:
            if len(cells) != width:
                return None
            for name, cell in zip(names, cells, strict=True):
                end = at + len(cell)
                if cell:
                    kind, field = ("string", name) if row else ("key", None)
                    one = (cell, range(at, end + 1), ((at, end),), as_written, field, "", kind, False, bare)
                    add(_new(Slot, one))
                at = end + 1
            row += 1
        else:
            at += 1
    return None if _is_too_short(row, width, mark) else found


_new: Final = tuple.__new__
"""A third of the cost of ``Slot(…)``, which counts when a table has thousands."""


def _slot(
    text: str,
    low: int,
    high: int,
    name: str | None,
    bare: Callable[[str, str], str | None],
    *,
    is_quoted: bool,
) -> Slot:
    raw = text[low:high]
    kind = "key" if name is None else "string"
    if not is_quoted:
        return Slot(raw, range(low, high + 1), ((low, high),), as_written, name, json_type=kind, rewrite=bare)
    if '""' not in raw:
        return Slot(raw, range(low, high + 1), ((low, high),), _doubled, name, json_type=kind)
    places, at = [], low
    while at < high:
        places.append(at)
        at += 2 if text[at] == '"' else 1
    return Slot(raw.replace('""', '"'), [*places, high], ((low, high),), _doubled, name, json_type=kind)


def _doubled(new: str) -> str:
    return new.replace('"', '""')


def _bare(mark: str, new: str, _old: str) -> str | None:
    """A cell without quotes gets them when its new value needs them (RFC 4180 2.6)."""
    if mark in new or '"' in new or "\n" in new or "\r" in new:
        return '"' + new.replace('"', '""') + '"'
    return None
