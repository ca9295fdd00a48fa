"""An audit log of its own for a test: a few lines of each kind, on a clock the test drives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sidecar.events import Change, FrameDropped, MessagePassed, MessageWithheld, PolicyLoaded, SessionOpened
from sidecar.observe.audit import AuditSink
from sidecar.observe.audit_file import AuditFile, Retention
from sidecar.observe.audit_lines import Keys

KEY = "a key of the chain, 32 characters"
SEAL = "a key of the seal, 32 characters."
EVENTS = [
    PolicyLoaded("strict", "d1", passes_on_failure=False, policy="d1"),
    SessionOpened(1, "tcp", "digest-of-a-credential"),
    MessagePassed(
        1, "to_client", "tools/call", "rows", (Change("EMAIL_ADDRESS", "label", "strict#1", 2),), 0, 1.5, "d1"
    ),
    MessageWithheld(1, "to_server", "tools/call", "send", "policy", "strict#2", "params.arguments.to", "d1"),
    FrameDropped("to_server", "malformed", 17, "d1"),
    MessagePassed(1, "to_client", "tools/call", "rows", (), 0, 1.0, "d1"),
]


class Log:
    def __init__(self, folder: Path, seal: str = "", **settings: Any) -> None:
        self.now = 1_700_000_000.0
        self.path = folder / "audit.jsonl"
        self.keys = Keys.derive(KEY, seal)
        self._settings = settings
        self.later = None
        """What calls later what has to be called then: for the head."""
        self.open()

    def open(self) -> None:
        later = self.later.append if self.later is not None else None
        style = self._settings.get("style", "native")
        retention = Retention(**{k: v for k, v in self._settings.items() if k != "style"})
        file = AuditFile(str(self.path), self.keys, style, retention, lambda: self.now, later)
        self.sink = AuditSink(file, self.keys, lambda: self.now)

    def write(self, times: int = 1) -> None:
        for _ in range(times):
            for event in EVENTS:
                self.sink(event)

    @property
    def files(self) -> list[str]:
        from sidecar.observe.audit_verify import in_order

        found = [str(path) for path in self.path.parent.glob("audit.jsonl*") if path.suffix != ".head"]
        return in_order(found)
