# ruff: noqa: PLR2004  weights and moduli of published check digits
"""Checks of national numbers that ``python-stdnum`` lacks, or that are wanted narrower here. No recognizer.

``passes`` loads a module of ``stdnum`` on first use: most of the world's are never needed by one deployment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib import import_module
from typing import Final

from sidecar.redaction.recognizers._written import alnum, digits


@cache
def passes(check: str) -> Callable[[str], bool]:
    """The check of that name; it takes the number as written."""
    if not check:
        return lambda _: True
    if check in _OWN:
        return _OWN[check]
    is_valid: Callable[[str], bool] = import_module(f"stdnum.{check}").is_valid
    if check == "fi.hetu":  # the sign tells the century
        return is_valid
    return lambda text: is_valid(alnum(text))


def _weighted(text: str, weights: tuple[int, ...]) -> int:
    return sum(int(c) * w for c, w in zip(text, weights, strict=False))


def luhn(text: str) -> bool:
    total = 0
    for n, c in enumerate(reversed(digits(text))):
        value = int(c) * (1 + n % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return date(year, month, day) <= datetime.now(UTC).date()
    except ValueError:
        return False


def _short_day(text: str) -> bool:
    """YYMMDD in either century."""
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:6])
    return _is_day(1900 + year, month, day) or _is_day(2000 + year, month, day)


def _de_rvnr(text: str) -> bool:
    """Rentenversicherungsnummer, § 2 VKVV: area, day of birth, letter, serial, check digit."""
    bare = alnum(text)
    spread = bare[:8] + f"{ord(bare[8]) - 64:02d}" + bare[9:11]
    products = (int(c) * w for c, w in zip(spread, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    day, month = int(bare[2:4]), int(bare[4:6])
    return sum(p // 10 + p % 10 for p in products) % 10 == int(bare[11]) and 0 < day <= 81 and 0 < month <= 12


def _icao(text: str) -> bool:
    """Nine characters of the card's alphabet, with the check digit of ICAO 9303 when there is a tenth."""
    bare = alnum(text)
    if not re.fullmatch(r"[CFGHJKLMNPRTVWXYZ0-9]{9}\d?", bare) or sum(map(str.isdigit, bare)) < 3:
        return False
    total = sum(int(c, 36) * (7, 3, 1)[n % 3] for n, c in enumerate(bare[:9]))
    return len(bare) == 9 or total % 10 == int(bare[9])


def _es_nuss(text: str) -> bool:
    bare = digits(text)
    return len(bare) == 12 and int(bare[:10]) % 97 == int(bare[10:])


def _fr_nir(text: str) -> bool:
    """Sex, year, month, department, commune, serial (13), then 97 less their remainder by 97. Corsica counts as 19 and 18."""
    bare = alnum(text)
    number = bare[:13].replace("2A", "19", 1).replace("2B", "18", 1) if not bare[:13].isdigit() else bare[:13]
    if not number.isdigit() or bare[0] not in "123478" or not (0 < int(bare[3:5]) <= 12 or 20 <= int(bare[3:5]) <= 42):
        return False
    less = {"2A": 0, "2B": 0}.get(bare[5:7], 0)
    return len(bare) == 13 or (97 - (int(number) - less) % 97 == int(bare[13:15]))


def _hu_taj(text: str) -> bool:
    bare = digits(text)
    return _weighted(bare, (3, 7, 3, 7, 3, 7, 3, 7)) % 10 == int(bare[8])


def _hu_tax(text: str) -> bool:
    return text[0] == "8" and _weighted(text, tuple(range(1, 10))) % 11 == int(text[9])


def _pl_id(text: str) -> bool:
    bare = alnum(text)
    total = sum(int(c, 36) * w for c, w in zip(bare, (7, 3, 1, 9, 7, 3, 1, 7, 3), strict=True))
    return total % 10 == 0


def _ru_snils(text: str) -> bool:
    bare = digits(text)
    total = _weighted(bare, tuple(range(9, 0, -1))) % 101
    return total % 100 == int(bare[9:])


