"""One message on the table: its leaves unfolded into passages, tokens found and masked, ready for the detector.

It decides nothing. Detection runs on the text as received with tokens masked, so that a token is never redacted again;
masking keeps every offset.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sidecar.protocol.leaf import JsonType, Kind, Leaf
from sidecar.redaction.embedded import Unfolded, may_unfold, unfold, unfold_blob
from sidecar.redaction.findings import Edit, Finding, Findings, Passage, apply, remembered
from sidecar.session.seek import Seek
from sidecar.vault.tokens import TokenSpan
from sidecar.wire.jsonrpc import Json, Number
from sidecar.wire.places import NOTHING, Place
from sidecar.wire.spans import Settle

_MASK: Final = "_"
_MOST_FINDINGS: Final = 2
"""Of an answer that its place remembers; with more, what all places remember would be large (``cache`` counts them)."""
_passage = tuple.__new__
"""A passage is a tuple; made this way it costs a third, and a message has a thousand."""


@dataclass(slots=True)
class Sheet:
    """One leaf. Most are the one passage they are (``unfolded`` is None and ``is_binary`` false)."""

    leaf: Leaf
    first: int
    """Number of this leaf's first passage in the message."""
    passages: tuple[Passage, ...] = ()
    """As received, tokens and all."""
    unfolded: Unfolded | None = None
    is_binary: bool = False
    """Nobody can read it."""
    tokens: Mapping[int, list[TokenSpan]] | None = None
    """Tokens per passage of this leaf, if there are any."""

    @property
    def is_settled(self) -> bool:
        """``fold`` changes the leaf even without an edit."""
        return self.unfolded is not None and self.unfolded.is_settled

    def fold(self, edits: Mapping[int, Sequence[Edit]]) -> str:
        if self.unfolded is not None:
            return self.unfolded.fold(edits)
        return apply(self.leaf.text, edits.get(0, ()))


@dataclass(slots=True)
class Table:
    """All leaves of one message and their passages, as the detector sees them. Most are ``plain`` or ``known``."""

    sheets: list[Sheet]
    passages: list[Passage]
    plain: list[tuple[int, Leaf]] = field(default_factory=list)
    """Leaves that are the one passage they are, hold no token and have no sheet, with the passage's number."""
    known: list[Leaf] = field(default_factory=list)
    """Leaves that bring their answers with them; they have no sheet."""
    answered: dict[int, Findings] = field(default_factory=dict)
    """Answers that passages inside texts bring with them, by passage number."""


def mask(text: str, spans: Sequence[TokenSpan]) -> str:
    for span in spans:
        text = text[: span.start] + _MASK * (span.end - span.start) + text[span.end :]
    return text


def lay_out(
    leaves: Sequence[Leaf],
    language: str = "en",
    settle: Callable[[Leaf], Settle | None] | None = None,
    seek: Seek | None = None,
) -> Table:
    """Unfold every leaf the policy wants read. ``settle``: who knows what becomes of texts remembered inside a leaf.

    ``seek``: what finds tokens, where the policy has any.
    """
    sheets: list[Sheet] = []
    passages: list[Passage] = []
    plain: list[tuple[int, Leaf]] = []
    known: list[Leaf] = []
    answered: dict[int, Findings] = {}
    for leaf in leaves:
        if leaf[10] is not None:
            known.append(leaf)
            continue
        _, kind, _, text, name, sibling, json_type, mime, _, place, _ = leaf
        first = len(passages)
        if kind is not Kind.BLOB and not mime and (json_type is not JsonType.STRING or not may_unfold(text)):
            column = b"" if place is None else place.column
            passages.append(_passage(Passage, (text, name, sibling, json_type, language, column, False)))
            if seek is None:
                plain.append((first, leaf))
                continue
            spans = seek.find(text) if seek.has(text) else None
            if not spans and seek.asks:
                spans = seek.whole(leaf)
            if not spans:
                plain.append((first, leaf))
                continue
            passages[first] = passages[first]._replace(text=mask(text, spans))
            sheets.append(Sheet(leaf, first, (whole_passage(leaf, language),), tokens={0: spans}))
            continue
        sheet = _unfold(leaf, first, language, None if settle is None or place is None else settle(leaf))
        if sheet.unfolded is not None and sheet.unfolded.known:
            answered.update((first + number, known) for number, known in sheet.unfolded.known.items())
        passages += sheet.passages
        sheets.append(sheet)
        if seek is not None:
            _mask_tokens(sheet, passages, seek)
    return Table(sheets, passages, plain, known, answered)


