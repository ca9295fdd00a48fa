"""One worker thread for detection, with a bounded queue and a deadline. Late, full or broken: fail closed.

It knows passages and findings only. The thread is a daemon: a detection under way never delays the process's end.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sidecar.errors import SidecarError, Unanalysable
from sidecar.redaction.findings import Findings, Passage


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """``deadline_s`` counts from submission, waiting included."""

    max_queue: int = 256
    deadline_s: float = 30.0


@dataclass(slots=True)
class _Job:
    run: Callable[[], list[Findings]]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[list[Findings]]


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
        self._is_closed = False

    @property
    def waiting(self) -> int:
        """Jobs queued or under way, those nobody waits for any more included: a hung detector must fill the queue, not memory."""
        return self._waiting

    async def detect(self, passages: Sequence[Passage]) -> list[Findings]:
        """Raises ``Unanalysable`` when the queue is full, the deadline has passed or the detector broke."""
        if self._waiting >= self._settings.max_queue:
            raise Unanalysable(_FULL)
        return await self._submit(lambda: self._detect(passages), self._settings.deadline_s)

    async def warm(self) -> None:
        """Load models now; what comes meanwhile waits behind it. Raises ``Unanalysable``."""

        def run() -> list[Findings]:
            self._warm()
            return []

        await self._submit(run, 600.0)

    async def _submit(self, run: Callable[[], list[Findings]], deadline_s: float) -> list[Findings]:
        if self._is_closed:
            raise Unanalysable(_CLOSED)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[Findings]] = loop.create_future()
        self._start()
        self._waiting += 1
        self._jobs.put(_Job(run, loop, future))
        try:
            return await asyncio.wait_for(future, deadline_s)
        except TimeoutError:
            raise Unanalysable(_LATE) from None

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="detection", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            found: list[Findings] = []
            error: SidecarError | None = None
            try:
                if not job.future.done():
                    found = job.run()
            except SidecarError as raised:
                error = raised
            except Exception:  # noqa: BLE001 - whatever a recognizer does, the message is withheld, not lost
                error = Unanalysable(_BROKEN)
            try:
                job.loop.call_soon_threadsafe(self._answer, job.future, found, error)
            except RuntimeError:  # the loop is closed: nobody waits any more
                return

    def _answer(
        self, future: asyncio.Future[list[Findings]], found: list[Findings], error: SidecarError | None
    ) -> None:
        self._waiting -= 1
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(found)

    def close(self) -> None:
        """What is queued is still answered; nothing more is taken."""
        self._is_closed = True
        self._jobs.put(None)