def _ru_inn(text: str) -> bool:
    first = _weighted(text, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    second = _weighted(text, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    return (first, second) == (int(text[10]), int(text[11]))


def _se_pnr(text: str) -> bool:
    """With the century, a day of birth before 2012: such numbers with later days are orders and tickets as often."""
    bare = digits(text)
    short = bare[-10:]
    day = int(short[4:6])
    day -= 60 if day > 60 else 0
    if len(bare) == 12:
        return luhn(short) and 1890 <= int(bare[:4]) <= 2012 and _is_day(int(bare[:4]), int(bare[4:6]), day)
    return luhn(short) and _short_day(f"{short[:4]}{day:02d}")


def _uk_nino(text: str) -> bool:
    """Prefixes and suffixes that are issued (HMRC, NIM39110), and ``QQ``: forms show it, so whoever has none to give writes it."""
    bare = alnum(text)
    form = r"(?:QQ|(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])\d{6}[A-D]?"
    return re.fullmatch(form, bare) is not None


def _uk_driver(text: str) -> bool:
    form = r"[A-Z]{1,5}9{0,4}(?<=^.{5})\d[0156]\d[0-3]\d\d[A-Z][A-Z9]{1}[A-Z0-9][A-Z]{2}"
    bare = alnum(text)
    return (
        re.fullmatch(form, bare) is not None and int(bare[6:8]) % 50 in range(1, 13) and int(bare[8:10]) in range(1, 32)
    )


def _ar_cuil(text: str) -> bool:
    """Of persons: companies' numbers begin with 30 and more."""
    bare = digits(text)
    return bare[:2] in {"20", "23", "24", "25", "26", "27"} and passes("ar.cuit")(bare)


def _cl_rut(text: str) -> bool:
    """Of persons: companies' numbers are above fifty million."""
    bare = alnum(text)
    return bare[:-1].isdigit() and int(bare[:-1]) < 50_000_000 and passes("cl.rut")(bare)


def _mx_curp(text: str) -> bool:
    form = r"[A-Z][AEIOUX][A-Z]{2}\d\d(?:0\d|1[0-2])[0-3]\d[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[A-Z\d]\d"
    return re.fullmatch(form, alnum(text)) is not None


def _mx_rfc(text: str) -> bool:
    return re.fullmatch(r"[A-ZÑ&][AEIOUX][A-ZÑ&]{2}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[A-Z\d]{2}[A\d]", alnum(text)) is not None  # fmt: skip


def _sv_dui(text: str) -> bool:
    bare = digits(text)
    return (10 - _weighted(bare, (9, 8, 7, 6, 5, 4, 3, 2)) % 10) % 10 == int(bare[8])


def _us_itin(text: str) -> bool:
    bare = digits(text)
    return bare[0] == "9" and (50 <= int(bare[3:5]) <= 65 or 70 <= int(bare[3:5]) <= 88 or 90 <= int(bare[3:5]) <= 99)


def _us_mbi(text: str) -> bool:
    """CMS: 1-9, letter, alphanumeric, digit, letter, alphanumeric, digit, letter, letter, digit, digit; no S L O I B Z."""
    letter = "[AC-HJKMNP-RT-Y]"
    form = rf"[1-9]{letter}(?:{letter}|\d)\d{letter}(?:{letter}|\d)\d{letter}{letter}\d\d"
    return re.fullmatch(form, alnum(text)) is not None


def _uy_ci(text: str) -> bool:
    bare = digits(text).zfill(8)
    return (10 - _weighted(bare, (2, 9, 8, 7, 6, 3, 4)) % 10) % 10 == int(bare[7])


def _ae_eid(text: str) -> bool:
    bare = digits(text)
    return bare.startswith("784") and 1900 <= int(bare[3:7]) <= datetime.now(UTC).year


def _au_medicare(text: str) -> bool:
    bare = digits(text)
    return bare[0] in "23456" and _weighted(bare, (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(bare[8])


def _cn_ric(text: str) -> bool:
    """Region, day of birth, serial, check character (GB 11643); stdnum's own stumbles over regions it does not list."""
    bare = alnum(text)
    if not bare[:17].isdigit() or not "11" <= bare[:2] <= "83":
        return False
    check = "10X98765432"[_weighted(bare, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11]
    return (
        check == bare[17] and int(bare[6:10]) >= 1880 and _is_day(int(bare[6:10]), int(bare[10:12]), int(bare[12:14]))
    )


def _hk_id(text: str) -> bool:
    bare = alnum(text)
    padded = bare if len(bare) == 9 else " " + bare
    values = [36 if c == " " else int(c, 36) for c in padded[:8]]
    total = sum(v * w for v, w in zip(values, range(9, 1, -1), strict=True))
    check = 10 if padded[8] == "A" else int(padded[8]) if padded[8].isdigit() else -1
    return check >= 0 and (total + check) % 11 == 0


def _in_pan(text: str) -> bool:
    """The fourth letter P stands for a person."""
    return re.fullmatch(r"[A-Z]{3}P[A-Z]\d{4}[A-Z]", alnum(text)) is not None


def _ir_id(text: str) -> bool:
    bare = digits(text)
    rest = _weighted(bare, tuple(range(10, 1, -1))) % 11
    return len(set(bare)) > 1 and (rest if rest < 2 else 11 - rest) == int(bare[9])


def _kr_rrn(text: str) -> bool:
    """A day of birth and a digit for sex and century. Numbers since October 2020 have no check digit."""
    bare = digits(text)
    century = {
        "1": 1900,
        "2": 1900,
        "5": 1900,
        "6": 1900,
        "3": 2000,
        "4": 2000,
        "7": 2000,
        "8": 2000,
        "9": 1800,
        "0": 1800,
    }
    return _is_day(century[bare[6]] + int(bare[:2]), int(bare[2:4]), int(bare[4:6]))  # fmt: skip


def _kz_iin(text: str) -> bool:
    return _short_day(text) and text[6] in "123456"


def _pk_cnic(text: str) -> bool:
    return digits(text)[0] in "1234567"


def _sa_id(text: str) -> bool:
    return text[0] in "12" and luhn(text)


def _sg_nric(text: str) -> bool:
    bare = alnum(text)
    if bare[0] not in "STFGM":
        return False
    total = _weighted(bare[1:8], (2, 7, 6, 5, 4, 3, 2)) + {"T": 4, "G": 4, "M": 3}.get(bare[0], 0)
    table = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "KLJNPQRTUWX"}[
        bare[0]
    ]
    return table[total % 11 if bare[0] != "M" else 10 - total % 11] == bare[8]


def _tw_id(text: str) -> bool:
    bare = alnum(text)
    code = 10 + "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(bare[0])
    spread = f"{code}{bare[1:]}"
    return bare[1] in "1289" and _weighted(spread, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)) % 10 == 0


def _eg_id(text: str) -> bool:
    return text[0] in "23" and _is_day({"2": 1900, "3": 2000}[text[0]] + int(text[1:3]), int(text[3:5]), int(text[5:7]))


_OWN: Final[Mapping[str, Callable[[str], bool]]] = {
    "ae_eid": _ae_eid, "ar_cuil": _ar_cuil, "au_medicare": _au_medicare, "cl_rut": _cl_rut, "cn_ric": _cn_ric, "de_rvnr": _de_rvnr, "eg_id": _eg_id,
    "es_nuss": _es_nuss, "fr_nir": _fr_nir, "hk_id": _hk_id, "hu_taj": _hu_taj, "hu_tax": _hu_tax, "icao": _icao, "in_pan": _in_pan, "ir_id": _ir_id,
    "kr_rrn": _kr_rrn, "kz_iin": _kz_iin, "luhn": luhn, "mx_curp": _mx_curp, "mx_rfc": _mx_rfc, "pk_cnic": _pk_cnic, "pl_id": _pl_id,
    "ru_inn": _ru_inn, "ru_snils": _ru_snils, "sa_id": _sa_id, "se_pnr": _se_pnr, "sg_nric": _sg_nric, "sv_dui": _sv_dui, "tw_id": _tw_id,
    "uk_driver": _uk_driver, "uk_nino": _uk_nino, "us_itin": _us_itin, "us_mbi": _us_mbi, "uy_ci": _uy_ci,
}  # fmt: skip
