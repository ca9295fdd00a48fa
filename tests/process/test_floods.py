"""Hundreds of connections that send a byte at a time, heads without end, bodies over the limit: closed by deadline, memory flat, others served.

The listener is a process of its own; its peak resident memory is what the kernel says.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.raw_http import RawServer, Received, connect, within

STATUS = Path("/proc/self/status")
pytestmark = pytest.mark.skipif(not STATUS.is_file() or "VmHWM" not in STATUS.read_text(), reason="reads /proc")

ROOT = Path(__file__).parents[2]
MIB = 2**20
LIMIT = MIB
"""Of a request's body: the default for a listener beyond loopback."""
SLACK = 16 * MIB
"""What an allocator keeps back, and what the first requests bring in."""
PER_CONNECTION = 64 * 1024
SIZES = [500, pytest.param(5000, marks=[pytest.mark.nightly, pytest.mark.timeout(600)])]


def _allow_descriptors(count: int) -> None:
    """Here, and so in the listener, which inherits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        pytest.skip(f"needs {count} descriptors")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))


@dataclass
class Flooded:
    pid: int
    port: int
    upstream: RawServer

    def memory(self, name: str) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(name))

    def forget_peak(self) -> int:
        """Resident memory now, where the kernel lets the peak begin anew; else the peak so far."""
        with suppress(OSError):
            Path(f"/proc/{self.pid}/clear_refs").write_text("5")
        return self.peak()

    def peak(self) -> int:
        return self.memory("VmHWM")

    async def assert_serves(self, number: int) -> None:
        async with connect(self.port) as client:
            head, body = await client.post(ping(number))
            assert (head.status, json.loads(body)["id"]) == (200, number)


def ping(number: int = 1) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": "ping"}).encode()


async def answer(received: Received) -> None:
    await received.json(json.dumps({"jsonrpc": "2.0", "id": json.loads(received.body)["id"], "result": {}}).encode())


@asynccontextmanager
async def flooded(folder: Path, head_s: float, part_s: float = 30.0) -> AsyncIterator[Flooded]:
    guard = folder / "guard.yaml"
    guard.write_text(f"version: 1\ndefaults: none\nlimits: {{request_bytes: {LIMIT}}}\n")
    async with RawServer(answer) as upstream:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.process.flooded", upstream.url, str(guard), str(head_s), str(part_s),
            stdin=-1, stdout=-1, cwd=ROOT,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            found = Flooded(process.pid, int(await within(process.stdout.readline())), upstream)
            for number in range(20):
                await found.assert_serves(number)
            yield found
        finally:
            process.stdin.close()  # type: ignore[union-attr]
            try:
                assert await asyncio.wait_for(process.wait(), 30) == 0
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()


async def slowly(port: int, text: bytes, pause_s: float) -> bytes:
    """What comes back until the connection is closed by the other end, while ``text`` goes there a byte at a time, again and again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def send() -> None:
        while True:
            for place in range(len(text)):
                writer.write(text[place : place + 1])
                await writer.drain()
                await asyncio.sleep(pause_s)

    sending = asyncio.create_task(send())
    said = b""
    try:
        while part := await within(reader.read(4096)):
            said += part
    except ConnectionError:
        pass
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        writer.close()
    return said


@pytest.mark.parametrize("count", SIZES)
async def test_heads_that_come_a_byte_at_a_time_are_closed_by_deadline_with_memory_flat(
    tmp_path: Path, count: int
) -> None:
    _allow_descriptors(2 * count + 200)
    async with flooded(tmp_path, head_s=8.0) as listener:
        before = listener.forget_peak()
        text = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{listener.port}\r\nX-Slow: ".encode() + b"x" * 1000
        attacks = [asyncio.create_task(slowly(listener.port, text, 1.0)) for _ in range(count)]
        await listener.assert_serves(100)
        assert set(await asyncio.gather(*attacks)) == {b""}
        assert listener.peak() - before < SLACK + count * PER_CONNECTION
        await listener.assert_serves(101)
        assert {request.head.get("x-slow") for request in listener.upstream.requests} == {None}


async def test_a_second_head_that_comes_a_byte_at_a_time_is_closed_too(tmp_path: Path) -> None:
    async with flooded(tmp_path, head_s=5.0) as listener, connect(listener.port) as client:
        assert (await client.post(ping()))[0].status == 200
        client.writer.write(b"POST /mcp HTTP/1.1\r\nX-Sl")
        with suppress(ConnectionError):
            assert await within(client.reader.read()) == b""
        await listener.assert_serves(2)


