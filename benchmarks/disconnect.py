"""How soon one side hears that the other has left: milliseconds from the close of one connection to that of the other.

It measures an open response over HTTP in both directions, and both bridges between HTTP and pipes, where a client cancels instead.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks._peers import ENVIRONMENT, PROGRAM
from benchmarks._table import percentile, table

REPEATS = 100
LIMIT_S = 30
_META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
_HEAD = (
    b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
    b"MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: subscriptions/listen\r\nContent-Length: %d\r\n\r\n"
)
_EVENTS = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
_NOTE = b'data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"here"}}\n\n'
_LINES = """
import sys, time
for line in sys.stdin:
    if "notifications/cancelled" in line:
        print("cancelled", time.monotonic(), file=sys.stderr, flush=True)
    elif '"tools/call"' in line:
        print('{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"here"}}', flush=True)
"""


def _listen(number: int, method: str = "subscriptions/listen", **params: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": {**params, "_meta": _META}}).encode()


class _Server:
    """Keeps each response open after one event; ``left`` says when its client went."""

    def __init__(self) -> None:
        self.open: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
        self.left: asyncio.Queue[float] = asyncio.Queue()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
        except asyncio.IncompleteReadError:  # only whether anybody listens was asked
            writer.close()
            return
        length = int(head.partition(b"content-length:")[2].split()[0])
        await reader.readexactly(length)
        writer.write(_EVENTS + b"%x\r\n%s\r\n" % (len(_NOTE), _NOTE))
        self.open.put_nowait(writer)
        await reader.read()
        self.left.put_nowait(time.monotonic())
        writer.close()


@asynccontextmanager
async def _proxy(*command: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """A running sidecar with its port; its stderr goes on being read from the process."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        PROGRAM, *command, env=ENVIRONMENT, stdin=pipe, stdout=pipe, stderr=pipe
    )
    try:
        port = 0
        while command[0] == "serve" and not port:
            assert process.stderr
            said = (await asyncio.wait_for(process.stderr.readline(), LIMIT_S)).decode()
            assert said, "it ended without listening"
            if "listening on" in said:
                port = int(said.rpartition(":")[2].partition("/")[0])
        yield process, port
    finally:
        process.terminate()
        await process.communicate()


async def _opened(port: int, body: bytes, head: bytes = _HEAD) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head % (port, len(body)) + body)
    await asyncio.wait_for(reader.readuntil(b"here"), LIMIT_S)
    return reader, writer


async def _http(port: int, server: _Server) -> tuple[list[float], list[float]]:
    """The client leaves; the server leaves."""
    by_client, by_server = [], []
    for number in range(REPEATS):
        _, writer = await _opened(port, _listen(number))
        await server.open.get()
        began = time.monotonic()
        writer.close()
        by_client.append(await asyncio.wait_for(server.left.get(), LIMIT_S) - began)
        reader, writer = await _opened(port, _listen(number))
        upstream = await server.open.get()
        began = time.monotonic()
        upstream.transport.abort()
        await asyncio.wait_for(reader.read(), LIMIT_S)
        by_server.append(time.monotonic() - began)
        await asyncio.wait_for(server.left.get(), LIMIT_S)
        writer.close()
    return by_client, by_server


async def _pipe_client(process: asyncio.subprocess.Process, server: _Server) -> tuple[list[float], list[float]]:
    """A stdio client cancels and the HTTP server's stream closes; the server leaves and the client gets an error."""
    assert process.stdin
    assert process.stdout
    by_client: list[float] = []
    by_server: list[float] = []
    for number in range(REPEATS):
        for taken in (by_client, by_server):
            request = 2 * number + (taken is by_server)
            process.stdin.write(_listen(request) + b"\n")
            while b"here" not in await asyncio.wait_for(process.stdout.readline(), LIMIT_S):
                pass
            upstream = await server.open.get()
            began = time.monotonic()
            if taken is by_client:
                params = {"requestId": request}
                told = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}
                process.stdin.write(json.dumps(told).encode() + b"\n")
                taken.append(await asyncio.wait_for(server.left.get(), LIMIT_S) - began)
                continue
            upstream.transport.abort()
            while b'"error"' not in await asyncio.wait_for(process.stdout.readline(), LIMIT_S):
                pass
            taken.append(time.monotonic() - began)
            await asyncio.wait_for(server.left.get(), LIMIT_S)
    return by_client, by_server


async def _pipe_server(process: asyncio.subprocess.Process, port: int) -> list[float]:
    """An HTTP client leaves and the stdio server is told."""
    taken = []
    assert process.stderr
    head = _HEAD.replace(b"subscriptions/listen", b"tools/call\r\nMcp-Name: wait")
    for number in range(REPEATS):
        _, writer = await _opened(port, _listen(number, "tools/call", name="wait", arguments={}), head)
        began = time.monotonic()
        writer.close()
        line = b""
        while b"cancelled " not in line:
            line = await asyncio.wait_for(process.stderr.readline(), LIMIT_S)
        taken.append(float(line.rpartition(b"cancelled ")[2]) - began)
    return taken


@asynccontextmanager
async def _server() -> AsyncIterator[tuple[_Server, str]]:
    server = _Server()
    listener = await asyncio.start_server(server.take, "127.0.0.1", 0)
    async with listener:
        yield server, f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/mcp"


async def _measure() -> list[tuple[object, ...]]:
    quiet = ("--engine", "none", "--policy", "observe", "--log-level", "info")
    serve = ("serve", "--listen", "127.0.0.1:0")
    async with _server() as (server, url), _proxy(*serve, "--upstream", url, *quiet) as (_, port):
        left, lost = await _http(port, server)
    async with _server() as (server, url), _proxy("run", *quiet, "--url", url) as (process, _):
        cancelled, gone = await _pipe_client(process, server)
    async with _proxy(*serve, *quiet, "--", sys.executable, "-c", _LINES) as (process, port):
        told = await _pipe_server(process, port)
    found = {
        "HTTP: client leaves, server's connection closes": left,
        "HTTP: server leaves, client's connection closes": lost,
        "stdio client cancels, HTTP server's connection closes": cancelled,
        "HTTP server leaves, stdio client has an error": gone,
        "HTTP client leaves, stdio server has the cancellation": told,
    }
    return [
        (name, percentile(taken, 0.5) * 1000, percentile(taken, 0.99) * 1000, max(taken) * 1000)
        for name, taken in found.items()
    ]


def main() -> None:
    print(f"ms, {REPEATS} each")
    table(("", "p50", "p99", "most"), asyncio.run(_measure()))
