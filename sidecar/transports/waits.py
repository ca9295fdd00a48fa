"""Waiting for the first of several things, without leaving the others behind; and what nobody need wait for.

It starts no task that outlives the call.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Final


async def first(*waited: Coroutine[Any, Any, Any], timeout_s: float | None = None) -> None:
    """Until one of them is done or the time is up; the others end."""
    tasks = [asyncio.ensure_future(each) for each in waited]
    try:
        await asyncio.wait(tasks, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def settled(task: asyncio.Task[None]) -> None:
    """Until it is done; ending this wait does not end it."""
    await asyncio.wait((task,))


class Afterwards:
    """What nobody need wait for, in order, all in one turn once what is under way has been handed to its socket.

    Whoever waits for a message has its turn before: it is woken after the first of the two steps is put in line, and before the second.
    Where no loop runs in this thread all of it is done at once.
    """

    __slots__ = ("_loop", "_waiting")

    def __init__(self) -> None:
        self._waiting: Final[deque[Callable[[], object]]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        """The one that comes back to what waits."""

    def __call__(self, do: Callable[[], object]) -> None:
        self._waiting.append(do)
        self._come_back()

    def _come_back(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.catch_up()
            return
        if loop is not self._loop:
            self._loop = loop
            loop.call_soon(loop.call_soon, self.catch_up)

    def catch_up(self) -> None:
        """One that breaks is the loop's to report, and keeps none of the others from being done."""
        self._loop = None
        try:
            while self._waiting:
                self._waiting.popleft()()
        finally:
            if self._waiting:
                self._come_back()
