"""A session on the table: put messages in, answer tickets in any order, read what came out.

The detector here finds e-mail addresses, ``Jane Doe`` and nine-digit runs with regular expressions, at once or on a
ticket, so that these tests are about the session and not about detection.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sidecar.config.load import read_preset
from sidecar.policy.parse import parse
from sidecar.policy.policy import Policy
from sidecar.protocol.schemas import Tools
from sidecar.redaction.findings import Finding, Findings, Passage
from sidecar.redaction.shape import is_plain_key
from sidecar.session.actions import Action, Analyze, Refuse, Send, Side
from sidecar.session.context import Kit
from sidecar.session.session import Session
from sidecar.vault.memory import MemoryVault
from sidecar.wire.jsonrpc import Envelope, Headers, Message, dumps, loads
from sidecar.wire.places import Places

PATTERNS = {
    "EMAIL_ADDRESS": re.compile(r"[\w.+-]+@[\w-]+\.[\w.]*\w"),
    "PERSON": re.compile(r"Jane Doe"),
    "US_SSN": re.compile(r"(?<!\d)\d{9}(?!\d)"),
}


class PatternDetector:
    """Finds at once, or only on a ticket when ``is_slow``."""

    fingerprint = "patterns"
    models = ""
    entities = frozenset(PATTERNS)
    generation = 0

    def __init__(self, *, is_slow: bool = False) -> None:
        self.is_slow = is_slow
        self.is_blind = False
        self.stored = 0

    def warm(self) -> None: ...

    def hone(self) -> None: ...

    def reads_numbers(self, name: str) -> bool:
        return True

    def lookup(self, passages: Sequence[Passage]) -> list[Findings | None]:
        return [None if self.is_slow else self._find(passage) for passage in passages]

    def detect(self, misses: Sequence[Passage]) -> list[Findings]:
        return [self._find(passage) for passage in misses]

    def store(self, misses: Sequence[Passage], found: Sequence[Findings]) -> None:
        self.stored += len(misses)

    def _find(self, passage: Passage) -> Findings:
        if self.is_blind:
            return ()
        return tuple(
            sorted(
                Finding(match.start(), match.end(), entity, 1.0, "pattern")
                for entity, pattern in PATTERNS.items()
                for match in pattern.finditer(passage.text)
            )
        )


class Playbook:
    def __init__(
        self,
        policy: str = "strict",
        *,
        is_slow: bool = False,
        is_inspected: bool = False,
        detector: Any = None,
        pauses_from: int = 1 << 62,
    ) -> None:
        if policy in {"strict", "reversible", "observe"}:
            data = parse(read_preset(policy), f"preset {policy}", policy, read_preset)
        else:
            data = parse(policy, "test.yaml", "test", read_preset)
        self.detector = detector or PatternDetector(is_slow=is_slow)
        self.kit = Kit(
            Policy(data),
            self.detector,
            MemoryVault(key=b"k" * 32),
            Tools(),
            b"salt" * 8,
            self.detector.entities,
            Places(is_plain_key, self.detector.reads_numbers),
        )
        self.now = 0.0
        self.session = Session(
            self.kit,
            scope="s",
            number=1,
            is_inspected=is_inspected,
            pauses_from=pauses_from,
            clock=lambda: self.now,
        )

    def raw(self, sender: Side, body: Any, headers: Headers = (), lane: int = 1) -> list[Action]:
        message = Message(loads(dumps(body).decode()), dumps(body))
        return self.session.receive(sender, Envelope(message, headers), lane=lane)

    def client(self, body: Any, **more: Any) -> Any:
        """One message from the client: its Send or Refuse."""
        return outcome(self.raw(Side.CLIENT, body, **more))

    def server(self, body: Any, **more: Any) -> Any:
        return outcome(self.raw(Side.SERVER, body, **more))

    def learn(self, *tools: dict[str, Any]) -> None:
        """The server announces tools."""
        self.client({"jsonrpc": "2.0", "id": "list", "method": "tools/list"})
        listed = [{"inputSchema": {"type": "object"}, **tool} for tool in tools]
        self.server({"jsonrpc": "2.0", "id": "list", "result": {"tools": listed}})

    def call(self, tool: str, arguments: Any, result: Any = None, request_id: Any = 1, **more: Any) -> tuple[Any, Any]:
        """A tools/call and, if it crossed, its result: both outcomes."""
        params = {"name": tool, "arguments": arguments}
        sent = self.client({"jsonrpc": "2.0", "id": request_id, "method": "tools/call", "params": params}, **more)
        if isinstance(sent, Refuse) or result is None:
            return sent, None
        return sent, self.server({"jsonrpc": "2.0", "id": request_id, "result": result})


def outcome(actions: list[Action]) -> Any:
    found = [action for action in actions if isinstance(action, (Send, Refuse))]
    assert len(found) == 1, found
    return found[0]


def analysis(actions: list[Action]) -> Analyze:
    (found,) = [action for action in actions if isinstance(action, Analyze)]
    return found


def body(action: Any) -> Any:
    """The JSON that leaves, as plain Python."""
    import json

    envelope = action.envelope if isinstance(action, Send) else action.reply
    return json.loads(dumps(envelope.message.body))
