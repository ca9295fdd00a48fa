"""The stdio wrapper as a real process, seen from the client: bytes to its stdin, from its stdout and stderr, its exit code."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import struct
import subprocess
import sys
import termios
from asyncio import StreamReader
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

HERE = Path(__file__).parent
PUPPET = (sys.executable, "-I", "-S", str(HERE / "puppet.py"))
LIMIT_S = 30.0
Stream: TypeAlias = tuple[StreamReader, asyncio.ReadTransport]


class Wrapped:
    def __init__(self, process: subprocess.Popen[bytes], write_fd: int, out: Stream, err: Stream) -> None:
        self.process = process
        self._write_fd = write_fd
        self._out, self._out_pipe = out
        self._err, self._err_pipe = err
        self._calls = 0

    @property
    def pid(self) -> int:
        return self.process.pid

    async def write(self, data: bytes) -> None:
        """On a thread: the wrapper may make us wait."""
        await asyncio.wait_for(asyncio.to_thread(_write_all, self._write_fd, data), LIMIT_S)

    async def send(self, body: Any) -> None:
        await self.write(json.dumps(body).encode() + b"\n")

    async def ask(self, method: str, **params: Any) -> int:
        self._calls += 1
        await self.send({"jsonrpc": "2.0", "id": self._calls, "method": method, "params": params})
        return self._calls

    async def call(self, method: str, **params: Any) -> Any:
        number = await self.ask(method, **params)
        reply = await self.receive()
        assert reply["id"] == number
        return reply["result"]

    async def call_raw(self, method: str, **params: Any) -> Any:
        """As ``call``, where a stray byte of the server's children may stand before the reply."""
        await self.ask(method, **params)
        line = await self.read()
        return json.loads(line[line.index(b"{") :])["result"]

    async def read(self) -> bytes:
        """One line; empty at end of file."""
        return await asyncio.wait_for(self._out.readline(), LIMIT_S)

    async def receive(self) -> Any:
        return json.loads(await self.read())

    async def rest(self) -> bytes:
        return await asyncio.wait_for(self._out.read(), LIMIT_S)

    async def read_error(self) -> bytes:
        return await asyncio.wait_for(self._err.readline(), LIMIT_S)

    async def errors(self) -> bytes:
        """All of stderr that was not read yet, to its end."""
        return await asyncio.wait_for(self._err.read(), LIMIT_S)

    async def error_with(self, part: bytes) -> bytes:
        while part not in (line := await self.read_error()):
            assert line, f"stderr ended without {part!r}"
        return line

    async def taken(self) -> None:
        """Until the wrapper has read all we wrote."""
        async with asyncio.timeout(LIMIT_S):
            while struct.unpack("i", fcntl.ioctl(self._write_fd, termios.FIONREAD, bytes(4)))[0]:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0)

    def hang_up(self) -> None:
        """The client closes the pipe it reads from."""
        self._out_pipe.close()

    def end_input(self) -> None:
        if self._write_fd >= 0:
            os.close(self._write_fd)
            self._write_fd = -1

    async def code(self) -> int:
        return await asyncio.to_thread(self.process.wait, LIMIT_S)

    async def finish(self) -> int:
        self.end_input()
        return await self.code()


@asynccontextmanager
async def wrapped(
    *command: str, options: tuple[str, ...] = (), buffer_bytes: int = 32 * 1024 * 1024, **popen: Any
) -> AsyncIterator[Wrapped]:
    """``buffer_bytes``: half of what we take from the wrapper's pipes before the test reads it."""
    (stdin, write_fd), (out_fd, stdout), (err_fd, stderr) = os.pipe(), os.pipe(), os.pipe()
    process = subprocess.Popen(  # noqa: ASYNC220 - as short as asyncio's own
        (sys.executable, str(HERE / "passthrough.py"), *options, "--", *(command or PUPPET)),
        **{"stdin": stdin, "stdout": stdout, "stderr": stderr, **popen},
    )
    for fd in (stdin, stdout, stderr):
        os.close(fd)
    client = Wrapped(process, write_fd, await _reader(out_fd, buffer_bytes), await _reader(err_fd, buffer_bytes))
    try:
        yield client
    finally:
        client.end_input()
        process.kill()
        await client.code()
        client._out_pipe.close()
        client._err_pipe.close()


async def _reader(fd: int, buffer_bytes: int) -> Stream:
    reader = StreamReader(limit=buffer_bytes)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(fd, "rb", buffering=0)
    )
    return reader, transport


def _write_all(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
    except OSError:
        return False
    return state not in (b"Z", b"X")


async def gone(*pids: int) -> None:
    """Until none of them runs any more."""
    async with asyncio.timeout(LIMIT_S):
        while any(map(is_running, pids)):  # noqa: ASYNC110 - no event tells of other processes
            await asyncio.sleep(0.01)
