"""What an HTTP client asks beside the MCP endpoint to get a token: those paths pass to the same server, byte for byte.

It reads no MCP message and redacts nothing: issuers, codes, states and tokens are compared letter by letter by those who
get them (MCP 2026-07-28, basic/authorization). It is there under ``auth: passthrough`` only, and what it lets pass is narrow:

1. Metadata: the well-known documents of RFC 9728, RFC 8414 and OpenID Connect, before or after a path; GET only.
2. ``/authorize``, ``/token`` and ``/register`` at the root, where MCP 2025-03-26 expects them.
3. What the server itself named, at this origin: ``resource_metadata`` of a challenge, an endpoint in the metadata, and
   where an authorization page leads next. The last few are known, and the MCP endpoint is never among them.
4. No path with an escape, an empty or a dotted segment: the server may read it as another one.
5. No event stream and no JSON-RPC, in neither direction: messages have their own way, with redaction.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final, Literal
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from sidecar.errors import BadConfig, Malformed, SidecarError, UpstreamGone
from sidecar.transports import heads
from sidecar.transports.encoded import decoded, read_all
from sidecar.transports.listener import Trip, body_of
from sidecar.transports.upstream import Upstream, chunks, header_fields
from sidecar.wire import headers as fields
from sidecar.wire.jsonrpc import Headers, Json, loads

Auth = Literal["none", "passthrough"]

_WELL_KNOWN: Final = "oauth-protected-resource|oauth-authorization-server|openid-configuration|jwks.json"
_METADATA: Final = re.compile(rf"(/[^/]+)*/\.well-known/({_WELL_KNOWN})(/[^/]+)*/?")
_ROOT: Final = frozenset({"/authorize", "/token", "/register"})
_PLAIN: Final = re.compile(r"(/[A-Za-z0-9._~-]+)+/?")
_DOTTED: Final = re.compile(r"/\.{1,2}(/|$)")
_NAMED: Final = re.compile(r'resource_metadata\s*=\s*"([^"\\]+)"', re.IGNORECASE)
_ENDPOINTS: Final = (
    "authorization_endpoint",
    "token_endpoint",
    "registration_endpoint",
    "revocation_endpoint",
    "jwks_uri",
)
_READS: Final = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})
_METHODS: Final = _READS | {hdrs.METH_POST}
_MAX_NAMED: Final = 64
_MAX_UP_BYTES: Final = 64 * 1024
_MAX_DOWN_BYTES: Final = 1024 * 1024
_BAD_GATEWAY: Final = 502
_BLANK: Final = b" \t\r\n\xef\xbb\xbf"


class Authorization:
    """``has_path`` and ``trip`` are the listener's questions; ``watched`` listens to what the server says of itself."""

    def __init__(self, upstream: Upstream, upstream_headers: Headers, *, has_callers: bool = False) -> None:
        """``has_callers``: we judge credentials ourselves and pass none on. Raises ``BadConfig``."""
        if has_callers:
            raise BadConfig(
                "auth: passthrough and callers in the guard exclude each other: their credentials are for us"
            )
        if fields.get(upstream_headers, "Authorization") is not None:
            raise BadConfig("auth: passthrough and a configured Authorization header exclude each other")
        self.upstream: Final = upstream
        self._named: OrderedDict[str, None] = OrderedDict()

    def has_path(self, method: str, path: str) -> bool:
        if method not in _METHODS or not _is_plain(path):
            return False
        return path in _ROOT or path in self._named or (method in _READS and _METADATA.fullmatch(path) is not None)

    def trip(self, request: heads.Request, headers: Headers) -> Passage:
        return Passage(self, request, headers)

    def watched(self, trip: Trip, headers: Headers) -> Challenged:
        return Challenged(self, trip, fields.get(headers, "Host") or "")

    def name(self, urls: Iterable[str], host: str) -> None:
        """Those of ``urls`` pass from now on that are at the server's origin, as it or as the client (``host``) calls it."""
        for url in urls:
            try:
                parts = urlsplit(url)
            except ValueError:
                continue
            is_here = parts.netloc.lower() in {"", host.lower(), self.upstream.endpoint.netloc.lower()}
            if is_here and _is_plain(parts.path) and parts.path != self.upstream.endpoint.path:
                self._named[parts.path] = None
                self._named.move_to_end(parts.path)
                if len(self._named) > _MAX_NAMED:
                    self._named.popitem(last=False)


