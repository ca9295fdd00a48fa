"""Whose mailbox it is: ``bill.cash@…`` beside "Bill Cash" tells that these two words are a name, though no model sees one in them.

It knows nothing of messages: what stands beside each other is what is read at one go. It keeps nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from sidecar.redaction.findings import Finding, Passage
from sidecar.redaction.lexicon import folded

SCORE: Final = 0.795
"""Above what a model says, below every pattern."""
_LONGEST: Final = 8192
"""Characters of a text that names are looked for in."""
_LETTERS: Final = 2
_NAME_WORDS: Final = (2, 3)
_TAG: Final = re.compile(r"\d{0,8}(?:\+.*)?$", re.DOTALL)
_PARTS: Final = re.compile(r"[._]")
_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|['\u2019-](?=[^\W\d_]))*")
_NOBODY: Final = frozenset(
    re.findall(
        r"\w+",
        "team support sales sale service services news newsletter info inc ltd llc gmbh corp reply noreply office desk help "
        "helpdesk marketing billing account accounts admin alert alerts notification notifications shop store group bank customer "
        "client care department dept staff list mail email contact contacts web online order orders press media job jobs career "
        "careers data privacy security legal finance human resources head public relations booking bookings events event user "
        "users system",
    )
)
"""Words of a mailbox that is a desk's and no person's. Somebody may be called so: fields, titles and models tell."""


def found(passages: Mapping[Passage, Sequence[Finding]]) -> Iterator[tuple[Passage, Finding]]:
    """Names in passages, as the mailboxes found in any of them spell them."""
    owners = set(_owners(passages))
    if not owners:
        return
    firsts = {owner[0] for owner in owners}
    for passage in passages:
        if passage.json_type == "string" and not passage.is_code and len(passage.text) <= _LONGEST:
            for start, end in _named(passage.text, owners, firsts):
                yield passage, Finding(start, end, "PERSON", SCORE, "namesake")


def _owners(passages: Mapping[Passage, Sequence[Finding]]) -> Iterator[tuple[str, ...]]:
    for passage, findings in passages.items():
        for finding in findings:
            if finding.entity == "EMAIL_ADDRESS":
                local = passage.text[finding.start : finding.end].partition("@")[0]
                words = tuple(_plain(word) for word in _PARTS.split(_TAG.sub("", local)))
                if len(words) in _NAME_WORDS and all(_is_part(word) for word in words) and _NOBODY.isdisjoint(words):
                    yield words


def _plain(word: str) -> str:
    return folded(word).replace("\u2019", "'")


def _is_part(word: str) -> bool:
    return len(word) >= _LETTERS and _WORD.fullmatch(word) is not None


def _named(text: str, owners: set[tuple[str, ...]], firsts: Iterable[str]) -> Iterator[tuple[int, int]]:
    words = [(match.start(), match.end(), _plain(match.group())) for match in _WORD.finditer(text)]
    for at, (start, _, first) in enumerate(words):
        if first not in firsts or not text[start].isupper():
            continue
        for count in _NAME_WORDS:
            run = words[at : at + count]
            if (
                len(run) == count
                and tuple(word for _, _, word in run) in owners
                and all(text[one[1] : other[0]].isspace() and text[other[0]].isupper() for one, other in pairwise(run))
            ):
                yield start, run[-1][1]
