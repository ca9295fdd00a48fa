"""Where, Match, Rule, Decision: the words a policy is written in, as frozen records.

It reads no files (``load``) and decides nothing (``policy``).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from sidecar.policy.globs import compiled, matches

__all__ = ["matches"]

Operator: TypeAlias = Literal["keep", "token", "label", "mask", "hash", "encrypt", "surrogate", "drop", "block"]
OPERATORS: tuple[Operator, ...] = (
    "keep", "token", "label", "mask", "hash", "encrypt", "surrogate", "drop", "block",
)  # fmt: skip
MATCH_KEYS: tuple[str, ...] = (
    "entity", "direction", "method", "tool", "path", "field", "kind", "channel", "language", "role",
)  # fmt: skip
"""What a rule can ask for."""
_LONGEST_SHAPE: Final = 100
OnWrite: TypeAlias = Literal["refuse", "redact"]
Binaries: TypeAlias = Literal["withhold", "pass"]
OnFailure: TypeAlias = Literal["block", "pass"]
Uris: TypeAlias = Literal["token", "withhold", "keep"]
Lists: TypeAlias = Literal["label", "keep", "drop"]


class Where(NamedTuple):
    """One place in the traffic. ``path`` is the pointer without ``params.``; ``kind`` and ``channel`` are the leaf's."""

    direction: str
    method: str = ""
    tool: str = ""
    path: str = ""
    field: str = ""
    kind: str = "text"
    channel: str = "model"
    language: str = "en"
    role: str = ""
    is_writing: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Globs, any of each; an empty tuple matches everything."""

    entity: tuple[str, ...] = ()
    direction: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    tool: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    field: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    role: tuple[str, ...] = ()

    conditions: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...] = dataclasses.field(
        init=False, default=(), repr=False
    )
    """The globs that are there, compiled: most rules have one or none."""

    def __post_init__(self) -> None:
        given = ((name, getattr(self, name)) for name in MATCH_KEYS)
        patterns = tuple((name, tuple(map(compiled, globs))) for name, globs in given if globs)
        object.__setattr__(self, "conditions", patterns)

    def covers(self, where: Where, entity: str) -> bool:
        for name, patterns in self.conditions:
            text = entity if name == "entity" else getattr(where, name)
            if not any(pattern.fullmatch(text) for pattern in patterns):
                return False
        return True

    def miss(self, where: Where, entity: str) -> str:
        """The first key that does not match; empty when all do."""
        for name, patterns in self.conditions:
            text = entity if name == "entity" else getattr(where, name)
            if not any(pattern.fullmatch(text) for pattern in patterns):
                return name
        return ""


@dataclass(frozen=True, slots=True)
class Rule:
    """``name`` is ``preset#n`` or ``file#n``: what events and explanations show; ``at`` is ``file:line:column``."""

    name: str
    match: Match
    do: Operator
    on_write: OnWrite | None = None
    at: str = ""


@dataclass(frozen=True, slots=True)
class Restore:
    """Tools and argument paths (globs) where tokens become values."""

    tool: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    name: str = ""
    at: str = ""

    def covers(self, where: Where) -> bool:
        return (
            (not self.tool or any(matches(glob, where.tool) for glob in self.tool))
            and (not self.path or any(matches(glob, where.path) for glob in self.path))
            and (not self.method or any(matches(glob, where.method) for glob in self.method))
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """Values of ``entity`` that look so as a whole are nobody's data: a version number that could be an IP address."""

    entity: str
    pattern: re.Pattern[str]

    def covers(self, entity: str, value: str) -> bool:
        is_short = len(value) <= _LONGEST_SHAPE
        return is_short and matches(self.entity, entity) and self.pattern.fullmatch(value) is not None


class Decision(NamedTuple):
    """``is_refused``: a writing call would carry a stand-in made from this very request."""

    operator: Operator
    rule: str
    is_refused: bool = False


class Step(NamedTuple):
    """One rule on the way to a decision. ``miss``: the key that did not match; empty for the rule that decided."""

    rule: Rule
    miss: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Which rule decides at a place, which came before it without matching, and which rule restores there."""

    decision: Decision
    steps: tuple[Step, ...]
    restore: str
    """The restore rule's name; empty: tokens stay tokens here."""
    reason: str
    """What made of the rule's operator another one, or of the message a refusal."""

    @property
    def restores(self) -> bool:
        return bool(self.restore)

    @property
    def passed_over(self) -> tuple[str, ...]:
        return tuple(step.rule.name for step in self.steps if step.miss)


@dataclass(frozen=True, slots=True)
class PolicyData:
    """A policy as parsed: presets and files become this, ``Policy`` is built from it."""

    name: str
    rules: tuple[Rule, ...]
    restore: tuple[Restore, ...]
    on_failure: OnFailure = "block"
    on_write: OnWrite = "refuse"
    binaries: Binaries = "withhold"
    uris: Uris = "withhold"
    lists: Lists = "label"
    trust_annotations: bool = True
    trust_foreign_tokens: bool = False
    """Whether writing calls may carry genuine-looking tokens nobody here made."""
    reading_tools: tuple[str, ...] = ()
    writing_tools: tuple[str, ...] = ()
    min_score: float = 0.4
    residual_scan: bool = True
    """Whether the outgoing message is searched once more for what was just replaced or restored."""
    fields: tuple[tuple[str, str], ...] = ()
    """(field name, entity or ``keep``): what the detector believes of these names, beside its own vocabulary."""
    shapes: tuple[Shape, ...] = ()
    seal: Literal["none", "state", "all"] = "none"
    skills: Literal["withhold", "keep"] = "withhold"
    legend: bool = False
    receipt: bool = False
    digest: str = ""
    preset: str = ""
    """The preset everything stands on."""
    tighter: PolicyData | None = None
    """Another policy that may only tighten this one (``tighten``)."""


_STRICTER: Final[tuple[Operator, ...]] = (
    "keep", "mask", "token", "hash", "encrypt", "surrogate", "label", "drop", "block",
)  # fmt: skip
STRICTNESS: Final[Mapping[Operator, int]] = {name: rank for rank, name in enumerate(_STRICTER)}
"""How little of a value an operator lets through: ``mask`` shows part of it, ``token`` and ``hash`` that two are equal."""
