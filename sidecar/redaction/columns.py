"""What columns were learned to hold, by tool and path: a column whose name says nothing is judged by its values together.

It looks at no text itself (``signs`` does) and keeps none: digests, counters and verdicts, of a bounded number of columns.

Two threads: ``gather`` and ``answer`` run on the event loop, ``learn`` on the worker. Only the worker writes verdicts and ballots; a
verdict once given is only replaced by one that finds more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from secrets import token_bytes
from typing import Final, NamedTuple

from sidecar.redaction import shape, votes
from sidecar.redaction.check_digits import has_check_digits
from sidecar.redaction.fields import Said
from sidecar.redaction.findings import Finding, Findings, Passage
from sidecar.redaction.signs import LONGEST, Sign, letters_of, look, tokens
from sidecar.redaction.votes import Ballot, Verdict

MOST_COLUMNS: Final = 4096
_SCORE: Final = 0.795
"""Above what the model says of a value alone, below every pattern."""
_SEEN_BITS: Final = 2048
_SIGNS: Final = tuple(Sign)
_CHECKED: Final = 10
"""Values of one message that check digits are tried on, at least."""
_NUMBERS: Final = frozenset(("integer", "number", "key"))


class _Around(NamedTuple):
    """What was known of the other columns of the same message when this one was met."""

    entities: frozenset[str]
    near: frozenset[str]
    columns: tuple[bytes, ...]
    """Up to two before it and two after it, and itself."""


_NOTHING_AROUND: Final = _Around(frozenset(), frozenset(), ())
_NEAR: Final = 2


class Columns:
    """At most ``most`` columns; the one longest not learned from is forgotten first. One object per detector configuration."""

    def __init__(self, most: int = MOST_COLUMNS) -> None:
        self._most = most
        self.generation = 0
        """Grows with every verdict that is new or forgotten."""
        self._verdicts: dict[bytes, Verdict] = {}
        self._ballots: dict[bytes, Ballot] = {}
        self._around: dict[bytes, _Around] = {}
        self._salt = token_bytes(16).hex()

    def __len__(self) -> int:
        return len(self._verdicts) + len(self._ballots)

    def __repr__(self) -> str:
        return f"Columns({len(self._verdicts)} learned, {len(self._ballots)} open)"

    def answer(self, column: bytes, text: str) -> Findings | None:
        """On the loop: what the column's verdict says of this value, or ``None`` when the value is to be read as any other."""
        verdict = self._verdicts.get(column)
        if verdict is None or not verdict.fits(text):
            return None
        return _whole(text, verdict.entity) if verdict.entity else ()

    def is_open(self, column: bytes, text: str) -> bool:
        """On the loop: whether the value is wanted to learn from, though nothing else would be looked for in it."""
        return column not in self._verdicts and len(text) <= LONGEST and shape.may_tell_column(text)

    def gather(self, passages: Sequence[Passage], answers: list[Findings | None], says: Callable[[str], Said]) -> None:
        """On the loop: columns that are to be learned get all their values of this message, remembered answers or not."""
        wanted = {
            p[5]
            for p, a in zip(passages, answers, strict=True)
            if a is None and p[5] and p[3] not in _NUMBERS and p[5] not in self._verdicts and says(p[2] or p[1]).is_open
        }
        if not wanted:
            return
        order: dict[bytes, str] = {}
        for place, (passage, answer) in enumerate(zip(passages, answers, strict=True)):
            column = passage[5]
            if not column or passage[3] == "key":
                continue
            is_known = bool(answer) and answer[0].recognizer in {"field", "column"}  # type: ignore[index]
            if is_known or column not in order:
                order[column] = answer[0].entity if answer and is_known else ""
            if not is_known and answer is not None and column in wanted and passage[3] not in _NUMBERS:
                answers[place] = None
        if len(self._around) > self._most:
            self._around.clear()
        columns, entities = list(order), frozenset(entity for entity in order.values() if entity)
        for at, column in enumerate(columns):
            if column in wanted:
                near = columns[max(0, at - _NEAR) : at + _NEAR + 1]
                self._around[column] = _Around(entities, frozenset(order[c] for c in near if order[c]), tuple(near))

    def learn(self, misses: Sequence[Passage], found: Mapping[Passage, Sequence[Finding]]) -> None:
        """On the worker: all values of a message that were read; ``found``: what patterns and the model found in them."""
        texts: dict[bytes, dict[str, Sequence[Finding]]] = defaultdict(dict)
        values: dict[bytes, int] = defaultdict(int)
        for passage in misses:
            column = passage.column
            if column and passage.json_type not in _NUMBERS and not passage.is_code and not self._is_settled(column):
                texts[column][passage.text] = found.get(passage, ())
                values[column] += 1
        ballots = {column: self._count(column, different, values[column]) for column, different in texts.items()}
        verdicts = self._decided(ballots)
        for column, ballot in ballots.items():
            verdict = verdicts.get(column) or votes.conclude(ballot)
            if verdict is None:
                continue
            self.generation += self._verdicts.get(column) != verdict
            self._verdicts[column] = verdict
            if verdict.entity:
                self._ballots.pop(column, None)
                self._around.pop(column, None)
        self._forget()

    def _decided(self, ballots: Mapping[bytes, Ballot]) -> dict[bytes, Verdict]:
        verdicts: dict[bytes, Verdict] = {}
        told: dict[bytes, str] | None = None
        for _ in range(3):  # what one column turned out to be is evidence for those beside it
            found_out = {column: verdict.entity for column, verdict in verdicts.items() if verdict.entity}
            if found_out == told:
                break
            told = found_out
            for column, ballot in ballots.items():
                if column not in verdicts:
                    around = self._around.get(column, _NOTHING_AROUND)
                    ballot.company = {*around.entities, *found_out.values()}
                    ballot.near = {*around.near, *(found_out[c] for c in around.columns if c in found_out)}
                    verdict = votes.decide(ballot)
                    if verdict is not None:
                        verdicts[column] = verdict
        return verdicts

    def amended(self, passage: Passage, found: Sequence[Finding]) -> list[Finding]:
        """On the worker: the findings with what the column's verdict adds; in columns of things, without names found by the model."""
        verdict = self._verdicts.get(passage.column) if passage.column else None
        rest = [] if shape.is_machine(passage.text) else list(found)  # it was read for its column's sake only
        if verdict is None or passage.json_type in _NUMBERS or not verdict.fits(passage.text):
            return rest
        if verdict.entity:
            return [*rest, *_whole(passage.text, verdict.entity)]
        return [finding for finding in rest if finding.score >= _SCORE or finding.entity not in {"PERSON", "LOCATION"}]

    def _is_settled(self, column: bytes) -> bool:
        verdict = self._verdicts.get(column)
        return verdict is not None and bool(verdict.entity)

    def _count(self, column: bytes, texts: Mapping[str, Sequence[Finding]], values: int) -> Ballot:
        ballot = self._ballots.pop(column, None) or Ballot()
        self._ballots[column] = ballot
        ballot.values += values
        for text, found in texts.items():
            bit = 1 << (self._number(text) % _SEEN_BITS)
            if ballot.seen & bit:
                continue
            ballot.seen |= bit
            ballot.distinct += 1
            bare = text.strip()
            signs = look(bare, found)
            for sign in _SIGNS:
                if sign in signs:
                    ballot.signs[sign] = ballot.signs.get(sign, 0) + 1
            ballot.lengths |= 1 << min(len(bare), LONGEST)
            ballot.wordings |= 1 << (self._number(letters_of(bare)) % 1024)
            for token in tokens(bare):
                ballot.tokens += 1
                ballot.vocabulary |= 1 << (self._number(token) % 1024)
            ballot.starts |= 1 << (self._number(bare[:3]) % 512)
            if bare[:1].isdigit():
                ballot.firsts |= 1 << int(bare[0])
            if Sign.DAY in signs:
                ballot.decades |= 1 << (_year(bare) // 10 % 30)
        if len(texts) >= _CHECKED and not ballot.checks:
            ballot.checks = has_check_digits(list(texts))
        return ballot

    def _number(self, text: str) -> int:
        """Only some bits of it are kept. Python's own hash has a key of its own unless somebody fixed it: the salt is none's."""
        return hash(self._salt + text)

    def _forget(self) -> None:
        for known in (self._verdicts, self._ballots):
            while len(known) > self._most:
                self.generation += 1
                del known[next(iter(known))]


def _year(text: str) -> int:
    parts = (text[:4], text[6:10], text[-4:])
    return next((int(part) for part in parts if part.isdigit() and len(part) == 4), 0)  # noqa: PLR2004


def _whole(text: str, entity: str) -> Findings:
    return tuple(Finding(start, end, entity, _SCORE, "column") for start, end in shape.bare(text))
