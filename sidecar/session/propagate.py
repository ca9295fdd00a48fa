"""What a message was found to hold for certain is found wherever else it stands in it; and what left it is looked for once more.

1. A value replaced that is no guess (``Verdict.certain``; a whole member that became a label or token) and is telling enough
   to be known by itself is replaced elsewhere in the same message too, as the policy decides there.
2. With ``residual_scan`` a value that still stands in the bytes about to leave, at a place where no rule keeps it, withholds them.

A message in which nothing was replaced costs nothing. Of any other the texts that were not replaced are split into words; only values
all of whose words are among them are searched. It changes no state.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from sidecar.errors import Unanalysable
from sidecar.protocol import surface
from sidecar.protocol.leaf import Kind, Part
from sidecar.redaction.findings import Finding, Findings, Passage, recalled
from sidecar.session import refusals
from sidecar.session.amend import amend
from sidecar.session.decided import Verdict
from sidecar.session.recall import Recall
from sidecar.session.sheets import lay_out
from sidecar.session.verdict import CERTAIN, Judge
from sidecar.session.whole import Whole
from sidecar.session.work import Work
from sidecar.wire.jsonrpc import Envelope, encode

_BREAKS: Final = re.compile(rb"\\[nrtbf]")
_ONLY_WORDS: Final = bytes(code if code >= 0x80 or chr(code).isalnum() else 0x20 for code in range(256))  # noqa: PLR2004
"""What is no letter or digit of ASCII, and no part of a letter beyond, becomes a blank."""
_SHORTEST: Final = 4
_MANY_DIGITS: Final = 7
_NAMES: Final = frozenset(("PERSON", "USERNAME"))
_EDGE_LETTER: Final = r"[^\W_]"


def spread(work: Work, verdict: Verdict, envelope: Envelope) -> Envelope:
    """The envelope that leaves, with ``verdict`` told of what more was changed. Raises ``Withheld`` for what the residual scan finds."""
    if envelope.message is work.envelope.message or work.whole is None:
        return envelope
    taken = {**work.whole.taken(), **verdict.certain}
    values = _echoes(work, verdict, taken) if taken else {}
    if not values:
        return envelope
    second = _judged(work, envelope, values)
    if second.refusal is not None:
        raise second.refusal
    after = amend(envelope, second, work.topic, (), work.kit.vault.ttl_s)
    verdict.changes.update(second.changes)
    verdict.has_tokens |= second.has_tokens
    if work.kit.policy.data.residual_scan:
        kept = {*verdict.kept, *second.kept, *work.whole.taken(kept=True)}
        left = encode(after.message)
        if any(_stands(value, left) for value in values if value not in kept):
            raise refusals.left_over()
    return after


def _echoes(work: Work, verdict: Verdict, taken: Mapping[str, str]) -> dict[str, str]:
    """Values replaced that stand elsewhere too. Mostly not one word of any of them does, and nothing more is asked."""
    others = list(_others(work))
    words = _words(others)
    if not any(len(word) >= _SHORTEST - 1 for word in words & _words(taken)):
        return {}
    restored = {value for value, _ in verdict.restored}
    near = {
        value: entity
        for value, entity in taken.items()
        if value not in restored and is_telling(value, entity) and words.issuperset(_words([value]))
    }
    if not near:
        return {}
    pattern = _pattern(tuple(near))
    found = {match.group() for text in others for match in pattern.finditer(text)}
    return {value: near[value] for value in found}


def _words(texts: Iterable[str]) -> set[bytes]:
    return set(" ".join(texts).encode("utf-8", "replace").translate(_ONLY_WORDS).split())


def _others(work: Work) -> Iterator[str]:
    """What stands in the message and was not replaced."""
    if work.whole is not None:
        yield from work.whole.kept
    answers = work.answers
    for number, leaf in work.table.plain:
        text, findings = leaf[3], answers[number]
        if not findings:
            yield text
        elif findings[0][1] < len(text) or findings[0][0]:  # else all of it is gone
            yield _rest(text, findings)
    for leaf in work.table.known:
        yield _rest(leaf.text, recalled(leaf.known, leaf.text))
    for sheet in work.table.sheets:
        if not sheet.passages:
            yield sheet.leaf.text
        for number, passage in enumerate(sheet.passages):
            yield _rest(passage.text, answers[sheet.first + number] or ())
    for leaf, _ in work.decided:
        yield leaf.text
    yield from work.opaque


def _rest(text: str, findings: Findings) -> str:
    at, parts = 0, []
    for finding in findings:
        parts.append(text[at : finding.start])
        at = finding.end
    return "\n".join((*parts, text[at:])) if findings else text


def is_telling(value: str, entity: str) -> bool:
    """Whether the text by itself says enough: an address, a long number, words in a row, a name with its capital."""
    if len(value) < _SHORTEST:
        return False
    if "@" in value or sum(map(str.isdigit, value)) >= _MANY_DIGITS:
        return True
    if " " in value.strip():
        return len(value) >= 2 * _SHORTEST
    return entity in _NAMES and value[0].isupper()


def _stands(value: str, raw: bytes) -> bool:
    written = value.replace("\\", "\\\\").replace('"', '\\"').encode("utf-8", "replace")
    if written not in raw:
        return False
    return _pattern((value,)).search(_BREAKS.sub(b" ", raw).decode("utf-8", "replace").replace('\\"', '"')) is not None


def _pattern(values: Sequence[str]) -> re.Pattern[str]:
    either = "|".join(re.escape(value) for value in sorted(values, key=len, reverse=True))
    return re.compile(rf"(?<!{_EDGE_LETTER})(?:{either})(?!{_EDGE_LETTER})")


def _judged(work: Work, envelope: Envelope, values: Mapping[str, str]) -> Verdict:
    """The message judged once more, with these values as its findings."""
    if work.chooser is None:
        raise Unanalysable("the message was not laid out")
    topic = replace(work.topic, choices={})
    body = envelope.message.body
    part = Part.PARAMS
    if topic.is_response:
        part = Part.ERROR if "error" in body and "result" not in body else Part.RESULT
    leaves = [leaf for leaf in surface.leaves(body, topic.method, part) if leaf.kind is not Kind.OPAQUE]
    table = lay_out(leaves, work.kit.language)
    whole = Whole(work.kit, topic, work.chooser, is_open=False)
    judge = Judge(work.kit, topic, work.chooser, Recall(), whole, is_inspected=False)
    return judge.decide(table, _findings(table.passages, values))


def _findings(passages: Sequence[Passage], values: Mapping[str, str]) -> list[Findings]:
    pattern = _pattern(tuple(values))

    def found(text: str) -> Findings:
        return tuple(
            Finding(match.start(), match.end(), values[match.group()], CERTAIN, "propagated")
            for match in pattern.finditer(text)
        )

    return [found(passage.text) for passage in passages]
