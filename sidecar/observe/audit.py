"""Events as audit lines: who called what, how many values of which entity, which rule decided, what was restored.

It decides nothing, and holds no value: an event cannot. Unlike a log it can be proved whole (``audit_lines``). Where it is required
nothing crosses that it could not tell of: ``is_usable`` is asked before each message is sent.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final

from cachetools import LRUCache

from sidecar import __version__
from sidecar.events import (
    BinaryPassed,
    Event,
    FrameDropped,
    MessagePassed,
    MessageWithheld,
    OperationFailed,
    PolicyKept,
    PolicyLoaded,
    SecretsRenewed,
    SelfChecked,
    SessionOpened,
    Suspected,
    ThresholdPassed,
    ValueRestored,
)
from sidecar.observe.audit_file import MILLIS, AuditFile, second, stamp, stamped
from sidecar.observe.audit_lines import Keys, Record, fingerprint
from sidecar.observe.telling import moment

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
    OperationFailed: "operation.failed",
}
_NOBODY: Final[Record] = {}
_SESSIONS: Final = 10_000
_OUTCOMES: Final[dict[type[Any], str]] = {
    MessagePassed: "passed",
    MessageWithheld: "withheld",
    FrameDropped: "withheld",
    BinaryPassed: "passed",
}
_FIELDS: Final = {
    kind: (
        tuple(kind.__dataclass_fields__),
        attrgetter(*kind.__dataclass_fields__),
    )
    for kind in _NAMES
}


class AuditSink:
    """``file`` is opened and closed by whoever made it. ``caller``: a session's is told once, when it opens."""

    __slots__ = ("_callers", "_clock", "_file", "_keys", "_lost", "_names")

    def __init__(
        self,
        file: AuditFile,
        keys: Keys,
        clock: Callable[[], float] = moment,
    ) -> None:
        self._file: Final = file
        self._keys: Final = keys
        self._clock: Final = clock
        self._callers: Final[OrderedDict[int, Record]] = OrderedDict()
        """What every line of a session says of who it is, the longest unused session first."""
        self._names: Final[LRUCache[str, str]] = LRUCache(_SESSIONS)
        """Fingerprints made before: one caller has many sessions."""
        self._lost = 0

    def hears(self, kind: type[Any]) -> bool:
        return kind is SessionOpened or kind in _NAMES

    def __call__(self, event: Event) -> None:
        if isinstance(event, MessagePassed):
            if not (event.method in _CALLS or event.changes or event.restored):
                return
        elif isinstance(event, SessionOpened):
            self._meet(event)
            return
        elif type(event) not in _NAMES:
            return
        now = self._clock()
        try:
            if self._lost:
                self._tell_loss()
            record = self._passed(event, now) if isinstance(event, MessagePassed) else self._record(event, now)
            self._file.append(record, now)
        except (OSError, ValueError):
            self._lost += 1

    def _meet(self, event: SessionOpened) -> None:
        name = self._names.get(event.caller)
        if name is None:
            name = self._names[event.caller] = fingerprint(event.caller, self._keys)
        self._callers[event.session] = {"caller": name, "transport": event.transport}
        if len(self._callers) > _SESSIONS:
            self._callers.popitem(last=False)

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
            now = self._clock()
            self._file.append({"event": "log.gap", **stamped(now), "lost": self._lost}, now)
            self._lost = 0

    def _record(self, event: Event, now: float) -> Record:
        kind = type(event)
        names, values = _FIELDS[kind]
        ts, time_ms = stamp(now)
        record: dict[str, Any] = {"event": _NAMES[kind], "ts": ts, "time_ms": time_ms, "sidecar": __version__}
        record |= self._who(getattr(event, "session", None))
        record.update(zip(names, values(event), strict=True))
        outcome = _OUTCOMES.get(kind)
        if outcome is not None:
            record["outcome"] = outcome
        return record

    def _passed(self, event: MessagePassed, now: float) -> Record:
        """The same, written out, in one piece: a call has two of them, and each waits for its line."""
        findings = []
        for change in event.changes:
            findings.append(  # noqa: PERF401 - a comprehension is a call more
                {"entity": change.entity, "operator": change.operator, "rule": change.rule, "count": change.count}
            )
        session = event.session
        if session in self._callers:
            self._callers.move_to_end(session)
        time_ms = int(now * 1000)
        return {
            "event": "message.passed",
            "ts": second(time_ms // 1000) + MILLIS[time_ms % 1000],
            "time_ms": time_ms,
            "sidecar": __version__,
            **self._callers.get(session, _NOBODY),
            "session": session,
            "direction": event.direction,
            "method": event.method,
            "tool": event.tool,
            "findings": findings,
            "restored": event.restored,
            "duration_ms": event.duration_ms,
            "policy": event.policy,
            "passages": event.passages,
            "misses": event.misses,
            "outcome": "passed",
        }

    def _who(self, session: int | None) -> Record:
        if session is None or session not in self._callers:
            return _NOBODY
        self._callers.move_to_end(session)
        return self._callers[session]
