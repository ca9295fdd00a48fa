"""Which pattern findings stand: numbers that belong to something else (a GUID, a time, a version, an order number) do not.

It finds nothing, and never touches what checks itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sidecar.redaction.countries import NATIONAL
from sidecar.redaction.findings import Finding

_NUMERIC: Final = frozenset(
    (
        "PHONE_NUMBER",
        "US_SSN",
        "US_ITIN",
        "US_BANK_NUMBER",
        "US_PASSPORT",
        "US_DRIVER_LICENSE",
        "UK_NHS",
        "CREDIT_CARD",
        "IBAN_CODE",
        "MEDICAL_LICENSE",
        "MEDICAL_ID",
        "DEVICE_ID",
        "BANK_ACCOUNT",
        "UK_PASSPORT",
        *NATIONAL,
    )
)
_PRECISE_IN_CODE: Final = frozenset(
    ("EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "CREDENTIAL", "CRYPTO", "IT_FISCAL_CODE", "MX_CURP", "VIN")
)
_ID_BEFORE = re.compile(
    r"(?:(?:\b|_)(?:id|ids|guid|mid|eid|ref|version|ver|build)|[a-z](?:ID|Id|Key))[\s:=#\"']{0,4}$|[#$€£]$"
)
_VERSION_BEFORE = re.compile(
    r"(?:version|versión|versão|versione|wersja|versie|ver\.?|release|build|firmware|v)(?:\s(?:final|is|nr\.?|no\.?))?\s{0,2}[:=]?\s?$",
    re.IGNORECASE,
)
_PRODUCT_BEFORE = re.compile(r"[A-Za-z]/$")
"""``Chrome/126.0.6478.127``"""
NOBODYS_IP = re.compile(r"(?:127\.\d+\.\d+\.\d+|0\.0\.0\.0|255\.255\.255\.255|::1?)(?:/\d+)?")
_NO_PHONE = re.compile(r"(?!\d{3}\.\d{3}\.\d{4})\d{1,3}\.\d{1,3}\.\d{1,4}|\d+/(?:19|20)\d\d|(?:19|20)\d\d[-/]\d+")
_SHORT = re.compile(
    r"[^\W\d_]\s?[:=]\s?\S{3}|[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]?(?!\w)|::|[0-9A-F]{1,4}:[0-9A-F]{1,4}:[0-9A-F]|\b[1-9][A-Z][A-Z\d]\d-?[A-Z]|\(?\w{1,3}\d{6}[A-Z\d]?\(",
    re.IGNORECASE,
)
_DATED = re.compile(r"\d{1,2}([-/.])\d{1,2}\1(?:19|20)\d\d(?!\d)|(?:19|20)\d\d([-/.])(?:0[1-9]|1[0-2])\2\d")
"""What Presidio takes for a phone number begins with a date: a time, an invoice."""
_LICENSE_DIGITS: Final = 4
"""Presidio's pattern takes "s3" for one."""
_SURE: Final = 0.99
_MENTIONED: Final = 0.9
"""Of a phone number without separators: a context word stands beside it. Presidio's other bare numbers score too low without one."""


def may_be_short(text: str) -> bool:
    """Whether something shorter than a name, a phone number or a key may be in it: ``PIN: 4821``, ``AB123456C``, ``2001:db8::1``."""
    return _SHORT.search(text) is not None


def stands(text: str, finding: Finding, runs: Sequence[tuple[int, int]], *, is_code: bool) -> bool:
    """``runs``: GUIDs, hex strings and times in ``text``. ``is_code``: only what is precise stands."""
    value = text[finding.start : finding.end]
    before = text[max(0, finding.start - 16) : finding.start]
    match finding.entity:
        case "IP_ADDRESS":
            is_word = ":" in value and not any(map(str.isdigit, value))
            if is_code or is_word or NOBODYS_IP.fullmatch(value) or _VERSION_BEFORE.search(before):
                return False
        case "EMAIL_ADDRESS":
            return not (value.lower().startswith("git@") and text[finding.end : finding.end + 1] in {":", "/"})
        case "US_DRIVER_LICENSE" if sum(map(str.isdigit, value)) < _LICENSE_DIGITS:
            return False
        case entity if entity in _NUMERIC:
            if any(finding.start < end and start < finding.end for start, end in runs):
                return False
            if not _stands_as_number(value, before, finding):
                return False
        case _:
            pass
    if not is_code:
        return True
    return finding.entity in _PRECISE_IN_CODE or (finding.entity == "PHONE_NUMBER" and value.startswith("+"))


def _stands_as_number(value: str, before: str, finding: Finding) -> bool:
    if before[-1:] == "." and before[-2:-1].isdigit():
        return False  # digits after a decimal point
    if finding.entity == "PHONE_NUMBER" and (_DATED.match(value) or _NO_PHONE.fullmatch(value)):
        return False
    if finding.entity == "PHONE_NUMBER" and "." in value and _PRODUCT_BEFORE.search(before):
        return False
    if finding.entity == "CREDIT_CARD" and finding.recognizer == "CreditCardRecognizer" and value.isdigit():
        return False  # any sixteenth number passes it; ``card`` knows the issuers' ranges
    if finding.score >= _SURE or not value.isdigit():
        return True
    if finding.entity == "PHONE_NUMBER" and finding.score < _MENTIONED:
        return False
    return _ID_BEFORE.search(before) is None


def is_mostly_covered(start: int, end: int, patterns: Sequence[Finding]) -> bool:
    """A name that is more than half a number some pattern knows better was no name."""
    covered = sum(max(0, min(end, found.end) - max(start, found.start)) for found in patterns)
    return 2 * covered > end - start
