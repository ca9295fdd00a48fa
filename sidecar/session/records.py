"""What is recorded of one message: events made from its topic and verdict, without a value. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterator

from sidecar.errors import SidecarError
from sidecar.events import BinaryPassed, MessagePassed, MessageWithheld, ValueRestored
from sidecar.protocol.eras import known_method
from sidecar.protocol.leaf import pointer
from sidecar.session.actions import Record
from sidecar.session.context import Topic
from sidecar.session.decided import Verdict


def details(session: int, topic: Topic, verdict: Verdict, policy: str) -> Iterator[Record]:
    """Single things worth telling of a message that crosses; most messages have none."""
    method = known_method(topic.method)
    for path in verdict.passed_binaries:
        yield Record(BinaryPassed(session, topic.direction, method, pointer(path), policy))
    for (at, entity, rule), count in sorted(verdict.restores.items()):
        yield Record(ValueRestored(session, method, topic.event_tool, at, entity, rule, count, policy))


def passed(
    session: int, topic: Topic, verdict: Verdict, policy: str, seconds: float, passages: int = 0, misses: int = 0
) -> Record:
    return Record(
        MessagePassed(
            session=session,
            direction=topic.direction,
            method=known_method(topic.method),
            tool=topic.event_tool,
            changes=verdict.counted(),
            restored=len(verdict.restored),
            duration_ms=round(seconds * 1000, 3),
            policy=policy,
            passages=passages,
            misses=misses,
        )
    )


def withheld(session: int, topic: Topic, error: SidecarError, rule: str, at: str, policy: str) -> Record:
    method = known_method(topic.method)
    return Record(MessageWithheld(session, topic.direction, method, topic.event_tool, error.reason, rule, at, policy))
