"""What stands before every REST answer: the token, the route, the scope, the media type and the body.

In this order: 401 before anything is said about the route, then 404, 403, 415 and 400; a body over the cap met
413 before (`control`). It knows no resource.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from .errors import GENERIC, INSUFFICIENT_PRIVILEGES, INVALID_MESSAGE, Refusal, invalid, not_authorized, not_found

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from .auth import Grant, TokenDesk

MAX_BODY_BYTES: Final = 5_500_000
"""The documented cap of a row batch, the largest body the API takes."""

MAX_PAGE: Final = 2500
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class Call:
    """A request that passed the guard. `query` has lower-cased names: clients write `$pageSize` and `$pagesize`."""

    mid: int
    match: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None

    def page(self, default_size: int, largest: int = MAX_PAGE) -> tuple[int, int]:
        """1-based page and page size, clamped to `largest`."""
        page = self._positive("$page", 1)
        return page, min(self._positive("$pagesize", default_size), largest)

    def _positive(self, name: str, default: int) -> int:
        text = self.query.get(name, "")
        if not text:
            return default
        if not text.isdecimal() or int(text) < 1:
            raise invalid(f"{name} must be a positive integer")
        return int(text)


@dataclass(frozen=True, slots=True)
class Reply:
    body: Any = None
    status: int = 200
    text: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """`scope` is what a token needs; of several joined by `|` one is enough."""

    method: str
    path: str
    scope: str | None
    answer: Callable[[Call], Reply]


def page_of(items: list[Any], page: int, size: int) -> dict[str, Any]:
    """The usual list answer: `count` is the total."""
    start = (page - 1) * size
    return {"count": len(items), "page": page, "pageSize": size, "links": {}, "items": items[start : start + size]}


class Guard:
    """Turns a `Route` into an aiohttp endpoint; `settle` does what has become due before a request is answered."""

    def __init__(self, desk: TokenDesk, request_id: Callable[[], str], settle: Callable[[], None]) -> None:
        self._desk = desk
        self._request_id = request_id
        self._settle = settle

    def endpoint(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def respond(request: web.Request) -> web.StreamResponse:
            try:
                grant = self._authenticate(request)
                if route.scope is not None and grant.scopes.isdisjoint(route.scope.split("|")):
                    raise Refusal(403, INSUFFICIENT_PRIVILEGES, "Insufficient Privileges")  # noqa: TRY301
                body = await _json_body(request) if request.method in _WITH_BODY else None
                self._settle()
                query = {name.lower(): value for name, value in request.query.items()}
                reply = route.answer(Call(grant.mid, request.match_info, query, body))
            except Refusal as refusal:
                return self._write(Reply(refusal.body, refusal.status))
            return self._write(reply)

        return respond

    async def unknown(self, request: web.Request) -> web.StreamResponse:
        """Every path no route names."""
        try:
            self._authenticate(request)
            refusal = not_found()
        except Refusal as met:
            refusal = met
        return self._write(Reply(refusal.body, refusal.status))

    def _authenticate(self, request: web.Request) -> Grant:
        grant = self._desk.bearer(request.headers.get("Authorization"))
        if grant is None:
            raise not_authorized()
        return grant

    def _write(self, reply: Reply) -> web.Response:
        headers = {"X-Mashery-Message-ID": self._request_id(), **reply.headers}
        if reply.text is not None:
            headers.setdefault("Content-Type", "text/plain; charset=utf-8")
            return web.Response(status=reply.status, body=reply.text.encode(), headers=headers)
        text = json.dumps(reply.body, ensure_ascii=False)
        return web.Response(status=reply.status, text=text, content_type="application/json", headers=headers)


async def _json_body(request: web.Request) -> Any:
    if request.content_type != "application/json":
        raise Refusal(415, GENERIC, "Unsupported Media Type")
    try:
        return json.loads(await request.read())
    except ValueError:
        raise Refusal(400, INVALID_MESSAGE, "JSON Deserialization Exception") from None
