"""An MCP server over HTTP that answers only who knows its present key, and says on a 401 what it was given."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

HEADER = "X-Api-Key"


class Guarded:
    def __init__(self, key: str) -> None:
        self.key = key
        self.seen: list[str] = []
        self.refused = 0
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "")
        self.seen.append(given)
        body: Any = await request.json()
        if given != self.key:
            self.refused += 1
            said = f"the key {given} is not valid"
            error = {"jsonrpc": "2.0", "id": body.get("id"), "error": {"code": -32001, "message": said}}
            return web.json_response(
                error, status=401, headers={"X-Given": given, "WWW-Authenticate": f'Key id="{given}"'}
            )
        return web.json_response({"jsonrpc": "2.0", "id": body.get("id"), "result": {"echo": given}})


@asynccontextmanager
async def guarded(key: str) -> AsyncIterator[Guarded]:
    server = Guarded(key)
    app = web.Application()
    app.router.add_post("/mcp", server.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/mcp"
    try:
        yield server
    finally:
        await runner.cleanup()
