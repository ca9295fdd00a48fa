"""The whole state of one emulated tenant: who is in it, its data extensions, and what callers changed.

Seeded rows are never stored; a change is kept beside them and wins. It speaks no HTTP.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from .contacts import Contacts
from .ids import guid, roll
from .mail import Mailroom
from .people import Person, populate
from .subscribers import Subscribers
from .tables import build_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .clock import VirtualClock
    from .table import Row, Table

Profile = Literal["tiny", "demo"]
SIZES: Final[dict[Profile, int]] = {"tiny": 200, "demo": 5_000}


class Unit:
    """A business unit: its MID, its name, and whether it is the enterprise."""

    __slots__ = ("is_enterprise", "is_sandbox", "mid", "name")

    def __init__(self, mid: int, name: str, *, is_enterprise: bool = False, is_sandbox: bool = False) -> None:
        self.mid = mid
        self.name = name
        self.is_enterprise = is_enterprise
        self.is_sandbox = is_sandbox


UNITS: Final = (
    Unit(7_203_100, "Northwind Sample Enterprise", is_enterprise=True),
    Unit(7_203_368, "Northwind Retail"),
    Unit(7_203_402, "Northwind Travel"),
    Unit(7_203_515, "Northwind Services"),
    Unit(7_203_990, "Northwind Sandbox", is_sandbox=True),
)
ENTERPRISE_ID: Final = UNITS[0].mid
HOME_MID: Final = UNITS[1].mid


class Extension:
    """One data extension with the rows written since the seed."""

    def __init__(self, table: Table, seed: int, number: int) -> None:
        self.table = table
        self.object_id = guid(seed, "dataextension", number)
        self.number = number
        self._written: dict[Row, Row] = {}
        self._seeded: set[Row] | None = None

    def key_of(self, row: Row) -> Row:
        return tuple(row[place] for place in self.table.key_places)

    def rows(self) -> Iterator[Row]:
        """Every row, seeded order first, then the new ones."""
        table, written = self.table, self._written
        if not written:
            yield from map(table.row, range(table.count))
            return
        seen: set[Row] = set()
        for index in range(table.count):
            row = table.row(index)
            key = self.key_of(row)
            if key in written:
                seen.add(key)
                row = written[key]
            yield row
        yield from (row for key, row in written.items() if key not in seen)

    def find(self, key: Row) -> Row | None:
        if key in self._written:
            return self._written[key]
        if key not in self._seeded_keys():
            return None
        return next(row for row in self.rows() if self.key_of(row) == key)

    def write(self, row: Row) -> bool:
        """Insert or replace by primary key; true when the row is new."""
        key = self.key_of(row)
        is_new = key not in self._written and key not in self._seeded_keys()
        self._written[key] = row
        return is_new

    @property
    def count(self) -> int:
        seeded = self._seeded_keys() if self._written else frozenset()
        return self.table.count + sum(key not in seeded for key in self._written)

    def _seeded_keys(self) -> set[Row]:
        if self._seeded is None:
            self._seeded = {self.key_of(self.table.row(index)) for index in range(self.table.count)}
        return self._seeded


class Tenant:
    """Everything the emulated API answers from. `reset` undoes every change."""

    def __init__(self, profile: Profile, seed: int, clock: VirtualClock) -> None:
        self.seed = seed
        self.clock = clock
        self.people: tuple[Person, ...] = tuple(populate(seed, SIZES[profile]))
        self._tables = build_tables(seed, self.people)
        self.generation = 0
        """Grows with every reset: a page token or continuation of an earlier one is void."""
        self.reset()

    def reset(self) -> None:
        self.generation += 1
        self.extensions = [Extension(table, self.seed, n) for n, table in enumerate(self._tables)]
        self._by_key = {extension.table.key.casefold(): extension for extension in self.extensions}
        self._by_id = {extension.object_id: extension for extension in self.extensions}
        self.subscribers = Subscribers(self.seed, self.people, self.clock)
        self.contacts = Contacts(self.people, self.clock)
        self.mail = Mailroom(self.seed, self.clock)
        self.journey_events: list[dict[str, str]] = []
        """What callers fired: contact key, event definition key, event instance id, time."""

    def extension_by_key(self, key: str, mid: int) -> Extension | None:
        return self._seen(self._by_key.get(key.casefold()), mid)

    def extension_by_id(self, object_id: str, mid: int) -> Extension | None:
        return self._seen(self._by_id.get(object_id.lower()), mid)

    def visible(self, mid: int) -> list[Extension]:
        """The data extensions a business unit sees: all at home and in the enterprise, the shared ones elsewhere."""
        return [extension for extension in self.extensions if self._seen(extension, mid)]

    def is_home(self, mid: int) -> bool:
        """Whether journeys, content, automations and messages of the demo belong to this business unit."""
        return mid in {HOME_MID, ENTERPRISE_ID}

    def _seen(self, extension: Extension | None, mid: int) -> Extension | None:
        if extension is None or self.is_home(mid) or extension.table.shared:
            return extension
        return None

    def staff(self, index: int) -> tuple[str, str, int]:
        """Name, e-mail and user id of one of the tenant's 25 users."""
        given, family = STAFF[index % len(STAFF)]
        local = f"{given}.{family}".lower().replace("'", "")
        return f"{given} {family}", f"{local}@staff.example.com", 710_000_000 + index % len(STAFF)

    def staff_for(self, label: str, index: int) -> tuple[str, str, int]:
        return self.staff(roll(self.seed, f"staff:{label}", index, len(STAFF)))


STAFF: Final = (
    ("Ingrid", "Solberg"),
    ("Marcus", "Adeyemi"),
    ("Priya", "Raman"),
    ("Declan", "O'Hara"),
    ("Lucia", "Ferrante"),
    ("Tobias", "Kranz"),
    ("Hannah", "Weiss"),
    ("Noor", "Haddad"),
    ("Elena", "Castellanos"),
    ("Viktor", "Lindqvist"),
    ("Camille", "Rousseau"),
    ("Daniel", "Osei"),
    ("Yuki", "Nakamura"),
    ("Sofia", "Marchetti"),
    ("Pavel", "Novotny"),
    ("Aisha", "Rahman"),
    ("Gareth", "Llewellyn"),
    ("Beatriz", "Moreira"),
    ("Oskar", "Wisniewski"),
    ("Leah", "Goldmann"),
    ("Rafael", "Quintero"),
    ("Nina", "Halvorsen"),
    ("Samuel", "Whitlock"),
    ("Irina", "Dragomir"),
    ("Jonas", "Petersen"),
)
