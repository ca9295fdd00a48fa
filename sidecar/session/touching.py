"""Replaced findings of a text, and what becomes of two that touch. It decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sidecar.policy.model import Operator
from sidecar.redaction.findings import Edit, Finding


class Redacted(NamedTuple):
    """A finding of passage ``place`` that was replaced."""

    place: int
    finding: Finding
    operator: Operator


def apart(edits: list[Edit], redacted: list[Redacted], token: Callable[[Finding], str]) -> list[Edit]:
    """Touching findings become one token: two without anything between them would be read as none.

    ``redacted`` ends with one for each of ``edits``, and is changed in place.
    """
    first = len(redacted) - len(edits)
    made: list[Edit] = []
    kept: list[Redacted] = []
    for edit, one in zip(edits, redacted[first:], strict=True):
        if not made or edit.start > made[-1].end or {one.operator, kept[-1].operator} != {"token"}:
            made.append(edit)
            kept.append(one)
            continue
        joined = kept[-1].finding._replace(end=edit.end)
        kept[-1] = kept[-1]._replace(finding=joined)
        made[-1] = Edit(joined.start, joined.end, token(joined))
    redacted[first:] = kept
    return made
