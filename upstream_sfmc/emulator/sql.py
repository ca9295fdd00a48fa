"""Query activities: T-SQL of the kind Automation Studio takes, run by SQLite in memory over the tables it names.

Supported: SELECT with joins, unions and grouping; TOP, brackets, `ENT.`, NOLOCK, GETDATE, DATEADD, DATEDIFF, ISNULL,
LEN, CHARINDEX, LEFT and RIGHT. Not: string concatenation by `+`, CROSS APPLY, windows SQLite lacks. What it refuses,
it refuses in words; it writes nothing.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Cell = str | int | None

ONLY_SELECT: Final = (
    "Error saving the Query field. Only SELECT queries are valid. Select must be the first word of the query."
)
_STEPS: Final = 50_000_000
_COMMENTS: Final = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_LITERAL: Final = re.compile(r"('(?:[^']|'')*')")
_TABLE: Final = re.compile(r"\b(?:from|join)\s+(?:ent\.)?(\[[^\]]+\]|\w+)", re.IGNORECASE)
_TOP: Final = re.compile(r"^\s*select\s+(distinct\s+)?top\s*\(?\s*(\d+)\s*\)?\s+", re.IGNORECASE)
_PARTS: Final = re.compile(r"\b(dateadd|datediff|datepart)\s*\(\s*(\w+)\s*,", re.IGNORECASE)
_WORDS: Final = (
    (re.compile(r"\bent\.", re.IGNORECASE), ""),
    (re.compile(r"\bwith\s*\(\s*nolock\s*\)|\(\s*nolock\s*\)", re.IGNORECASE), ""),
    (re.compile(r"\bisnull\s*\(", re.IGNORECASE), "ifnull("),
    (re.compile(r"\blen\s*\(", re.IGNORECASE), "length("),
    (re.compile(r"\bleft\s*\(", re.IGNORECASE), "leftmost("),
    (re.compile(r"\bright\s*\(", re.IGNORECASE), "rightmost("),
    (re.compile(r"\bgetutcdate\s*\(", re.IGNORECASE), "getdate("),
)
_WRITES: Final = re.compile(
    r"\b(insert|update|delete|drop|alter|create|truncate|exec|into|merge|pragma|attach)\b", re.IGNORECASE
)
_UNITS_S: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "dd": 86_400, "week": 604_800, "d": 86_400}
_MONTHS: Final = {"month": 1, "mm": 1, "quarter": 3, "year": 12, "yyyy": 12, "yy": 12}


@dataclass(frozen=True, slots=True)
class Source:
    """What a query reads under one name; `numbers` are the columns that compare as numbers."""

    columns: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]
    numbers: frozenset[str] = frozenset()


class BadQuery(Exception):
    """Why a query is not saved or does not run: its text is the API's message."""


def check(text: str) -> None:
    """Raises `BadQuery` for anything but one SELECT."""
    bare = _LITERAL.sub("''", _COMMENTS.sub(" ", text)).strip().rstrip(";")
    if not re.match(r"select\b", bare, re.IGNORECASE) or ";" in bare:
        raise BadQuery(ONLY_SELECT)
    found = _WRITES.search(bare)
    if found is not None:
        raise BadQuery(f"Error saving the Query field. The keyword {found.group().upper()} is not allowed.")


def tables_of(text: str) -> list[str]:
    """Names after FROM and JOIN, without brackets, each once."""
    bare = _LITERAL.sub("''", _COMMENTS.sub(" ", text))
    return list(dict.fromkeys(name.strip("[]") for name in _TABLE.findall(bare)))


def run(text: str, load: Callable[[str], Source | None], now: datetime) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows. `load` gives what stands behind a name, `None` for one that is not there."""
    check(text)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as base:
        base.create_collation("SQLSERVER", lambda left, right: _order(left.casefold(), right.casefold()))
        _functions(base, now)
        for name in tables_of(text):
            table = load(name)
            if table is None:
                raise BadQuery(f"Invalid object name '{name}'.")
            # The names come from data extensions: quoted, with quotes doubled.
            shown = ", ".join(
                f"{_quoted(one)} {'NUMERIC' if one in table.numbers else 'TEXT'} COLLATE SQLSERVER"
                for one in table.columns
            )
            base.execute(f"CREATE TABLE {_quoted(name)} ({shown})")
            marks = ", ".join("?" * len(table.columns))
            base.executemany(f"INSERT INTO {_quoted(name)} VALUES ({marks})", table.rows)  # noqa: S608 - quoted above
        base.set_authorizer(_only_reads)
        left = [_STEPS // 10_000]
        base.set_progress_handler(lambda: _tick(left), 10_000)
        try:
            found = base.execute(translated(text))
            names = [one[0] for one in found.description]
            return names, found.fetchall()
        except sqlite3.Error as error:
            raise BadQuery(f"The query does not run: {_reason(error)}") from None


def translated(text: str) -> str:
    """T-SQL as SQLite reads it; string literals are not touched."""
    text = _COMMENTS.sub(" ", text).strip().rstrip(";")
    pieces = _LITERAL.split(text)
    for place in range(0, len(pieces), 2):
        for pattern, plain in _WORDS:
            pieces[place] = pattern.sub(plain, pieces[place])
        pieces[place] = _PARTS.sub(r"\1('\2',", pieces[place])
    text = "".join(pieces)
    top = _TOP.match(text)
    if top is not None:
        text = f"SELECT {top.group(1) or ''}{text[top.end() :]} LIMIT {top.group(2)}"
    return text


def _functions(base: sqlite3.Connection, now: datetime) -> None:
    base.create_function("getdate", 0, lambda: now.isoformat(timespec="seconds"), deterministic=True)
    base.create_function("dateadd", 3, _date_add, deterministic=True)
    base.create_function("datediff", 3, _date_diff, deterministic=True)
    base.create_function("leftmost", 2, lambda text, n: None if text is None else str(text)[: int(n)])
    base.create_function("rightmost", 2, lambda text, n: None if text is None else str(text)[-int(n) :] if n else "")
    base.create_function("charindex", 2, lambda part, text: str(text or "").casefold().find(str(part).casefold()) + 1)


def _date_add(part: str, count: int, date: str | None) -> str | None:
    if date is None:
        return None
    moment, part = datetime.fromisoformat(date), part.lower()
    if part in _MONTHS:
        months = moment.year * 12 + moment.month - 1 + int(count) * _MONTHS[part]
        day = min(moment.day, 28)
        return moment.replace(year=months // 12, month=months % 12 + 1, day=day).isoformat(timespec="seconds")
    return (moment + timedelta(seconds=int(count) * _UNITS_S[part])).isoformat(timespec="seconds")


def _date_diff(part: str, start: str | None, end: str | None) -> int | None:
    if start is None or end is None:
        return None
    first, last, part = datetime.fromisoformat(start), datetime.fromisoformat(end), part.lower()
    if part in _MONTHS:
        return ((last.year - first.year) * 12 + last.month - first.month) // _MONTHS[part]
    if _UNITS_S[part] >= _UNITS_S["day"]:
        return (last.date() - first.date()).days // (_UNITS_S[part] // _UNITS_S["day"])
    return int((last - first).total_seconds()) // _UNITS_S[part]


def _order(left: str, right: str) -> int:
    return (left > right) - (left < right)


def _tick(left: list[int]) -> int:
    left[0] -= 1
    return int(left[0] < 0)


def _only_reads(action: int, *_: str | None) -> int:
    allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _reason(error: sqlite3.Error) -> str:
    """SQLite's words name columns and syntax, never a value."""
    return str(error)
