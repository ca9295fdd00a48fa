# ruff: noqa: PLR2004  a table of lengths and counts; each stands beside what it measures
"""What a field's name says (``EmailAddress``, ``JobID``), believed only when the value has the right shape.

It reads no text in which the data could be anywhere: that is the recognizers' business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from sidecar.errors import BadConfig
from sidecar.redaction import shape

KEEP: Final = "keep"
"""In ``extra_fields``: a field whose machine-shaped values stay."""

_PREFIX = re.compile(r"^.*[:.]")
_SUFFIX = re.compile(r"__(?:p?c|r)$", re.IGNORECASE)
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")
_OWNERS = re.compile(
    r"^(?:person|contact|customer|subscriber|attendee|patient|employee|user|lead|owner|home|work|business|primary|"
    r"secondary|personal|private|billing|shipping|mailing|other|alternate|alt|emergency|my|your|new|old|current|default)+"
)
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$ -]{0,40}", re.ASCII)
_PLACEHOLDERS: Final = frozenset(("", "n/a", "na", "none", "null", "unknown", "true", "false", "-", "undefined", "nil"))

_UNPLAIN = re.compile(r"[@{}<>%]|://")
_UNPERSONAL = re.compile(r"[_/=\[\]]")
_EMAIL = re.compile(r"[^\s@<>\"',;:()]{1,64}@[^\s@<>\"',;:()]{1,253}\.[^\W\d_][\w-]{1,62}")
_DATE = re.compile(
    r"\d{4}[-/.]?\d{1,2}[-/.]?\d{1,2}(?:[T ]\d\d:\d\d.*)?|\d{1,2}[-/.]\d{1,2}(?:[-/.]\d{2,4})?(?: \d\d?:\d\d.*)?"
    r"|\d{1,2}\.? ?[^\W\d_]{3,12}\.?,? ?\d{2,4}|[^\W\d_]{3,12}\.? \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?",
)
_IP = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]{3,45}")
_IBAN = re.compile(r"[A-Za-z]{2}\d{2}[A-Za-z0-9 -]{11,40}")
_PHONE = re.compile(r"[\d\s()+./\-\u2013x#]+(?:ext\.?\s*\d{1,6})?", re.IGNORECASE)
_STATE = re.compile(r"[A-Z]{2}|[^\W\d_a-z][^\W\d_]+(?:[ '\u2019-][^\W\d_]+){0,3}")
"""A state or region is written with capitals: ``IL``, ``Greater London``. A state of affairs mostly is not, or is one of these:"""
_STATUSES: Final = frozenset(
    re.findall(
        r"\w+",
        "active inactive open opened closed new done draft published paused stopped running pending failed failure success successful "
        "completed complete enabled disabled online offline ready queued started scheduled cancelled canceled expired valid invalid "
        "available unavailable connected disconnected initial unknown loading idle busy waiting processing approved rejected merged "
        "locked unlocked created updated deleted archived suspended resolved unresolved ok on off up down",
    )
)
_USERNAME = re.compile(r"@?(?=.*[^\W\d_])[\w.+\-\\]{2,64}")


@dataclass(frozen=True, slots=True)
class Hint:
    """A name's meaning: ``entity`` if ``check`` accepts the value."""

    entity: str
    check: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Said:
    """All a name says: hints in order, and whether machine-shaped values are ids to keep."""

    hints: tuple[Hint, ...] = ()
    keeps: bool = False
    enumerates: bool = False
    """One-word values come from a programmed list."""

    def entity(self, text: str) -> str | None:
        """The entity the whole of ``text`` is, or ``None`` when the name says nothing of such a value."""
        for hint in self.hints:
            if hint.check(text):
                return hint.entity
        return None


def normalise(name: str) -> str:
    """``Contact:First_Name__c`` → ``firstname``."""
    name = _PREFIX.sub("", _SUFFIX.sub("", name.strip().lstrip("_$@")))
    folded = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "", folded).lower()


def _digits(text: str) -> int:
    return len(text) if text.isdigit() else sum(map(str.isdigit, text))


def _is_plain(text: str, most: int) -> bool:
    return (
        0 < len(text) <= most
        and text.strip().lower() not in _PLACEHOLDERS
        and (text.isalpha() or (_UNPLAIN.search(text) is None and any(map(str.isalpha, text))))
    )


def _is_person(text: str) -> bool:
    if not _is_plain(text, 80):
        return False
    return text.isalpha() or (
        _UNPERSONAL.search(text) is None and not any(map(str.isdigit, text)) and len(text.split()) <= 6
    )


def _is_full_name(text: str) -> bool:
    return _is_person(text) and shape.looks_like_name(text.strip())


def _is_zip(text: str) -> bool:
    return len(text) <= 12 and _digits(text) >= 2 and len(text) >= 3 and all(c.isalnum() or c in " -" for c in text)


def _is_government_id(text: str) -> bool:
    return 5 <= len(text) <= 30 and _digits(text) >= 3 and all(c.isalnum() or c in " -./" for c in text)


def _is_secret(text: str) -> bool:
    bare = text.strip()
    if not 4 <= len(bare) <= 8192 or bare.lower() in _PLACEHOLDERS or shape.is_label(bare):
        return False
    return len(bare.split()) <= 4 and not (bare.startswith(("%%", "{{", "${")))


