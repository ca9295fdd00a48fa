# ruff: noqa: PLR2004  shares and counts; each stands beside what it measures
"""A column's verdict from the shares of its values that show a sign: persons, places, numbers of one kind, or things.

It keeps no value and reads none: ``signs`` looks at values, ``columns`` remembers verdicts.

What outweighs what: check digits and fixed forms need no company. Words of names need a share of the column. Weak evidence
(a zip, a birth date, a handle) counts only beside columns of persons and addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sidecar.redaction import shape
from sidecar.redaction.fields import CHECKS
from sidecar.redaction.lexicon import folded, is_given
from sidecar.redaction.signs import Sign, is_day_long_past

LEAST: Final = 8
"""Different values a column needs before they say anything together."""
ENOUGH: Final = 40
"""Different values after which a column that said nothing is read as any text is."""

_HUMAN: Final = frozenset(
    ("PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "DATE_OF_BIRTH", "NATIONAL_ID", "US_SSN", "USERNAME")
)

_CERTAIN: Final = (Sign.EMAIL, Sign.CARD, Sign.IBAN, Sign.IP, Sign.NATIONAL_SHAPE, Sign.PHONE_SURE)
"""What a value is whatever stands around it."""


class Verdict(NamedTuple):
    """What a column holds. ``entity`` is empty for things and for columns read as any text is."""

    entity: str
    fits: Callable[[str], bool]
    is_thing: bool = False


@dataclass(slots=True)
class Ballot:
    """The votes of one column: counts and small bit sets, from which no value can be had."""

    values: int = 0
    distinct: int = 0
    seen: int = 0
    """A bit per different value, by keyed digest."""
    signs: dict[Sign, int] = field(default_factory=dict)
    firsts: int = 0
    """A bit per first character of numbers."""
    starts: int = 0
    """A bit per first three characters, hashed."""
    lengths: int = 0
    wordings: int = 0
    """A bit per value without its digits, hashed."""
    tokens: int = 0
    """Words in all values …"""
    vocabulary: int = 0
    """… and a bit per different one, hashed."""
    decades: int = 0
    checks: bool = False
    """Whether check digits of one country hold for the values."""
    company: set[str] = field(default_factory=set)
    """Entities of the columns of the same records."""
    near: set[str] = field(default_factory=set)
    """Entities of the two columns before and after it."""

    def share(self, *signs: Sign) -> float:
        return sum(self.signs.get(sign, 0) for sign in signs) / max(1, self.distinct)

    @property
    def is_list(self) -> bool:
        """Few different values that come again and again."""
        return self.values >= 20 and 5 * self.distinct <= 2 * self.values

    @property
    def is_repetitive(self) -> bool:
        """The same words in ever new combinations."""
        return 2 * self.vocabulary.bit_count() < self.tokens and self.tokens >= 20


def decide(ballot: Ballot) -> Verdict | None:
    """``None``: not yet, or nothing to be said."""
    if ballot.distinct < LEAST:
        return None
    return _numbers(ballot) or _words(ballot)


def conclude(ballot: Ballot) -> Verdict | None:
    """Of a column about which ``decide`` had nothing to say, whatever stands beside it."""
    share = ballot.share
    if ballot.distinct >= LEAST and share(Sign.DAY) >= 0.9:
        return DAYS
    if ballot.distinct >= LEAST and share(Sign.USERNAME) >= 0.9 and ballot.is_repetitive:
        return SLUGS
    is_titled = share(Sign.TITLE_SHAPE) >= 0.85 or (share(Sign.TITLE_SHAPE) >= 0.6 and ballot.is_list)
    if (
        ballot.distinct >= LEAST
        and share(Sign.CODE) >= 0.4
        and share(Sign.NAME_SHAPE) < 0.6
        and ballot.lengths.bit_count() <= 2
    ):
        return CODES
    is_odd = share(Sign.MODEL_PERSON, Sign.MODEL_PLACE) < (0.75 if ballot.is_list else 0.4)
    is_odd = is_odd and (share(Sign.BLIND) < 0.5 or (ballot.is_list and share(Sign.PERSON_WORD) < 0.5))
    if ballot.distinct >= LEAST and is_titled and is_odd and share(Sign.GIVEN) < 0.15:
        return THING
    return AS_TEXT if ballot.distinct >= ENOUGH else None


def _numbers(b: Ballot) -> Verdict | None:
    share = b.share
    if share(Sign.EMAIL) >= 0.9:
        return EMAIL
    if share(Sign.IP) >= 0.95:
        return IP
    if share(Sign.IBAN) >= 0.8:
        return IBAN
    if share(Sign.CARD) >= 0.95:
        return CARD
    if share(Sign.DAY) >= 0.9:
        is_birth = share(Sign.RECENT) <= 0.08 and b.decades.bit_count() >= 4 and bool(b.company & _HUMAN)
        return BIRTH if is_birth else None
    if b.checks or (share(Sign.NATIONAL_SHAPE) >= 0.9 and b.company & _HUMAN):
        return NATIONAL
    if share(Sign.PHONE_SHAPE) >= 0.9 and share(Sign.DAY) == 0:
        is_written = share(Sign.PHONE_SURE) >= 0.4 and not (
            share(Sign.ZIP_SHAPE) >= 0.5 or share(Sign.PLAIN_NUMBER) >= 0.9 > share(Sign.LEADING_ZERO)
        )
        is_mobile = share(Sign.MOBILE) >= 0.95 and b.starts.bit_count() >= min(8, b.distinct // 2)
        if is_written or is_mobile or _is_phone_book(b):
            return PHONE
    return _zip(b) or _mixed(b)


def _mixed(b: Ballot) -> Verdict | None:
    """A column people put anything in: numbers of cards and accounts, addresses, telephones. A day long past among them is a birthday."""
    share = b.share
    kinds = sum(1 for sign in _CERTAIN if b.signs.get(sign, 0))
    is_day_rare = 0 < share(Sign.DAY) <= 0.3 and share(Sign.RECENT) <= share(Sign.DAY) / 2
    return MIXED if kinds >= 3 and share(*_CERTAIN) >= 0.3 and is_day_rare else None


def _is_phone_book(b: Ballot) -> bool:
    """Plain digits with a zero in front (an area code), or found to be phone numbers by patterns."""
    return (
        b.share(Sign.PHONE_SURE) >= 0.4 and b.starts.bit_count() >= min(6, b.distinct // 3) and bool(b.company & _HUMAN)
    )


def _zip(b: Ballot) -> Verdict | None:
    if "LOCATION" not in b.company:
        return None
    if b.share(Sign.ZIP_SHAPE) >= 0.9 or (
        b.share(Sign.ZIP_SHAPE) >= 0.3 and b.share(Sign.ZIP_SHAPE, Sign.ZIP_DIGITS) >= 0.95
    ):
        return ZIP
    is_scattered = b.firsts.bit_count() >= min(6, b.distinct // 2) or b.share(Sign.LEADING_ZERO) > 0.02
    if b.share(Sign.ZIP_DIGITS) >= 0.97 and b.lengths.bit_count() == 1 and is_scattered:
        return ZIP
    return None


def _words(b: Ballot) -> Verdict | None:
    share = b.share
    if share(Sign.COMPANY) >= 0.15:
        return COMPANY
    if share(Sign.COUNTRY) >= 0.3:
        return COMPANY
    if share(Sign.NUMBERED) >= 0.6 or share(Sign.STREET_WORD) >= 0.3:
        street = _street(b)
        if street:
            return street
    if share(Sign.NAME_SHAPE) >= 0.85 and share(Sign.CAPITALS) >= 0.85 and share(Sign.USERNAME) < 0.9:
        named = _named(b)
        if named:
            return named
    if (
        share(Sign.USERNAME) >= 0.95
        and b.distinct >= 12
        and b.starts.bit_count() >= b.distinct // 3
        and b.company & {"PERSON", "EMAIL_ADDRESS"}
    ):
        return USERNAME if 10 * b.distinct >= 8 * b.values and not b.is_repetitive else None
    return None


def _street(b: Ballot) -> Verdict | None:
    beside = 0.15 if "LOCATION" in b.company else 0.4
    if b.is_list or 2 * b.distinct < b.values or 5 * b.wordings.bit_count() < 3 * b.distinct:
        return None
    if b.share(Sign.NUMBERED) >= 0.8 and b.share(Sign.MODEL_ANY) >= 0.5:
        return STREET
    known = max(b.share(Sign.STREET_WORD), b.share(Sign.MODEL_PLACE), b.share(Sign.MODEL_PERSON, Sign.PERSON_WORD) / 2)
    if known >= beside:
        return STREET
    is_all_numbered = b.share(Sign.NUMBERED) >= 0.9 and b.share(Sign.BLIND) >= 0.5 and 10 * b.distinct >= 9 * b.values
    return STREET if is_all_numbered and b.company & _HUMAN else None


def _named(b: Ballot) -> Verdict | None:
    """Persons or places: whichever is better supported, if either is."""
    person = max(b.share(Sign.MODEL_PERSON), b.share(Sign.PERSON_WORD), 4 * b.share(Sign.TITLE))
    place = max(b.share(Sign.MODEL_PLACE), b.share(Sign.CITY_WORD))
    if b.is_list:
        return PERSON if person >= 0.7 and person >= place else None
    is_various = 10 * b.distinct >= 3 * b.values or b.distinct >= 12
    if b.share(Sign.CITY_WORD) >= 0.5 and b.share(Sign.CITY_WORD) > b.share(Sign.PERSON_WORD):
        return CITY
    is_sure = b.share(Sign.WORD) < 0.7 or b.share(Sign.PERSON_WORD, Sign.CITY_WORD) >= 0.1
    if person >= (0.4 if is_sure else 0.5) and person >= place:
        return PERSON
    if place >= (0.4 if is_sure else 0.5):
        return CITY
    if person + place >= 0.25 and is_various and b.near & {"LOCATION", "PERSON", "EMAIL_ADDRESS"}:
        return CITY if "LOCATION" in b.near else PERSON
    is_unreadable = b.share(Sign.BLIND) >= 0.9 and 2 * b.distinct >= b.values and person + place >= 0.08
    if b.tokens >= 3 * b.distinct and b.lengths.bit_count() > 15:
        return None  # what people do is said in more words, and in fewer or more of them
    if is_unreadable and b.company & {"LOCATION", "PERSON", "EMAIL_ADDRESS"}:
        return CITY if place > person else PERSON
    return None


_NAME = re.compile(r"['\u2019]?[^\W\d_][^\d_@/:;<>\[\]{}|=+*%#!?]{0,79}")
_CODE = re.compile(r"[A-Z\d][A-Z\d._/-]{3,15}")
_NOT_CALLED: Final = frozenset(
    [
        "n/a",
        "na",
        "none",
        "null",
        "unknown",
        "true",
        "false",
        "yes",
        "no",
        "undefined",
        "nil",
        "other",
        "test",
        "deleted",
        "anonymous",
        "active",
        "inactive",
        "open",
        "closed",
        "new",
    ]
)


def _fits_name(text: str) -> bool:
    bare = text.strip()
    if _NAME.fullmatch(bare) is None or folded(bare) in _NOT_CALLED:
        return False
    words = bare.split()
    return len(words) <= 9 and (len(words) <= 3 or sum(word[0].islower() for word in words) <= 3)


def _fits_street(text: str) -> bool:
    return (
        len(text) <= 160 and any(map(str.isalpha, text)) and folded(text.strip()) not in _NOT_CALLED and "@" not in text
    )


def _fits_thing(text: str) -> bool:
    """No given name in front: somebody may have been put among the things."""
    return shape.is_short_name_of_thing(text) and not is_given(text)


EMAIL: Final = Verdict("EMAIL_ADDRESS", CHECKS["email"])
IP: Final = Verdict("IP_ADDRESS", CHECKS["ip"])
IBAN: Final = Verdict("IBAN_CODE", CHECKS["iban"])
CARD: Final = Verdict("CREDIT_CARD", CHECKS["card"])
BIRTH: Final = Verdict("DATE_OF_BIRTH", CHECKS["date"])
NATIONAL: Final = Verdict("NATIONAL_ID", CHECKS["government_id"])
MIXED: Final = Verdict("DATE_OF_BIRTH", is_day_long_past)
PHONE: Final = Verdict("PHONE_NUMBER", CHECKS["phone"])
ZIP: Final = Verdict("LOCATION", CHECKS["zip"])
STREET: Final = Verdict("LOCATION", _fits_street)
CITY: Final = Verdict("LOCATION", _fits_name)
PERSON: Final = Verdict("PERSON", _fits_name)
USERNAME: Final = Verdict("USERNAME", CHECKS["username"])
THING: Final = Verdict("", _fits_thing, is_thing=True)
CODES: Final = Verdict(
    "", lambda text: _CODE.fullmatch(text) is not None and not shape.may_hold_pattern(text), is_thing=True
)
SLUGS: Final = Verdict("", CHECKS["username"], is_thing=True)
COMPANY: Final = Verdict(
    "",
    lambda text: shape.is_short_name_of_thing(text) or (CHECKS["person"](text) and not shape.is_sentence(text)),
    is_thing=True,
)
DAYS: Final = Verdict("", CHECKS["date"], is_thing=True)
"""Dates that are nobody's birthday: no pattern takes them for phone numbers."""
AS_TEXT: Final = Verdict("", lambda _text: False)
