"""The tenant's contacts: a hand-written roster first, then people made up by one Faker per locale.

It does not say where a person's data stands in the API; `tables`, `subscribers` and the others do.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from .ids import SEED_DAY, choose, crm_id, guid, past, roll
from .phones import phone
from .roster import ROSTER

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARES: Final = (
    ("en_US", 45),
    ("en_GB", 12),
    ("de_DE", 10),
    ("fr_FR", 8),
    ("es_ES", 6),
    ("pt_BR", 6),
    ("ja_JP", 5),
    ("vi_VN", 3),
    ("sv_SE", 3),
    ("pl_PL", 2),
)
_LOCALES: Final = tuple(locale for locale, share in SHARES for _ in range(share))
_KEY_KINDS: Final = ("crm",) * 55 + ("email",) * 25 + ("guid",) * 12 + ("loyalty",) * 8
_STATUSES: Final = ("Active",) * 88 + ("Unsubscribed",) * 5 + ("Bounced",) * 4 + ("Held",) * 3
_DOMAINS: Final = ("example.com", "example.org", "example.net", "mail.example.com", "post.example.org", "inbox.test")
_COUNTRIES: Final = {
    "en_US": "US",
    "en_GB": "GB",
    "de_DE": "DE",
    "fr_FR": "FR",
    "es_ES": "ES",
    "pt_BR": "BR",
    "ja_JP": "JP",
    "vi_VN": "VN",
    "sv_SE": "SE",
    "pl_PL": "PL",
}
_FAMILY_FIRST: Final = frozenset({"ja_JP", "vi_VN", "zh_CN", "ko_KR"})
_UNSPELLED: Final = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae"})


@dataclass(frozen=True, slots=True)
class Person:
    """One contact. Dates are ISO; `phone` is written the way this person wrote it."""

    index: int
    person_id: str
    locale: str
    given: str
    family: str
    email: str
    phone: str
    street: str
    city: str
    region: str
    postcode: str
    country: str
    born: str
    gender: str
    key: str
    key_kind: str
    status: str
    created: str
    contact_id: int
    subscriber_id: int
    ip: str
    unsubscribed: str | None = None
    email_type: str = "HTML"

    @property
    def full(self) -> str:
        parts = (self.family, self.given) if self.locale in _FAMILY_FIRST else (self.given, self.family)
        return " ".join(part for part in parts if part)

    @property
    def loyalty(self) -> str:
        return f"LC{70_000_000 + self.contact_id % 10_000_000}"


def populate(seed: int, count: int) -> Iterator[Person]:
    """`count` people, the roster first; e-mail addresses are unique unless the roster shares one.

    Run it to the end before starting another: the locales' generators are shared, and seeded anew each time.
    """
    taken: set[str] = set()
    fakers: dict[str, Any] = {}
    for index in range(count):
        if index < len(ROSTER):
            person = _from_roster(seed, index)
        else:
            locale = choose(seed, "locale", index, _LOCALES)
            if locale not in fakers:
                fakers[locale] = _faker(locale, seed)
            person = _invented(seed, index, locale, fakers[locale], taken)
        taken.add(person.email.casefold())
        yield person


@cache
def _generator(locale: str) -> Any:
    """A generator bound to one locale: the multi-locale proxy mixes scripts within one row."""
    from faker import Factory

    return Factory.create(locale, providers=["faker.providers.person", "faker.providers.address"], use_weighting=False)


def _faker(locale: str, seed: int) -> Any:
    faker = _generator(locale)
    faker.seed_instance(f"{seed}:{locale}")
    return faker


def _invented(seed: int, index: int, locale: str, faker: Any, taken: set[str]) -> Person:
    female = roll(seed, "gender", index, 2) == 0
    given = faker.first_name_female() if female else faker.first_name_male()
    family = faker.last_name()
    latin = faker.first_romanized_name() if locale == "ja_JP" else given
    latin_family = faker.last_romanized_name() if locale == "ja_JP" else family
    email = _email(seed, index, latin, latin_family, taken)
    region = faker.administrative_unit() if hasattr(faker, "administrative_unit") else ""
    return _person(
        seed,
        index,
        person_id=f"p{index:05d}",
        locale=locale,
        given=given,
        family=family,
        email=email,
        phone=phone(seed, index, locale),
        street=" ".join(faker.street_address().split()),
        city=faker.city(),
        region=region,
        postcode=faker.postcode(),
        country=_COUNTRIES[locale],
        gender="F" if female else "M",
    )


def _from_roster(seed: int, index: int) -> Person:
    entry = ROSTER[index]
    return _person(
        seed,
        index,
        person_id=f"r{index:05d}",
        locale=entry.locale,
        given=entry.given,
        family=entry.family,
        email=entry.email,
        phone=entry.phone,
        street=entry.street,
        city=entry.city,
        region=entry.region,
        postcode=entry.postcode,
        country=entry.country,
        gender="X",
    )


def _person(seed: int, index: int, *, email: str, **known: str) -> Person:
    contact_id = 193_000_000 + index * 37 + 5
    key_kind = choose(seed, "key", index, _KEY_KINDS)
    match key_kind:
        case "crm":
            key = crm_id("003", 40_000_000 + index * 91)
        case "email":
            key = email
        case "guid":
            key = guid(seed, "contact", index)
        case _:
            key = f"LC{70_000_000 + contact_id % 10_000_000}"
    if key_kind == "email" and index < len(ROSTER) and ROSTER[index].shared_email:
        key_kind, key = "crm", crm_id("003", 40_000_000 + index * 91)
    status = choose(seed, "status", index, _STATUSES)
    created = past(seed, "created", index, 2000)
    born = date(2008, 1, 1) - timedelta(days=roll(seed, "born", index, 60 * 365))
    return Person(
        index=index,
        email=email,
        born=born.isoformat(),
        key=key,
        key_kind=key_kind,
        status=status,
        created=created,
        contact_id=contact_id,
        subscriber_id=756_000_000 + index * 13,
        ip=_address(seed, index),
        unsubscribed=SEED_DAY.isoformat() if status == "Unsubscribed" else None,
        **known,
    )


def _address(seed: int, index: int) -> str:
    """An IP of the documentation ranges (RFC 5737, RFC 3849)."""
    if roll(seed, "ipv6", index, 5) == 0:
        return f"2001:db8:{roll(seed, 'v6a', index, 65536):x}::{roll(seed, 'v6b', index, 65535) + 1:x}"
    net = choose(seed, "net", index, ("192.0.2", "198.51.100", "203.0.113"))
    return f"{net}.{roll(seed, 'ip', index, 254) + 1}"


def _email(seed: int, index: int, given: str, family: str, taken: set[str]) -> str:
    first, last = _ascii(given), _ascii(family)
    domain = choose(seed, "domain", index, _DOMAINS)
    local = (
        f"{first}.{last}",
        f"{first[:1]}{last}",
        f"{first}_{last}",
        f"{first}{roll(seed, 'year', index, 90) + 10}",
        f"{last}.{first[:1]}",
        f"{first}-{last}+news",
    )[roll(seed, "local", index, 6)]
    address = f"{local}@{domain}"
    return address if address.casefold() not in taken else f"{local.split('+', maxsplit=1)[0]}{index}@{domain}"


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.translate(_UNSPELLED)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "", plain) or "contact"
