"""Events to the sinks, in order: what every message brings is told of when it has left, because nobody need wait for that.

Where what leaves has to be accounted for it is told of before; and anything else that happens at once. It decides nothing. A sink that
breaks on an event takes neither the message nor the other sinks with it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import replace
from typing import Final

from sidecar.events import AnalysisEnded, Event, MessagePassed, OperationEnded, SessionClosed, SessionOpened, hears
from sidecar.observe.operations import CURRENT, Ids

_MOST: Final = 64
_USUAL: Final[frozenset[type[Event]]] = frozenset(
    {MessagePassed, SessionOpened, SessionClosed, AnalysisEnded, OperationEnded}
)
"""Only the first has a line in an audit log."""
_HAPPENED: Final[ContextVar[float | None]] = ContextVar("_HAPPENED", default=None)


def moment() -> float:
    """Seconds since the epoch: when what a sink is told of happened; outside of that, now."""
    happened = _HAPPENED.get()
    return time.time() if happened is None else happened


class Telling:
    """``policy``: the digest of the one in force, for events that name none.

    ``later`` calls what it is given when what is under way has left; without it nothing waits.
    """

    __slots__ = ("_has_passed", "_hearing", "_later", "_policy", "_sinks", "_untold")

    def __init__(
        self,
        sinks: Sequence[Callable[[Event], None]],
        policy: Callable[[], str],
        later: Callable[[Callable[[], None]], object] | None = None,
    ) -> None:
        self._sinks: Final = tuple(sinks)
        self._policy: Final = policy
        self._later = later
        self._hearing: Final[dict[type[Event], tuple[Callable[[Event], None], ...]]] = {}
        """By kind of event: the sinks it is for."""
        self._untold: Final[deque[tuple[Event, float, Ids | None]]] = deque()
        """With the time and the operation each belongs to."""
        self._has_passed = False
        """One of them tells of a message that passed. A second does not wait with it: a kill loses the last line of an audit log and no other."""

    def record(self, event: Event) -> None:
        kind = type(event)
        if self._later is None or kind not in _USUAL:
            self.catch_up()
            self._tell(event)
            return
        if kind is MessagePassed:
            if self._has_passed:
                self.catch_up()
            self._has_passed = True
        elif len(self._untold) >= _MOST:
            self.catch_up()
        self._untold.append((event, time.time(), CURRENT.get()))
        if len(self._untold) == 1:
            self._later(self.catch_up)

    def catch_up(self) -> None:
        """Nothing that has happened is untold after this."""
        self._has_passed = False
        while self._untold:
            event, happened, ids = self._untold.popleft()
            moment_before, ids_before = _HAPPENED.set(happened), CURRENT.set(ids)
            self._tell(event)
            CURRENT.reset(ids_before)
            _HAPPENED.reset(moment_before)

    def close(self) -> None:
        """Nobody comes back to what happens from now on."""
        self.catch_up()
        self._later = None

    def _tell(self, event: Event) -> None:
        hearing = self._hearing.get(type(event))
        if hearing is None:
            hearing = self._hearing[type(event)] = tuple(sink for sink in self._sinks if hears(sink, type(event)))
        if not event.policy and hearing:
            event = replace(event, policy=self._policy())
        for sink in hearing:
            try:  # noqa: SIM105 - for each event and sink, and the block costs more than most sinks do
                sink(event)
            except Exception:  # noqa: BLE001, S110 - a sink that breaks must not take the message with it
                pass
