# ruff: noqa: PLR2004  a table of counts; each stands beside what it measures
"""A cheap look at a text that tells which recognizers can match it, so that a name is not tried against forty patterns.

With Hyperscan these screens come after the pre-scan; where it is missing they are all there is. It may say yes in vain and never no in vain; a recognizer it does not know always runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import Final, NamedTuple

from sidecar.redaction import shape

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
        is_odd=not text.isascii() and not _FOLDS_ODDLY.isdisjoint(text),
    )


_NEEDS: Final[Mapping[str, Callable[[Screen], bool]]] = {
    "email": lambda s: s.has_at,
    "phone": lambda s: s.digits >= 7,
    "social_security": lambda s: s.digits >= 4,
    "birth_date": lambda s: s.digits >= 1 and s.length >= 8,
    "secret": lambda s: s.length >= 8,
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


class Phones(Enum):
    """What Presidio's phone recognizer, a millisecond's work, could still find in a text."""

    NONE = auto()
    BARE = auto()
    """Digits alone, which are a phone number only if a word says so: ``judge`` drops the others."""
    WRITTEN = auto()


_BETWEEN: Final = r"[-x\u2010-\u2015\u2212\u30fc\uff0d\uff0f\s\u00ad\u200b\u2060\u3000()\uff08\uff09\uff3b\uff3d.\[\]/~\u2053\u223c\uff5e+\uff0b]"
"""What ``phonenumbers`` allows between digits."""
_NUMBER = re.compile(
    rf"[+\uff0b(\uff08\[\uff3b]?\d(?:{_BETWEEN}{{0,6}}\d){{6,}}(?:;ext=|\W{{0,6}}(?:e?xt|\u0434\u043e\u0431|anexo|int|\#|~|;))?",
    re.IGNORECASE,
)


def phones_left(text: str, found: Sequence[tuple[int, int]]) -> Phones:
    """``found``: what needs not be found again. Digits of GUIDs, hex strings and times do not count: ``judge`` would drop them."""
    if look(text).digits < 7:
        return Phones.NONE
    runs = list(shape.opaque_runs(text))
    if digits_outside(text, [*found, *runs]) < 7:
        return Phones.NONE
    rest = text
    for start, end in runs:
        rest = f"{rest[:start]}{'_' * (end - start)}{rest[end:]}"
    written = [match.group().isdigit() for match in _NUMBER.finditer(rest)]
    if not written:
        return Phones.NONE  # digits enough, but not in one number
    return Phones.BARE if all(written) else Phones.WRITTEN


def digits_outside(text: str, spans: Sequence[tuple[int, int]]) -> int:
    """How many digits lie in none of ``spans``."""
    gaps, at = [], 0
    for start, end in sorted(spans):
        gaps.append(text[at:start])
        at = max(at, end)
    return look("".join((*gaps, text[at:]))).digits
