# ruff: noqa: PLR2004, RUF001  a table of lengths and counts; each stands beside what it measures
"""What a field's name says (``EmailAddress``, ``JobID``), believed only when the value has the right shape.

It reads no text in which the data could be anywhere: that is the recognizers' business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from sidecar.errors import BadConfig
from sidecar.redaction import shape
from sidecar.redaction.judge import NOBODYS_IP

KEEP: Final = "keep"
"""In ``extra_fields``: a field whose machine-shaped values stay."""

_SEGMENTS = re.compile(r"[.:/\[\]>|]+")
_ASIDE = re.compile(r"(?<=\w) ?\([^()]{1,30}\)$")
_SUFFIX = re.compile(r"__(?:p?c|r|s|mdt|e|x)$", re.IGNORECASE)
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")
_OWNERS = re.compile(
    r"^(?:person|contact|customer|cust|client|subscriber|attendee|patient|employee|emp|user|lead|owner|home|work|business|primary|"
    r"secondary|personal|private|billing|bill|shipping|ship|mailing|mail|other|alternate|alt|emergency|my|your|new|old|current|"
    r"default|preferred|invoice|delivery|legal|official|mobile|main|buyer|seller|donor|guest|member|tenant|account)+"
)
_PLACEHOLDERS: Final = frozenset(("", "n/a", "na", "none", "null", "unknown", "true", "false", "-", "undefined", "nil"))
_CALLED: Final = frozenset(("Null", "True", "Nil", "Na"))
"""Written so, where a person's name belongs, it is one: programs write ``null``, ``NULL`` and ``true``."""
_MOST_NAMES: Final = 8192
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "æ": "ae", "œ": "oe"}
)
"""Letters Unicode does not take apart into a base letter and an accent."""
_NO_LETTER = re.compile(r"[\W_]+")
_TELLING: Final = 8
"""Letters a known name has at least to be seen at the end of one that is glued together (``custmobilephone``)."""

_UNPLAIN = re.compile(r"[@{}<>%]|://")
_UNPERSONAL = re.compile(r"[_/=\[\]]")
_EMAIL = re.compile(r"[^\s@<>\"',;:()]{1,64}@[^\s@<>\"',;:()]{1,253}\.[^\W\d_][\w-]{1,62}")
_DATE = re.compile(
    r"\d{4}[-/.]?\d{1,2}[-/.]?\d{1,2}(?:[T ]\d\d:\d\d.*)?|\d{1,2}[-/.]\d{1,2}(?:[-/.]\d{2,4})?(?: \d\d?:\d\d.*)?"
    r"|\d{1,2}\.? ?[^\W\d_]{3,12}\.?,? ?\d{2,4}|[^\W\d_]{3,12}\.? \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?",
)
_IP = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]{3,45}")
_FRACTION = re.compile(r"-?\d+\.\d+")
_COORDINATES = re.compile(r"[-+]?\d{1,3}\.\d{2,}(?:\s*[,; ]\s*[-+]?\d{1,3}\.\d{2,})?")
_MAC = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}")
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
        "locked unlocked created updated deleted archived suspended resolved unresolved ok on off up down held closed draft won lost hot cold "
        "warm open customer lead prospect subscriber evangelist paid unpaid shipped refunded voided bounced subscribed unsubscribed global default",
    )
)
_PARTICIPLE = re.compile(r"(?:Un|Re|Dis)?[A-Za-z]+(?:ed|ing)", re.ASCII)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
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
    is_thing: bool = False
    """Short values name companies, products, countries: no names of persons are looked for in them."""

    @property
    def is_open(self) -> bool:
        """Whether the name leaves room for what the column's values say together."""
        return not (self.keeps or self.enumerates or self.is_thing)

    def entity(self, text: str, json_type: str = "string") -> str | None:
        """The entity the whole of ``text`` is, or ``None`` when the name says nothing of such a value."""
        if json_type == "number":  # a fraction is no phone number, and no label fits in its place
            return None
        for hint in self.hints:
            if hint.check(text):
                return hint.entity
        return None


_SILENT: Final = Said()


def _folded(name: str) -> str:
    if name.isascii():
        return name
    return "".join(c for c in unicodedata.normalize("NFKD", name.translate(_LETTERS)) if not unicodedata.combining(c))


def _segments(name: str) -> list[str]:
    """``Contact:First_Name__c`` → Contact, First_Name; places in lists are none."""
    bare = _ASIDE.sub("", name) if name.endswith(")") else name
    parts = [_SUFFIX.sub("", part) for part in _SEGMENTS.split(_folded(bare.strip().lstrip("_$@")))]
    return [part for part in parts if part and not part.isdigit()]