class Challenged:
    """A round trip of messages, whose challenge names where the metadata is."""

    def __init__(self, authorization: Authorization, inner: Trip, host: str) -> None:
        self._authorization: Final = authorization
        self._inner: Final = inner
        self._host: Final = host

    @property
    def is_standing(self) -> bool:
        return self._inner.is_standing

    async def run(self) -> web.StreamResponse:
        response = await self._inner.run()
        for challenge in response.headers.getall(hdrs.WWW_AUTHENTICATE, ()):
            self._authorization.name(_NAMED.findall(challenge), self._host)
        return response


class Passage:
    """One request to an authorization path and its response."""

    is_standing: Final = False

    def __init__(self, authorization: Authorization, request: heads.Request, headers: Headers) -> None:
        self._authorization: Final = authorization
        self._request: Final = request
        self._headers: Final = headers

    async def run(self) -> web.StreamResponse:
        """Raises ``SidecarError`` for what never reached the server."""
        body = await self._body()
        try:
            return await self._forward(body)
        except SidecarError as failure:
            return heads.error_reply(failure, status=_BAD_GATEWAY)

    async def _body(self) -> bytes:
        body = await body_of(self._request, self._headers, _MAX_UP_BYTES)
        if _holds_message(_json(body)):
            raise Malformed("a JSON-RPC message goes to the MCP endpoint")
        return body

    async def _forward(self, body: bytes) -> web.Response:
        upstream = self._authorization.upstream
        headers = upstream.upward(self._headers)
        async with upstream.open(self._request.method, self._request.raw_path, headers, body) as answer:
            if answer.content_type == "text/event-stream":
                raise UpstreamGone("an authorization path answers with an event stream")
            found = header_fields(answer.raw_headers)
            said = await read_all(decoded(chunks(answer), fields.get(found, "Content-Encoding") or ""), _MAX_DOWN_BYTES)
            value = _json(said)
            if _holds_message(value):
                raise UpstreamGone("an authorization path answers with a JSON-RPC message")
            passing = fields.downward(found, changed=False)
            location = fields.get(passing, "Location")
            if location is not None:  # the server calls itself by the name we know it by: there it is past us
                location = _local(location, upstream.endpoint.origin)
                passing = fields.replace(passing, "Location", location)
            self._hear(location, value)
            return heads.whole(answer.status, passing, said)

    def _hear(self, location: str | None, value: Json) -> None:
        host = fields.get(self._headers, "Host") or ""
        if location is not None:
            self._authorization.name([location], host)
        if isinstance(value, dict) and _METADATA.fullmatch(self._request.raw_path.partition("?")[0]):
            named = [value.get(key) for key in _ENDPOINTS]
            self._authorization.name([url for url in named if isinstance(url, str)], host)


def _is_plain(path: str) -> bool:
    return _PLAIN.fullmatch(path) is not None and _DOTTED.search(path) is None


def _local(location: str, origin: str) -> str:
    rest = location.removeprefix(origin)
    return rest if rest.startswith("/") and not rest.startswith("//") else location


def _json(body: bytes) -> Json:
    """None for what is no JSON at all. Raises ``Malformed`` for what may be one to a more lenient reader."""
    if body.lstrip(_BLANK)[:1] not in {b"{", b"["}:
        return None
    try:
        return loads(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None


def _holds_message(value: Json) -> bool:
    items = value if isinstance(value, list) else [value]
    return any(isinstance(item, dict) and "jsonrpc" in item for item in items)
