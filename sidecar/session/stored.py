"""What a message has to ask of a vault in a store, and what becomes of the answers. With any other vault it costs one test.

It does no I/O (the edge does, on ``Lookup`` and ``Store``) and keeps nothing. Only toward the server is anything looked up:
toward the client tokens stay tokens. A token is stored before it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from sidecar.protocol.leaf import Leaf
from sidecar.session.context import Kit, Topic
from sidecar.session.seek import SPELT
from sidecar.session.sheets import Sheet, Table, mask, whole_passage
from sidecar.vault.base import Entry, RemoteVault
from sidecar.vault.tokens import TokenSpan

RESTARTS: Final = 3
"""How often a message is done anew because a token of it stood for another value: never, but for chance."""
_MOST: Final = 1000
"""Spellings asked for in one message."""
_MADE: Final = re.compile(r"@?(?:Person|Place|user|redacted)[a-z2-7]{8,10}|(?=.*\d).{1,64}")
"""What ``surrogate`` can have made, of values whose entity has no spelling with room for a token."""


def questions(kit: Kit, topic: Topic, table: Table) -> tuple[str, ...]:
    """What has to be looked up before this message can be decided: tokens, and ``=`` with texts that may stand for a value."""
    if not kit.vault.is_remote or topic.direction != "to_server":
        return ()
    found = dict.fromkeys(
        span.token
        for sheet in table.sheets
        for spans in (sheet.tokens or {}).values()
        for span in spans
        if span.is_genuine
    )
    if topic.is_writing or any(rule.path for rule in kit.policy.data.restore):
        for _, leaf in table.plain:
            if len(found) < _MOST and leaf.path[:2] == ("params", "arguments") and _MADE.fullmatch(leaf.text):
                found[SPELT + leaf.text] = None
    return tuple(found)


def recognise(table: Table, values: Mapping[str, str], language: str) -> None:
    """Leaves that turned out to be stand-ins are masked and laid open as tokens are."""
    plain: list[tuple[int, Leaf]] = []
    for number, leaf in table.plain:
        if SPELT + leaf.text not in values:
            plain.append((number, leaf))
            continue
        spans = [TokenSpan(0, len(leaf.text), SPELT + leaf.text, is_genuine=True)]
        table.sheets.append(Sheet(leaf, number, (whole_passage(leaf, language),), tokens={0: spans}))
        table.passages[number] = table.passages[number]._replace(text=mask(leaf.text, spans))
    table.plain[:] = plain


def values_of(answer: Any, asked: Sequence[str]) -> dict[str, str]:
    """A store's answer to ``Lookup``. Raises ``TypeError`` for any other."""
    if not isinstance(answer, Mapping) or not all(isinstance(value, str) for value in answer.values()):
        raise TypeError("no answer of a store")
    return {token: answer[token] for token in asked if token in answer}


def new_entries(kit: Kit) -> tuple[Entry, ...]:
    """What was minted since it was last asked and has to be stored."""
    return tuple(cast("RemoteVault", kit.vault).take()) if kit.vault.is_remote else ()


def settle(kit: Kit, entries: Sequence[Entry], answer: Any) -> bool:
    """A store's answer to ``Store``: the entries it has other values for. Whether it took all; raises ``TypeError``."""
    if not isinstance(answer, Sequence) or not all(isinstance(entry, Entry) for entry in answer):
        raise TypeError("no answer of a store")
    vault = cast("RemoteVault", kit.vault)
    refused = [entry for entry in entries if entry in answer]
    vault.stored([entry for entry in entries if entry not in answer])
    vault.refused(refused)
    return not refused
