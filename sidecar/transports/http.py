"""The HTTP edge: a listener in front of one HTTP server, at the same path, in every revision of the protocol.

It decides nothing about messages and keeps none; what happens to one request is in ``round_trip``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aiohttp import hdrs

from sidecar.config.addresses import Address, endpoint
from sidecar.transports import heads
from sidecar.transports.authorization import Auth, Authorization
from sidecar.transports.base import Core
from sidecar.transports.conversations import Conversations
from sidecar.transports.listener import Listener, ListenSettings, Trip, most_bytes
from sidecar.transports.mailboxes import Mailboxes
from sidecar.transports.round_trip import Edge, RoundTrip
from sidecar.transports.tls import ListenerTls, UpstreamTls
from sidecar.transports.upstream import Credentials, Upstream
from sidecar.wire.jsonrpc import Headers


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """``allowed_hosts`` and ``allowed_origins`` come beside loopback's; ``upstream_headers`` replace the client's."""

    upstream: str
    host: str = "127.0.0.1"
    port: int = 0
    socket: str = ""
    """Instead of host and port."""
    tls: ListenerTls | None = None
    upstream_tls: UpstreamTls | None = None
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    upstream_headers: Headers = ()
    credentials: Credentials | None = None
    """The same, of secrets: as they are now."""
    auth: Auth = "none"
    """``passthrough``: what clients ask to get a token passes to the same server, unscanned."""
    connect_timeout_s: float = 10.0
    max_body_bytes: int = 16 * 1024 * 1024
    max_sessions: int = 10_000
    session_idle_s: float = 3600.0
    drain_s: float = 20.0
    head_s: float = 30.0

    @property
    def listen(self) -> ListenSettings:
        at = Address(self.host, self.port, self.socket)
        return ListenSettings(at, self.tls, self.allowed_hosts, self.allowed_origins, self.drain_s, self.head_s)


class HttpProxy:
    """``start`` opens the listener; ``stop`` ends standing streams, lets requests finish for ``drain_s``, then closes."""

    def __init__(self, core: Core, settings: HttpSettings) -> None:
        """Raises ``BadConfig``."""
        self._upstream: Final = Upstream(
            endpoint(settings.upstream),
            settings.upstream_headers,
            settings.connect_timeout_s,
            settings.upstream_tls,
            settings.credentials,
            core.limits.max_header_bytes,
        )
        secret = tuple((name, "") for name in settings.credentials.names) if settings.credentials is not None else ()
        self._authorization: Final = (
            Authorization(
                self._upstream,
                (*settings.upstream_headers, *secret),
                has_callers=core.gate is not None and not core.gate.is_open,
            )
            if settings.auth == "passthrough"
            else None
        )
        self._conversations: Final = Conversations(core, settings.max_sessions, settings.session_idle_s)
        self._mailboxes: Final = Mailboxes(self._upstream.endpoint)
        self._listener: Final = Listener(settings.listen, self._has_path, self._trip, core)
        self._edge: Final = Edge(
            core,
            self._upstream,
            self._conversations,
            self._mailboxes,
            most_bytes(core, settings.max_body_bytes),
            self._listener.spawn,
        )

    @property
    def in_flight(self) -> int:
        """Requests whose response has not ended, standing streams included."""
        return self._listener.in_flight

    async def start(self) -> int:
        """The port it listens on; 0 on a unix socket. Raises ``OSError``."""
        await self._upstream.start()
        return await self._listener.start()

    async def stop(self) -> None:
        await self._listener.stop()
        await self._conversations.close()
        await self._upstream.close()

    def _has_path(self, method: str, path: str) -> bool:
        if self._takes_messages(method, path):
            return True
        return self._authorization is not None and self._authorization.has_path(method, path)

    def _takes_messages(self, method: str, path: str) -> bool:
        return path == self._upstream.endpoint.path or (method == hdrs.METH_POST and self._mailboxes.has_path(path))

    def _trip(self, request: heads.Request, headers: Headers) -> Trip:
        if self._authorization is None:
            return RoundTrip(self._edge, request, headers)
        if not self._takes_messages(request.method, request.raw_path.partition("?")[0]):
            return self._authorization.trip(request, headers)
        return self._authorization.watched(RoundTrip(self._edge, request, headers), headers)
