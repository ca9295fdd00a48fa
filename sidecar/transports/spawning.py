"""An HTTP listener before a stdio server: Streamable HTTP on one side, a process and its pipes on the other.

It looks into no message beyond what a server of this transport must check; what happens to one request is in ``spawned_trip``,
which process it belongs to is decided here.

Processes are bounded together: a new one takes the place of the longest idle, and where none is idle the client is told that the
server is full. A session's process ends with DELETE, after ``idle_s`` unused, or by itself, and then the session is unknown.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sidecar.errors import SidecarError, UpstreamGone
from sidecar.transports import heads
from sidecar.transports.base import Core
from sidecar.transports.child import CannotStart, Child
from sidecar.transports.hosted import Hosted
from sidecar.transports.listener import Listener, ListenSettings, most_bytes
from sidecar.transports.pipes import Sink, open_sink
from sidecar.transports.spawned_trip import SpawnedTrip
from sidecar.wire.jsonrpc import Headers


@dataclass(frozen=True, slots=True)
class SpawnSettings:
    """``command`` is started without a shell, never from anything a request says; ``grace_s`` as in ``StdioSettings``."""

    command: Sequence[str]
    listen: ListenSettings
    path: str = "/mcp"
    max_body_bytes: int = 16 * 1024 * 1024
    max_processes: int = 64
    idle_s: float = 3600.0
    grace_s: float = 2.0
    keep_alive_s: float = 15.0


class Full(SidecarError):
    """No process can be started for one more."""

    code, http_status, reason = UpstreamGone.code, 503, UpstreamGone.reason


class SpawnProxy:
    """``start`` opens the listener; the first process is started by the first request, so that its era is the client's choice."""

    def __init__(self, core: Core, settings: SpawnSettings) -> None:
        self.core: Final = core
        self.settings: Final = settings
        self.max_body_bytes: Final = most_bytes(core, settings.max_body_bytes)
        self._sessions: dict[str, Hosted] = {}
        self._shared: dict[str, Hosted] = {}
        self._ending: set[asyncio.Future[None]] = set()
        self._errors: Sink | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._listener: Final = Listener(settings.listen, lambda _, path: path == settings.path, self._trip, core)

    @property
    def in_flight(self) -> int:
        """Requests whose response has not ended, standing streams included."""
        return self._listener.in_flight

    @property
    def processes(self) -> int:
        """Servers that run, those that are being ended included."""
        return len(self._sessions) + len(self._shared) + len(self._ending)

    async def start(self) -> int:
        """The port it listens on; 0 on a unix socket. Raises ``OSError``."""
        self._errors = open_sink(os.dup(2), is_shared=True)
        return await self._listener.start()

    async def stop(self) -> None:
        await self._listener.stop()
        if self._timer is not None:
            self._timer.cancel()
        for hosted in [*self._sessions.values(), *self._shared.values()]:
            self._end(hosted)
        if self._ending:
            await asyncio.wait(self._ending)
        if self._errors is not None:
            self._errors.close()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Beside the requests; cancelled when the listener stops."""
        self._listener.spawn(work)

    def _trip(self, request: heads.Request, headers: Headers) -> SpawnedTrip:
        return SpawnedTrip(self, request, headers)

    def open_session(self, principal: str) -> tuple[str, Hosted]:
        """A new process and the session's id. Raises ``UpstreamGone`` and ``Full``."""
        hosted = self._start(principal, is_shared=False)
        session_id = secrets.token_hex(16)
        self._sessions[session_id] = hosted
        return session_id, hosted

    def session(self, session_id: str, principal: str) -> Hosted | None:
        """None for one that is over, or another caller's (MCP 2025-11-25, security best practices: session hijacking)."""
        hosted = self._sessions.get(session_id)
        return hosted if hosted is not None and not hosted.is_over and hosted.principal == principal else None

    def shared(self, principal: str) -> Hosted:
        """The caller's process for stateless requests. Raises ``UpstreamGone`` and ``Full``."""
        hosted = self._shared.get(principal)
        if hosted is None or hosted.is_over:
            hosted = self._shared[principal] = self._start(principal, is_shared=True)
        return hosted

    def end_session(self, session_id: str) -> None:
        hosted = self._sessions.get(session_id)
        if hosted is not None:
            self._end(hosted)

    def _start(self, principal: str, *, is_shared: bool) -> Hosted:
        if self._errors is None:
            raise UpstreamGone("the listener is closed")
        self._make_room()
        try:
            child = Child.start(self.settings.command)
        except CannotStart:
            raise UpstreamGone("the server's command cannot be started") from None
        hosted = Hosted(self.core, child, principal, self._errors, is_shared=is_shared, grace_s=self.settings.grace_s)
        hosted.ended.add_done_callback(lambda _: self._forget(hosted))
        self._arm()
        return hosted

    def _make_room(self) -> None:
        running = [*self._sessions.values(), *self._shared.values()]
        if len(running) < self.settings.max_processes:
            return
        idle = [hosted for hosted in running if hosted.is_idle]
        if not idle or self.processes >= 2 * self.settings.max_processes:
            raise Full(f"{self.settings.max_processes} servers run for other sessions; try again later")
        self._end(min(idle, key=lambda hosted: hosted.used_at))

    def _end(self, hosted: Hosted) -> None:
        hosted.close()
        self._forget(hosted)
        if not hosted.ended.done():
            self._ending.add(hosted.ended)
            hosted.ended.add_done_callback(self._ending.discard)

    def _forget(self, hosted: Hosted) -> None:
        for table in (self._sessions, self._shared):
            for key in [key for key, each in table.items() if each is hosted]:
                del table[key]

    def _arm(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self.settings.idle_s, self._expire)

    def _expire(self) -> None:
        self._timer = None
        oldest = asyncio.get_running_loop().time() - self.settings.idle_s
        for hosted in [*self._sessions.values(), *self._shared.values()]:
            if hosted.is_idle and hosted.used_at <= oldest:
                self._end(hosted)
        if self._sessions or self._shared:
            self._arm()
