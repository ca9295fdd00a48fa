"""Tokens in a message toward the server: which become values, which stay, and which a writing call must not carry.

It changes no state. One test per number:

1. A token becomes its value where the policy restores; the value is escaped as the text around the token is.
2. A stand-in that only the vault can tell from a genuine value (a date, a number) becomes its value where a restore rule
   names the argument's path, and as a whole leaf only: elsewhere it might be meant as it stands.
3. In arguments of a writing tool a stand-in that does not become a value refuses the call: unknown, expired, mistyped, cut
   short or of another server. ``trust_foreign_tokens`` lets tokens with a right check character pass.
4. What could be an ordinary word (``person significantly``) is no reason to refuse anything.
5. In arguments of a writing tool a label refuses the call.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, assert_never
from urllib.parse import quote

from sidecar.errors import Withheld
from sidecar.policy.model import Where
from sidecar.protocol.leaf import Kind
from sidecar.redaction.findings import Edit
from sidecar.session.choose import Chooser
from sidecar.session.context import Kit
from sidecar.session.seek import ANYTHING, SPELT
from sidecar.vault.tokens import TokenSpan

_LABEL: Final = re.compile(r"<(?:[A-Z]{2,}_)*[A-Z]{2,}>")


@dataclass(slots=True)
class Restored:
    """``pairs``: (value, token) of each edit."""

    edits: list[Edit] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    refusal: Withheld | None = None


def restore(kit: Kit, chooser: Chooser, where: Where, at: str, spans: Sequence[TokenSpan]) -> Restored:
    done = Restored()
    may_restore = bool(spans) and kit.policy.restores(where)
    for span in spans:
        value = None
        if may_restore and (not span.token.startswith(SPELT) or _names_path(kit, where)):
            value = chooser.resolve(span.token)
        if value is not None:
            done.edits.append(Edit(span.start, span.end, _escaped(value, span)))
            done.pairs.append((value, _told_token(chooser, span, value)))
        elif where.is_writing and _is_refused(kit, span):
            done.refusal = Withheld(_told(kit, chooser, span, at))
            break
    return done


def _told_token(chooser: Chooser, span: TokenSpan, value: str) -> str:
    """What hides the value when it comes back: never a spelling, which a text around it would make unreadable."""
    if not span.token.startswith(SPELT):
        return span.token
    return chooser.token(ANYTHING, value) or chooser.label(ANYTHING, Kind.TEXT)


def _names_path(kit: Kit, where: Where) -> bool:
    return any(rule.path and rule.covers(where) for rule in kit.policy.data.restore)


def _is_refused(kit: Kit, span: TokenSpan) -> bool:
    if span.is_genuine and kit.policy.data.trust_foreign_tokens and not span.token.startswith(SPELT):
        return False
    return span.is_plain


def _escaped(value: str, span: TokenSpan) -> str:
    match span.escape:
        case "":
            return value
        case "percent":
            return quote(value, safe="")
        case "html":
            return html.escape(value)
        case "json":
            return json.dumps(value)[1:-1]
        case _:
            assert_never(span.escape)


def _told(kit: Kit, chooser: Chooser, span: TokenSpan, at: str) -> str:
    """What the model can do about it; never the text."""
    if span.token.startswith(SPELT):
        return (
            f"Not sent: {at} holds a stand-in for a value you cannot see, and it is not turned back at this place. Leave it "
            "out, or use the record's id."
        )
    if not span.is_genuine:
        why = "it is mistyped or cut short"
    elif not kit.vault.is_own(chooser.scope, span.version):
        why = "it was made under another key: by another server's sidecar, or before this one was started anew"
    else:
        why = "it is unknown here, expired, or of another server"
    return (
        f"Not sent: {at} holds a placeholder this session cannot turn back into a value ({why}). Ask the server for the "
        "record again and use the placeholder from that answer, exactly as written."
    )


def label_refusal(kit: Kit, text: str, at: str) -> Withheld | None:
    """Why a writing tool's argument must not hold this text: it holds a label."""
    for found in _LABEL.finditer(text):
        if found.group()[1:-1] in kit.entities:
            return Withheld(
                f"Not sent: {at} holds {found.group()}, which stands for a value you cannot see. It must not "
                "be written into the system. Leave it out, or use the record's id."
            )
    return None
