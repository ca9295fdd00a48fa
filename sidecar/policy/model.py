"""Where, Match, Rule, Decision: the words a policy is written in, as frozen records.

It reads no files (``load``) and decides nothing (``policy``).
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

Operator: TypeAlias = Literal["keep", "token", "label", "mask", "hash", "encrypt", "surrogate", "drop", "block"]
OPERATORS: tuple[Operator, ...] = (
    "keep", "token", "label", "mask", "hash", "encrypt", "surrogate", "drop", "block",
)  # fmt: skip
MATCH_KEYS: tuple[str, ...] = (
    "entity", "direction", "method", "tool", "path", "field", "kind", "channel", "role",
)  # fmt: skip
"""What a rule can ask for."""
OnWrite: TypeAlias = Literal["refuse", "redact"]
Binaries: TypeAlias = Literal["withhold", "pass"]
OnFailure: TypeAlias = Literal["block", "pass"]


class Where(NamedTuple):
    """One place in the traffic. ``path`` is the pointer without ``params.``; ``kind`` and ``channel`` are the leaf's."""

    direction: str
    method: str = ""
    tool: str = ""
    path: str = ""
    field: str = ""
    kind: str = "text"
    channel: str = "model"
    role: str = ""
    is_writing: bool = False


@lru_cache(maxsize=4096)
def _compiled(glob: str) -> re.Pattern[str]:
    """``*`` within a step, ``**`` across steps; everything else is literal (``[0]`` too)."""
    parts = re.split(r"(\*\*|\*|\?)", glob)
    table = {"**": ".*", "*": r"[^.]*", "?": "."}
    return re.compile("".join(table.get(part) or re.escape(part) for part in parts), re.DOTALL)


def matches(glob: str, text: str) -> bool:
    return _compiled(glob).fullmatch(text) is not None


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
    role: tuple[str, ...] = ()

    conditions: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...] = dataclasses.field(
        init=False, default=(), repr=False
    )
    """The globs that are there, compiled: most rules have one or none."""

    def __post_init__(self) -> None:
        given = ((name, getattr(self, name)) for name in MATCH_KEYS)
        compiled = tuple((name, tuple(map(_compiled, globs))) for name, globs in given if globs)
        object.__setattr__(self, "conditions", compiled)

    def covers(self, where: Where, entity: str) -> bool:
        for name, patterns in self.conditions:
            text = entity if name == "entity" else getattr(where, name)
            if not any(pattern.fullmatch(text) for pattern in patterns):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Rule:
    """``name`` is ``preset#n`` or ``file#n``: what events and explanations show."""

    name: str
    match: Match
    do: Operator
    on_write: OnWrite | None = None


@dataclass(frozen=True, slots=True)
class Restore:
    """Tools and argument paths (globs) where tokens become values."""

    tool: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    method: tuple[str, ...] = ()


class Decision(NamedTuple):
    """``is_refused``: a writing call would carry a stand-in made from this very request."""

    operator: Operator
    rule: str
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """Which rule decides at a place, and which came before it without matching."""

    decision: Decision
    passed_over: tuple[str, ...]
    restores: bool


@dataclass(frozen=True, slots=True)
class PolicyData:
    """A policy as parsed: presets and files become this, ``Policy`` is built from it."""

    name: str
    rules: tuple[Rule, ...]
    restore: tuple[Restore, ...]
    on_failure: OnFailure = "block"
    on_write: OnWrite = "refuse"
    binaries: Binaries = "withhold"
    uris: Literal["token", "withhold", "keep"] = "withhold"
    lists: Operator = "label"
    trust_annotations: bool = True
    reading_tools: tuple[str, ...] = ()
    writing_tools: tuple[str, ...] = ()
    min_score: float = 0.4
    digest: str = ""