@pytest.mark.parametrize("count", SIZES)
async def test_bodies_that_come_a_byte_at_a_time_are_refused_by_deadline_with_memory_flat(
    tmp_path: Path, count: int
) -> None:
    _allow_descriptors(2 * count + 200)
    async with flooded(tmp_path, head_s=60.0, part_s=3.0) as listener:
        before = listener.forget_peak()
        head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{listener.port}\r\nContent-Length: {LIMIT}\r\n\r\n"

        async def attack() -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
            writer.write(head.encode())
            try:
                while True:
                    writer.write(b" ")
                    await writer.drain()
                    try:
                        return await asyncio.wait_for(reader.readline(), 0.5)
                    except TimeoutError:
                        continue
            except ConnectionError:
                return b""
            finally:
                writer.close()

        async with asyncio.timeout(300):
            said = await asyncio.gather(*(attack() for _ in range(count)))
        assert {line.split(b" ")[1] for line in said if line} == {b"400"}
        assert listener.peak() - before < SLACK + count * PER_CONNECTION
        await listener.assert_serves(101)


async def test_a_body_that_never_pauses_and_never_gets_anywhere_is_refused(tmp_path: Path) -> None:
    """Each byte in time, all of them together not."""
    async with flooded(tmp_path, head_s=60.0, part_s=2.0) as listener:
        head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{listener.port}\r\nContent-Length: {LIMIT}\r\n\r\n"
        async with connect(listener.port) as client:
            client.writer.write(head.encode())
            answered = asyncio.create_task(client.answer())
            async with asyncio.timeout(60):
                while not answered.done():
                    client.writer.write(b" ")
                    await asyncio.wait((answered,), timeout=0.05)
            assert (await answered)[0].status == 400


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ([f"X-{number}: y" for number in range(10_000)], "many"),
        (["X-Huge: " + "y" * (70 * 1024)], "huge"),
        (["X-" + "y" * (70 * 1024) + ": name"], "a huge name"),
    ],
    ids=["many", "huge", "a huge name"],
)
async def test_a_head_over_a_limit_is_refused_and_not_sent_on(tmp_path: Path, fields: list[str], what: str) -> None:
    async with flooded(tmp_path, head_s=60.0) as listener:
        before = listener.forget_peak()
        for number in range(30):
            async with connect(listener.port) as client:
                try:
                    head, body = await client.post(ping(number), *fields)
                except (ConnectionError, asyncio.IncompleteReadError):
                    continue  # it was closed while we were still sending
                assert head.status == 400, what
                assert b"y" * 200 not in body
        assert listener.peak() - before < SLACK
        assert len(listener.upstream.requests) == 20
        await listener.assert_serves(101)


async def test_heads_without_end_are_closed_at_a_size_with_memory_flat(tmp_path: Path) -> None:
    """Each field is within the limit of a field, and they are few: together they are not."""
    async with flooded(tmp_path, head_s=60.0) as listener:
        before = listener.forget_peak()

        async def attack() -> int:
            reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
            begin = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{listener.port}\r\n".encode()
            sent = 0
            try:
                writer.write(begin)
                for number in range(120):
                    writer.write(b"X-%d: " % number + b"y" * 60_000 + b"\r\n")
                    await within(writer.drain())
                    sent += 60_000
                    await asyncio.sleep(0)
                writer.write(b"\r\n")
                return sent + len(await within(reader.read()))
            except ConnectionError:
                return sent
            finally:
                writer.close()

        await asyncio.gather(*(attack() for _ in range(50)))
        assert listener.peak() - before < SLACK + 50 * 768 * 1024, "of the 350 MB that were on offer"
        assert len(listener.upstream.requests) == 20
        await listener.assert_serves(101)


@pytest.mark.parametrize("how", ["announced", "in chunks"])
async def test_a_body_over_the_limit_is_refused_with_memory_flat(tmp_path: Path, how: str) -> None:
    async with flooded(tmp_path, head_s=60.0) as listener:
        size = 64 * MIB if how == "in chunks" else LIMIT + 1
        said = f"Content-Length: {size}" if how == "announced" else "Transfer-Encoding: chunked"
        begin = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{listener.port}\r\n{said}\r\n\r\n".encode()
        piece = b" " * MIB if how == "announced" else b"100000\r\n" + b" " * MIB + b"\r\n"
        before = listener.forget_peak()
        for _ in range(5):
            async with connect(listener.port) as client:
                client.writer.write(begin)
                refused = asyncio.create_task(client.head())
                try:
                    for _ in range(size // MIB):
                        client.writer.write(piece)
                        await within(client.writer.drain())
                        await asyncio.sleep(0)
                except ConnectionError:
                    pass
                try:
                    assert (await refused).status == 413
                except ConnectionError:
                    assert how == "in chunks", "closed while we were still sending"
        assert listener.peak() - before < SLACK
        assert len(listener.upstream.requests) == 20
        await listener.assert_serves(101)