def _bare(segment: str) -> str:
    return _NO_LETTER.sub("", segment).lower()


def normalise(name: str) -> str:
    """``Contact:First_Name__c`` → ``firstname``."""
    segments = _segments(name)
    return _bare(segments[-1]) if segments else ""


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
        return text in _CALLED
    return text.isalpha() or (
        _UNPERSONAL.search(text) is None and not any(map(str.isdigit, text)) and len(text.split()) <= 8
    )


def _is_full_name(text: str) -> bool:
    return _is_person(text) and (shape.looks_like_name(text.strip()) or shape.looks_like_scripted_name(text.strip()))


def _is_proper_name(text: str) -> bool:
    bare = text.strip()
    return _is_person(bare) and not bare[0].islower() and not bare.isupper() and shape.is_capitalised(bare)


def _is_unspaced(text: str) -> bool:
    """Chinese, Japanese and Korean addresses need no blanks."""
    return not text.isascii() and len(text) > 3 and _UNSPACED.search(text) is not None


def _is_zip(text: str) -> bool:
    return len(text) <= 12 and _digits(text) >= 2 and len(text) >= 3 and all(c.isalnum() or c in " -" for c in text)


def _is_government_id(text: str) -> bool:
    if not 5 <= len(text) <= 30 or _digits(text) < 3 or not all(c.isalnum() or c in " -./" for c in text):
        return False
    return _FRACTION.fullmatch(text) is None


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
        7 <= _digits(text) <= 20
        and len(text) <= 40
        and _PHONE.fullmatch(text) is not None
        and not shape.is_machine(text)
    ),
    "person": _is_person,
    "full_name": _is_full_name,
    "proper_name": _is_proper_name,
    "coordinates": lambda text: _COORDINATES.fullmatch(text.strip()) is not None,
    "mac": lambda text: _MAC.fullmatch(text.strip()) is not None,
    "plate": lambda text: (
        4 <= len(text) <= 20 and _digits(text) >= 1 and all(c.isalnum() or c in " -.\u30fb" for c in text)
    ),
    "street": lambda text: _is_plain(text, 160) and (len(text.split()) > 1 or _is_unspaced(text)),
    "city": lambda text: _is_plain(text, 60) and _digits(text) == 0 and "_" not in text,
    "region": lambda text: _is_plain(text, 40) and _digits(text) == 0 and "_" not in text,
    "state": lambda text: (
        _STATE.fullmatch(text.strip()) is not None
        and text.strip().lower() not in _STATUSES
        and (_PARTICIPLE.fullmatch(text.strip()) is None or text.strip() == "Wyoming")
    ),
    "zip": _is_zip,
    "date": lambda text: 4 <= len(text) <= 40 and _DATE.fullmatch(text.strip()) is not None,
    "nine_digits": lambda text: _between(9, 9)(text) or _between(4, 4)(text),
    "government_id": _is_government_id,
    "card": _between(12, 19),
    "iban": lambda text: _IBAN.fullmatch(text.strip()) is not None,
    "ip": lambda text: _IP.fullmatch(text.strip()) is not None and NOBODYS_IP.fullmatch(text.strip()) is None,
    "username": lambda text: (
        text.strip().lower() not in _PLACEHOLDERS and _USERNAME.fullmatch(text.strip()) is not None
    ),
    "secret": _is_secret,
    "short_code": _between(3, 10),
    "device": lambda text: 8 <= len(text) <= 400 and _digits(text) >= 2 and " " not in text,
    "word": lambda text: _is_plain(text, 40) and _digits(text) == 0 and len(text.split()) <= 4,
}


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    ends: Mapping[str, tuple[Hint, ...]]
    exact: Mapping[str, tuple[Hint, ...]]
    qualifiers: frozenset[str]
    keep_ends: frozenset[str]
    keep_exact: frozenset[str]
    enumerations: frozenset[str]
    things: frozenset[str]


def _words(text: str) -> Iterator[str]:
    """Of the data file: in ASCII they are written as ``normalise`` would."""
    return (word if word.isascii() else normalise(word) for word in text.split())


