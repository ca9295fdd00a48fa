"""One message between ``receive`` and its final actions, and its place in its lane. Records, no behaviour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sidecar.protocol import mirrors
from sidecar.protocol.leaf import Leaf
from sidecar.redaction.findings import Findings
from sidecar.session.actions import Action, Lane, Side
from sidecar.session.choose import Chooser
from sidecar.session.context import Kit, Topic
from sidecar.session.sheets import Table
from sidecar.session.whole import Whole
from sidecar.vault.base import Entry
from sidecar.wire.jsonrpc import Envelope, Json


@dataclass(slots=True)
class Slot:
    """One message's place in its lane: its final actions, once it has them."""

    actions: list[Action] | None = None


@dataclass(slots=True)
class Work:
    """One message between ``receive`` and its final actions."""

    number: int
    sender: Side
    envelope: Envelope
    topic: Topic
    slot: Slot
    kit: Kit
    lane: tuple[Side, Lane]
    started: float
    table: Table = field(default_factory=lambda: Table([], []))
    mirrored: Sequence[mirrors.Mirror] = ()
    answers: list[Findings | None] = field(default_factory=list)
    misses: tuple[int, ...] = ()
    decided: Sequence[tuple[Leaf, Json]] = ()
    """What becomes of leaves nobody looks at: opaque values, and what an earlier round decided."""
    opaque: tuple[str, ...] = ()
    """Values nobody looks at and nobody changes."""
    chooser: Chooser | None = None
    whole: Whole | None = None
    asked: tuple[str, ...] = ()
    """Tokens the store is asked for: it waits for that."""
    laid: tuple[Entry, ...] = ()
    """What was minted while it was laid out: another message may be settled before this one."""
    entries: tuple[Entry, ...] = ()
    """What the store shall keep: it waits for that, ``ready`` to leave."""
    ready: tuple[Any, ...] = ()
    then: Callable[[Work], list[Action]] | None = None
    """The step to go on with, while others have their turn."""
    restarts: int = 0
    generation: int = 0
    """What the detector had learned when it was first asked."""
