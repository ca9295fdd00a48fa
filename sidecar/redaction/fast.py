# ruff: noqa: PLR2004  a table of counts; each stands beside what it measures
"""A cheap look at a text that tells which recognizers can match it, so that a name is not tried against forty patterns.

It may say yes in vain and never no in vain; a recognizer it does not know always runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

_FOLDS_ODDLY: Final = frozenset("\u0130\u0131\u017f\u2126\u212a\u212b\u1e9e")
"""Letters that case-insensitive patterns take for ASCII ones."""


class Screen(NamedTuple):
    """Counts of what patterns need."""

    length: int
    digits: int
    has_at: bool
    colons: int
    dots: int
    hyphens: int
    has_separators: bool
    """Anything a written phone number has beside digits."""
    is_odd: bool
    """Has characters whose case folding surprises: every recognizer runs."""


def look(text: str) -> Screen:
    digits = sum(map(text.count, "0123456789"))
    if not text.isascii():
        digits += sum(1 for c in text if c > "\x7f" and c.isdigit())
    return Screen(
        length=len(text),
        digits=digits,
        has_at="@" in text or "%40" in text or "\uff20" in text or "&" in text,
        colons=text.count(":"),
        dots=text.count("."),
        hyphens=text.count("-"),
        has_separators="+" in text or any(c in text for c in " -.()/\u00a0\u2010\u2011\u2013"),
        is_odd=not text.isascii() and not _FOLDS_ODDLY.isdisjoint(text),
    )


_NEEDS: Final[Mapping[str, Callable[[Screen], bool]]] = {
    "email": lambda s: s.has_at,
    "phone": lambda s: s.digits >= 7,
    "social_security": lambda s: s.digits >= 4,
    "birth_date": lambda s: s.digits >= 3 and s.length >= 8,
    "secret": lambda s: s.length >= 16,
    "CreditCardRecognizer": lambda s: s.digits >= 12,
    "CryptoRecognizer": lambda s: s.length >= 26,
    "IbanRecognizer": lambda s: s.digits >= 2 and s.length >= 12,
    "IpRecognizer": lambda s: s.dots >= 3 or s.colons >= 2,
    "MacAddressRecognizer": lambda s: s.colons >= 5 or s.hyphens >= 5 or s.dots >= 2,
    "PhoneRecognizer": lambda s: s.digits >= 7,
    "UsSsnRecognizer": lambda s: s.digits >= 9,
    "UsItinRecognizer": lambda s: s.digits >= 9,
    "UsPassportRecognizer": lambda s: s.digits >= 8,
    "UsBankRecognizer": lambda s: s.digits >= 8,
    "UsLicenseRecognizer": lambda s: s.digits >= 1,
    "MedicalLicenseRecognizer": lambda s: s.digits >= 7,
    "NhsRecognizer": lambda s: s.digits >= 10,
    "UkNinoRecognizer": lambda s: s.digits >= 6,
}


def can_match(name: str, screen: Screen) -> bool:
    """Whether the recognizer of that name can find anything in the text that was looked at."""
    needs = _NEEDS.get(name)
    return needs is None or screen.is_odd or needs(screen)
