# ruff: noqa: PLR2004  lengths of numbers
"""Whether all numbers of a column obey one country's check digit rule for persons, or the rule of payment cards.

It judges columns, never one value: of random numbers every tenth would pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Final

_MODULES: Final = (
    "pl.pesel", "br.cpf", "nl.bsn", "se.personnummer", "cz.rc", "tr.tckimlik", "cn.ric", "kr.rrn", "in_.aadhaar", "fi.hetu", "fr.nir",
    "dk.cpr", "no.fodselsnummer", "bg.egn", "ro.cnp", "ee.ik", "lt.asmens", "ru.inn", "ua.rntrc", "za.idnr", "ca.sin", "gb.nhs", "ch.ssn",
    "be.nn", "hr.oib", "cl.rut", "il.idnr", "th.pin", "de.idnr", "jp.in_", "es.dni", "es.nie", "it.codicefiscale", "gr.amka", "mx.curp",
    "pt.nif", "au.tfn", "id.nik", "sg.nric", "ie.pps", "is_.kennitala",
)  # fmt: skip


def luhn(text: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed([int(c) for c in text if c.isdigit()])):
        total += digit if place % 2 == 0 else (2 * digit - 9 if digit > 4 else 2 * digit)
    return total % 10 == 0


def has_check_digits(values: Sequence[str]) -> bool:
    """Whether one country's rule for personal numbers holds for nearly all of many values: of random ones a tenth would pass."""
    numbers = [value.strip() for value in values]
    if not all(8 <= len(number) <= 24 and 5 <= sum(map(str.isdigit, number)) <= 20 for number in numbers[:8]):
        return False
    return any(_holds(check, numbers) for check in _checks())


def _holds(check: Callable[[str], bool], numbers: Sequence[str]) -> bool:
    misses = 0
    for n, number in enumerate(numbers):
        if not check(number):
            misses += 1
            if 10 * misses > max(10, n + 1) + 5:
                return False
    return 10 * misses <= len(numbers)


@cache
def _checks() -> tuple[Callable[[str], bool], ...]:
    def found() -> Iterator[Any]:
        for name in _MODULES:
            try:
                yield import_module(f"stdnum.{name}").is_valid
            except (ImportError, AttributeError):
                continue

    return tuple(found())
