"""How well findings fit what somebody marked: precision, recall and F2 per entity, and the share of characters missed or redacted for nothing.

It finds nothing and reads no file. The rules, in order:

1. Entities are compared by family: street, city and zip are all LOCATION, every country's id is NATIONAL_ID.
2. A marked value is *found* when at least half of its characters are covered by findings of its family.
3. A finding is *right* when at least half of its characters lie in marked values of its family, *ignored* when that much lies in optional ones
   or in such and in optional ones together, else wrong.
4. Characters are letters and digits; blanks and punctuation count nowhere. *Missed*: those of a marked value no finding of any kind
   covers. *Over*: those of neither a marked nor an optional value that a finding covers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sidecar.redaction.labelled import Span

_FAMILIES: Final = {
    "LOCATION": "LOCATION ADDRESS STREET STREET_ADDRESS STREET_NAME BUILDING_NUMBER SECONDARY_ADDRESS CITY STATE ZIP ZIP_CODE POSTAL_CODE POSTCODE GPE FAC",
    "PERSON": "PERSON PER NAME FIRST_NAME LAST_NAME GIVEN_NAME SURNAME",
    "DATE_OF_BIRTH": "DATE_OF_BIRTH DOB BIRTHDAY DATE_TIME DATE",
    "EMAIL_ADDRESS": "EMAIL_ADDRESS EMAIL",
    "PHONE_NUMBER": "PHONE_NUMBER PHONE FAX_NUMBER",
    "CREDIT_CARD": "CREDIT_CARD CREDIT_CARD_NUMBER",
    "BANK_ACCOUNT": "BANK_ACCOUNT IBAN_CODE IBAN US_BANK_NUMBER BIC_CODE",
    "IP_ADDRESS": "IP_ADDRESS IP",
    "CREDENTIAL": "CREDENTIAL PASSWORD SECRET API_KEY ACCESS_TOKEN JWT PRIVATE_KEY CONNECTION_STRING",
    "USERNAME": "USERNAME USER_NAME HANDLE SOCIAL_HANDLE",
    "NATIONAL_ID": "NATIONAL_ID SSN TAX_ID PASSPORT DRIVER_LICENSE GOVERNMENT_ID MEDICAL_LICENSE",
}
_FAMILY: Final = {entity: family for family, entities in _FAMILIES.items() for entity in entities.split()}
_COUNTRY = re.compile(r"[A-Z]{2}_")


def family(entity: str) -> str:
    """The name entities of one sort are compared by."""
    known = _FAMILY.get(entity)
    if known is None and entity.endswith(("_PLATE", "_VEHICLE_REGISTRATION", "_LICENSE_PLATE")):
        known = "VEHICLE_ID"
    return known or ("NATIONAL_ID" if _COUNTRY.match(entity) else entity)


@dataclass(slots=True)
class Tally:
    """Counts of one family."""

    marked: int = 0
    found: int = 0
    findings: int = 0
    right: int = 0

    @property
    def precision(self) -> float | None:
        return self.right / self.findings if self.findings else None

    @property
    def recall(self) -> float | None:
        return self.found / self.marked if self.marked else None

    @property
    def f2(self) -> float | None:
        """Recall counts four times as much as precision. None when nothing was marked."""
        recall, precision = self.recall, self.precision or 0.0
        if recall is None:
            return None
        return 5 * precision * recall / (4 * precision + recall) if precision and recall else 0.0


@dataclass(slots=True)
class Score:
    """Of one text or, added up, of many."""

    texts: int = 0
    personal: int = 0
    """Characters of marked values."""
    missed: int = 0
    other: int = 0
    redacted: int = 0
    """Other characters that were covered."""
    families: dict[str, Tally] = field(default_factory=dict)

    @property
    def leak(self) -> float:
        """Share of marked characters nobody covered, 0 to 1."""
        return self.missed / self.personal if self.personal else 0.0

    @property
    def over(self) -> float:
        """Share of other characters covered, 0 to 1."""
        return self.redacted / self.other if self.other else 0.0

    def of(self, name: str) -> Tally:
        return self.families.setdefault(name, Tally())


def total(scores: Iterable[Score]) -> Score:
    whole = Score()
    for score in scores:
        whole.texts += score.texts
        whole.personal += score.personal
        whole.missed += score.missed
        whole.other += score.other
        whole.redacted += score.redacted
        for name, tally in score.families.items():
            sum_ = whole.of(name)
            sum_.marked += tally.marked
            sum_.found += tally.found
            sum_.findings += tally.findings
            sum_.right += tally.right
    return whole


def compare(text: str, marked: Sequence[Span], findings: Sequence[Span]) -> Score:
    """One text's score. ``findings`` may overlap."""
    counts = [char.isalnum() for char in text]
    must = [span for span in marked if not span.is_optional]
    may = [span for span in marked if span.is_optional]
    score = Score(texts=1)
    personal, free, covered = (_flags(len(text), spans) for spans in (must, may, findings))
    for counted, is_personal, is_free, is_covered in zip(counts, personal, free, covered, strict=True):
        if not counted:
            continue
        if is_personal:
            score.personal += 1
            score.missed += not is_covered
        elif not is_free:
            score.other += 1
            score.redacted += is_covered
    by_family = _grouped(len(text), findings)
    for span in must:
        tally = score.of(family(span.entity))
        tally.marked += 1
        tally.found += _is_half(counts, span, by_family(family(span.entity)))
    right = _grouped(len(text), must)
    for span in findings:
        name = family(span.entity)
        is_right = _is_half(counts, span, right(name))
        if is_right or not _is_half(counts, span, [a or b for a, b in zip(right(name), free, strict=True)]):
            tally = score.of(name)
            tally.findings += 1
            tally.right += is_right
    return score


def missed(text: str, marked: Sequence[Span], findings: Sequence[Span]) -> list[Span]:
    """Marked values of which a character is covered by no finding at all, in the text's order."""
    covered = _flags(len(text), findings)
    return [
        span
        for span in marked
        if not span.is_optional and any(text[at].isalnum() and not covered[at] for at in range(span.start, span.end))
    ]


def _flags(length: int, spans: Iterable[Span]) -> list[bool]:
    flags = [False] * length
    for span in spans:
        flags[span.start : span.end] = [True] * (span.end - span.start)
    return flags


def _grouped(length: int, spans: Sequence[Span]) -> Callable[[str], list[bool]]:
    known: dict[str, list[bool]] = {}

    def flags(name: str) -> list[bool]:
        if name not in known:
            known[name] = _flags(length, (span for span in spans if family(span.entity) == name))
        return known[name]

    return flags


def _is_half(counts: Sequence[bool], span: Span, flags: Sequence[bool]) -> bool:
    """At least half of a span's letters and digits (of its characters, if it has none) are flagged."""
    places = [at for at in range(span.start, span.end) if counts[at]] or range(span.start, span.end)
    return 2 * sum(flags[at] for at in places) >= len(places)
