"""What was decided of one message, in full. It decides nothing and changes no message."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sidecar.errors import SidecarError
from sidecar.events import Change
from sidecar.protocol.leaf import Leaf, Path
from sidecar.session.actions import Why
from sidecar.wire.jsonrpc import Json


@dataclass(slots=True)
class Verdict:
    """``edits``: new values of leaves; ``withheld``: items that go as a whole, with the entity that made them go."""

    edits: list[tuple[Leaf, Json]] = field(default_factory=list)
    replaced: list[tuple[Path, Json]] = field(default_factory=list)
    """Parts of the message that go on changed, before edits: where they stand, and what stands there instead."""
    withheld: list[tuple[Path, str]] = field(default_factory=list)
    changes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    why: list[Why] = field(default_factory=list)
    restored: list[tuple[str, str]] = field(default_factory=list)
    """(value, token) pairs put into this request."""
    restores: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """How often by (pointer, entity, restore rule)."""
    certain: dict[str, str] = field(default_factory=dict)
    """Values replaced that are what they were taken for wherever they stand, with their entities."""
    kept: list[str] = field(default_factory=list)
    """Values a rule lets pass."""
    passed_binaries: list[Path] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)
    """Choices a form offers → their stand-ins, each another."""
    refusal: SidecarError | None = None
    refusal_rule: str = ""
    refusal_pointer: str = ""
    has_tokens: bool = False

    def refuse(self, error: SidecarError, rule: str, at: str) -> None:
        if self.refusal is None:
            self.refusal, self.refusal_rule, self.refusal_pointer = error, rule, at

    def counted(self) -> tuple[Change, ...]:
        return tuple(Change(*key, count) for key, count in sorted(self.changes.items()))
