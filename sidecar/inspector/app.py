"""The dev page's listener. It shows originals, so every request passes ``access`` first; it changes no message.

::

    GET  /               the page          GET  /events          live rows (server-sent events, no originals)
    GET  /messages/{id}  one message       GET  /explain         which rule decides at a place
    POST /test           a pasted text     POST /clear           forget all messages
    POST /except         a value is nobody's data (only with a file of exceptions)
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any, Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from sidecar.errors import Malformed, SidecarError
from sidecar.inspector.access import SAFETY_HEADERS, Access
from sidecar.inspector.explain import explain
from sidecar.inspector.ring import Ring, Row, Signal, describe
from sidecar.inspector.trial import Detect, Place, Trial
from sidecar.session.context import Kit
from sidecar.wire.jsonrpc import dumps, loads

_FILES: Final = {
    "/": ("index.html", "text/html"),
    "/app.js": ("app.js", "text/javascript"),
    "/compare.js": ("compare.js", "text/javascript"),
    "/app.css": ("app.css", "text/css"),
}
_MAX_BODY_BYTES: Final = 1024 * 1024
_ALIVE_S: Final = 15.0
"""A comment line this often finds readers that went away without a word."""
_CLOSE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Inspector:
    """What the page shows: the ring, and the policy and detector of the running App, which may change.

    ``exempt`` writes an exception for (value, entity) and gives its digest; None where there is no file of exceptions.
    """

    ring: Ring
    kit: Callable[[], Kit]
    detect: Detect
    exempt: Callable[[str, str], str] | None = None


@asynccontextmanager
async def inspecting(inspector: Inspector, host: str, port: int) -> AsyncIterator[Access]:
    """Listens while the block runs. Raises ``OSError`` when it cannot bind."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    access = Access(host, int(listener.getsockname()[1]), secrets.token_urlsafe(32))
    # Outside the logging tree: aiohttp quotes what it cannot parse, and nothing of this page belongs into a log.
    mute = logging.Logger("sidecar.inspector", level=logging.CRITICAL + 1)  # noqa: LOG001
    runner = web.AppRunner(build_page(inspector, access), access_log=None, logger=mute, shutdown_timeout=_CLOSE_S)
    try:
        await runner.setup()
        await web.SockSite(runner, listener).start()
        yield access
    finally:
        inspector.ring.close()
        await runner.cleanup()
        listener.close()


def build_page(inspector: Inspector, access: Access) -> web.Application:
    """The application without a listener."""
    page = _Page(inspector, access)
    app = web.Application(middlewares=[page.guard], client_max_size=_MAX_BODY_BYTES)
    app.on_response_prepare.append(_add_safety)
    for path in _FILES:
        app.router.add_get(path, page.file)
    app.router.add_get("/favicon.ico", _nothing)
    app.router.add_get("/events", page.events, allow_head=False)
    app.router.add_get(r"/messages/{id:\d{1,12}}", page.message)
    app.router.add_get("/explain", page.explain)
    app.router.add_post("/test", page.test)
    app.router.add_post("/except", page.exempt)
    app.router.add_post("/clear", page.clear)
    return app


