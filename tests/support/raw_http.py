"""HTTP/1.1 with exact bytes on both ends, for tests of the HTTP edge: a scripted server and a bare client.

Neither knows MCP; every wait is bounded.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self, TypeVar

WAIT_S = 60.0
_T = TypeVar("_T")


async def within(awaitable: Awaitable[_T]) -> _T:
    return await asyncio.wait_for(awaitable, WAIT_S)


async def until(predicate: Callable[[], bool]) -> None:
    """For what has no event to wait for."""
    async with asyncio.timeout(WAIT_S):
        while not predicate():  # noqa: ASYNC110
            await asyncio.sleep(0)


@dataclass
class Head:
    first_line: str
    headers: list[tuple[str, str]]

    def get(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def status(self) -> int:
        return int(self.first_line.split()[1])


async def read_head(reader: asyncio.StreamReader) -> Head:
    raw = await within(reader.readuntil(b"\r\n\r\n"))
    first_line, *lines = raw.decode().removesuffix("\r\n\r\n").split("\r\n")
    return Head(first_line, [(name, value.removeprefix(" ")) for name, _, value in (x.partition(":") for x in lines)])


async def read_chunk(reader: asyncio.StreamReader) -> bytes:
    """One HTTP chunk; empty at the regular end. Raises ``IncompleteReadError`` at a cut."""
    size = int((await within(reader.readuntil(b"\r\n"))).strip(), 16)
    data = await within(reader.readexactly(size + 2))
    return data[:-2]


async def read_body(reader: asyncio.StreamReader, head: Head) -> bytes:
    if "chunked" in (head.get("transfer-encoding") or ""):
        body = b""
        while chunk := await read_chunk(reader):
            body += chunk
        return body
    return await within(reader.readexactly(int(head.get("content-length") or 0)))


@dataclass
class Received:
    """One request as the server got it, and the way to answer."""

    head: Head
    body: bytes
    reader: asyncio.StreamReader = field(repr=False)
    writer: asyncio.StreamWriter = field(repr=False)

    @property
    def method(self) -> str:
        return self.head.first_line.split()[0]

    @property
    def target(self) -> str:
        return self.head.first_line.split()[1]

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def reply(self, status: str, body: bytes = b"", *headers: str) -> None:
        head = "\r\n".join((f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""))
        await self.send(head.encode() + body)

    async def json(self, body: bytes, *headers: str, status: str = "200 OK") -> None:
        await self.reply(status, body, "Content-Type: application/json", *headers)

    async def start_events(self, *headers: str) -> None:
        lines = ("HTTP/1.1 200 OK", "Content-Type: text/event-stream", "Transfer-Encoding: chunked", *headers, "", "")
        await self.send("\r\n".join(lines).encode())

    async def chunk(self, data: bytes) -> None:
        await self.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    async def end(self) -> None:
        await self.send(b"0\r\n\r\n")

    async def until_closed(self) -> None:
        """Until the other end has closed the connection."""
        try:
            while await within(self.reader.read(65536)):
                pass
        except ConnectionError:
            pass


Script = Callable[[Received], Awaitable[None]]


class RawServer:
    """Runs ``script`` for every request on every connection."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[Received] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=2**24)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/mcp"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            while True:
                head = await read_head(reader)
                received = Received(head, await read_body(reader, head), reader, writer)
                self.requests.append(received)
                await self.script(received)
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            pass
        finally:
            writer.close()


@dataclass
class RawClient:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    port: int

    async def send(self, method: str, target: str = "/mcp", body: bytes = b"", *headers: str) -> None:
        host = () if any(line.lower().startswith("host:") for line in headers) else (f"Host: 127.0.0.1:{self.port}",)
        is_sized = any(line.lower().startswith("content-length:") for line in headers)
        length = (f"Content-Length: {len(body)}",) if (body or method == "POST") and not is_sized else ()
        head = "\r\n".join((f"{method} {target} HTTP/1.1", *host, *headers, *length, "", ""))
        self.writer.write(head.encode() + body)
        await self.writer.drain()

    async def post(self, body: bytes, *headers: str, target: str = "/mcp") -> tuple[Head, bytes]:
        await self.send("POST", target, body, "Content-Type: application/json", *headers)
        return await self.answer()

    async def get(self, *headers: str, target: str = "/mcp", method: str = "GET") -> tuple[Head, bytes]:
        await self.send(method, target, b"", *headers)
        return await self.answer()

    async def answer(self) -> tuple[Head, bytes]:
        head = await read_head(self.reader)
        return head, await read_body(self.reader, head)

    async def head(self) -> Head:
        return await read_head(self.reader)

    async def chunk(self) -> bytes:
        return await read_chunk(self.reader)

    def drop(self) -> None:
        self.writer.transport.abort()


@asynccontextmanager
async def connect(port: int) -> AsyncIterator[RawClient]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    try:
        yield RawClient(reader, writer, port)
    finally:
        writer.close()
