"""Bytes in and out of file descriptors with backpressure: pipes and sockets polled, everything else on a thread.

It knows no frames. asyncio's own pipe transports are not used: they refuse regular files and ``/dev/null``, limit a line
to 64 KiB, and take input on a two-way socket for the end of its output.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import queue
import stat
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

_CHUNK_BYTES: Final = 256 * 1024
_HIGH_WATER_BYTES: Final = 256 * 1024
"""A writer waits while more than this is unsent; the frame it brought is accepted before it waits."""
_MAX_VECTORS: Final = 64


class Source(Protocol):
    async def read(self) -> bytes:
        """Some bytes; empty at end of file."""

    def close(self) -> None: ...


class Sink(Protocol):
    is_broken: bool
    """The reader is gone: what is written from now on is dropped."""
    sent_bytes: int
    unsent_bytes: int

    async def write(self, data: bytes) -> None:
        """Queue ``data`` whole, in the order of the calls, then wait while too much is unsent."""

    async def drain(self) -> None:
        """Wait until everything is sent or the reader is gone."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ClientPipes:
    """The two descriptors that carry protocol bytes, out of reach of every library."""

    stdin: int
    stdout: int


def claim_client_pipes() -> ClientPipes:
    """Move the protocol to new descriptors; 0 becomes ``/dev/null`` and 1 becomes stderr.

    From here on a stray ``print`` of any library, or of C code, cannot put a byte into the protocol (MCP 2025-11-25,
    basic/transports: nothing but messages on stdout). Call it before heavy imports. Raises ``OSError`` when one of the
    three is closed: its number may by now be something else's, so it must not be touched.
    """
    if sys.__stdin__ is None or sys.__stdout__ is None or sys.__stderr__ is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    pipes = ClientPipes(os.dup(0), os.dup(1))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return pipes


def open_source(fd: int) -> Source:
    return _PollSource(fd) if _is_pollable(fd) else _ThreadSource(fd)


def open_sink(fd: int, on_broken: Callable[[], None] = lambda: None, *, is_shared: bool = False) -> Sink:
    """``is_shared``: other code writes to the same descriptor and expects it to block."""
    return _ThreadSink(fd, on_broken) if is_shared or not _is_pollable(fd) else _PollSink(fd, on_broken)


def _is_pollable(fd: int) -> bool:
    """Regular files cannot be polled; a terminal, or a pipe that is also stderr, must not become non-blocking for others."""
    mine = os.fstat(fd)
    if not (stat.S_ISFIFO(mine.st_mode) or stat.S_ISSOCK(mine.st_mode)):
        return False
    try:
        stderr = os.fstat(2)
    except OSError:
        return True
    return (mine.st_dev, mine.st_ino) != (stderr.st_dev, stderr.st_ino)


class _PollSource:
    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._was_blocking = os.get_blocking(fd)
        os.set_blocking(fd, False)

    async def read(self) -> bytes:
        while True:
            try:
                data = os.read(self._fd, _CHUNK_BYTES)
            except BlockingIOError:
                await self._readable()
            except ConnectionError:
                return b""
            else:
                await asyncio.sleep(0)  # a flood must not starve the other direction
                return data

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        loop.add_reader(self._fd, _resolve, ready)
        try:
            await ready
        finally:
            loop.remove_reader(self._fd)

    def close(self) -> None:
        if self._fd >= 0:
            _close(self._fd, self._was_blocking)
            self._fd = -1


class _ThreadSource:
    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._loop = asyncio.get_running_loop()
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self._permits = threading.Semaphore(4)
        threading.Thread(target=self._run, daemon=True, name="stdin").start()

    def _run(self) -> None:
        data = b"-"
        while data:
            self._permits.acquire()
            try:
                data = os.read(self._fd, _CHUNK_BYTES)
            except OSError:
                data = b""
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits for it
                self._loop.call_soon_threadsafe(self._chunks.put_nowait, data)

    async def read(self) -> bytes:
        data = await self._chunks.get()
        self._permits.release()
        return data

    def close(self) -> None:
        """The descriptor stays open: the thread may be blocked in it."""