def _between(low: int, high: int) -> Callable[[str], bool]:
    return lambda text: (
        low <= _digits(text) <= high and len(text) <= high + 12 and all(c.isdigit() or c in " -.\u2013" for c in text)
    )


CHECKS: Final[Mapping[str, Callable[[str], bool]]] = {
    "email": lambda text: _EMAIL.fullmatch(text.strip()) is not None,
    "phone": lambda text: (
        7 <= _digits(text) <= 17
        and len(text) <= 40
        and _PHONE.fullmatch(text) is not None
        and not shape.is_machine(text)
    ),
    "person": _is_person,
    "full_name": _is_full_name,
    "street": lambda text: _is_plain(text, 160) and len(text.split()) > 1,
    "city": lambda text: _is_plain(text, 60) and _digits(text) == 0 and "_" not in text,
    "region": lambda text: _is_plain(text, 40) and _digits(text) == 0 and "_" not in text,
    "state": lambda text: _STATE.fullmatch(text.strip()) is not None and text.strip().lower() not in _STATUSES,
    "zip": _is_zip,
    "date": lambda text: 4 <= len(text) <= 40 and _DATE.fullmatch(text.strip()) is not None,
    "nine_digits": lambda text: _between(9, 9)(text) or _between(4, 4)(text),
    "government_id": _is_government_id,
    "card": _between(12, 19),
    "iban": lambda text: _IBAN.fullmatch(text.strip()) is not None,
    "ip": lambda text: _IP.fullmatch(text.strip()) is not None,
    "username": lambda text: (
        text.strip().lower() not in _PLACEHOLDERS and _USERNAME.fullmatch(text.strip()) is not None
    ),
    "secret": _is_secret,
    "short_code": _between(3, 10),
    "device": lambda text: 8 <= len(text) <= 400 and _digits(text) >= 2 and " " not in text,
    "word": lambda text: _is_plain(text, 40) and _digits(text) == 0 and len(text.split()) <= 4,
}


@cache
def _table() -> dict[str, Any]:
    # libyaml reads it in a tenth of the time, and this happens before the first message.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load(files("sidecar.redaction").joinpath("fields.yaml").read_bytes(), loader)  # noqa: S506
    return loaded


class Fields:
    """The vocabulary, compiled; what each name says is remembered. ``extra``: (name, entity or ``keep``) pairs of the user.

    An extra name is believed with any non-empty value: the user said so.
    """

    def __init__(self, extra: tuple[tuple[str, str], ...] = ()) -> None:
        self._ends: dict[str, list[Hint]] = {}
        self._exact: dict[str, list[Hint]] = {}
        for row in _table()["hints"]:
            hint = Hint(row["entity"], CHECKS[row["check"]])
            for name in row["names"]:
                self._ends.setdefault(normalise(name), []).append(hint)
            for name in row.get("exact", ()):
                self._exact.setdefault(normalise(name), []).append(hint)
        self._keep_ends = frozenset(_table()["keep"]["ends"])
        self._keep_exact = set(map(normalise, _table()["keep"]["exact"]))
        self._enumerations = frozenset(_table()["keep"]["enumerations"])
        self._forced: dict[str, Said] = {}
        for name, entity in extra:
            if not (key := normalise(name)):
                raise BadConfig("fields: an empty field name")
            self._forced[key] = Said(keeps=True) if entity == KEEP else Said((Hint(entity, _is_anything),))
        self._said: dict[str, Said] = {}

    @property
    def entities(self) -> frozenset[str]:
        """Every entity a name can mean."""
        said = (*self._ends.values(), *self._exact.values(), *(said.hints for said in self._forced.values()))
        return frozenset(hint.entity for hints in said for hint in hints)

    def says(self, name: str) -> Said:
        """What ``name`` says. Names come from traffic: those that look like identifiers are remembered, up to a bound."""
        said = self._said.get(name)
        if said is None:
            said = self._read(name[:200])
            if _IDENTIFIER.fullmatch(name):
                if len(self._said) >= 4096:  # a bound on what strangers can make us remember
                    self._said.clear()
                self._said[name] = said
        return said

    def _read(self, name: str) -> Said:
        key = normalise(name)
        if not key:
            return Said()
        if key in self._forced:
            return self._forced[key]
        bare = key.rstrip("0123456789") or key
        words = [normalise(word) for word in _WORDS.findall(_SUFFIX.sub("", _PREFIX.sub("", name)))]
        keeps = key in self._keep_exact or bool(words and words[-1] in self._keep_ends)
        hints = self._exact.get(key, []) + self._ends.get(key, []) or self._exact.get(bare, []) + self._ends.get(
            bare, []
        )
        if not hints:
            while words and words[-1].isdigit():
                words.pop()
            tails = ["".join(words[i:]) for i in range(1, len(words))]
            tails.append(_OWNERS.sub("", bare))
            hints = next((self._ends[tail] for tail in tails if tail in self._ends), [])
        return Said(tuple(hints), keeps, key in self._enumerations or bool(words and words[-1] in self._enumerations))


def _is_anything(text: str) -> bool:
    return bool(text.strip())
