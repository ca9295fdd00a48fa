"""What the guard is asked of one message, and what becomes of the message for it. It decides nothing itself.

Before a message is read: who may, how large, does it give orders, is a tool what it was. Before a tool call leaves, with tokens restored:
do its arguments hold. Violations are counted against the caller. When it has left, where orders are only written down: does it give any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sidecar.errors import Unanalysable
from sidecar.events import Event, Suspected, SuspicionKind
from sidecar.guard.guard import Guard, Notice, What
from sidecar.session.actions import Action, Look, Record, Side
from sidecar.session.work import Work
from sidecar.wire import tree
from sidecar.wire.jsonrpc import Envelope, Json, Message, dumps

_KINDS: Final[dict[What, SuspicionKind]] = {
    "tool": "role.refused",
    "pin": "tool.changed",
    "unkept": "tool.unkept",
    "size": "input.reject",
    "arguments": "input.reject",
    "path": "path.attempt",
    "injection": "injection",
}


@dataclass(frozen=True, slots=True)
class Screened:
    """``refused``: why the message may not cross; else ``envelope`` is what goes on."""

    actions: Sequence[Action]
    envelope: Envelope
    refused: Notice | None = None


def screen(guard: Guard, work: Work) -> Screened | Look | None:
    """None: there is nothing to say of it. Fail closed: a message the guard breaks on is refused."""
    envelope, topic = work.envelope, work.topic
    body, frame = envelope.message.body, envelope.message.raw
    try:
        if work.sender is Side.SERVER:
            if topic.method == "tools/list":
                return _screen_said(guard, work)
            if guard.looks_later:
                return Look(guard, envelope.message)
            return None if guard.is_quiet(frame) else _screen_said(guard, work)
        if "method" not in body:
            return None
        if frame is None and guard.settings.request_bytes is not None:
            frame = dumps(body)
        notices = guard.on_request(topic.method, body.get("params"), work.kit.role, frame)
        if notices:
            return _screened(guard, work, notices, envelope)
        return Look(guard, envelope.message) if guard.looks_later else None
    except Exception:  # noqa: BLE001 - whatever went wrong, the message must not cross unscreened
        broken = Unanalysable("the message could not be screened; nothing was passed on")
        return Screened((), envelope, Notice("size", "", "broken", broken))


def looked(look: Look) -> list[Event]:
    """What is to be told of a message that was let go. One the guard breaks on is as suspicious as one that gives orders."""
    try:
        notices = look.guard.orders_in(look.message.body, look.message.raw)
    except Exception:  # noqa: BLE001 - it is too late to hold the message back, and must not go unsaid
        return [Suspected("injection")]
    return [Suspected(_KINDS[notice.what]) for notice in notices]


def _screen_said(guard: Guard, work: Work) -> Screened:
    """Of a server's message."""
    envelope = work.envelope
    body = envelope.message.body
    changes: list[tuple[tree.Path, bool, Json]] = []
    notices = []
    for part in ("result", "params", "error"):
        if part not in body:
            continue
        if part == "result" and work.topic.method == "tools/list" and isinstance(body[part], dict):
            tools = body[part].get("tools")
            shown, said = guard.on_tools(tools, work.kit.role)
            if shown is not tools:
                changes.append((("result", "tools"), False, shown))
        else:
            said, warned = guard.on_answer(part, body[part])
            changes += [(path, False, text) for path, text in warned]
        notices += said
    if changes:
        envelope = replace(envelope, message=Message(tree.rewrite(body, changes)))
    return _screened(guard, work, notices, envelope)


def _screened(guard: Guard, work: Work, notices: Sequence[Notice], envelope: Envelope) -> Screened:
    refused = next((notice for notice in notices if notice.error is not None), None)
    actions = [Record(Suspected(_KINDS[notice.what])) for notice in notices]
    if refused is not None and work.sender is Side.CLIENT:
        guard.turnstile.violated(envelope.caller.counted_as or envelope.caller.principal)
    return Screened(actions, envelope, refused)


def unfit(guard: Guard, work: Work, envelope: Envelope) -> Screened | None:
    """Why a tool call that is ready to leave may not."""
    tool = work.topic.tool
    try:
        notice = guard.on_call(tool, envelope.message.body.get("params"), work.kit.tools.input_schema(tool))
    except Exception:  # noqa: BLE001 - as above
        notice = Notice(
            "arguments", "", "broken", Unanalysable("the arguments could not be judged; nothing was passed on")
        )
    return None if notice is None else _screened(guard, work, [notice], envelope)
