"""A server that says what the surface table says, on its pipes or over HTTP, and keeps every byte it receives.

It reads no meaning into messages but the id. Run: ``-m tests.leaks.peer_server stdio|json|sse|old ERA RECORD [SOCKET|CERT KEY]``; over
HTTP its port is the first line of its output. ``old`` is HTTP+SSE of 2024-11-05.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.leaks.rows import AGAIN, DONE, VERSIONS, Body, Era
from tests.leaks.surfaces import slot_of, tools

SESSION = "leak-session"


def replies(message: Body, era: Era) -> list[Body]:
    """What the server says when it gets ``message``; nothing to notifications and answers."""
    if "method" not in message or "id" not in message:
        return []
    key = message["id"]
    slot = slot_of(key, era)
    if slot is not None and not str(key).endswith(AGAIN):
        if slot.row.errors is not None:
            print(slot.row.errors(slot), file=sys.stderr, flush=True)
        return list(slot.row.reply(slot))
    complete: Body = {"resultType": "complete"} if era == "modern" else {}
    match message["method"]:
        case "tools/list":
            result: Body = {"tools": tools(), **({"ttlMs": 1000, "cacheScope": "public"} if complete else {})}
        case "initialize":
            about = {"name": "peer", "version": "1"}
            result = {"protocolVersion": VERSIONS["legacy"], "capabilities": {}, "serverInfo": about}
        case _:
            result = DONE
    return [{"jsonrpc": "2.0", "id": key, "result": {**complete, **result}}]


def encoded(message: Body) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


class Record:
    def __init__(self, path: str) -> None:
        self._file = Path(path).open("ab", buffering=0)  # noqa: SIM115  open as long as the process lives

    def add(self, data: bytes) -> None:
        self._file.write(data)


def serve_stdio(era: Era, record: Record) -> None:
    for line in sys.stdin.buffer:
        record.add(line)
        for reply in replies(json.loads(line), era):
            sys.stdout.buffer.write(encoded(reply) + b"\n")
            sys.stdout.buffer.flush()


class HttpPeer:
    """``is_json``: replies are one JSON body; what else there is to say goes to the standing stream."""

    def __init__(self, era: Era, record: Record, *, is_json: bool) -> None:
        self._era = era
        self._record = record
        self._is_json = is_json
        self._pushed: asyncio.Queue[Body] = asyncio.Queue()

    async def _taken(self, request: web.Request) -> bytes:
        body = await request.read()
        head = b"".join(b"%s: %s\r\n" % field for field in request.raw_headers)
        self._record.add(f"{request.method} {request.raw_path}\r\n".encode() + head + b"\r\n" + body + b"\n")
        return body

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await self._taken(request)
        if request.method == "GET":
            return await self._stand(request)
        message: Any = json.loads(body)
        said = replies(message, self._era)
        headers = {"Mcp-Session-Id": SESSION} if message.get("method") == "initialize" else {}
        if not said:
            return web.Response(status=202)
        if self._is_json:
            for one in said[:-1]:
                self._pushed.put_nowait(one)
            return web.Response(body=encoded(said[-1]), content_type="application/json", headers=headers)
        response = await self._stream(request, headers)
        for one in said:
            await response.write(b"event: message\ndata: " + encoded(one) + b"\n\n")
        await response.write_eof()
        return response

    async def _stream(self, request: web.Request, headers: dict[str, str]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **headers})
        await response.prepare(request)
        return response

    async def _stand(self, request: web.Request) -> web.StreamResponse:
        response = await self._stream(request, {})
        while True:
            await response.write(b"event: message\ndata: " + encoded(await self._pushed.get()) + b"\n\n")


class OldPeer(HttpPeer):
    """HTTP+SSE: all is said on the one stream, whose first event names where to post."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            response = await self._stream(request, {})
            await response.write(b"event: endpoint\ndata: /messages?session=leak\n\n")
            while True:
                await response.write(b"event: message\ndata: " + encoded(await self._pushed.get()) + b"\n\n")
        if request.path == "/mcp":  # a client that looks for a newer server
            return web.Response(status=405)
        body = await self._taken(request)
        for one in replies(json.loads(body), self._era):
            self._pushed.put_nowait(one)
        return web.Response(status=202, text="Accepted")


async def serve_http(peer: HttpPeer, *where: str) -> None:
    runner = web.ServerRunner(web.Server(peer.answer), shutdown_timeout=0.1)  # type: ignore[arg-type]
    await runner.setup()
    match where:
        case (socket,):
            await web.UnixSite(runner, socket).start()
            print(0, flush=True)
        case (cert, key):
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(cert, key)
            await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
            print(runner.addresses[0][1], flush=True)
        case _:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


def main(form: str, era: Era, record: str, *where: str) -> None:
    if form == "stdio":
        serve_stdio(era, Record(record))
    else:
        kind = OldPeer if form == "old" else HttpPeer
        asyncio.run(serve_http(kind(era, Record(record), is_json=form == "json"), *where))


if __name__ == "__main__":
    main(*sys.argv[1:])  # type: ignore[arg-type]
