"""One worker thread for detection, with a bounded queue and a deadline. Late, full or broken: fail closed.

It knows passages and findings only. The thread is a daemon: a detection under way never delays the process's end.

A thread cannot be stopped, so a large message is detected a slice at a time, in turn with the others that wait: small messages pass between
its slices, and once its deadline has passed the worker is free after the slice under way. What is answered, late or cancelled is let go of at
once: no text of it stays in the queue or in the thread's variables.
"""

from __future__ import annotations

import asyncio
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from sidecar.errors import SidecarError, Unanalysable
from sidecar.redaction.findings import Findings, Passage


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """``deadline_s`` counts from submission, waiting included."""

    max_queue: int = 256
    max_chars: int = 64 * 1024 * 1024
    """Of all texts waiting or under way; a single message may have more."""
    deadline_s: float = 30.0


@dataclass(slots=True)
class _Job:
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[list[Findings]]
    chars: int = 0
    passages: Sequence[Passage] = ()
    slices: deque[Sequence[Passage]] = field(default_factory=deque)
    """Different passages still to be detected, none twice."""
    found: dict[Passage, Findings] = field(default_factory=dict)
    act: Callable[[], None] | None = None
    """To be done instead of reading."""
    """Models are to be loaded, nothing else."""

    def let_go(self) -> None:
        self.passages = ()
        self.slices.clear()
        self.found.clear()


_SLICE: Final = 32_768
"""Characters detected in one turn: a page of records, or a text of that length or more."""
_SWITCH_S: Final = 0.001
"""How long the worker may keep the interpreter when the loop wants it. Python's 5 ms would be most of the lag a message meets."""

_LATE: Final = "detection took too long; nothing was passed on"
_FULL: Final = "too much is waiting for detection; try again later"
_BROKEN: Final = "detection failed; nothing was passed on"
_CLOSED: Final = "detection has ended; nothing was passed on"


class Pool:
    """``detect`` and ``warm`` run on the worker thread only."""

    def __init__(
        self,
        detect: Callable[[Sequence[Passage]], list[Findings]],
        warm: Callable[[], None],
        settings: PoolSettings = PoolSettings(),
    ) -> None:
        self._detect = detect
        self._warm = warm
        self._settings = settings
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._waiting = 0
        self._chars = 0
        self._is_closed = False

    @property
    def waiting(self) -> int:
        """Jobs queued or under way, those nobody waits for any more included: a hung detector must fill the queue, not memory."""
        return self._waiting

    async def detect(self, passages: Sequence[Passage]) -> list[Findings]:
        """Raises ``Unanalysable`` when the queue is full, the deadline has passed or the detector broke."""
        chars = sum(len(passage[0]) for passage in passages)
        if self._waiting >= self._settings.max_queue or (
            self._chars and self._chars + chars > self._settings.max_chars
        ):
            raise Unanalysable(_FULL)
        loop = asyncio.get_running_loop()
        job = _Job(loop, loop.create_future(), chars, passages, deque(_slices(passages)))
        return await self._submit(job, self._settings.deadline_s)

    async def warm(self) -> None:
        """Load models now; what comes meanwhile waits behind it. Raises ``Unanalysable``."""
        loop = asyncio.get_running_loop()
        await self._submit(_Job(loop, loop.create_future(), act=self._warm), 600.0)

    async def do(self, act: Callable[[], None]) -> None:
        """``act`` on the worker, when what came before it is done. Raises ``Unanalysable``."""
        loop = asyncio.get_running_loop()
        await self._submit(_Job(loop, loop.create_future(), act=act), 600.0)

    async def _submit(self, job: _Job, deadline_s: float) -> list[Findings]:
        if self._is_closed:
            raise Unanalysable(_CLOSED)
        self._start()
        self._waiting += 1
        self._chars += job.chars
        self._jobs.put(job)
        try:
            return await asyncio.wait_for(job.future, deadline_s)
        except TimeoutError:
            raise Unanalysable(_LATE) from None
        finally:
            job.let_go()

    def _start(self) -> None:
        if self._thread is None:
            sys.setswitchinterval(min(_SWITCH_S, sys.getswitchinterval()))
            self._thread = threading.Thread(target=self._work, name="detection", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while self._turn():
            pass

    def _turn(self) -> bool:
        """One slice of one job. A method of its own: its variables, and the texts they hold, are gone when it waits for the next."""
        job = self._jobs.get()
        if job is None:
            if self._jobs.empty():
                return False
            self._jobs.put(None)
            return True
        error: SidecarError | None = None
        try:
            if not job.future.done() and self._advance(job):
                self._jobs.put(job)
                return True
        except SidecarError as raised:
            error = raised.with_traceback(None)  # its frames hold texts
            error.__context__ = None
        except Exception:  # noqa: BLE001 - whatever a recognizer does, the message is withheld, not lost
            error = Unanalysable(_BROKEN)
        try:
            job.loop.call_soon_threadsafe(self._answer, job, error)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return False
        return True

    def _advance(self, job: _Job) -> bool:
        """Whether there is more to do."""
        if job.act is not None:
            job.act()
        elif job.slices:
            part = job.slices.popleft()
            job.found.update(zip(part, self._detect(part), strict=True))
        return bool(job.slices)

    def _answer(self, job: _Job, error: SidecarError | None) -> None:
        self._waiting -= 1
        self._chars -= job.chars
        if job.future.done():
            return
        if error is not None:
            job.future.set_exception(error)
        else:
            job.future.set_result([job.found[passage] for passage in job.passages])

    def close(self) -> None:
        """What is queued is still answered; nothing more is taken."""
        self._is_closed = True
        self._jobs.put(None)


def _slices(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    """The different passages, in order, in runs of ``_SLICE`` characters or a little more."""
    part: list[Passage] = []
    chars = 0
    for passage in dict.fromkeys(passages):
        part.append(passage)
        chars += len(passage[0])
        if chars >= _SLICE:
            yield part
            part, chars = [], 0
    if part:
        yield part
