"""Replaces the value by an invented one of the same shape, the same each time for the same value, key and scope; cannot be undone.

Digits fall in ranges nobody was ever assigned where there are any: social security numbers of area 000 or 9xx, phone numbers of exchange 555-01xx,
documentation IP addresses (RFC 5737, RFC 3849), the domain example.com (RFC 2606).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from sidecar.redaction.countries import NATIONAL
from sidecar.redaction.operators import Context

_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_ISO_DATE = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_ZEROS: Final = 3
"""Leading digits of an invented national number."""
_EPOCH: Final = date(1940, 1, 1)
_DAYS: Final = 22_000
"""Dates of 1940 to 2000: plausible birth dates, all real."""
_FIRST_REAL_YEAR: Final = 1000


class _Stream:
    """Numbers derived from the value, as many as asked for."""

    def __init__(self, text: str, entity: str, context: Context) -> None:
        material = f"{context.scope}\x1f{entity}\x1f{text}".encode("utf-8", "surrogatepass")
        if context.attempt:
            material += f"\x1f{context.attempt}".encode()
        self._seed = hmac.digest(context.key, b"surrogate\0" + material, sha256)
        self._number = int.from_bytes(self._seed, "big")

    def below(self, limit: int) -> int:
        if self._number < limit << 16:
            self._seed = sha256(b"more\0" + self._seed).digest()
            self._number = int.from_bytes(self._seed, "big")
        self._number, drawn = divmod(self._number, limit)
        return drawn

    def word(self, length: int) -> str:
        return "".join(_ALPHABET[self.below(len(_ALPHABET))] for _ in range(length))


def apply(text: str, entity: str, context: Context) -> str:
    stream = _Stream(text, entity, context)
    if context.json_type in {"integer", "number"}:
        return _number(text, stream)
    if shape := _FORMATS.get(context.format):
        return shape(text, stream)
    return (_SHAPES.get(entity) or _by_look(text))(text, stream)


def _number(text: str, stream: _Stream) -> str:
    """As many digits before the point, none after it where the literal has none."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, rest = digits.partition(".")
    if not whole.isdigit():
        return "0"
    if len(whole) == 1:
        first, more = str(stream.below(10)), ""
    else:
        first, more = str(1 + stream.below(9)), "".join(str(stream.below(10)) for _ in whole[1:])
    new = sign + first + more
    if point:
        new += "." + "".join(str(stream.below(10)) if c.isdigit() else c for c in rest.split("e")[0].split("E")[0])
    return new if new != text else _bump(new)


