"""The listening side of every HTTP edge: TCP or a unix socket, plain or TLS; Host, Origin and path are checked here.

It knows no message and no server. Nothing is logged, and the order is: Host and Origin, path, size, and only then the
body (MCP 2026-07-28, basic/transports: security warning).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, Protocol

from aiohttp import hdrs, web

from sidecar.config.addresses import Address
from sidecar.errors import Malformed, SidecarError, TooLarge, Unanalysable
from sidecar.transports import heads, sockets
from sidecar.transports.base import Core
from sidecar.transports.connections import Server, in_time
from sidecar.transports.encoded import read_all
from sidecar.transports.origin import Door
from sidecar.transports.tls import ListenerTls, listener_context, renewing
from sidecar.wire import headers as fields
from sidecar.wire.jsonrpc import Caller, Headers

_SILENT: Final = logging.Logger("sidecar.transports.http")  # noqa: LOG001  its messages would quote header bytes
_SILENT.disabled = True

_CLOSE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class ListenSettings:
    """``allowed_hosts`` and ``allowed_origins`` come beside loopback's."""

    at: Address
    tls: ListenerTls | None = None
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    drain_s: float = 20.0
    head_s: float = 30.0
    """How long a request's head may take."""


class Trip(Protocol):
    """One request and its response."""

    @property
    def is_standing(self) -> bool:
        """It ends only when somebody ends it."""

    async def run(self) -> web.StreamResponse:
        """Raises ``SidecarError`` for what could not be done."""


class Listener:
    """``start`` opens it; ``stop`` ends standing streams, lets requests finish for ``drain_s``, then closes."""

    def __init__(
        self,
        settings: ListenSettings,
        has_path: Callable[[str, str], bool],
        trip: Callable[[heads.Request, Headers], Trip],
        core: Core,
    ) -> None:
        """``has_path(method, path)``: whether that path is served; every other is 404."""
        self._settings: Final = settings
        self._head_s = settings.head_s
        self._door: Final = Door(settings.allowed_hosts, settings.allowed_origins, is_on_network=not settings.at.socket)
        self._tls: Final = listener_context(settings.tls) if settings.tls is not None else None
        self._has_path: Final = has_path
        self._trip: Final = trip
        self._core: Final = core
        self._running: dict[asyncio.Task[Any], Trip] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._runner: web.ServerRunner | None = None
        self._socket: sockets.Bound | None = None
        self._is_draining = False

    @property
    def in_flight(self) -> int:
        """Requests whose response has not ended, standing streams included."""
        return len(self._running)

    async def start(self) -> int:
        """The port it listens on; 0 on a unix socket. Raises ``OSError`` and ``BadConfig``."""
        server = Server(
            self._serve,  # type: ignore[arg-type]  # aiohttp types the handler by its own request class
            request_factory=_request,
            handler_cancellation=True,
            access_log=None,
            logger=_SILENT,
            auto_decompress=False,
            max_line_size=self._core.limits.max_header_bytes,
            max_field_size=self._core.limits.max_header_bytes,
        )
        server.head_s = self._head_s
        server.most_field_bytes = self._core.limits.max_header_bytes
        at = self._settings.at
        self._runner = web.ServerRunner(server, shutdown_timeout=_CLOSE_S)
        await self._runner.setup()
        site: web.BaseSite
        if at.socket:
            self._socket = sockets.bind(at.socket)
            site = web.SockSite(self._runner, self._socket.listener, ssl_context=self._tls)
        else:
            site = web.TCPSite(self._runner, at.host, at.port, ssl_context=self._tls)
        await site.start()
        if self._tls is not None and self._settings.tls is not None:
            self.spawn(renewing(self._tls, self._settings.tls))
        return 0 if at.socket else int(self._runner.addresses[0][1])

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
        if self._socket is not None:
            self._socket.remove()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Beside the requests; cancelled when the listener stops."""
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
        gate, path = self._core.gate, request.raw_path.partition("?")[0]
        request[heads.IS_LAST] = self._is_draining
        try:
            is_read = request.method != hdrs.METH_POST
            if (
                gate is not None
                and is_read
                and (document := gate.document(request.method, path, request.remote)) is not None
            ):
                return heads.whole(200, ((hdrs.CONTENT_TYPE, "application/json"),), document)
            if not self._has_path(request.method, path):
                return heads.whole(404, ((hdrs.CONTENT_TYPE, "text/plain; charset=utf-8"),), b"Not Found")
            if gate is None:
                return await self._run(request, headers)
            certificate = request.get_extra_info("peercert")
            caller, whose, headers = gate.enter(request.remote, headers, certificate, is_counted=not is_read)
            try:
                request[heads.ENTERED] = Caller(caller.principal, whose)
                if not gate.is_open:
                    self._core.introduce(caller.principal, caller.role)
                return await self._run(request, headers)
            finally:
                if not is_read:
                    gate.leave(whose)
        except SidecarError as failure:
            reply = heads.error_reply(failure)
            if gate is not None and (challenge := gate.challenge(failure)):
                reply.headers[hdrs.WWW_AUTHENTICATE] = challenge
            return reply

    async def _run(self, request: heads.Request, headers: Headers) -> web.StreamResponse:
        task = asyncio.current_task()
        trip = self._trip(request, headers)
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


def most_bytes(core: Core, configured: int) -> int:
    """Of a request's body: the least that is configured anywhere."""
    least = min(configured, core.limits.max_bytes)
    return least if core.gate is None else core.gate.most_bytes(least)


async def body_of(request: heads.Request, headers: Headers, max_bytes: int) -> bytes:
    """The whole body. Raises ``Malformed`` and ``TooLarge``, the latter before it is read where its length is announced."""
    if (fields.get(headers, "Content-Encoding") or "identity").strip().lower() != "identity":
        raise Malformed("a request must not have a Content-Encoding")
    length = request.content_length
    if length is not None and length > max_bytes:
        raise TooLarge(f"a body of {length} bytes, limit {max_bytes}")
    if (fields.get(headers, "Expect") or "").lower() == "100-continue" and request.transport:
        request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    try:
        async with asyncio.timeout(None) as limit:
            return await read_all(in_time(request, limit), max_bytes)
    except TimeoutError:
        raise Malformed("the request's body did not come in time") from None
    except web.RequestPayloadError:
        raise Malformed("the request's body is broken off") from None


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> heads.Request:
    return heads.Request(message, payload, protocol, writer, task, asyncio.get_running_loop())
