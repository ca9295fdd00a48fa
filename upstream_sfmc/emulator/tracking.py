"""Sends and what happened after them: sent, open, click, bounce and unsubscribe events, worked out by hash.

Nothing is stored: whether person p opened job j is a function of the seed. It writes no XML.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from .assets import asset_name
from .ids import SEED_DAY, guid, mix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .people import Person

JOBS: Final = 45
FIRST_JOB: Final = 44_601
_EMAILS: Final = 35
"""How many of the assets are e-mails a job may have sent."""

_SENT: Final = 267
"""Of a thousand subscribers, how many each job goes to: 45 jobs and 5,000 people make 60,000 events."""
_RATES: Final = {"OpenEvent": 350, "ClickEvent": 75, "BounceEvent": 22, "UnsubEvent": 7}
_DELAYS_S: Final = {"SentEvent": 0, "OpenEvent": 5400, "ClickEvent": 5700, "BounceEvent": 40, "UnsubEvent": 6000}
_SALTS: Final = {name: number for number, name in enumerate(_DELAYS_S)}
EVENT_TYPES: Final = tuple(_DELAYS_S)

_BOUNCES: Final = (
    ("550", "Hard bounce", "HardBounce", "550 5.1.1 <{email}>: Recipient address rejected: User unknown"),
    ("552", "Soft bounce", "SoftBounce", "552 5.2.2 The email account {email} that you tried to reach is over quota"),
    ("421", "Technical bounce", "SoftBounce", "421 4.4.1 Connection timed out while delivering to {email}"),
    (
        "554",
        "Block bounce",
        "BlockBounce",
        "554 5.7.1 Message blocked; see https://postmaster.example.net/?rcpt={quoted}",
    ),
)


@dataclass(frozen=True, slots=True)
class Event:
    type: str
    job: int
    person: Person
    date: str

    @property
    def batch(self) -> int:
        return 1 + self.person.index % 3

    def url(self) -> str:
        """The clicked link; every third one carries the subscriber in its query."""
        match (self.person.index + self.job) % 3:
            case 0:
                return f"https://click.example.com/?qs={mix(self.job, 5, self.person.index):016x}{mix(3, self.job, 9):016x}"
            case 1:
                return f"https://www.example.com/offers/{self.job}?utm_source=newsletter&utm_campaign=job_{self.job}"
            case _:
                return f"https://www.example.com/profile?email={quote(self.person.email)}&sk={quote(self.person.key)}"

    def bounce(self) -> tuple[str, str, str, str]:
        """SMTP code, category, type, and a reason that quotes the address."""
        code, category, kind, reason = _BOUNCES[(self.person.index + self.job) % len(_BOUNCES)]
        return code, category, kind, reason.format(email=self.person.email, quoted=quote(self.person.email))


@dataclass(frozen=True, slots=True)
class Send:
    """One job: what was sent when by whom, and how many of each event followed."""

    job: int
    email_id: int
    name: str
    subject: str
    from_name: str
    from_address: str
    at: str
    counts: dict[str, int]


class Tracking:
    def __init__(self, seed: int, people: Sequence[Person]) -> None:
        self._seed = seed
        self._people = people
        self._by_key = {person.key: person for person in people}
        self._counts: dict[int, dict[str, int]] = {}

    def events(self, type_: str, *, keys: frozenset[str] | None, jobs: frozenset[str] | None) -> Iterator[Event]:
        """Events of one type, job by job; `keys` and `jobs` narrow the search where a filter allows it."""
        people = self._people if keys is None else [self._by_key[key] for key in sorted(keys) if key in self._by_key]
        for job in range(FIRST_JOB, FIRST_JOB + JOBS):
            if jobs is not None and str(job) not in jobs:
                continue
            for person in people:
                if self._happened(type_, job, person.index):
                    yield Event(type_, job, person, self._date(type_, job, person.index))

    def send(self, job: int, staff: Callable[[str, int], tuple[str, str, int]]) -> Send:
        """A job without its counts."""
        name, address, _ = staff("sender", job)
        number = (job - FIRST_JOB) % _EMAILS
        subject = "%%FirstName%%, 50%% off this week" if number % 2 == 0 else "%%=treatascontent(@subject)=%%"
        at = self._start(job).isoformat(timespec="seconds")
        return Send(job, 44_000 + number, asset_name(number), subject, name, address, at, {})

    def counted(self, job: int, staff: Callable[[str, int], tuple[str, str, int]]) -> Send:
        """A job with the number of its events by type."""
        if job not in self._counts:
            indexes = range(len(self._people))
            self._counts[job] = {
                type_: sum(self._happened(type_, job, one) for one in indexes) for type_ in EVENT_TYPES
            }
        return replace(self.send(job, staff), counts=self._counts[job])

    def triggered_send(self, job: int) -> str | None:
        """The object id of the triggered send a job belongs to; most jobs are user-initiated."""
        return guid(self._seed, "triggeredsend", job) if job % 5 == 0 else None

    @staticmethod
    def _start(job: int) -> datetime:
        return SEED_DAY - timedelta(days=(FIRST_JOB + JOBS - job) * 4)

    def _happened(self, type_: str, job: int, index: int) -> bool:
        if mix(self._seed, job, index) % 1000 >= _SENT:
            return False
        if type_ == "SentEvent":
            return True
        bounced = mix(self._seed, job * 7 + _SALTS["BounceEvent"], index) % 1000 < _RATES["BounceEvent"]
        if type_ == "BounceEvent":
            return bounced
        return not bounced and mix(self._seed, job * 7 + _SALTS[type_], index) % 1000 < _RATES[type_]

    def _date(self, type_: str, job: int, index: int) -> str:
        start = self._start(job)
        shift = _DELAYS_S[type_] + mix(self._seed, job, index) % 3600
        return (start + timedelta(seconds=shift)).isoformat(timespec="seconds")