def whole_sheet(leaf: Leaf, language: str, first: int = 0) -> Sheet:
    """The sheet of a leaf that is the one passage it is."""
    return Sheet(leaf, first, (whole_passage(leaf, language),))


def whole_passage(leaf: Leaf, language: str) -> Passage:
    column = b"" if leaf.place is None else leaf.place.column
    return Passage(leaf.text, leaf.field, leaf.sibling, leaf.json_type, language, column)


def _unfold(leaf: Leaf, first: int, language: str, settle: Settle | None) -> Sheet:
    if leaf.kind is Kind.BLOB:
        unfolded = unfold_blob(leaf.text, leaf.mime, field=leaf.field, language=language)
        if unfolded is None:
            return Sheet(leaf, first, is_binary=True)
    else:
        unfolded = unfold(
            leaf.text,
            field=leaf.field,
            sibling=leaf.sibling,
            json_type=leaf.json_type,
            mime=leaf.mime,
            column=b"" if leaf.place is None else leaf.place.column,
            place=leaf.place,
            language=language,
            settle=settle,
        )
    return Sheet(leaf, first, unfolded.passages, unfolded)


def _mask_tokens(sheet: Sheet, passages: list[Passage], seek: Seek) -> None:
    found: dict[int, list[TokenSpan]] = {}
    for place, passage in enumerate(sheet.passages):
        text = passage.text
        spans = seek.find(text) if seek.has(text) else None
        if spans:
            found[place] = spans
            passages[sheet.first + place] = passage._replace(text=mask(text, spans))
    if found:
        sheet.tokens = found


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


def remember(table: Table, answers: Sequence[Findings | None]) -> None:
    """Every answer at the place its text stood, so that the next message does not ask again."""
    json, string = Kind.JSON, JsonType.STRING
    for number, leaf in table.plain:
        place = leaf[9]
        if place is not None and leaf[6] is string and leaf[1] is json:
            findings = answers[number]
            if findings == ():
                place.remember(leaf[3], NOTHING)
            else:
                _remember(place, leaf[3], findings)
    for sheet in table.sheets:
        if sheet.tokens is None and sheet.unfolded is not None:
            for number, place in sheet.unfolded.places.items():
                _remember(place, sheet.passages[number].text, answers[sheet.first + number])
            _remember_nothing(sheet, answers)


def _remember_nothing(sheet: Sheet, answers: Sequence[Findings | None]) -> None:
    """A text that might have held another (an id in hexadecimal), held none and nothing else need not be tried again."""
    _, kind, _, text, _, _, json_type, mime, _, place, _ = sheet.leaf
    is_one = len(sheet.passages) == 1 and sheet.passages[0].text == text and answers[sheet.first] == ()
    if is_one and place is not None and kind is Kind.JSON and json_type is JsonType.STRING and not mime:
        place.remember(text, NOTHING)


def _remember(place: Place, text: str, findings: Findings | None) -> None:
    if findings is not None and len(findings) <= _MOST_FINDINGS:
        place.remember(text, remembered(findings, text) if findings else NOTHING)


def outside(findings: Findings, spans: Sequence[TokenSpan]) -> list[Finding]:
    """Findings that touch no token."""
    return [f for f in findings if not any(f.start < span.end and span.start < f.end for span in spans)]


def json_value(leaf: Leaf, text: str) -> str | None:
    """Is ``text`` still a value of the leaf's JSON type? The text, or None."""
    if leaf.json_type in (JsonType.INTEGER, JsonType.NUMBER):
        digits = text.removeprefix("-")
        return text if digits.isdigit() and (digits == "0" or not digits.startswith("0")) else None
    return text


def typed(leaf: Leaf, text: str) -> Json:
    checked = json_value(leaf, text)
    if checked is None or leaf.json_type in (JsonType.STRING, JsonType.KEY):
        return checked
    return Number(checked)
