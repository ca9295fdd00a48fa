"""Events as audit lines: who called what, how many values of which entity, which rule decided, what was restored.

It decides nothing, and holds no value: an event cannot. Unlike a log it can be proved whole (``audit_lines``), and with
``is_required`` nothing crosses that it could not tell of (``is_usable`` is asked before each message is sent).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from cachetools import LRUCache

from sidecar import __version__
from sidecar.events import (
    BinaryPassed,
    Change,
    Event,
    FrameDropped,
    MessagePassed,
    MessageWithheld,
    OperationEnded,
    PolicyKept,
    PolicyLoaded,
    SecretsRenewed,
    SelfChecked,
    SessionOpened,
    Suspected,
    ThresholdPassed,
    ValueRestored,
)
from sidecar.observe.audit_file import AuditFile, stamped
from sidecar.observe.audit_lines import Keys, Record, fingerprint

_CALLS: Final = frozenset({"tools/call", "resources/read", "prompts/get", "completion/complete"})
"""What is an operation of somebody's, and so has a line though nothing was found in it."""
_NAMES: Final[dict[type[Any], str]] = {
    MessagePassed: "message.passed",
    MessageWithheld: "message.withheld",
    FrameDropped: "frame.dropped",
    BinaryPassed: "binary.passed",
    ValueRestored: "value.restored",
    PolicyLoaded: "policy.loaded",
    PolicyKept: "policy.kept",
    SelfChecked: "self.checked",
    SecretsRenewed: "secrets.renewed",
    Suspected: "suspected",
    ThresholdPassed: "threshold.passed",
    OperationEnded: "operation.failed",
}
_SESSIONS: Final = 10_000


class AuditSink:
    """``file`` is opened and closed by whoever made it. ``caller``: a session's is told once, when it opens."""

    def __init__(
        self, file: AuditFile, keys: Keys, *, is_required: bool = False, clock: Callable[[], float] = time.time
    ) -> None:
        self._file: Final = file
        self._keys: Final = keys
        self._clock: Final = clock
        self._callers: LRUCache[int, tuple[str, str]] = LRUCache(_SESSIONS)
        self._lost = 0
        self.is_required: Final = is_required

    def __call__(self, event: Event) -> None:
        if isinstance(event, SessionOpened):
            self._callers[event.session] = fingerprint(event.caller, self._keys), event.transport
            return
        if not _is_told(event):
            return
        try:
            self._tell_loss()
            self._file.append(self._record(event))
        except (OSError, ValueError):
            self._lost += 1

    def is_usable(self) -> bool:
        """Whether everything so far was written; tries again where it was not."""
        if not self._lost:
            return True
        try:
            self._tell_loss()
        except (OSError, ValueError):
            return False
        return True

    def close(self) -> None:
        self._file.close()

    def _tell_loss(self) -> None:
        if self._lost:
            self._file.append({"event": "log.gap", **stamped(self._clock()), "lost": self._lost})
            self._lost = 0

    def _record(self, event: Event) -> Record:
        record: dict[str, Any] = {"event": _NAMES[type(event)], **stamped(self._clock()), "sidecar": __version__}
        session = getattr(event, "session", None)
        if isinstance(session, int) and session in self._callers:
            record["caller"], record["transport"] = self._callers[session]
        for name in event.__dataclass_fields__:
            value = getattr(event, name)
            if name == "changes":
                record["findings"] = [_finding(change) for change in value]
            else:
                record[name] = value
        if isinstance(event, (MessagePassed, MessageWithheld, FrameDropped, BinaryPassed)):
            record["outcome"] = "passed" if isinstance(event, (MessagePassed, BinaryPassed)) else "withheld"
        return record


def _finding(change: Change) -> dict[str, Any]:
    return {"entity": change.entity, "operator": change.operator, "rule": change.rule, "count": change.count}


def _is_told(event: Event) -> bool:
    match event:
        case MessagePassed(method=method, changes=changes, restored=restored):
            return bool(changes or restored or method in _CALLS)
        case OperationEnded(error=error, side=side):
            return bool(error) and side == "client"
        case _:
            return type(event) in _NAMES
