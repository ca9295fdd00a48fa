"""Everything worth recording, in the past tense, as frozen records that cannot hold a value.

It writes nothing: sinks in ``sidecar.observe`` do. ``policy`` is the digest of the policy in force: of the one that decided, where a message is
told of; whoever records an event without one puts it in. Every ``str`` field here is drawn from a closed vocabulary
(entity names, operator names, rule names, JSON-RPC methods, announced tool names, pointers); a test holds the list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

DirectionName: TypeAlias = Literal["to_client", "to_server"]


@dataclass(frozen=True, slots=True)
class Change:
    """``count`` values of one entity that one rule changed."""

    entity: str
    operator: str
    rule: str
    count: int


@dataclass(frozen=True, slots=True)
class MessagePassed:
    """One message crossed; ``changes`` is empty when nothing was found (or, under ``observe``, what would have been)."""

    session: int
    direction: DirectionName
    method: str
    tool: str
    changes: tuple[Change, ...]
    restored: int
    duration_ms: float
    policy: str
    passages: int = field(default=0, compare=False)
    """Texts that were read, and of these the ones nothing was known of (``misses``): how it went, not what happened."""
    misses: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class MessageWithheld:
    """One message did not cross; ``pointer`` says where, ``reason`` why."""

    session: int
    direction: DirectionName
    method: str
    tool: str
    reason: str
    rule: str
    pointer: str
    policy: str = ""


@dataclass(frozen=True, slots=True)
class FrameDropped:
    """Bytes that were no JSON-RPC message and may not cross unread."""

    direction: DirectionName
    reason: str
    size_bytes: int
    policy: str = ""


@dataclass(frozen=True, slots=True)
class BinaryPassed:
    """A binary that cannot be read was passed, as the policy says."""

    session: int
    direction: DirectionName
    method: str
    pointer: str
    policy: str = ""


@dataclass(frozen=True, slots=True)
class DetectorReady:
    fingerprint: str
    seconds: float
    models: str = ""
    policy: str = ""


@dataclass(frozen=True, slots=True)
class PolicyLoaded:
    preset: str
    digest: str
    passes_on_failure: bool
    policy: str = ""


@dataclass(frozen=True, slots=True)
class PolicyKept:
    """A changed policy could not be used, so the old one stays in force; stderr says what is wrong with it."""

    digest: str
    policy: str = ""


@dataclass(frozen=True, slots=True)
class ValueRestored:
    """``count`` tokens of one entity became values at one place of a request; ``rule`` is the restore rule."""

    session: int
    method: str
    tool: str
    pointer: str
    entity: str
    rule: str
    count: int
    policy: str = ""


@dataclass(frozen=True, slots=True)
class SelfChecked:
    """Synthetic people were sent through; counts are of values: hidden or kept by a rule, crossed though none keeps them, not tried."""

    state: Literal["clean", "leak", "not_measured"]
    passed: int
    leaked: int
    unmeasured: int
    policy: str = ""


@dataclass(frozen=True, slots=True)
class ListenerOpened:
    host: str
    port: int
    policy: str = ""


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """``caller``: an opaque digest of who calls, empty where nobody said; never a credential."""

    session: int
    transport: Literal["pipe", "tcp"]
    caller: str
    policy: str = ""


@dataclass(frozen=True, slots=True)
class OperationEnded:
    """A request has its answer.

    ``error`` and ``duration_ms`` are of our answer, from the request's receipt; ``peer_error`` and ``peer_ms`` of whoever it was for:
    None where nobody was asked, or nobody answered. An error is empty, ``tool_error``, a JSON-RPC code of the specification or of ours, or ``other``.
    """

    session: int
    method: str
    tool: str
    protocol: str
    error: str
    duration_ms: float
    peer_error: str = ""
    peer_ms: float | None = None
    policy: str = ""


@dataclass(frozen=True, slots=True)
class OperationFailed(OperationEnded):
    """The same, and ``peer_error`` is an error."""


@dataclass(frozen=True, slots=True)
class AnalysisEnded:
    """The worker answered for ``passages`` texts that nothing was known of; waiting in its queue is included."""

    session: int
    passages: int
    duration_ms: float
    policy: str = ""


@dataclass(frozen=True, slots=True)
class SecretsRenewed:
    """Secrets were read again; a changed one is in use from now on."""

    is_changed: bool
    policy: str = ""


SuspicionKind: TypeAlias = Literal[
    "auth.fail",
    "origin.refused",
    "input.reject",
    "path.attempt",
    "rate.limit",
    "banned",
    "role.refused",
    "tool.changed",
    "tool.unkept",
    "injection",
]


@dataclass(frozen=True, slots=True)
class Suspected:
    """Something an attacker would do, or a fault that looks like it."""

    kind: SuspicionKind
    policy: str = ""


@dataclass(frozen=True, slots=True)
class ThresholdPassed:
    """``count`` of ``kind`` within the window: an alert was given."""

    kind: str
    count: int
    policy: str = ""


@dataclass(frozen=True, slots=True)
class SessionClosed:
    session: int
    messages: int
    policy: str = ""


@dataclass(frozen=True, slots=True)
class ChildExited:
    code: int
    policy: str = ""


Event: TypeAlias = (
    MessagePassed
    | MessageWithheld
    | FrameDropped
    | BinaryPassed
    | DetectorReady
    | PolicyLoaded
    | PolicyKept
    | ValueRestored
    | SelfChecked
    | ListenerOpened
    | SessionOpened
    | OperationEnded
    | OperationFailed
    | AnalysisEnded
    | SecretsRenewed
    | Suspected
    | ThresholdPassed
    | SessionClosed
    | ChildExited
)


def hears(sink: Callable[[Event], None], kind: type[Event]) -> bool:
    """Whether events of a kind are for ``sink``: all are, unless it has a ``hears`` of its own that says otherwise."""
    asked: Callable[[type[Event]], bool] | None = getattr(sink, "hears", None)
    return asked is None or asked(kind)
