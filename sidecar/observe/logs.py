"""Events as lines on stderr: JSON in a container, short text on a terminal.

It formats event records and nothing else, so a log line cannot contain what an event cannot hold. Written by hand: structlog alone
takes a fifth of a second to import, of the half that ``run`` has until the first message is forwarded, and would do nothing but what stands here.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, TextIO

import orjson

from sidecar.config.secret_registry import REGISTRY
from sidecar.events import (
    AnalysisEnded,
    BinaryPassed,
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
from sidecar.observe.operations import CURRENT
from sidecar.observe.sanitise import bare
from sidecar.observe.telling import moment

LEVELS: Final[Mapping[str, int]] = {"debug": 10, "info": 20, "warning": 30, "error": 40, "none": 100}
_LEVEL_OF: Final[Mapping[type[Any], str]] = {
    MessagePassed: "debug",
    MessageWithheld: "warning",
    FrameDropped: "warning",
    BinaryPassed: "warning",
    DetectorReady: "info",
    PolicyLoaded: "info",
    PolicyKept: "error",
    ValueRestored: "debug",
    SelfChecked: "info",
    ListenerOpened: "info",
    SessionOpened: "debug",
    OperationEnded: "debug",
    OperationFailed: "debug",
    AnalysisEnded: "debug",
    SecretsRenewed: "info",
    Suspected: "warning",
    ThresholdPassed: "error",
    SessionClosed: "debug",
    ChildExited: "info",
}
_HIGHEST: Final[Mapping[type[Any], str]] = {MessagePassed: "info", SelfChecked: "error"}
"""Of those whose level depends on what they say."""

_UNSAID: Final = frozenset({"caller"})
"""The digest of a credential is for the audit log, which keys it: a short credential could be guessed from it."""


def _level(event: Event) -> str:
    match event:
        case MessagePassed(changes=changes) if changes:
            return "info"
        case SelfChecked(state=state) if state != "clean":
            return "error" if state == "leak" else "warning"
        case _:
            return _LEVEL_OF[type(event)]


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(f"{c.entity}:{c.operator}*{c.count}" for c in value) or "-"
    return "".join(mark if mark.isprintable() else "?" for mark in bare(str(value))) or "-"


class LogSink:
    """``format``: json, text, or auto (text on a terminal, json elsewhere)."""

    def __init__(
        self,
        level: str = "info",
        style: str = "auto",
        stream: TextIO | None = None,
        clock: Callable[[], float] = moment,
    ) -> None:
        self._stream = stream or sys.stderr
        self._threshold = LEVELS[level]
        self._is_json = style == "json" or (style == "auto" and not self._stream.isatty())
        self._has_colour = _has_colour(self._stream)
        self._clock = clock

    def hears(self, kind: type[Any]) -> bool:
        """Whether an event of the kind can be important enough."""
        return LEVELS[_HIGHEST.get(kind, _LEVEL_OF[kind])] >= self._threshold

    def __call__(self, event: Event) -> None:
        level = _level(event)
        if LEVELS[level] < self._threshold:
            return
        name = type(event).__name__
        try:
            text = self._json(event, level, name) if self._is_json else self._text(event, level, name)
            self._stream.write(REGISTRY.hide(text))
            self._stream.flush()
        except (OSError, ValueError):
            # A log nobody reads any more must not stop the traffic.
            self._threshold = LEVELS["none"]

    def _json(self, event: Event, level: str, name: str) -> str:
        fields = {key: value for key, value in dataclasses.asdict(event).items() if key not in _UNSAID}
        happened = self._clock()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(happened)) + f".{int(happened * 1000) % 1000:03d}Z"
        ids = CURRENT.get()
        trace = {"trace_id": ids[0], "span_id": ids[1]} if ids is not None else {}
        return orjson.dumps({"ts": stamp, "level": level, "event": name, **fields, **trace}).decode() + "\n"

    def _text(self, event: Event, level: str, name: str) -> str:
        said = (key for key in event.__dataclass_fields__ if key not in _UNSAID)
        fields = " ".join(f"{key}={_plain(getattr(event, key))}" for key in said)
        mark = {"warning": "\x1b[33m", "error": "\x1b[31m"}.get(level, "\x1b[2m") if self._has_colour else ""
        return f"{mark}mcp-sidecar {name}{chr(27) + '[0m' if mark else ''} {fields}\n"


def _has_colour(stream: TextIO) -> bool:
    """``NO_COLOR``, ``FORCE_COLOR`` and ``TERM=dumb`` as users know them."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")