def _bump(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def _email(text: str, stream: _Stream) -> str:  # noqa: ARG001  an address has no shape worth keeping
    return f"email-{stream.word(12)}@example.com"


def _digits(text: str, stream: _Stream) -> str:
    """Every digit another, every letter another of its case, everything else as it stands."""
    drawn = []
    for c in text:
        if c.isdigit():
            drawn.append(str(stream.below(10)))
        elif c.isalpha():
            letter = chr(ord("a") + stream.below(26))
            drawn.append(letter.upper() if c.isupper() else letter)
        else:
            drawn.append(c)
    return "".join(drawn)


def _placed(text: str, digits: str) -> str:
    """``digits`` written with the separators of ``text``."""
    supply = iter(digits)
    return "".join(next(supply, "0") if c.isdigit() else c for c in text)


def _phone(text: str, stream: _Stream) -> str:
    """… 555-01xx, as many digits as before; a country code stays."""
    count = sum(map(str.isdigit, text))
    if count < 7:  # noqa: PLR2004  an extension or a fragment
        return _digits(text, stream)
    kept = "1" if count == 11 and re.match(r"\D*1", text) else ""  # noqa: PLR2004
    area = "".join(str(stream.below(8) + 2 if n == 0 else stream.below(10)) for n in range(count - len(kept) - 7))
    return _placed(text, f"{kept}{area}55501{stream.below(100):02d}")


def _ssn(text: str, stream: _Stream) -> str:
    """Area 900 to 999, group 00: neither a social security nor a taxpayer number (SSA, IRS)."""
    count = sum(map(str.isdigit, text))
    if count != 9:  # noqa: PLR2004
        return _digits(text, stream)
    return _placed(text, f"9{stream.below(100):02d}00{stream.below(10000):04d}")


def _card(text: str, stream: _Stream) -> str:
    """Begins with 0, which no issuer has; the check digit is wrong on purpose."""
    count = sum(map(str.isdigit, text))
    body = "0" + "".join(str(stream.below(10)) for _ in range(max(0, count - 2)))
    return _placed(text, body + str((_luhn(body) + 1 + stream.below(9)) % 10))


def _luhn(body: str) -> int:
    """The check digit that would be right."""
    total = 0
    for n, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if n % 2 == 0 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004
    return -total % 10


def _iban(text: str, stream: _Stream) -> str:
    """The country stays; its check digits are 00, which no account has (ISO 7064 gives 02 to 98)."""
    country = text[:2] if text[:2].isalpha() else ""
    body = _digits(text[len(country) :], stream)
    seen = 0
    drawn = []
    for c in body:
        seen += c.isalnum()
        drawn.append("0" if c.isalnum() and seen <= 2 else c)  # noqa: PLR2004
    return country + "".join(drawn)


def _checked(text: str, stream: _Stream) -> str:
    """A national number in its form: all digits and letters drawn, and begun with zeros, which no registry gives to a person."""
    drawn = _digits(text, stream)
    count, zeros = 0, []
    for c in drawn:
        count += c.isdigit()
        zeros.append("0" if c.isdigit() and count <= _ZEROS else c)
    return "".join(zeros)


def _mac(text: str, stream: _Stream) -> str:
    """In the form of the text, within the addresses set aside for documentation, 00-00-5E-00-53-xx (RFC 7042)."""
    new = iter(f"00005e0053{stream.below(256):02x}")
    written = "".join(next(new, "0") if c.isalnum() else c for c in text)
    return written.upper() if any(map(str.isupper, text)) else written


def _account_name(text: str, stream: _Stream) -> str:
    return ("@" if text.startswith("@") else "") + "user" + stream.word(8)


def _vin(text: str, stream: _Stream) -> str:
    """With I, which no such number has (ISO 3779)."""
    drawn = _digits(text, stream)
    return drawn[:3] + ("i" if text.islower() else "I") + drawn[4:]


def _wallet(text: str, stream: _Stream) -> str:
    """Hexadecimal stays hexadecimal; in the others stands a 0, which their alphabet lacks."""
    if text[:2].lower() == "0x":
        return "0x" + "".join(f"{stream.below(16):x}" for _ in text[2:])
    return text[:1] + "0" + stream.word(max(1, len(text) - 2))


def _ip(text: str, stream: _Stream) -> str:
    address, slash, prefix = text.partition("/")
    if ":" in address:
        new = f"2001:db8::{stream.below(65536):x}:{stream.below(65536):x}"
    else:
        new = f"{('192.0.2', '198.51.100', '203.0.113')[stream.below(3)]}.{1 + stream.below(254)}"
    return new + slash + prefix


def _date(text: str, stream: _Stream) -> str:
    """A real date in the same order of parts; a time of day becomes midnight."""
    day = _EPOCH + timedelta(days=stream.below(_DAYS))
    match = _ISO_DATE.match(text)
    if match and int(match[1]) >= _FIRST_REAL_YEAR:
        tail = re.sub(r"\d(?=.*[:\d])|(?<=[:\d])\d", "0", text[match.end() :]) if match.end() < len(text) else ""
        return f"{day.year:04d}{match[2]}{day.month:02d}{match[2]}{day.day:02d}{tail}"
    match = _DAY_FIRST.match(text)
    if match:
        year = f"{day.year:04d}" if len(match[4]) == 4 else f"{day.year % 100:02d}"  # noqa: PLR2004
        first, second = (day.day, day.month) if int(match[1]) > 12 else (1 + day.day % 12, day.month)  # noqa: PLR2004
        if int(match[3]) > 12:  # noqa: PLR2004  month first
            first, second = day.month, day.day
        width = len(match[1]) if match[1].startswith("0") else 1
        return f"{first:0{width}d}{match[2]}{second:0{len(match[3])}d}{match[2]}{year}"
    return f"{day.year:04d}-{day.month:02d}-{day.day:02d}"


def _uuid(text: str, stream: _Stream) -> str:
    digits = [f"{stream.below(16):x}" for _ in range(32)]
    digits[12], digits[16] = "8", "89ab"[stream.below(4)]  # version 8, variant 1 (RFC 9562)
    new = "".join(digits)
    new = f"{new[:8]}-{new[8:12]}-{new[12:16]}-{new[16:20]}-{new[20:]}"
    return new.upper() if any(map(str.isupper, text)) else new


def _url(text: str, stream: _Stream) -> str:  # noqa: ARG001  a URL's shape tells too much
    return f"https://redacted.example/{stream.word(12)}"


def _name(text: str, stream: _Stream) -> str:  # noqa: ARG001  nothing of a name is kept
    return "Person" + stream.word(8)


def _place(text: str, stream: _Stream) -> str:
    if any(map(str.isalpha, text)) and not re.fullmatch(r"[A-Z\d]{2,4}[ -]?[A-Z\d]{3}", text):
        return "Place" + stream.word(8)
    return _digits(text, stream)


def _word(text: str, stream: _Stream) -> str:  # noqa: ARG001  nothing of it is kept
    return "redacted" + stream.word(10)


def _host(text: str, stream: _Stream) -> str:  # noqa: ARG001
    return f"{stream.word(10)}.example.com"


def _datetime(text: str, stream: _Stream) -> str:
    new = _date(text, stream)
    return new if "T" in new or "t" in new else f"{new[:10]}T00:00:00Z"


def _by_look(text: str) -> Callable[[str, _Stream], str]:
    if "@" in text:
        return _email
    if _UUID.fullmatch(text):
        return _uuid
    if _URL.fullmatch(text):
        return _url
    return _digits if any(map(str.isdigit, text)) else _word


_SHAPES: Final[Mapping[str, Callable[[str, _Stream], str]]] = {
    "EMAIL_ADDRESS": _email,
    "PHONE_NUMBER": _phone,
    "US_SSN": _ssn,
    "US_ITIN": _ssn,
    "IBAN_CODE": _iban,
    "MAC_ADDRESS": _mac,
    "VIN": _vin,
    "CRYPTO": _wallet,
    "CREDIT_CARD": _card,
    "IP_ADDRESS": _ip,
    "DATE_OF_BIRTH": _date,
    "DATE_TIME": _date,
    "UUID": _uuid,
    "URL": _url,
    "PERSON": _name,
    "LOCATION": _place,
    "USERNAME": _account_name,
    "CREDENTIAL": _word,
    **dict.fromkeys(NATIONAL - {"US_ITIN"}, _checked),
}
# "pattern" is no format of JSON Schema: it asks for the value's own shape, which most patterns describe.
_FORMATS: Final[Mapping[str, Callable[[str, _Stream], str]]] = {
    "email": _email,
    "idn-email": _email,
    "date": lambda text, stream: _date(text, stream)[:10] if _ISO_DATE.match(text) else _date("2000-01-01", stream),
    "date-time": _datetime,
    "uuid": _uuid,
    "uri": _url,
    "uri-reference": _url,
    "iri": _url,
    "ipv4": lambda text, stream: _ip("0", stream) if ":" in text else _ip(text, stream),
    "ipv6": lambda text, stream: _ip(text if ":" in text else "::", stream),
    "hostname": _host,
    "idn-hostname": _host,
    "pattern": _digits,
}
