"""The formats of JSON Schema as predicates on text: as strict as the strictest validator MCP peers use.

It raises nothing. A format it does not know is accepted, as validators do (JSON Schema 2020-12, validation, 7.2.3).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from sidecar.protocol.pattern_parts import parse

_MAX: Final = 2048
"""Characters of a formatted text; longer ones fit no format."""

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOSTNAME: Final = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*", re.IGNORECASE | re.ASCII)
_LOCAL: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.IGNORECASE | re.ASCII)
_LEGAL: Final = r"[^\s<>\"{}|\\^`%\x00-\x20\x7f-\U0010ffff]|%[0-9a-fA-F]{2}"
"""A character of a URI (RFC 3986 2). Not IGNORECASE: the long s and the Kelvin sign would rule out s and k."""
_URI: Final = re.compile(rf"[a-zA-Z][a-zA-Z0-9+.-]*:(?:{_LEGAL})+")
_REFERENCE: Final = re.compile(rf"(?:{_LEGAL})*")
_TEMPLATE: Final = re.compile(rf"(?:{_LEGAL}|\{{[^{{}}\s<>\"]+\}})*")
_UUID: Final = re.compile(r"(?:urn:uuid:)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME: Final = re.compile(r"(\d\d):(\d\d):(\d\d)(?:\.\d+)?(z|[+-](\d\d):(\d\d))?", re.ASCII | re.IGNORECASE)
_URL: Final = re.compile(
    rf"(?i:https?|ftp)://(?i:{_LABEL})(?:\.(?i:{_LABEL}))*\.(?i:[a-z]{{2,}})(?::\d{{2,5}})?(?:/(?:{_LEGAL})*)?",
    re.ASCII,
)
_BYTE: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_FRAGMENT: Final = re.compile(r"#(?:/(?:[a-z0-9_\-.!$&'()*+,;:=@]|%[0-9a-f]{2}|~0|~1)*)*", re.IGNORECASE | re.ASCII)
_RELATIVE: Final = re.compile(r"(?:0|[1-9][0-9]*)(?:#|(?:/(?:[^~/]|~[01])*)*)", re.ASCII)
_DURATION: Final = re.compile(
    r"P(?=.)(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)", re.ASCII
)
_POINTER: Final = re.compile(r"(?:/(?:[^~/]|~[01])*)*")


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None and _parses(date.fromisoformat, text)


def _is_time(text: str, *, has_zone: bool = True) -> bool:
    match = _TIME.fullmatch(text)
    if match is None or (has_zone and match[4] is None):
        return False
    hours, minutes = (match[1], match[5] or 0), (match[2], match[3], match[6] or 0)  # leap seconds: only some take them
    return all(int(part) < 24 for part in hours) and all(int(part) < 60 for part in minutes)  # noqa: PLR2004 - a clock


def _is_date_time(text: str, *, has_zone: bool = True) -> bool:
    return text[10:11] in {"T", "t", " "} and _is_date(text[:10]) and _is_time(text[11:], has_zone=has_zone)


def _is_pattern(text: str) -> bool:
    """Of patterns those whose parts every engine knows."""
    return parse(text) is not None


def _is_email(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return (
        at == "@"
        and len(local) <= 64  # noqa: PLR2004 - RFC 5321 4.5.3.1.1
        and "." in domain
        and _LOCAL.fullmatch(local) is not None
        and _HOSTNAME.fullmatch(domain) is not None
    )


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


def _is_ipv4(text: str) -> bool:
    return _parses(IPv4Address, text)


def _is_ipv6(text: str) -> bool:
    return "%" not in text and _parses(IPv6Address, text)


FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "email": _is_email,
    "idn-email": lambda text: 0 < text.find("@") < len(text) - 1,
    "uri": _matches(_URI),
    "iri": lambda text: re.match(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]", text) is not None,
    "url": _matches(_URL),
    "uri-reference": _matches(_REFERENCE),
    "iri-reference": lambda text: not re.search(r"[\s<>]", text),
    "uri-template": _matches(_TEMPLATE),
    "date": _is_date,
    "time": _is_time,
    "date-time": _is_date_time,
    "duration": _matches(_DURATION),
    "uuid": _matches(_UUID),
    "ipv4": _is_ipv4,
    "ipv6": _is_ipv6,
    "hostname": _matches(_HOSTNAME),
    "json-pointer": _matches(_POINTER),
    "json-pointer-uri-fragment": _matches(_FRAGMENT),
    "relative-json-pointer": _matches(_RELATIVE),
    "iso-time": lambda text: _is_time(text, has_zone=False),
    "iso-date-time": lambda text: _is_date_time(text, has_zone=False),
    "regex": _is_pattern,
    "byte": _matches(_BYTE),
}


def fits_format(name: str, text: str) -> bool:
    check = FORMATS.get(name)
    return check is None or (len(text) <= _MAX and check(text))
