"""One data extension of a tenant: its table, the rows written and deleted since the seed, and its settings.

Seeded rows are never stored; a change is kept beside them and wins. It speaks no HTTP.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .ids import guid
from .units import HOME_MID, is_visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .table import Field, Row, Table

DEFAULT_FOLDER = 516_016


class Extension:
    """`number` is its place in the tenant, `made` the time it was created, `None` for a seeded one."""

    def __init__(self, table: Table, seed: int, number: int, *, mid: int = HOME_MID, made: str | None = None) -> None:
        self.table = table
        self.object_id = guid(seed, "dataextension", number)
        self.number = number
        self.mid = mid
        self.made = made
        self.changed: str | None = made
        self.folder = DEFAULT_FOLDER + (1 if table.name.endswith("_Salesforce_1") else 0)
        self.subscriber_field = "_SubscriberKey"
        self.is_testable = False
        self._written: dict[Row, Row] = {}
        self._deleted: set[Row] = set()
        self._loose: list[Row] = []
        self._places: dict[Row, int] | None = None

    def is_seen_by(self, mid: int) -> bool:
        return self.table.shared or is_visible(self.mid, mid)

    def key_of(self, row: Row) -> Row:
        return tuple(row[place] for place in self.table.key_places)

    def rows(self) -> Iterator[Row]:
        """Every row, seeded order first, then the new ones."""
        table, written = self.table, self._written
        if not written and not self._deleted:
            yield from map(table.row, range(table.count))
        else:
            seeded = self._seeded()
            for key, index in seeded.items():
                if key in written:
                    yield written[key]
                elif key not in self._deleted:
                    yield table.row(index)
            yield from (row for key, row in written.items() if key not in seeded)
        yield from self._loose

    def find(self, key: Row) -> Row | None:
        if key in self._written:
            return self._written[key]
        index = self._seeded().get(key) if key and key not in self._deleted else None
        return None if index is None else self.table.row(index)

    def write(self, row: Row) -> bool:
        """Insert or replace by primary key; true when the row is new. Without a key every row is new."""
        key = self.key_of(row)
        if not key:
            self._loose.append(row)
            return True
        is_new = self.find(key) is None
        self._written[key] = row
        self._deleted.discard(key)
        return is_new

    def delete(self, key: Row) -> bool:
        """False when there was no such row."""
        if self.find(key) is None:
            return False
        self._written.pop(key, None)
        if key in self._seeded():
            self._deleted.add(key)
        return True

    def clear(self) -> None:
        """Delete every row."""
        self.table = replace(self.table, count=0)
        self._places = {}
        self._written.clear()
        self._deleted.clear()
        self._loose.clear()

    def widen(self, fields: tuple[Field, ...]) -> None:
        """Add fields; the rows there are get nulls."""
        nulls: Row = (None,) * len(fields)
        self.table = replace(self.table, fields=self.table.fields + fields, row=_padded(self.table.row, nulls))
        self._written = {key: row + nulls for key, row in self._written.items()}
        self._loose = [row + nulls for row in self._loose]

    @property
    def count(self) -> int:
        if not self._written and not self._deleted:
            return self.table.count + len(self._loose)
        seeded = self._seeded()
        new = sum(key not in seeded for key in self._written)
        return self.table.count - len(self._deleted) + new + len(self._loose)

    def _seeded(self) -> dict[Row, int]:
        """Where each seeded key stands."""
        if self._places is None:
            row, count = self.table.row, self.table.count
            self._places = {self.key_of(row(index)): index for index in range(count)}
        return self._places


def _padded(row: Callable[[int], Row], nulls: Row) -> Callable[[int], Row]:
    return lambda index: row(index) + nulls
