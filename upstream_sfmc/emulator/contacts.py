"""Contacts and their attribute sets: what is known of each seeded person, and what callers wrote over it.

A contact is not a subscriber: writing one changes no list and no status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .clock import VirtualClock
    from .people import Person

Attributes = dict[str, "str | None"]

SETS: Final = {
    "Email Addresses": ("Email Address", "HTML Enabled"),
    "Email Demographics": ("First Name", "Last Name", "City", "Country", "Birthday"),
    "MobileConnect Demographics": ("Mobile Number", "First Name", "Last Name", "City", "State", "Zip Code"),
}
EMAIL: Final = "Email Addresses.Email Address"
KNOWN: Final = frozenset(
    {"Contact.Contact Key", "Contact.Contact ID", *(f"{name}.{one}" for name, ones in SETS.items() for one in ones)}
)


class Contacts:
    """Contacts by key; attributes are named `Set.Attribute`."""

    def __init__(self, people: Sequence[Person], clock: VirtualClock) -> None:
        self._people = {person.key: person for person in people}
        self._clock = clock
        self._written: dict[str, Attributes] = {}
        self._created: dict[str, str] = {}
        self._ids: dict[str, int] = {}
        self.opted_out: set[str] = set()
        """Keys of contacts that do not want to be tracked."""

    def keys(self) -> Iterator[str]:
        yield from list(self._people)
        yield from list(self._created)

    def has(self, key: str) -> bool:
        return key in self._people or key in self._created

    def contact_id(self, key: str) -> int:
        if key in self._people:
            return self._people[key].contact_id
        return self._ids[key]

    def key_of_id(self, contact_id: str) -> str | None:
        return next((key for key in self.keys() if str(self.contact_id(key)) == contact_id), None)

    def created(self, key: str) -> str:
        return self._people[key].created if key in self._people else self._created[key]

    def attributes(self, key: str) -> Attributes:
        person = self._people.get(key)
        found: Attributes = seeded(person) if person is not None else {}
        found |= self._written.get(key, {})
        return found | {"Contact.Contact Key": key, "Contact.Contact ID": str(self.contact_id(key))}

    def write(self, key: str, attributes: Attributes) -> bool:
        """Set attributes; true when the contact is new."""
        is_new = not self.has(key)
        if is_new:
            self._created[key] = self._clock.stamp()[:19]
            self._ids.setdefault(key, 194_000_000 + len(self._ids))
        self._written.setdefault(key, {}).update(attributes)
        return is_new

    def delete(self, key: str) -> bool:
        """Forget a contact and all its attributes; false when there was none."""
        self._written.pop(key, None)
        return self._people.pop(key, None) is not None or self._created.pop(key, None) is not None

    def with_email(self, email: str) -> Iterator[str]:
        wanted = email.casefold()
        for key in self.keys():
            written = self._written.get(key, {})
            person = self._people.get(key)
            value = written.get(EMAIL, person.email if person is not None else None)
            if value is not None and value.casefold() == wanted:
                yield key


def seeded(person: Person) -> Attributes:
    return {
        EMAIL: person.email,
        "Email Addresses.HTML Enabled": "True",
        "Email Demographics.First Name": person.given or None,
        "Email Demographics.Last Name": person.family or None,
        "Email Demographics.City": person.city or None,
        "Email Demographics.Country": person.country or None,
        "Email Demographics.Birthday": person.born or None,
        "MobileConnect Demographics.Mobile Number": person.phone or None,
        "MobileConnect Demographics.First Name": person.given or None,
        "MobileConnect Demographics.Last Name": person.family or None,
        "MobileConnect Demographics.City": person.city or None,
        "MobileConnect Demographics.State": person.region or None,
        "MobileConnect Demographics.Zip Code": person.postcode or None,
    }
