"""Events as lines."""

from __future__ import annotations

import io
import json
from typing import get_args

import pytest

from sidecar.config.secret_registry import REGISTRY
from sidecar.events import (
    AnalysisEnded,
    BinaryPassed,
    Change,
    ChildExited,
    DetectorReady,
    Event,
    FrameDropped,
    ListenerOpened,
    MessagePassed,
    MessageWithheld,
    OperationEnded,
    OperationFailed,
    PolicyKept,
    PolicyLoaded,
    SecretsRenewed,
    SelfChecked,
    SessionClosed,
    SessionOpened,
    Suspected,
    ThresholdPassed,
    ValueRestored,
)
from sidecar.observe.logs import LogSink

CHANGE = Change("EMAIL_ADDRESS", "label", "strict#1", 2)
PASSED = MessagePassed(1, "to_client", "tools/call", "t", (), 0, 1.5, "d1")
CHANGED = MessagePassed(1, "to_client", "tools/call", "t", (CHANGE,), 0, 1.5, "d1")
WITHHELD = MessageWithheld(1, "to_server", "tools/call", "t", "policy", "strict#1", "arguments.to")
ALL: list[Event] = [
    PASSED, CHANGED, WITHHELD, FrameDropped("to_server", "malformed", 9), BinaryPassed(1, "to_client", "tools/call", "result"),
    DetectorReady("f", 1.0), PolicyLoaded("strict", "d1", passes_on_failure=False), ListenerOpened("127.0.0.1", 1),
    SessionClosed(1, 2), ChildExited(0), SessionOpened(1, "tcp", "0123456789abcdef"), AnalysisEnded(1, 2, 1.5),
    OperationEnded(1, "tools/call", "t", "2026-07-28", "tool_error", 1.5), SecretsRenewed(is_changed=True),
    Suspected("origin.refused"), ThresholdPassed("api_errors", 11), PolicyKept("d1"), SelfChecked("leak", 1, 2, 3),
    ValueRestored(1, "tools/call", "t", "params.arguments.to", "PERSON", "r#1", 1),
    OperationFailed(1, "tools/call", "t", "2026-07-28", "-31016", 1.5, "-32603", 1.25),
]  # fmt: skip


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def lines(event: Event, level: str = "debug", style: str = "json", stream: io.StringIO | None = None) -> str:
    out = stream or io.StringIO()
    LogSink(level, style, out, clock=lambda: 1_700_000_000.123)(event)
    return out.getvalue()


def test_a_json_line_is_the_event_with_time_and_level():
    assert json.loads(lines(CHANGED)) == {
        "ts": "2023-11-14T22:13:20.123Z", "level": "info", "event": "MessagePassed", "session": 1, "direction": "to_client",
        "method": "tools/call", "tool": "t", "restored": 0, "duration_ms": 1.5, "policy": "d1", "passages": 0, "misses": 0,
        "changes": [{"entity": "EMAIL_ADDRESS", "operator": "label", "rule": "strict#1", "count": 2}],
    }  # fmt: skip


@pytest.mark.parametrize("event", ALL, ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("style", ["json", "text"])
def test_every_event_is_one_line(event, style):
    written = lines(event, style=style)
    assert written.count("\n") == 1
    assert type(event).__name__ in written


@pytest.mark.parametrize(
    ("level", "seen"),
    [("debug", 20), ("info", 13), ("warning", 7), ("error", 3), ("none", 0)],
)
def test_a_level_leaves_out_what_is_below_it(level, seen):
    assert sum(bool(lines(event, level)) for event in ALL) == seen


def test_every_event_is_among_these():
    assert {type(event) for event in ALL} == set(get_args(Event))


@pytest.mark.parametrize("style", ["json", "text"])
def test_no_line_holds_a_secret_of_ours_or_the_digest_of_a_credential(style):
    REGISTRY.add("s3cr3t-CANARY-1")
    try:
        written = lines(MessageWithheld(1, "to_server", "x", "s3cr3t-CANARY-1", "policy", "r", "p"), style=style)
    finally:
        REGISTRY.drop("s3cr3t-CANARY-1")
    assert "CANARY" not in written
    assert "[REDACTED]" in written
    assert "0123456789abcdef" not in lines(SessionOpened(1, "tcp", "0123456789abcdef"), style=style)


def test_a_message_that_was_changed_is_news_and_one_that_was_not_is_detail():
    assert lines(PASSED, "info") == ""
    assert lines(CHANGED, "info") != ""


def test_auto_is_text_on_a_terminal_and_json_elsewhere(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert lines(WITHHELD, style="auto", stream=Terminal()).startswith("mcp-sidecar MessageWithheld session=1 ")
    assert lines(WITHHELD, style="auto").startswith("{")


def test_text_shows_changes_short():
    assert "changes=EMAIL_ADDRESS:label*2 " in lines(CHANGED, style="text")


def test_control_characters_cannot_write_on_a_terminal():
    event = MessageWithheld(1, "to_server", "x", "t", "policy", "\x1b[31mrule\n", "a\rb")
    written = lines(event, style="text")
    assert "\x1b[31mrule" not in written
    assert written.count("\n") == 1
    assert "\r" not in written


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False)],
)
def test_colour_follows_what_users_know(monkeypatch, environment, coloured):
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in lines(WITHHELD, style="text", stream=Terminal())) is coloured


def test_a_log_nobody_reads_any_more_stops_nothing():
    class Gone(io.StringIO):
        writes = 0

        def write(self, text: str) -> int:
            self.writes += 1
            raise BrokenPipeError

    stream = Gone()
    sink = LogSink("debug", "json", stream)
    sink(CHANGED)
    sink(CHANGED)
    assert stream.writes == 1
