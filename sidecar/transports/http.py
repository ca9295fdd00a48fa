"""The HTTP edge: a listener in front of one Streamable HTTP server, at the same path, in both eras of the protocol.

It decides nothing about messages and keeps none; what happens to one request is in ``round_trip``.

Every other path is 404 without contacting the server, nothing is logged, and the order is: Host and Origin, path,
size, and only then the body (MCP 2026-07-28, basic/transports: security warning).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import hdrs, web

from sidecar.errors import Malformed, SidecarError, Unanalysable
from sidecar.transports import heads
from sidecar.transports.base import Core
from sidecar.transports.conversations import Conversations
from sidecar.transports.origin import Door
from sidecar.transports.round_trip import Edge, RoundTrip
from sidecar.transports.upstream import MAX_HEADER_BYTES, Upstream
from sidecar.wire.jsonrpc import Headers

_SILENT: Final = logging.Logger("sidecar.transports.http")  # noqa: LOG001  its messages would quote header bytes
_SILENT.disabled = True

_CLOSE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """``allowed_hosts`` and ``allowed_origins`` come beside loopback's; ``upstream_headers`` replace the client's."""

    upstream: str
    host: str = "127.0.0.1"
    port: int = 0
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    upstream_headers: Headers = ()
    connect_timeout_s: float = 10.0
    max_body_bytes: int = 16 * 1024 * 1024
    max_sessions: int = 10_000
    session_idle_s: float = 3600.0
    drain_s: float = 20.0


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> heads.Request:
    return heads.Request(message, payload, protocol, writer, task, asyncio.get_running_loop())


class HttpProxy:
    """``start`` opens the listener; ``stop`` ends standing streams, lets requests finish for ``drain_s``, then closes."""

    def __init__(self, core: Core, settings: HttpSettings) -> None:
        self._settings: Final = settings
        self._door: Final = Door(settings.allowed_hosts, settings.allowed_origins)
        self._upstream: Final = Upstream(settings.upstream, settings.upstream_headers, settings.connect_timeout_s)
        self._conversations: Final = Conversations(core, settings.max_sessions, settings.session_idle_s)
        self._edge: Final = Edge(
            core, self._upstream, self._conversations, min(settings.max_body_bytes, core.limits.max_bytes), self._spawn
        )
        self._running: dict[asyncio.Task[Any], RoundTrip] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._runner: web.ServerRunner | None = None
        self._is_draining = False

    @property
    def in_flight(self) -> int:
        """Requests whose response has not ended, standing streams included."""
        return len(self._running)

    async def start(self) -> int:
        """The port it listens on."""
        await self._upstream.start()
        server = web.Server(
            self._serve,  # type: ignore[arg-type]  # aiohttp types the handler by its own request class
            request_factory=_request,
            handler_cancellation=True,
            access_log=None,
            logger=_SILENT,
            auto_decompress=False,
            max_line_size=MAX_HEADER_BYTES,
            max_field_size=MAX_HEADER_BYTES,
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=_CLOSE_S)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._settings.host, self._settings.port)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        self._is_draining = True
        if self._runner is not None:
            for site in self._runner.sites:
                await site.stop()
        for task, trip in list(self._running.items()):
            if trip.is_standing:
                task.cancel()
        if self._running:
            await asyncio.wait(list(self._running), timeout=self._settings.drain_s)
        for task in [*self._running, *self._background]:
            task.cancel()
        if self._runner is not None:
            await self._runner.cleanup()
        await self._conversations.close()
        await self._upstream.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _serve(self, request: heads.Request) -> web.StreamResponse:
        try:
            headers = tuple((name.decode(), value.decode()) for name, value in request.raw_headers)
        except UnicodeDecodeError:
            return heads.error_reply(Malformed("a header is not UTF-8"))
        try:
            self._door.check(headers)
        except SidecarError as failure:
            return heads.error_reply(failure)
        if request.raw_path.partition("?")[0] != self._upstream.path:
            return heads.whole(404, ((hdrs.CONTENT_TYPE, "text/plain; charset=utf-8"),), b"Not Found")
        request[heads.IS_LAST] = self._is_draining
        return await self._round_trip(request, headers)

    async def _round_trip(self, request: heads.Request, headers: Headers) -> web.StreamResponse:
        task = asyncio.current_task()
        trip = RoundTrip(self._edge, request, headers)
        if task is not None:
            self._running[task] = trip
        try:
            return await trip.run()
        except SidecarError as failure:
            return heads.error_reply(failure)
        except ConnectionError:
            raise  # the client is gone: there is nobody to answer
        except Exception:  # noqa: BLE001  whatever broke, its text may hold a value
            if request.writer.output_size:
                raise ConnectionError from None
            return heads.error_reply(Unanalysable("the message could not be processed"), status=500)
        finally:
            if task is not None:
                self._running.pop(task, None)
