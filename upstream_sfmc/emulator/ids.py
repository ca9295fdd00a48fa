"""Deterministic identifiers and dice: the same seed, label and index always give the same value.

It keeps no state and knows no object of the API.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
_MASK: Final = (1 << 64) - 1
_ALNUM: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CRM_TAIL: Final = 12
_GROUP: Final = 5
SEED_DAY: Final = datetime(2026, 5, 1, 8, 0, 0)  # noqa: DTZ001 - the API's dates carry no zone
"""Seeded dates lie before this day, so that a seed gives the same rows on any date."""


def mix(seed: int, label: int, index: int) -> int:
    """64 well-spread bits of three numbers (splitmix64's finalizer)."""
    x = (seed * 0x9E3779B97F4A7C15 + label * 0xBF58476D1CE4E5B9 + index * 0x94D049BB133111EB) & _MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)


def roll(seed: int, label: str, index: int, sides: int) -> int:
    """A number in `range(sides)`."""
    return mix(seed, crc32(label.encode()), index) % sides


def choose(seed: int, label: str, index: int, options: Sequence[T]) -> T:
    return options[roll(seed, label, index, len(options))]


def guid(seed: int, label: str, index: int) -> str:
    """A version 4 GUID in lower case."""
    code = crc32(label.encode())
    text = f"{mix(seed, code, index):016x}{mix(seed + 1, code, index):016x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[int(text[16], 16) % 4]}{text[17:20]}-{text[20:32]}"


def crm_id(prefix: str, number: int) -> str:
    """An 18-character Salesforce id with a valid checksum: `0034x` and so on."""
    tail, rest = "", number
    for _ in range(_CRM_TAIL - 5):
        rest, digit = divmod(rest, 62)
        tail = _BASE62[digit] + tail
    short = f"{prefix}5e000{tail}"[:15]
    suffix = ""
    for start in range(0, 15, _GROUP):
        bits = sum(1 << place for place, char in enumerate(short[start : start + _GROUP]) if char.isupper())
        suffix += _ALNUM[bits]
    return short + suffix


def past(seed: int, label: str, index: int, days: int) -> str:
    """An ISO date and time within `days` before the seed day."""
    shift = timedelta(seconds=roll(seed, label, index, days * 86_400))
    return (SEED_DAY - shift).isoformat(timespec="seconds")
