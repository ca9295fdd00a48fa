"""The table: every encoding × every entity with a pattern × several values, through unfolding, detection and folding, as in a message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sidecar.redaction.detector import PresidioDetector
from sidecar.redaction.embedded import unfold
from sidecar.redaction.findings import Edit, Findings, Passage
from tests.evasion.spellings import FRAME, Encoding, squeezed
from tests.evasion.values import VALUES


class Case(NamedTuple):
    encoding: Encoding
    entity: str
    value: str
    text: str


class Outcome(NamedTuple):
    """``is_found``: a finding of the entity that the plain value is found as. ``is_gone``: what was made of the text, decoded, is without the value, and still has the words around it."""

    case: Case
    is_found: bool
    is_gone: bool


def cases(encodings: Sequence[Encoding], most: int = 99) -> Iterable[Case]:
    for encoding in encodings:
        for entity, (context, values) in VALUES.items():
            for value in values[:most]:
                text = _written(encoding, context, value)
                if text is not None:
                    yield Case(encoding, entity, value, text)


def _written(encoding: Encoding, context: str, value: str) -> str | None:
    sentence = FRAME.format(context)
    inner = encoding.before
    if inner is not None and inner.whole:
        packed = inner.write(sentence.format(value))
        return None if packed is None else encoding.write(packed)
    new = value if inner is None else inner.write(value)
    if new is None:
        return None
    if encoding.whole:
        return encoding.write(sentence.format(new))
    new = encoding.write(context.format(new) if encoding.with_context else new)
    if new is None:
        return None
    return FRAME.format(new) if encoding.with_context else sentence.format(new)


def answers(detector: PresidioDetector, passages: Sequence[Passage]) -> list[Findings]:
    known = detector.lookup(passages)
    found = iter(detector.detect([passage for passage, answer in zip(passages, known, strict=True) if answer is None]))
    return [next(found) if answer is None else answer for answer in known]


def plainly(detector: PresidioDetector) -> dict[tuple[str, str], set[str]]:
    """What each value is found as where it is written plainly."""
    texts = [
        (name, value, FRAME.format(words.format(value))) for name, (words, values) in VALUES.items() for value in values
    ]
    found = answers(detector, [Passage(text) for _, _, text in texts])
    return {
        (name, value): {f.entity for f in some if f.start <= text.index(value) < f.end}
        for (name, value, text), some in zip(texts, found, strict=True)
    }


def run(detector: PresidioDetector, every: Sequence[Case], plain: dict[tuple[str, str], set[str]]) -> list[Outcome]:
    unfolded = [unfold(case.text) for case in every]
    found = iter(answers(detector, [passage for each in unfolded for passage in each.passages]))
    outcomes = []
    for case, each in zip(every, unfolded, strict=True):
        findings = [next(found) for _ in each.passages]
        edits = {n: [Edit(f.start, f.end, f" {f.entity} ") for f in some] for n, some in enumerate(findings) if some}
        new = each.fold(edits)
        outcomes.append(
            Outcome(
                case,
                any(f.entity in plain[case.entity, case.value] for some in findings for f in some),
                _is_gone(case, new),
            )
        )
    return outcomes


def _is_gone(case: Case, new: str) -> bool:
    try:
        read = case.encoding.read(new)
    except ValueError:  # no longer a text that can be decoded
        return False
    wanted = squeezed(case.value)
    around = [word for word in FRAME.split() if word.isalpha()] if not case.encoding.whole else []
    return (
        wanted not in squeezed(read)
        and squeezed(case.text) != squeezed(new)
        and all(squeezed(w) in squeezed(read) for w in around)
    )


def printed(outcomes: Sequence[Outcome]) -> str:
    rows: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        rows[outcome.case.encoding.name].append(outcome)
    lines = [f"{'encoding':<44}{'cases':>6}{'found':>7}{'exact':>7}  missed"]
    for name, some in rows.items():
        missed = defaultdict(int)
        for outcome in some:
            if not (outcome.is_found and outcome.is_gone):
                missed[outcome.case.entity] += 1
        said = ", ".join(f"{entity} {count}" for entity, count in missed.items())
        lines.append(
            f"{name:<44}{len(some):>6}{sum(o.is_found for o in some):>7}{sum(o.is_gone for o in some):>7}  {said}"
        )
    return "\n".join(lines)
