"""Texts whose personal data somebody marked: one JSON object per line, checked.

It detects and scores nothing; an error names the place and what is wrong, never a text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, NamedTuple

from sidecar.errors import BadUsage, Malformed
from sidecar.wire.jsonrpc import loads

_KEYS: Final = frozenset(("start", "end", "entity"))


class Span(NamedTuple):
    """Characters ``start`` to ``end`` (exclusive). ``is_optional``: neither missed when not found nor too much when found."""

    start: int
    end: int
    entity: str
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text, what is personal in it, and what sort of text it is."""

    text: str = field(repr=False)
    spans: tuple[Span, ...]
    kind: str = ""
    language: str = ""


def parse_line(line: str, where: str) -> Labelled:
    """``{"text": …, "spans": [{"start": …, "end": …, "entity": …}], "kind": …, "language": …}``; other keys are nobody's business.

    ``where``: file and line, for the error. Raises ``BadUsage``.
    """
    try:
        record = loads(line)
    except Malformed:
        raise BadUsage(f"{where}: not a JSON object") from None
    if not isinstance(record, dict):
        raise BadUsage(f"{where}: not a JSON object")
    text, spans = record.get("text"), record.get("spans", [])
    if not isinstance(text, str):
        raise BadUsage(f"{where}: 'text' is not a string")
    if not isinstance(spans, list):
        raise BadUsage(f"{where}: 'spans' is not a list")
    words = [record.get(name) or "" for name in ("kind", "language")]
    if not all(isinstance(word, str) for word in words):
        raise BadUsage(f"{where}: 'kind' or 'language' is not a string")
    parsed = tuple(sorted(_span(span, len(text), f"{where}: spans[{place}]") for place, span in enumerate(spans)))
    for before, after in pairwise(parsed):
        if after.start < before.end:
            raise BadUsage(f"{where}: the spans at {before.start} and {after.start} overlap")
    return Labelled(text, parsed, *words)


def _span(span: Any, length: int, where: str) -> Span:
    if not isinstance(span, dict):
        raise BadUsage(f"{where} is not an object")
    if missing := sorted(_KEYS.difference(span)):
        raise BadUsage(f"{where}: '{missing[0]}' is missing")
    start, end = span["start"], span["end"]
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
        raise BadUsage(f"{where}: start and end are no place in the text of {length} characters")
    entity, is_optional = span["entity"], span.get("optional", False)
    if not isinstance(entity, str) or not entity:
        raise BadUsage(f"{where}: 'entity' is not a name")
    if not isinstance(is_optional, bool):
        raise BadUsage(f"{where}: 'optional' is neither true nor false")
    return Span(start, end, entity, is_optional)
