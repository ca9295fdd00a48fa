"""What a message was found to hold for certain is found wherever else it stands in it; and what left it is looked for once more.

1. A value replaced that is no guess (``Verdict.certain``; a whole member that became a label or token) and is telling enough
   to be known by itself is replaced elsewhere in the same message too, as the policy decides there.
2. With ``residual_scan`` a value that still stands in the bytes about to leave, at a place where no rule keeps it, withholds them.

A message in which nothing was replaced costs nothing. In any other the distinct texts between stand-ins are split into words
once; only values all of whose words are still there are searched. It changes no state.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from sidecar.errors import Unanalysable
from sidecar.protocol import surface
from sidecar.protocol.leaf import Kind, Part
from sidecar.redaction.findings import Finding, Findings, Passage
from sidecar.session import refusals
from sidecar.session.amend import amend
from sidecar.session.decided import Verdict
from sidecar.session.hidden import Hidden
from sidecar.session.sheets import lay_out
from sidecar.session.verdict import CERTAIN, Judge
from sidecar.session.whole import Whole
from sidecar.session.work import Work
from sidecar.wire.jsonrpc import Envelope, Message, dumps, encode

_STAND_IN: Final = re.compile(rb'(\\*")(?:<([A-Z][A-Z0-9_]{1,40})>|([A-Z][A-Z0-9_]{1,40})_[a-z2-7]{13,})\\*"')
"""A member that became a label or token as a whole, in JSON inside a string too."""
_WORDS: Final = re.compile(rb"[A-Za-z0-9\x80-\xff]{3,}")
_BREAKS: Final = re.compile(rb"\\[nrtbf]")
_ONLY_WORDS: Final = bytes(code if code >= 0x80 or chr(code).isalnum() else 0x20 for code in range(256))  # noqa: PLR2004
"""What is no letter or digit of ASCII, and no part of a letter beyond, becomes a blank."""
_ESCAPED: Final = re.compile(r'\\+(["\\/])')
_SHORTEST: Final = 4
_MANY_DIGITS: Final = 7
_NAMES: Final = frozenset(("PERSON", "USERNAME"))
_EDGE_LETTER: Final = r"[^\W_]"


def spread(work: Work, verdict: Verdict, envelope: Envelope) -> Envelope:
    """The envelope that leaves, with ``verdict`` told of what more was changed. Raises ``Withheld`` for what the residual scan finds."""
    if envelope.message is work.envelope.message or not (verdict.certain or verdict.replaced or verdict.edits):
        return envelope
    raw = encode(envelope.message)
    values = {} if not _words_left(work.envelope.message, raw) else _echoes(work.envelope.message, verdict, raw)
    if not values:
        return replace(envelope, message=Message(envelope.message.body, raw))
    second = _judged(work, envelope, values)
    if second.refusal is not None:
        raise second.refusal
    after = amend(envelope, second, work.topic, (), work.kit.vault.ttl_s)
    verdict.changes.update(second.changes)
    verdict.has_tokens |= second.has_tokens
    if work.kit.policy.data.residual_scan:
        kept = {*verdict.kept, *second.kept}
        left = encode(after.message)
        if any(_stands(value, left) for value in values if value not in kept):
            raise refusals.left_over()
    return after


def _words_left(before: Message, raw: bytes) -> bool:
    """Whether any word that was taken out stands elsewhere still: mostly none does, and nothing more is asked."""
    source = before.raw if before.raw is not None and b"\\u" not in before.raw else dumps(before.body)
    was, now = Counter(_words(source)), Counter(_words(raw))
    seen = now.get
    return any(
        count > left for word, count in was.items() if (left := seen(word)) is not None and len(word) >= _SHORTEST - 1
    )


def _words(data: bytes) -> list[bytes]:
    return (_BREAKS.sub(b" ", data) if b"\\" in data else data).translate(_ONLY_WORDS).split()


def _echoes(before: Message, verdict: Verdict, raw: bytes) -> dict[str, str]:
    """Values replaced that may still stand in what leaves, with their entities."""
    left = set(_WORDS.findall(_BREAKS.sub(b" ", b" ".join(set(_pieces(raw))))))
    restored = {value for value, _ in verdict.restored}
    return {
        value: entity
        for value, entity in {**_whole_members(before, raw), **verdict.certain}.items()
        if value not in restored
        and is_telling(value, entity)
        and left.issuperset(_WORDS.findall(value.encode("utf-8", "replace")))
        and _stands(value, raw)
    }


def _pieces(raw: bytes) -> Iterator[bytes]:
    """What stands between stand-ins: rows of a page repeat it."""
    end = 0
    for stand_in in _STAND_IN.finditer(raw):
        yield raw[end : stand_in.start()]
        end = stand_in.end()
    yield raw[end:]


def _whole_members(before: Message, raw: bytes) -> dict[str, str]:
    """Members that became a stand-in as a whole: what lies between the same texts in the message as it came."""
    source = dumps(before.body)  # as ``raw`` is written, whatever it was written like when it came
    found: dict[bytes, bytes] = {}
    at = end = 0
    for stand_in in _STAND_IN.finditer(raw):
        piece, quote = raw[end : stand_in.start()], stand_in[1]
        end = stand_in.end()
        begin = source.find(piece, at)
        if begin < 0:
            continue
        at = begin + len(piece)
        if source.startswith(quote, at):
            close = _closing(source, at + len(quote), quote)
            found[source[at + len(quote) : close]] = stand_in[2] or stand_in[3]
            at = close + len(quote)
    return {_ESCAPED.sub(r"\1", value.decode("utf-8", "replace")): entity.decode() for value, entity in found.items()}


def _closing(source: bytes, at: int, quote: bytes) -> int:
    """Where the string that begins at ``at`` ends."""
    close = source.find(quote, at)
    while close > at and source.startswith(b"\\", close - 1):
        close = source.find(quote, close + 1)
    return close if close >= 0 else len(source)


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
    judge = Judge(work.kit, topic, work.chooser, Hidden(), whole, is_inspected=False)
    return judge.decide(table, _findings(table.passages, values))


def _findings(passages: Sequence[Passage], values: Mapping[str, str]) -> list[Findings]:
    pattern = _pattern(tuple(values))

    def found(text: str) -> Findings:
        return tuple(
            Finding(match.start(), match.end(), values[match.group()], CERTAIN, "propagated")
            for match in pattern.finditer(text)
        )

    return [found(passage.text) for passage in passages]
