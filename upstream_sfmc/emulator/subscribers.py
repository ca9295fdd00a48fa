"""All Subscribers, lists and who is on which list, with the changes callers made.

Seeded membership is worked out by hash; only changes are stored. It writes no XML.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from .ids import past, roll
from .people import Person

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .clock import VirtualClock


@dataclass(frozen=True, slots=True)
class MailingList:
    list_id: int
    name: str
    classification: str
    per_mille: int = 0
    """How many of a thousand subscribers are on it."""

    key: str = ""
    description: str = ""
    created: str = "2021-03-09T10:15:00"

    @property
    def customer_key(self) -> str:
        return self.key or f"{self.name} - {self.list_id + 389}"


ALL_SUBSCRIBERS: Final = 23
LISTS: Final = (
    MailingList(ALL_SUBSCRIBERS, "All Subscribers", "ExactTargetList", 1000),
    MailingList(151, "Weekly Newsletter", "PublicationList", 280),
    MailingList(152, "Product Updates", "PublicationList", 180),
    MailingList(153, "Paris Store Events", "PublicationList", 60),
    MailingList(154, "Grant Programme", "PublicationList", 90),
    MailingList(155, "VIP Customers", "ExactTargetList", 70),
    MailingList(156, "Winback 2026", "ExactTargetList", 80),
    MailingList(157, "Global Suppression", "SuppressionList", 40),
)


@dataclass(frozen=True, slots=True)
class Membership:
    list_id: int
    subscriber_key: str
    subscriber_id: int
    status: str
    created: str


class Subscribers:
    """Subscribers by key. A key is unique, an e-mail address is not."""

    def __init__(self, seed: int, people: Sequence[Person], clock: VirtualClock) -> None:
        self._seed = seed
        self._clock = clock
        self._by_key = {person.key: person for person in people}
        self._order = {person.key: person.index for person in people}
        self._memberships: dict[tuple[int, str], Membership] = {}
        self._added = 0
        self.profile_attributes: list[str] = []
        """Attributes callers added to every subscriber's profile."""
        self.lists = {one.list_id: one for one in LISTS}
        self.attributes: dict[str, dict[str, str | None]] = {}
        """Attributes written by callers, by subscriber key; seeded ones come from the person."""

    def all(self) -> Iterator[Person]:
        return iter(list(self._by_key.values()))

    def get(self, key: str) -> Person | None:
        return self._by_key.get(key)

    def by_email(self, email: str) -> list[Person]:
        wanted = email.casefold()
        return [person for person in self._by_key.values() if person.email.casefold() == wanted]

    def add(self, key: str, email: str) -> Person:
        """A new active subscriber; everything not given is empty."""
        self._added += 1
        index = len(self._order) + self._added - 1
        person = Person(
            index=index,
            person_id=f"n{index:05d}",
            locale="en_US",
            given="",
            family="",
            email=email,
            phone="",
            street="",
            city="",
            region="",
            postcode="",
            country="",
            born="",
            gender="",
            key=key,
            key_kind="given",
            status="Active",
            created=self._clock.stamp()[:19],
            contact_id=193_000_000 + index * 37 + 5,
            subscriber_id=756_000_000 + index * 13,
            ip="",
        )
        self._by_key[key] = person
        return person

    def update(
        self, key: str, *, email: str | None = None, status: str | None = None, email_type: str | None = None
    ) -> Person:
        person = self._by_key[key]
        if email_type:
            person = replace(person, email_type=email_type)
        if email:
            person = replace(person, email=email)
        if status and status != person.status:
            since = self._clock.stamp()[:19] if status == "Unsubscribed" else None
            person = replace(person, status=status, unsubscribed=since)
        self._by_key[key] = person
        return person

    def delete(self, key: str) -> bool:
        """Take a subscriber off every list; false when there was none."""
        self._memberships = {place: one for place, one in self._memberships.items() if place[1] != key}
        self.attributes.pop(key, None)
        return self._by_key.pop(key, None) is not None

    def attributes_of(self, person: Person) -> list[tuple[str, str | None]]:
        """Profile attributes as name and value, `None` where nothing is known."""
        seeded: dict[str, str | None] = {
            "First Name": person.given or None,
            "Last Name": person.family or None,
            "City": person.city or None,
            "Country": person.country or None,
            "Mobile Phone": person.phone or None,
            "Birthday": person.born or None,
            "Nickname": None,
        }
        seeded |= dict.fromkeys(self.profile_attributes)
        return list({**seeded, **self.attributes.get(person.key, {})}.items())

    def memberships(self, *, list_id: int | None = None, key: str | None = None) -> Iterator[Membership]:
        """Memberships of one list, one subscriber, both, or all."""
        people = [self._by_key[key]] if key is not None and key in self._by_key else None
        if key is not None and people is None:
            return
        for mailing_list in list(self.lists.values()):
            if list_id is None or mailing_list.list_id == list_id:
                for person in people or list(self._by_key.values()):
                    membership = self._membership(mailing_list, person)
                    if membership is not None:
                        yield membership

    def add_list(self, name: str, classification: str, key: str, description: str) -> MailingList:
        number = 1 + max(self.lists)
        made = MailingList(number, name, classification, 0, key, description, self._clock.stamp()[:19])
        self.lists[number] = made
        return made

    def change_list(self, list_id: int, **changes: str) -> None:
        self.lists[list_id] = replace(self.lists[list_id], **changes)  # type: ignore[arg-type]

    def delete_list(self, list_id: int) -> None:
        del self.lists[list_id]
        self._memberships = {place: one for place, one in self._memberships.items() if place[0] != list_id}

    def set_membership(self, list_id: int, key: str, status: str) -> None:
        person = self._by_key[key]
        created = self._clock.stamp()[:19]
        self._memberships[list_id, key] = Membership(list_id, key, person.subscriber_id, status, created)

    def _membership(self, mailing_list: MailingList, person: Person) -> Membership | None:
        changed = self._memberships.get((mailing_list.list_id, person.key))
        if changed is not None:
            return changed if changed.status != "Deleted" else None
        is_seeded = person.key in self._order
        if mailing_list.list_id != ALL_SUBSCRIBERS:
            dice = roll(self._seed, mailing_list.name, person.index, 1000)
            if not is_seeded or dice >= mailing_list.per_mille:
                return None
        created = past(self._seed, mailing_list.name, person.index, 900) if is_seeded else person.created
        return Membership(mailing_list.list_id, person.key, person.subscriber_id, person.status, created)
