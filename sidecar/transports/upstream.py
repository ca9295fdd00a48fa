"""The way to the one server behind the proxy: an HTTP client that adds nothing and decides nothing.

It follows no redirect, keeps no cookie, reads no environment, has no read timeout, and does not look into a body.

The pool is unbounded: event streams hold their connection for hours, and a bounded pool would starve the posts their
server is waiting for. An idle connection is reused for a short while only, because a server that closes it just when
a post is sent would lose that post (RFC 9112, 9.3.1: a POST must not be retried).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final, Protocol

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from sidecar.config.addresses import Endpoint
from sidecar.errors import UpstreamGone
from sidecar.transports.tls import UpstreamTls, upstream_context
from sidecar.wire import headers as fields
from sidecar.wire.jsonrpc import Headers, Limits

_UNAUTHORIZED: Final = 401
_IDLE_CONNECTION_S: Final = 2.0
"""Shorter than any server's own keep-alive (uvicorn and Node: 5 s)."""

_ADDED_BY_AIOHTTP: Final = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


def header_fields(raw: tuple[tuple[bytes, bytes], ...]) -> Headers:
    """Names and order as on the wire; bytes that are not UTF-8 cannot be passed on and become U+FFFD."""
    return tuple((name.decode(errors="replace"), value.decode(errors="replace")) for name, value in raw)


def _multidict(headers: Headers) -> CIMultiDict[str]:
    """Order and duplicates kept; duplicates take the first one's spelling, or aiohttp would keep only the last."""
    spelling: dict[str, str] = {}
    return CIMultiDict((spelling.setdefault(name.lower(), name), value) for name, value in headers)


class Credentials(Protocol):
    """Headers whose values change while we run."""

    @property
    def names(self) -> Sequence[str]: ...

    @property
    def generation(self) -> int: ...

    def fields(self) -> Headers: ...

    async def renew(self, seen: int) -> bool:
        """The server refused generation ``seen``; whether there is another now."""


class Upstream:
    """``endpoint`` is where; the configured headers, and those of ``credentials``, replace the client's."""

    def __init__(
        self,
        endpoint: Endpoint,
        extra_headers: Headers = (),
        connect_timeout_s: float = 10.0,
        tls: UpstreamTls | None = None,
        credentials: Credentials | None = None,
        max_header_bytes: int = Limits().max_header_bytes,
    ) -> None:
        """``max_header_bytes`` of one field: a mirrored URI (``Mcp-Name``) may be long. Raises ``BadConfig``."""
        self.endpoint: Final = endpoint
        self._extra_headers: Final = extra_headers
        self._credentials: Final = credentials
        self._max_header_bytes: Final = max_header_bytes
        self._connect_timeout_s: Final = connect_timeout_s
        self._tls: Final = upstream_context(tls or UpstreamTls()) if endpoint.is_tls else None
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=self._connector(),
            timeout=aiohttp.ClientTimeout(total=None, connect=self._connect_timeout_s, sock_read=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=_ADDED_BY_AIOHTTP,
            auto_decompress=False,
            trust_env=False,
            max_line_size=self._max_header_bytes,
            max_field_size=self._max_header_bytes,
        )

    def _connector(self) -> aiohttp.BaseConnector:
        if self.endpoint.at.socket:
            return aiohttp.UnixConnector(
                self.endpoint.at.socket, limit=0, limit_per_host=0, keepalive_timeout=_IDLE_CONNECTION_S
            )
        return aiohttp.TCPConnector(
            limit=0,
            limit_per_host=0,
            keepalive_timeout=_IDLE_CONNECTION_S,
            ssl=self._tls if self._tls is not None else True,
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def upward(self, headers: Headers) -> Headers:
        """The client's header fields that pass, without the configured ones: those are nobody's business before ``open``."""
        return fields.upward(headers, self.endpoint.netloc)

    def target(self, query: str = "") -> str:
        """Path and query of the endpoint, with the client's query string as it was written."""
        queries = "&".join(part for part in (self.endpoint.query, query) if part)
        return f"{self.endpoint.path}{'?' if queries else ''}{queries}"

    @asynccontextmanager
    async def open(
        self, method: str, target: str, headers: Headers, body: bytes
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """``target`` is a path with its query, as it goes on the wire.

        Gives the response as soon as its head is there; on leaving, its connection is closed unless it was read whole. Raises ``UpstreamGone``. Cancellation closes the connection at once, while it waits for the head too.
        """
        response = await self._ask(method, target, _with(headers, self._extra_headers), body)
        try:
            yield response
        finally:
            response.close()

    async def _ask(self, method: str, target: str, headers: Headers, body: bytes) -> aiohttp.ClientResponse:
        """One request; with a renewed secret once more where the server refused the old one: it did nothing with the first."""
        credentials = self._credentials
        if credentials is None:
            return await self._send(method, target, headers, body)
        seen = credentials.generation
        response = await self._send(method, target, _with(headers, credentials.fields()), body)
        if response.status == _UNAUTHORIZED and await credentials.renew(seen):
            response.close()
            response = await self._send(method, target, _with(headers, credentials.fields()), body)
        return response

    async def _send(self, method: str, target: str, headers: Headers, body: bytes) -> aiohttp.ClientResponse:
        if self._session is None:
            raise UpstreamGone("the connection to the server is closed")
        try:
            return await self._session.request(
                method,
                URL(f"{self.endpoint.origin}{target}", encoded=True),
                headers=_multidict(headers),
                data=body or None,
                allow_redirects=False,
            )
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise UpstreamGone("the server cannot be reached or closed the connection") from None


def _with(headers: Headers, ours: Headers) -> Headers:
    for name, value in ours:
        headers = fields.replace(headers, name, value)
    return headers


async def chunks(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """The body as it arrives. Raises ``UpstreamGone`` when it ends before its announced end."""
    try:
        async for chunk in response.content.iter_any():
            yield chunk
    except (aiohttp.ClientError, OSError, TimeoutError):
        raise UpstreamGone("the server closed the connection inside a response") from None
