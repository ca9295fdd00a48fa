"""What happens later: asynchronous jobs, their states by the virtual clock, and their work, done when it is due.

Nothing is scheduled: whoever is asked next first does what has become due. It knows no kind of job.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from .clock import VirtualClock

PICKED_UP_AFTER_S: Final = 1.0
DONE_AFTER_S: Final = 3.0


@dataclass(slots=True)
class Job:
    """Work accepted at `asked_at`; `work` answers with the error messages it met and is done once."""

    job_id: str
    kind: str
    mid: int
    asked_at: float
    work: Callable[[], list[str]]
    about: dict[str, Any] = field(default_factory=dict)
    after_s: float = DONE_AFTER_S
    errors: list[str] = field(default_factory=list)
    is_done: bool = False


class Agenda:
    """Jobs by id, in the order they were accepted."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._jobs: dict[str, Job] = {}

    def add(
        self,
        job_id: str,
        kind: str,
        mid: int,
        work: Callable[[], list[str]],
        about: dict[str, Any] | None = None,
        after_s: float = DONE_AFTER_S,
    ) -> Job:
        """Accept work that is due `after_s` from now."""
        job = Job(job_id, kind, mid, self._clock.now(), work, about or {}, after_s)
        self._jobs[job_id] = job
        return job

    def get(self, job_id: str, kind: str) -> Job | None:
        job = self._jobs.get(job_id)
        return job if job is not None and job.kind == kind else None

    def of_kind(self, kind: str) -> list[Job]:
        return [job for job in self._jobs.values() if job.kind == kind]

    def settle(self) -> None:
        """Do what has become due."""
        for job in list(self._jobs.values()):
            if not job.is_done and self.age(job) >= job.after_s:
                job.is_done = True
                job.errors = job.work()

    def age(self, job: Job) -> float:
        return self._clock.now() - job.asked_at

    def state(self, job: Job) -> str:
        """`Pending`, `Executing`, then `Complete`."""
        if job.is_done:
            return "Complete"
        return "Executing" if self.age(job) >= PICKED_UP_AFTER_S else "Pending"