async def _add_safety(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(SAFETY_HEADERS)


async def _nothing(_: web.Request) -> web.Response:
    return web.Response(status=204)


def _json(body: bytes, status: int = 200) -> web.Response:
    return web.Response(body=body, status=status, content_type="application/json", charset="utf-8")


def _error(text: str, status: int) -> web.Response:
    return _json(dumps({"error": text}), status)


def _with_row(row: Row, detail: bytes) -> bytes:
    """``detail`` is a JSON object; its numbers stay as they were written."""
    return b'{"row":' + dumps(asdict(row)) + b"," + detail[1:]


class _Page:
    def __init__(self, inspector: Inspector, access: Access) -> None:
        self._ring = inspector.ring
        self._inspector = inspector
        self._access = access
        self._trial = Trial(inspector.kit, inspector.detect)
        static = files("sidecar.inspector").joinpath("static")
        self._files = {path: (static.joinpath(name).read_bytes(), kind) for path, (name, kind) in _FILES.items()}

    @property
    def _kit(self) -> Kit:
        return self._inspector.kit()

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Before anything else, unknown paths included."""
        headers = tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in request.raw_headers)
        status = self._access.refusal(request.method, headers)
        if status is not None:
            return _error(
                "this page answers only to itself, under a loopback name: paste its URL into the address bar", status
            )
        if request.method == "GET" and request.path == "/" and "token" in request.query:
            return self._admit(request.query["token"])
        if not self._access.admits(request.cookies.get(self._access.cookie)):
            return _error("open the URL that mcp-sidecar dev printed: it holds this start's token", 403)
        return await handler(request)

    def _admit(self, token: str) -> web.Response:
        """From the URL into a cookie, so that it stays out of the history, bookmarks and screen."""
        if not self._access.admits(token):
            return _error("this token is not of this start; open the URL that mcp-sidecar dev printed", 403)
        response = web.Response(status=303, headers={hdrs.LOCATION: "/"})
        response.set_cookie(self._access.cookie, self._access.token, path="/", httponly=True, samesite="Strict")
        return response

    async def file(self, request: web.Request) -> web.Response:
        body, kind = self._files[request.path]
        return web.Response(body=body, content_type=kind, charset="utf-8")

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: ``reset`` with all rows, then ``row`` for each new one. No originals."""
        if self._ring.is_full_of_readers:
            return _error("too many pages are open", 503)
        response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        with self._ring.reader() as reader:
            while True:
                try:
                    async with asyncio.timeout(_ALIVE_S):
                        update = await reader.next()
                except TimeoutError:
                    await response.write(b": alive\n\n")
                    continue
                match update:
                    case Signal.CLOSED:
                        return response
                    case Signal.RESET:
                        await response.write(_event("reset", self._all()))
                    case Row():
                        await response.write(_event("row", asdict(update)))

    def _all(self) -> dict[str, Any]:
        return {
            "policy": self._kit.policy.name,
            "may_except": self._inspector.exempt is not None,
            "entities": sorted(self._kit.entities),
            "rows": [asdict(row) for row in self._ring.rows()],
        }

    async def message(self, request: web.Request) -> web.Response:
        found = self._ring.detail(int(request.match_info["id"]))
        if found is None:
            return _error("this message is no longer kept", 404)
        return _json(_with_row(*found))

    async def explain(self, request: web.Request) -> web.Response:
        return _json(dumps(explain(self._kit, request.query)))

    async def test(self, request: web.Request) -> web.Response:
        """``{"text": …, "place": "result" | "arguments", "tool": …}`` → the same as a message's detail."""
        if request.content_type != "application/json":
            return _error("expected application/json", 415)
        try:
            asked = loads(await request.text())
        except (Malformed, UnicodeDecodeError):
            return _error("not JSON", 400)
        text, place, tool = (
            asked.get(key, "") if isinstance(asked, dict) else None for key in ("text", "place", "tool")
        )
        if not (isinstance(text, str) and isinstance(tool, str) and place in {"result", "arguments"}):
            return _error('expected {"text": …, "place": "result" or "arguments", "tool": …}', 400)
        chosen: Place = "arguments" if place == "arguments" else "result"
        try:
            inspect, told = await self._trial.run(text, chosen, tool)
        except SidecarError as error:
            return _error(str(error), 503)
        return _json(_with_row(*describe(inspect, told, number=0, at=0.0)))

    async def exempt(self, request: web.Request) -> web.Response:
        """``{"value": …, "entity": …}`` → ``{"digest": …}``; in force once the file has been read again."""
        if self._inspector.exempt is None:
            return _error("start with --exceptions FILE to say that a value is nobody's data", 404)
        try:
            asked = loads(await request.text())
        except (Malformed, UnicodeDecodeError):
            asked = None
        value, entity = (asked.get("value"), asked.get("entity")) if isinstance(asked, dict) else (None, None)
        if not (isinstance(value, str) and value.strip() and isinstance(entity, str) and entity in self._kit.entities):
            return _error('expected {"value": …, "entity": …}', 400)
        try:
            return _json(dumps({"digest": self._inspector.exempt(value, entity)}))
        except SidecarError as error:
            return _error(str(error), 503)

    async def clear(self, _: web.Request) -> web.Response:
        self._ring.clear()
        return web.Response(status=204)


def _event(name: str, data: dict[str, Any]) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + dumps(data) + b"\n\n"
