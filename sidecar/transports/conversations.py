"""Which conversation an HTTP exchange belongs to: the bounded table of (principal, Mcp-Session-Id).

It does not read messages; a session id is bound only after the upstream has accepted or issued it.

A session id alone never selects a conversation: a stolen one, sent with another credential, gets a conversation of its
own in which no token of the first can be restored (MCP 2025-11-25, security best practices: session hijacking).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from sidecar.session.actions import Lane
from sidecar.transports.base import Conversation, Core

Key: TypeAlias = tuple[str, str]
"""Principal digest and session id."""


@dataclass(slots=True)
class _Entry:
    conversation: Conversation
    users: int = 0
    used_at: float = 0.0
    keys: set[Key] = field(default_factory=set)


class Lease:
    """One exchange's hold on a conversation: while it lasts, the conversation is not closed."""

    __slots__ = ("_entry", "_principal", "_table", "lane")

    def __init__(self, table: Conversations, entry: _Entry, principal: str) -> None:
        self._table: Final = table
        self._entry: Final = entry
        self._principal: Final = principal
        self.lane: Final[Lane] = entry.conversation.lane()

    @property
    def conversation(self) -> Conversation:
        return self._entry.conversation

    def another(self) -> Lease:
        """A second hold on the same conversation, with a lane of its own."""
        return self._table.hold(self._entry, self._principal)

    def bind(self, session_id: str) -> None:
        """The upstream knows this session: later exchanges with the same principal share the conversation."""
        self._table.bind((self._principal, session_id), self._entry)

    def forget(self, session_id: str) -> None:
        """The upstream has ended this session."""
        self._table.forget((self._principal, session_id))

    def release(self) -> None:
        self._table.release(self._entry)


class Conversations:
    """At most ``max_sessions`` bound conversations; the longest unused goes first, and after ``idle_s`` unused each."""

    def __init__(self, core: Core, max_sessions: int, idle_s: float) -> None:
        self._core: Final = core
        self._max_sessions: Final = max_sessions
        self._idle_s: Final = idle_s
        self._bound: OrderedDict[Key, _Entry] = OrderedDict()
        self._closing: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._bound)

    def lease(self, principal: str, session_id: str | None) -> Lease:
        """The session's conversation, or a new one that ends with the exchange unless it is bound."""
        entry = self._bound.get((principal, session_id)) if session_id is not None else None
        if entry is None:
            entry = _Entry(self._core.conversation(principal))
        return self.hold(entry, principal)

    def hold(self, entry: _Entry, principal: str) -> Lease:
        entry.users += 1
        return Lease(self, entry, principal)

    def bind(self, key: Key, entry: _Entry) -> None:
        if key in self._bound:
            return
        self._bound[key] = entry
        entry.keys.add(key)
        entry.used_at = asyncio.get_running_loop().time()
        if len(self._bound) > self._max_sessions:
            idle = (old for old, candidate in self._bound.items() if not candidate.users)
            self.forget(next(idle, next(iter(self._bound))))
        self._arm()

    def forget(self, key: Key) -> None:
        entry = self._bound.pop(key, None)
        if entry is None:
            return
        entry.keys.discard(key)
        if not entry.keys and not entry.users:
            self._end(entry)

    def release(self, entry: _Entry) -> None:
        entry.users -= 1
        entry.used_at = asyncio.get_running_loop().time()
        for key in entry.keys:
            self._bound.move_to_end(key)
        if not entry.users and not entry.keys:
            self._end(entry)

    def _end(self, entry: _Entry) -> None:
        """In a task of its own: the response that was the conversation's last need not wait for it."""
        task = asyncio.ensure_future(entry.conversation.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for key in list(self._bound):
            self.forget(key)
        while self._closing:
            await asyncio.gather(*self._closing)

    def _arm(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._idle_s, self._expire)

    def _expire(self) -> None:
        self._timer = None
        oldest = asyncio.get_running_loop().time() - self._idle_s
        for key in [key for key, entry in self._bound.items() if not entry.users and entry.used_at <= oldest]:
            self.forget(key)
        if self._bound:
            self._arm()
