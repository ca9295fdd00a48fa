"""The head of the response a client gets: which of the server's header fields cross, and the proxy's own error replies.

It reads no body.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from aiohttp import hdrs, web
from multidict import CIMultiDict

from sidecar.config.secret_registry import REGISTRY
from sidecar.errors import Forbidden, RateLimited, SidecarError
from sidecar.session import replies
from sidecar.transports.base import Core
from sidecar.wire import headers as fields
from sidecar.wire.jsonrpc import Caller, Headers, Message, encode, encode_batch

_SPOKEN_PREFIXES: Final = ("access-control-", "cross-origin-", "ratelimit-", "x-ratelimit-")
_SPOKEN: Final = frozenset(
    """
    accept-ranges age allow cache-control content-digest content-language content-md5 content-range
    content-security-policy content-type date deprecation digest etag expires last-modified mcp-protocol-version
    mcp-session-id permissions-policy pragma repr-digest referrer-policy retry-after server set-cookie strict-transport-security sunset vary via www-authenticate
    x-accel-buffering x-content-type-options x-frame-options x-powered-by x-request-id x-correlation-id
    """.split()  # noqa: SIM905  a table is read more easily than a list of quotes
)
"""Fields whose values are the protocols' own words; those of any other are text like a body's."""

IS_LAST: Final = web.RequestKey("is_last", bool)
"""A request's mark while the proxy drains: its connection ends with its response."""

ENTERED: Final = web.RequestKey("entered", Caller)
"""Whom the gate let in, and whose rates and violations the request counts for; without a principal where it asked nobody."""

_NOT_ADDED: Final = ""
"""Stands where aiohttp would add a field the server did not send; removed before the head is written."""


async def downward(core: Core, headers: Headers, *, changed: bool, upstream_origin: str) -> Headers:
    """The fields for the client; values nobody vouches for are scrubbed, and dropped if that fails."""
    crossing: list[tuple[str, str]] = []
    for name, value in fields.downward(headers, changed):
        key = name.lower()
        if key == "location":
            # An absolute URL would lead the client to the server past the redaction.
            local = value.removeprefix(upstream_origin)
            if local.startswith("/") and not local.startswith("//"):
                crossing.append((name, local))
        elif key in _SPOKEN or key.startswith(_SPOKEN_PREFIXES):
            crossing.append((name, value))
        else:
            try:
                scrubbed = await core.scrub(value, "to_client")
            except SidecarError:
                continue
            if scrubbed == value or scrubbed.isprintable():
                crossing.append((name, scrubbed))
    return tuple((name, REGISTRY.hide(value)) for name, value in crossing)


def head(headers: Headers) -> CIMultiDict[str]:
    result = CIMultiDict(headers)
    result.setdefault(hdrs.SERVER, _NOT_ADDED)
    return result


class Request(web.BaseRequest):
    """A request whose response carries no field that the server did not send."""

    @property
    def keep_alive(self) -> bool:
        return super().keep_alive and not self.get(IS_LAST)

    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        for name in (hdrs.SERVER, hdrs.CONTENT_TYPE):
            if response.headers.get(name) == _NOT_ADDED:
                del response.headers[name]


def whole(status: int, headers: Headers, body: bytes) -> web.Response:
    """A response with its whole body; an empty one stays empty (era detection reads that)."""
    fields_out = head(headers)
    if body:
        fields_out.setdefault(hdrs.CONTENT_TYPE, _NOT_ADDED)
    return web.Response(status=status, headers=fields_out, body=body or None)


def status_of(failure: SidecarError) -> int:
    return failure.status if isinstance(failure, Forbidden) else failure.http_status


def json_reply(status: int, messages: Sequence[Message], *, is_batch: bool) -> web.Response:
    body = encode_batch(list(messages)) if is_batch else encode(messages[0])
    return whole(status, ((hdrs.CONTENT_TYPE, "application/json"),), body)


def error_reply(
    failure: SidecarError,
    requests: Sequence[Message] = (),
    status: int | None = None,
    *,
    beside: Sequence[Message] = (),
    is_batch: bool = False,
) -> web.Response:
    """The failure as a JSON-RPC error with each request's own id, null when none is known; ``beside`` goes with it."""
    messages = [*beside, *(replies.error(request.id, failure) for request in requests)]
    reply = json_reply(status or status_of(failure), messages or [replies.error(None, failure)], is_batch=is_batch)
    if isinstance(failure, RateLimited):
        reply.headers[hdrs.RETRY_AFTER] = str(failure.retry_after_s)
    if reply.status == HTTPStatus.UNAUTHORIZED:
        reply.headers[hdrs.WWW_AUTHENTICATE] = "Bearer"  # RFC 9110, 11.6.1: a 401 has to say how
    return reply