@cache
def _vocabulary() -> _Vocabulary:
    # libyaml reads it in a tenth of the time, and this happens before the first message.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    table: dict[str, Any] = yaml.load(files("sidecar.redaction").joinpath("fields.yaml").read_bytes(), loader)  # noqa: S506
    ends: dict[str, tuple[Hint, ...]] = {}
    exact: dict[str, tuple[Hint, ...]] = {}
    for row in table["hints"]:
        hint = Hint(row.pop("entity"), CHECKS[row.pop("check")])
        for group, text in row.items():
            known = exact if group == "exact" else ends
            for word in _words(text):
                known[word] = (*known.get(word, ()), hint)
    keep = {group: frozenset(_words(text)) for group, text in table["keep"].items()}
    return _Vocabulary(
        ends,
        exact,
        frozenset(_words(table["qualifiers"])),
        keep["ends"],
        keep["exact"],
        keep["enumerations"],
        keep["things"],
    )


class Fields:
    """The vocabulary, compiled; what each name says is remembered. ``extra``: (name, entity or ``keep``) pairs of the user.

    An extra name is believed with any non-empty value: the user said so.
    """

    def __init__(self, extra: tuple[tuple[str, str], ...] = ()) -> None:
        self._known = _vocabulary()
        self._forced: dict[str, Said] = {}
        for name, entity in extra:
            if not (key := normalise(name)):
                raise BadConfig("fields: an empty field name")
            self._forced[key] = Said(keeps=True) if entity == KEEP else Said((Hint(entity, _is_anything),))
        self._said: dict[int, Said] = {}

    @property
    def entities(self) -> frozenset[str]:
        """Every entity a name can mean."""
        known = self._known
        said = (*known.ends.values(), *known.exact.values(), *(said.hints for said in self._forced.values()))
        return frozenset(hint.entity for hints in said for hint in hints)

    def says(self, name: str) -> Said:
        """What ``name`` says. Names come from traffic and may be values themselves: what is remembered is their hash, up to a bound."""
        said = self._said.get(hash(name))
        if said is None:
            said = self._read(name[:200])
            if len(self._said) >= _MOST_NAMES:
                self._said.clear()
            self._said[hash(name)] = said
        return said

    def _read(self, name: str) -> Said:
        segments = _segments(name)
        key = _bare(segments[-1]) if segments else ""
        if not key:
            return _SILENT
        if key in self._forced:
            return self._forced[key]
        known = self._known
        last = [word.lower() for word in _WORDS.findall(segments[-1])]
        words = [word.lower() for segment in segments[-3:-1] for word in _WORDS.findall(segment)] + last
        keeps = key in known.keep_exact or bool(last and last[-1] in known.keep_ends)
        enumerates = key in known.enumerations or bool(last and last[-1] in known.enumerations)
        hints = self._hints(key, words)
        is_thing = not hints and any(form in known.things for tail in _tails(words) for form in _forms(tail))
        return Said(hints, keeps, enumerates, is_thing) if hints or keeps or enumerates or is_thing else _SILENT

    def _hints(self, key: str, words: list[str]) -> tuple[Hint, ...]:  # noqa: C901  five ways in order
        """In this order: the whole name; its ends; the same without qualifiers; without an owner; its glued end."""
        ends, exact = self._known.ends, self._known.exact
        for form in _forms(key):
            if hints := exact.get(form, ()) + ends.get(form, ()):
                return hints
        for tail in _tails(words):
            for form in _forms(tail):
                if form in ends:
                    return ends[form]
        while words and (words[-1].isdigit() or words[-1] in self._known.qualifiers):
            words = words[:-1]
            for tail in _tails(words):
                for form in _forms(tail):
                    if hints := ends.get(form, ()) or (exact.get(form, ()) if tail == "".join(words) else ()):
                        return hints
        bare = key.rstrip("0123456789")
        for form in _forms(_OWNERS.sub("", bare)):
            if form in ends:
                return ends[form]
        glued = (form for at in range(1, len(bare) - _TELLING + 1) for form in _forms(bare[at:]))
        return next((ends[form] for form in glued if len(form) >= _TELLING and form in ends), ())


def _tails(words: Sequence[str]) -> Iterator[str]:
    """``customer first name`` → customerfirstname, firstname, name."""
    return ("".join(words[at:]) for at in range(len(words)))


def _forms(name: str) -> Iterator[str]:
    """The name, without digits at its end, and in the singular."""
    yield name
    bare = name.rstrip("0123456789")
    if bare and bare != name:
        yield bare
    if len(bare) > 4 and bare.endswith("s"):
        yield bare[:-1]
        if bare.endswith("es"):
            yield bare[:-2]


def _is_anything(text: str) -> bool:
    return bool(text.strip())
