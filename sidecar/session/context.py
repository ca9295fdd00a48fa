"""What a session works with, and what it knows of the message on the table. Frozen records, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sidecar.events import DirectionName
from sidecar.guard.guard import Guard
from sidecar.policy.policy import Policy
from sidecar.protocol.schemas import Tools
from sidecar.redaction.findings import Detector
from sidecar.vault.base import Vault
from sidecar.wire.jsonrpc import Json
from sidecar.wire.places import Places

if TYPE_CHECKING:
    from sidecar.session.exchange import Exchange
    from sidecar.session.recall import Round


@dataclass(frozen=True, slots=True)
class Kit:
    """Shared by all sessions of one upstream. ``key`` salts irreversible operators."""

    policy: Policy
    detector: Detector
    vault: Vault
    tools: Tools
    key: bytes
    entities: frozenset[str]
    """Names of all entities that can stand in a label or token."""
    places: Places
    """What passed before, by tool and place."""
    language: str = "en"
    role: str = ""
    """The callers' role, for rules that ask for one."""
    guard: Guard | None = None
    """None: nothing is asked of it."""


@dataclass(frozen=True, slots=True)
class Topic:
    """The message on the table: whose, which method, does it write, what must its values satisfy."""

    direction: DirectionName
    method: str
    tool: str
    event_tool: str
    """Tool names go into events only when the server announced them: they are a closed vocabulary then."""
    is_modern: bool
    request_id: Json
    kit: Kit | None = None
    """What a response is judged with: what its request was. None: what is in force."""
    is_writing: bool = False
    is_request: bool = False
    is_response: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    """What values from an enumeration are called on the other side: in the answer to a form, in a call and its result."""
    schema: Json = None
    schema_root: tuple[str | int, ...] = ()
    """Where in the message the value described by ``schema`` stands."""
    also: tuple[tuple[tuple[str | int, ...], Json], ...] = ()
    """Further parts of the message with their schemas: answers to forms (MCP 2026-07-28, basic/patterns/mrtr)."""
    is_skill: bool = False
    """A skill or a file of one: clients hold it against a digest (extension io.modelcontextprotocol/skills)."""
    exchange: Exchange | None = None
    """The request under way that this begins or ends."""
    round: Round | None = None
    """What was decided when the same request was sent before."""
