"""The REST `$filter` and `$orderBy` grammars, as predicates and sort keys over rows of named strings.

Grammar: `expr := term (or term)*`, `term := factor (and factor)*`, `factor := ( expr ) | name op value`, with
eq ne gt lt ge le like in, single- or double-quoted strings (a doubled quote is a quote), numbers, true, false, null.
It fetches nothing and does not know data extensions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from .errors import INCORRECT_FORMAT, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Value = str | None

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<quoted>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")|(?P<mark>[(),])|(?P<bracket>\[[^\]]+\])|(?P<word>[^\s(),'\"]+))"
)
_OPERATORS: Final = frozenset({"eq", "ne", "gt", "lt", "ge", "le", "gte", "lte", "neq", "like", "in"})
_DATES: Final = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y")
_MAX_DEPTH: Final = 32


@dataclass(frozen=True, slots=True)
class Column:
    """Where a name stands in a row, and how its values compare."""

    place: int
    type: str


def parse_filter(text: str, columns: Mapping[str, Column]) -> Callable[[Sequence[Value]], bool]:
    """The predicate of a `$filter`; `columns` maps lower-cased names. Raises a 400 `Refusal`."""
    return _Parser(text, columns).parse()


def parse_order(text: str, columns: Mapping[str, Column]) -> list[tuple[Column, bool]]:
    """`Name desc, Other` as columns and whether each is descending."""
    order: list[tuple[Column, bool]] = []
    for part in text.split(","):
        name, _, direction = part.strip().rpartition(" ")
        if not name or direction.lower() not in {"asc", "desc"}:
            name, direction = part.strip(), "asc"
        column = columns.get(name.strip().casefold())
        if column is None:
            raise Refusal(400, INCORRECT_FORMAT, "$orderBy names a field that does not exist")
        order.append((column, direction.lower() == "desc"))
    return order


def sort_rows(rows: list[Sequence[Value]], order: list[tuple[Column, bool]]) -> None:
    """Sort in place; nulls come first when ascending, as in SQL Server."""
    for column, descending in reversed(order):
        rows.sort(key=lambda row, c=column: sort_key(row[c.place], c.type), reverse=descending)  # type: ignore[misc]


def sort_key(value: Value, type_: str) -> tuple[int, float, str]:
    """A key that compares numbers as numbers, dates as dates and texts without case."""
    if value is None:
        return (0, 0.0, "")
    if type_ in {"Number", "Decimal"}:
        try:
            return (1, float(value), "")
        except ValueError:
            return (2, 0.0, value.casefold())
    if type_ == "Date":
        moment = parse_date(value)
        if moment is not None:
            return (1, (moment - datetime(1900, 1, 1)).total_seconds(), "")  # noqa: DTZ001 - no zone in the API
    return (2, 0.0, value.casefold())


def parse_date(text: str) -> datetime | None:
    """A date as the API writes or reads it, without its zone; `None` when it is not one."""
    plain = re.sub(r"(\.\d+)?(Z|[+-]\d\d:?\d\d)?$", "", text.strip()) if "T" in text else text.strip()
    for form in _DATES:
        try:
            return datetime.strptime(plain, form)  # noqa: DTZ007 - no zone in the API
        except ValueError:
            continue
    return None


def us_date(text: str) -> str:
    """`6/13/2005 12:00:00 AM`, the way dates come back from a rowset."""
    moment = parse_date(text)
    if moment is None:
        return text
    clock = moment.strftime("%I:%M:%S %p").lstrip("0")
    return f"{moment.month}/{moment.day}/{moment.year} {clock}"


def like(pattern: str, value: str) -> bool:
    """SQL `LIKE` with `%` and `_`, without case; a pattern without wildcards means "contains"."""
    if "%" not in pattern and "_" not in pattern:
        return pattern.casefold() in value.casefold()
    regex = "".join(".*" if char == "%" else "." if char == "_" else re.escape(char) for char in pattern)
    return re.fullmatch(regex, value, re.IGNORECASE | re.DOTALL) is not None


class _Parser:
    def __init__(self, text: str, columns: Mapping[str, Column]) -> None:
        self._columns = columns
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while place < len(text.rstrip()):
            match = _TOKEN.match(text, place)
            if match is None:
                raise _bad()
            self._tokens.append((str(match.lastgroup), match.group(str(match.lastgroup))))
            place = match.end()
        self._next = 0

    def parse(self) -> Callable[[Sequence[Value]], bool]:
        predicate = self._expression(0)
        if self._next != len(self._tokens):
            raise _bad()
        return predicate

    def _expression(self, depth: int) -> Callable[[Sequence[Value]], bool]:
        parts = [self._term(depth)]
        while self._word("or"):
            parts.append(self._term(depth))
        return parts[0] if len(parts) == 1 else lambda row: any(part(row) for part in parts)

    def _term(self, depth: int) -> Callable[[Sequence[Value]], bool]:
        parts = [self._factor(depth)]
        while self._word("and"):
            parts.append(self._factor(depth))
        return parts[0] if len(parts) == 1 else lambda row: all(part(row) for part in parts)

    def _factor(self, depth: int) -> Callable[[Sequence[Value]], bool]:
        if depth > _MAX_DEPTH:
            raise _bad()
        if self._mark("("):
            inner = self._expression(depth + 1)
            if not self._mark(")"):
                raise _bad()
            return inner
        return self._comparison()

    def _comparison(self) -> Callable[[Sequence[Value]], bool]:
        words: list[str] = []
        while self._next < len(self._tokens) and not (words and self._peek_word().lower() in _OPERATORS):
            kind, text = self._tokens[self._next]
            if kind not in {"word", "bracket", "quoted"}:
                raise _bad()
            words.append(text[1:-1] if kind in {"bracket", "quoted"} else text)
            self._next += 1
        column = self._columns.get(" ".join(words).casefold())
        if column is None or self._next >= len(self._tokens):
            raise _bad("$filter names a field that does not exist" if column is None else None)
        operator = self._peek_word().lower()
        self._next += 1
        if operator == "in":
            return self._membership(column)
        return _compare(operator, column, self._literal())

    def _membership(self, column: Column) -> Callable[[Sequence[Value]], bool]:
        bracketed = self._mark("(")
        literals = [self._literal()]
        while self._mark(","):
            literals.append(self._literal())
        if bracketed and not self._mark(")"):
            raise _bad()
        wanted = {sort_key(literal, column.type) for literal in literals}
        return lambda row: sort_key(row[column.place], column.type) in wanted

    def _literal(self) -> Value:
        if self._next >= len(self._tokens):
            raise _bad()
        kind, text = self._tokens[self._next]
        self._next += 1
        if kind == "quoted":
            return text[1:-1].replace(text[0] * 2, text[0])
        if kind != "word":
            raise _bad()
        return None if text.lower() == "null" else text

    def _peek_word(self) -> str:
        kind, text = self._tokens[self._next]
        return text if kind == "word" else ""

    def _word(self, word: str) -> bool:
        if self._next < len(self._tokens) and self._peek_word().lower() == word:
            self._next += 1
            return True
        return False

    def _mark(self, mark: str) -> bool:
        if self._next < len(self._tokens) and self._tokens[self._next] == ("mark", mark):
            self._next += 1
            return True
        return False


def _compare(operator: str, column: Column, literal: Value) -> Callable[[Sequence[Value]], bool]:
    place, type_ = column.place, column.type
    wanted = sort_key(literal, type_)
    match operator:
        case "eq":
            return lambda row: sort_key(row[place], type_) == wanted
        case "ne" | "neq":
            return lambda row: sort_key(row[place], type_) != wanted
        case "gt":
            return lambda row: row[place] is not None and sort_key(row[place], type_) > wanted
        case "ge" | "gte":
            return lambda row: row[place] is not None and sort_key(row[place], type_) >= wanted
        case "lt":
            return lambda row: row[place] is not None and sort_key(row[place], type_) < wanted
        case "le" | "lte":
            return lambda row: row[place] is not None and sort_key(row[place], type_) <= wanted
        case _:
            return lambda row: like(literal or "", row[place] or "")


def _bad(message: str | None = None) -> Refusal:
    return Refusal(400, INCORRECT_FORMAT, message or "Unable to parse the $filter expression")