class _PollSink:
    def __init__(self, fd: int, on_broken: Callable[[], None]) -> None:
        self.is_broken = False
        self.sent_bytes = 0
        self._fd = fd
        self._on_broken = on_broken
        self._was_blocking = os.get_blocking(fd)
        os.set_blocking(fd, False)
        self._loop = asyncio.get_running_loop()
        self._chunks: deque[memoryview] = deque()
        self.unsent_bytes = 0
        self._is_polling = False
        self._moved = asyncio.Event()

    async def write(self, data: bytes) -> None:
        if self.is_broken:
            return
        self._chunks.append(memoryview(data))
        self.unsent_bytes += len(data)
        if not self._is_polling:
            self._send()
        await self._wait_below(_HIGH_WATER_BYTES)

    async def drain(self) -> None:
        await self._wait_below(0)

    async def _wait_below(self, limit: int) -> None:
        while self.unsent_bytes > limit:
            self._moved.clear()
            await self._moved.wait()

    def _send(self) -> None:
        try:
            while self._chunks:
                self._consume(
                    os.writev(self._fd, [self._chunks[n] for n in range(min(len(self._chunks), _MAX_VECTORS))])
                )
        except BlockingIOError:
            if not self._is_polling:
                self._loop.add_writer(self._fd, self._send)
                self._is_polling = True
        except OSError:
            self._break()
        else:
            self._stop_polling()
        self._moved.set()

    def _consume(self, count: int) -> None:
        self.sent_bytes += count
        self.unsent_bytes -= count
        while count:
            first = self._chunks.popleft()
            if len(first) > count:
                self._chunks.appendleft(first[count:])
                return
            count -= len(first)

    def _break(self) -> None:
        self.is_broken = True
        self._chunks.clear()
        self.unsent_bytes = 0
        self._stop_polling()
        self._moved.set()
        self._on_broken()

    def _stop_polling(self) -> None:
        if self._is_polling:
            self._loop.remove_writer(self._fd)
            self._is_polling = False

    def close(self) -> None:
        if self._fd < 0:
            return
        self._on_broken = lambda: None
        self._break()
        _close(self._fd, self._was_blocking)
        self._fd = -1


class _ThreadSink:
    def __init__(self, fd: int, on_broken: Callable[[], None]) -> None:
        self.is_broken = False
        self.sent_bytes = 0
        self._fd = fd
        self._on_broken = on_broken
        self._loop = asyncio.get_running_loop()
        self._chunks: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.unsent_bytes = 0
        self._moved = asyncio.Event()
        threading.Thread(target=self._run, daemon=True, name="output").start()

    def _run(self) -> None:
        while (data := self._chunks.get()) is not None:
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(self._fd, rest) :]
                is_sent = True
            except OSError:
                is_sent = False
            try:
                self._loop.call_soon_threadsafe(self._report, len(data), is_sent)
            except RuntimeError:  # the loop is closed: nobody waits for it
                return
        os.close(self._fd)

    async def write(self, data: bytes) -> None:
        if self.is_broken:
            return
        self.unsent_bytes += len(data)
        self._chunks.put(data)
        await self._wait_below(_HIGH_WATER_BYTES)

    async def drain(self) -> None:
        await self._wait_below(0)

    async def _wait_below(self, limit: int) -> None:
        while self.unsent_bytes > limit and not self.is_broken:
            self._moved.clear()
            await self._moved.wait()

    def _report(self, count: int, is_sent: bool) -> None:
        self._moved.set()
        self.unsent_bytes -= count
        if is_sent:
            self.sent_bytes += count
        elif not self.is_broken:
            self.is_broken = True
            self._on_broken()

    def close(self) -> None:
        if not self.is_broken:
            self.is_broken = True
            self._moved.set()
        self._on_broken = lambda: None
        self._chunks.put(None)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _close(fd: int, was_blocking: bool) -> None:
    """The flag belongs to the open file, which whoever started us may go on using."""
    if was_blocking:
        with contextlib.suppress(OSError):
            os.set_blocking(fd, True)
    os.close(fd)
