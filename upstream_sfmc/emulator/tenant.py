"""The whole state of one emulated tenant: who is in it, its data extensions, and what callers changed.

Seeded rows are never stored; a change is kept beside them and wins. It speaks no HTTP.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from .activities import Activities
from .agenda import Agenda
from .audit import campaigns
from .contacts import Contacts
from .extension import Extension
from .ids import guid, roll
from .imports import seeded_files
from .journey_book import JourneyBook
from .library import Library
from .mail import Burst, Channel, Mailroom
from .people import Person, populate
from .shelf import Shelf
from .soap_store import SoapStore
from .subscribers import Subscribers
from .tables import build_tables
from .triggered import Deliveries
from .units import ENTERPRISE_ID, HOME_MID

if TYPE_CHECKING:
    from .clock import VirtualClock
    from .table import Table

Profile = Literal["tiny", "demo", "load"]
CHANNELS: Final[tuple[Channel, ...]] = ("email", "sms", "push")
SIZES: Final[dict[Profile, int]] = {"tiny": 200, "demo": 5_000, "load": 50_000}


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
        self._made = 0
        self.provisioned = {"sms", "push"}
        """The channels beside e-mail this tenant has bought; a control takes one away."""
        self.agenda = Agenda(self.clock)
        self.subscribers = Subscribers(self.seed, self.people, self.clock)
        self.contacts = Contacts(self.people, self.clock)
        self.mail, self.sms, self.push = (
            Mailroom(self.seed, self.clock, channel, self.people, self.subscribers) for channel in CHANNELS
        )
        self.deliveries = Deliveries(self.clock, self.subscribers)
        self.bursts: dict[str, Burst] = {}
        self.opted_in: dict[str, tuple[str, str]] = {}
        """Mobile numbers subscribed by callers: keyword and time."""
        self.keywords: dict[str, str] = {}
        self.files = seeded_files(self)
        """The text of the files on the file locations, by name."""
        self.activities = Activities(self)
        self.campaigns = Shelf("id", campaigns(self.seed))
        self.library = Library(self)
        self.soap = SoapStore(self.seed, self.staff_for)
        self.journeys = JourneyBook(self.seed, self.clock, self.staff_for)

    def settle(self) -> None:
        """Do what has become due by the clock."""
        self.agenda.settle()

    def new_id(self, label: str) -> str:
        """A GUID never given before since the last reset."""
        self._made += 1
        return guid(self.seed, f"new:{label}", self._made)

    def extension_by_key(self, key: str, mid: int) -> Extension | None:
        wanted = key.casefold()
        return next((one for one in self.visible(mid) if one.table.key.casefold() == wanted), None)

    def extension_by_id(self, object_id: str, mid: int) -> Extension | None:
        return next((one for one in self.visible(mid) if one.object_id == object_id.lower()), None)

    def add_extension(self, table: Table, mid: int) -> Extension:
        self._made += 1
        extension = Extension(table, self.seed, len(self._tables) + self._made, mid=mid, made=self.clock.stamp())
        self.extensions.append(extension)
        return extension

    def visible(self, mid: int) -> list[Extension]:
        """The data extensions a business unit sees: all at home and in the enterprise, the shared ones elsewhere."""
        return [extension for extension in self.extensions if extension.is_seen_by(mid)]

    def is_home(self, mid: int) -> bool:
        """Whether journeys, content, automations and messages of the demo belong to this business unit."""
        return mid in {HOME_MID, ENTERPRISE_ID}

    def is_provisioned(self, channel: str, mid: int) -> bool:
        """Whether a unit may use a channel: e-mail everywhere, the others at home and in the enterprise if at all."""
        return channel == "email" or (channel in self.provisioned and self.is_home(mid))

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
