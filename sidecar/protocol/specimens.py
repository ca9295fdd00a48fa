"""Invents texts and numbers that a schema allows: of a text's own shape, of a pattern, of a length, within bounds.

It promises nothing: whoever asks holds what he gets against the schema (``schemas.fits``). Drawn from a stream of numbers,
so that the same value always becomes the same specimen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final, TypeAlias

from sidecar.protocol.pattern_parts import Part, parse
from sidecar.protocol.schemas import Declared
from sidecar.protocol.validity import BITS

Draw: TypeAlias = Callable[[int], int]
"""A number from 0 to below the limit."""

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_LONGEST: Final = 512
_LABEL: Final = 63
"""Characters of one part of a host's name (RFC 1035 2.3.4)."""
_TRIES: Final = 4
"""Patterns with alternatives: another draw takes another one."""


def texts(declared: Declared, text: str, draw: Draw) -> Iterator[str]:
    """What may stand for ``text``: first what keeps its shape, which satisfies most patterns that it satisfied."""
    yield shaped(text, draw)
    if declared.format in _OF_FORMAT:
        yield _OF_FORMAT[declared.format](text, draw)
    if declared.pattern:
        part = parse(declared.pattern)
        for _ in range(_TRIES if part is not None else 0):
            made = _made(part, draw, declared.min_length or 0)
            if made is not None:
                yield made
    longest = min(declared.max_length if declared.max_length is not None else 12, _LONGEST)
    length = max(declared.min_length or 0, min(longest, 12))
    if length <= _LONGEST:
        yield "".join(_LETTERS[draw(26)] for _ in range(length))


def shaped(text: str, draw: Draw) -> str:
    """Every digit another digit, every letter another of its case and alphabet, everything else as it stands."""
    return "".join(_another(char, draw) for char in text)


def _clock(text: str, draw: Draw) -> str:
    """A time of day of the length ``text`` has; its zone is no longer its own."""
    zone = "Z" if text[-1:] in {"Z", "z"} else "+00:00" if text[-6:-5] in {"+", "-"} else ""
    fraction = text[len("00:00:00") : len(text) - len(zone)]
    return f"{draw(24):02}:{draw(60):02}:{draw(60):02}{shaped(fraction, draw)}{zone}"


def _duration(text: str, draw: Draw) -> str:
    """The same units, other numbers."""
    return "".join(str(draw(10)) if char.isdigit() else char for char in text)


def _web(text: str, draw: Draw) -> str:
    """Below a name nobody owns (RFC 2606 3), as long as ``text`` where that is long enough."""
    length = max(len(text) - len("https://.example.com"), 1)
    return f"https://{''.join(_LETTERS[draw(26)] for _ in range(min(length, _LABEL)))}.example.com"


def _another(char: str, draw: Draw) -> str:
    if char.isdigit():
        return str(draw(10))
    if not char.isalpha():
        return char
    if char in "abcdefABCDEF":  # hexadecimal stays hexadecimal
        letter = "abcdef"[draw(6)]
    elif char.isascii() or char.lower() == char.upper():
        letter = _LETTERS[draw(26)]
    else:
        letter = "äöüéàñ"[draw(6)]
    return letter.upper() if char.isupper() else letter


def numbers(declared: Declared, literal: str, draw: Draw) -> Iterator[str]:
    """Integers of as many digits as ``literal`` has, within the bounds, multiples where only multiples are allowed."""
    digits = len(literal.lstrip("-").partition(".")[0])
    low, high = Decimal(10 ** (digits - 1) if digits > 1 else 0), Decimal(10**digits - 1)
    if declared.format in BITS:
        high = min(high, Decimal(2 ** BITS[declared.format] - 1))
    if literal.startswith("-"):
        low, high = -high, -low
    within = [(_higher(low, declared.minimum), _lower(high, declared.maximum))]
    if declared.minimum is not None or declared.maximum is not None:  # no number of that length is allowed
        base = declared.minimum if declared.minimum is not None else (declared.maximum or Decimal(0)) - 10**digits
        within.append((base, _lower(base + 10**digits, declared.maximum)))
    step = declared.multiple_of or Decimal(1)
    for smallest, largest in within:
        first = (smallest / step).to_integral_value(ROUND_CEILING)
        last = (largest / step).to_integral_value(ROUND_FLOOR)
        count = int(last - first) + 1
        start = draw(count) if count > 0 else 0
        for turn in range(min(_TRIES, count)):
            number = (first + (start + turn) % count) * step
            yield format(number.to_integral_value() if number == number.to_integral_value() else number, "f")


def _higher(one: Decimal, two: Decimal | None) -> Decimal:
    return one if two is None else max(one, two)


def _lower(one: Decimal, two: Decimal | None) -> Decimal:
    return one if two is None else min(one, two)


def _made(part: Part | None, draw: Draw, least: int) -> str | None:
    """A text ``part`` matches, of at least ``least`` characters where repetitions allow it."""
    text = ""
    for extra in (0, least):
        text = "" if part is None else part.make(draw, extra)
        if len(text) >= least or len(text) > _LONGEST:
            break
    return text if len(text) <= _LONGEST else None


_OF_FORMAT: Final[dict[str, Callable[[str, Draw], str]]] = {
    "time": _clock,
    "iso-time": _clock,
    "duration": _duration,
    **dict.fromkeys(("url", "uri", "iri"), _web),
}
"""Formats that another text of the same shape seldom has."""
