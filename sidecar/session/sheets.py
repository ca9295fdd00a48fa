"""One message on the table: its leaves unfolded into passages, tokens found and masked, ready for the detector.

It decides nothing. Detection runs on the text as received with tokens masked, so that a token is never redacted again;
masking keeps every offset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sidecar.protocol.leaf import JsonType, Kind, Leaf
from sidecar.redaction.embedded import Unfolded, unfold, unfold_blob
from sidecar.redaction.findings import Finding, Findings, Passage
from sidecar.vault.tokens import SHORTEST, TokenSpan, find

_MASK = "_"
_NAMES: Final = {kind: kind.value for kind in JsonType}


@dataclass(slots=True)
class Sheet:
    """One leaf. ``unfolded`` is None for a binary nobody can read."""

    leaf: Leaf
    unfolded: Unfolded | None
    first: int
    """Number of this leaf's first passage in the message."""
    tokens: dict[int, list[TokenSpan]] = field(default_factory=dict)
    """Tokens per passage of this leaf."""


@dataclass(slots=True)
class Table:
    """All leaves of one message and their passages, as the detector sees them."""

    sheets: list[Sheet]
    passages: list[Passage]


def mask(text: str, spans: Sequence[TokenSpan]) -> str:
    for span in spans:
        text = text[: span.start] + _MASK * (span.end - span.start) + text[span.end :]
    return text


def lay_out(leaves: Sequence[Leaf], language: str = "en") -> Table:
    """Unfold every leaf the policy wants read."""
    table = Table([], [])
    for leaf in leaves:
        if leaf.kind is Kind.BLOB:
            unfolded = unfold_blob(leaf.text, leaf.mime, field=leaf.field, language=language)
        else:
            unfolded = unfold(
                leaf.text,
                field=leaf.field,
                sibling=leaf.sibling,
                json_type=_NAMES[leaf.json_type],
                mime=leaf.mime,
                language=language,
            )
        sheet = Sheet(leaf, unfolded, len(table.passages))
        table.sheets.append(sheet)
        if unfolded is None:
            continue
        for place, passage in enumerate(unfolded.passages):
            text = passage.text
            spans = find(text) if len(text) >= SHORTEST and ("_" in text or "@" in text) else None
            if spans:
                sheet.tokens[place] = spans
                table.passages.append(passage._replace(text=mask(text, spans)))
            else:
                table.passages.append(passage)
    return table


def checked(passages: Sequence[Passage], answers: Sequence[Findings | None]) -> list[Findings | None]:
    """The answers, one per passage, spans in order, inside the text and apart. Raises ``ValueError`` for any other.

    A span out of place would be cut out somewhere else, and what it stands for would cross.
    """
    found = list(answers)
    for passage, findings in zip(passages, found, strict=True):
        if not findings:
            continue
        at = 0
        for finding in findings:
            if not at <= finding.start < finding.end <= len(passage.text):
                raise ValueError("a finding is out of place")
            at = finding.end
    return found


def outside(findings: Findings, spans: Sequence[TokenSpan]) -> list[Finding]:
    """Findings that touch no token."""
    return [f for f in findings if not any(f.start < span.end and span.start < f.end for span in spans)]


def json_value(leaf: Leaf, text: str) -> str | None:
    """Is ``text`` still a value of the leaf's JSON type? The text, or None."""
    if leaf.json_type in (JsonType.INTEGER, JsonType.NUMBER):
        digits = text.removeprefix("-")
        return text if digits.isdigit() and (digits == "0" or not digits.startswith("0")) else None
    return text
