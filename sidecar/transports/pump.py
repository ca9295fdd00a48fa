"""Drives one session: hands messages in, carries its actions out, gives each message's outcome back.

It owns tasks and deadlines (through the pool); the session owns order and state.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from functools import partial
from typing import Any, assert_never

from sidecar.errors import AuditGone, SidecarError, Unanalysable, VaultGone
from sidecar.events import AnalysisEnded, DirectionName, Event, MessageWithheld, SessionClosed
from sidecar.observe.watch import Watch, unaccounted
from sidecar.session.actions import (
    Action,
    Analyze,
    Inspect,
    Lane,
    Look,
    Lookup,
    Pause,
    Record,
    Refuse,
    Send,
    Side,
    Store,
)
from sidecar.session.guarded import looked
from sidecar.session.session import Session
from sidecar.transports.base import Outcome, TokenStore
from sidecar.transports.pool import Pool
from sidecar.transports.salvage import Kind, Salvaged, refusal
from sidecar.wire.jsonrpc import Envelope, Message

_BROKEN = "the message could not be processed; nothing was passed on"


class Pump:
    """A ``Conversation``. ``on_forward`` is called after every message that crossed."""

    __slots__ = (
        "_inspect",
        "_is_closed",
        "_lanes",
        "_number",
        "_on_forward",
        "_outcomes",
        "_pending",
        "_pool",
        "_record",
        "_session",
        "_store",
        "_tasks",
        "_watch",
    )

    def __init__(
        self,
        session: Session,
        number: int,
        pool: Pool,
        record: Callable[[Event], None],
        inspect: Callable[[Inspect], None] | None = None,
        on_forward: Callable[[], None] | None = None,
        store: TokenStore | None = None,
        watch: Watch | None = None,
    ) -> None:
        self._session = session
        self._number = number
        self._pool = pool
        self._record = record
        self._inspect = inspect
        self._on_forward = on_forward
        self._store = store
        self._watch = watch
        self._lanes = itertools.count(1)
        self._outcomes: dict[int, asyncio.Future[Outcome]] = {}
        self._pending: dict[int, tuple[Side, Message]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False

    def lane(self) -> Lane:
        return next(self._lanes)

    def submit(self, sender: Side, envelope: Envelope, lane: Lane) -> asyncio.Future[Outcome]:
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        if self._is_closed:
            future.set_result(Outcome(sender, None, Unanalysable("the conversation ended")))
            return future
        number = self._session.messages + 1
        self._outcomes[number] = future
        self._pending[number] = sender, envelope.message
        try:
            if self._watch is not None:
                envelope = self._watch.received(sender, envelope)
            self._carry_out(self._session.receive(sender, envelope, lane=lane), number)
        except Exception:  # noqa: BLE001 - a fault of ours: whoever waits is answered, and its text goes nowhere
            self._break(number)
        return future

    def _break(self, number: int) -> None:
        if number in self._pending:
            sender, message = self._pending[number]
            kind: Kind = "request" if message.is_request else "response" if message.is_response else "unknown"
            self._resolve(number, refusal(sender, Salvaged(kind, message.id), Unanalysable(_BROKEN)))

    def _carry_out(self, actions: list[Action], own: int = 0) -> None:
        """``own``: of the message that has just come."""
        if self._watch is not None and self._watch.is_traced:
            self._carry_out_traced(self._watch, actions, own)
            return
        for action in actions:
            self._do(action)

    def _carry_out_traced(self, watch: Watch, actions: list[Action], own: int) -> None:
        """What is recorded of a message stands before what becomes of it."""
        events: list[Event] = []
        for action in actions:
            if isinstance(action, Record):
                events.append(action.event)
                continue
            if isinstance(action, Look):
                events += looked(action)
                continue
            number = action.ticket if isinstance(action, (Analyze, Lookup, Store, Pause)) else action.number
            self._tell(watch, events, number)
            self._do(action)
        self._tell(watch, events, own)

    def _tell(self, watch: Watch, events: list[Event], number: int) -> None:
        message = self._pending[number][1] if number in self._pending else None
        while events:
            watch.record(events.pop(0), message)

    def _do(self, action: Action) -> None:
        match action:
            case Send(number=number, to=to, envelope=envelope):
                self._resolve(number, self._sent(to, envelope))
                if self._on_forward is not None:
                    self._on_forward()
            case Refuse(number=number, to=to, reply=reply, error=error):
                if self._watch is not None and reply is not None:
                    self._watch.sent(to, reply.message)
                self._resolve(number, Outcome(to, reply, error))
            case Analyze() | Lookup() | Store():
                task = asyncio.get_running_loop().create_task(self._answer(action))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            case Pause(ticket=ticket):
                asyncio.get_running_loop().call_soon(self._go_on, ticket)
            case Record() | Look() | Inspect():
                self._note(action)
            case _:
                assert_never(action)

    def _note(self, action: Record | Look | Inspect) -> None:
        """What is told or shown of a message, and changes nothing about it."""
        match action:
            case Record(event=event):
                self._record(event)
            case Look():
                if self._watch is None or self._watch.later is None:
                    self._look(action)
                else:
                    self._watch.later(partial(self._look, action))
            case Inspect():
                if self._inspect is not None:
                    self._inspect(action)

    def _sent(self, to: Side, envelope: Envelope) -> Outcome:
        """On its way; or the refusal in its place, where it could not be accounted for."""
        outcome = Outcome(to, envelope)
        if self._watch is None:
            return outcome
        if not self._watch.may_send():
            outcome = Outcome(*unaccounted(to, envelope.message))
            direction: DirectionName = "to_server" if to is Side.SERVER else "to_client"
            self._record(MessageWithheld(self._number, direction, "other", "", AuditGone.reason, "audit", ""))
        if outcome.envelope is not None:
            self._watch.sent(outcome.to, outcome.envelope.message)
        return outcome

    def _resolve(self, number: int, outcome: Outcome) -> None:
        self._pending.pop(number, None)
        future = self._outcomes.pop(number, None)
        if future is not None and not future.done():
            future.set_result(outcome)

    def _look(self, look: Look) -> None:
        for event in looked(look):
            self._record(event)

    def _go_on(self, ticket: int) -> None:
        try:
            self._carry_out(self._session.resume(ticket, None))
        except Exception:  # noqa: BLE001 - as in submit
            self._break(ticket)

    async def _answer(self, action: Analyze | Lookup | Store) -> None:
        try:
            actions = self._session.resume(action.ticket, await self._asked(action))
        except SidecarError as error:
            actions = self._session.fail(action.ticket, error)
        except Exception:  # noqa: BLE001 - as in submit
            actions = self._session.fail(action.ticket, Unanalysable(_BROKEN))
        try:
            self._carry_out(actions)
        except Exception:  # noqa: BLE001 - as in submit
            self._break(action.ticket)

    async def _asked(self, action: Analyze | Lookup | Store) -> Any:
        if isinstance(action, Analyze):
            started = time.perf_counter()
            found = await self._pool.detect(action.passages)
            seconds = time.perf_counter() - started
            ended = AnalysisEnded(self._number, len(action.passages), round(seconds * 1000, 3))
            if self._watch is None or action.ticket not in self._pending:
                self._record(ended)
            else:
                self._watch.record(ended, self._pending[action.ticket][1])
            return found
        if self._store is None:
            raise VaultGone("there is no token store")
        if isinstance(action, Lookup):
            return await self._store.lookup(action.scope, action.tokens)
        return await self._store.store(action.entries)

    async def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        self._carry_out(self._session.close())
        if self._tasks:
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        for number in list(self._outcomes):
            self._resolve(number, Outcome(Side.CLIENT, None, Unanalysable("the conversation ended")))
        if self._watch is not None:
            self._watch.close()
        self._record(SessionClosed(self._number, self._session.messages))
