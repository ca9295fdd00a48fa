"""500 open streams and 32 callers through one sidecar: nothing starves, nothing is dropped, nothing grows.

The server keeps every stream open and writes to each in turn; every caller calls at its own pace. Sidecar and server are processes of
their own or this one; what is printed are the sidecar's descriptors and resident memory after the streams are open and at the end.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from tests.support.raw_http import within

STREAMS = 500
CALLERS = 32
PAUSE_S = 1.0
"""Between two calls of one caller."""
ROUND_S = 5.0
"""In which every stream gets an event."""
LISTEN = b'{"jsonrpc":"2.0","id":%d,"method":"subscriptions/listen","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}'
CALL = b'{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"t","arguments":{"n":%d},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}'
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors in /proc")


class Server:
    """Keeps listen streams open and gives each an event a round; answers calls with what they sent."""

    def __init__(self) -> None:
        self.open: dict[int, web.StreamResponse] = {}
        self.rounds = 0
        self.lost = 0

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        message = json.loads(await request.read())
        if message["method"] != "subscriptions/listen":
            result = {"content": [{"type": "text", "text": f"{message['params']['arguments']['n']} jane@example.com"}]}
            return web.json_response({"jsonrpc": "2.0", "id": message["id"], "result": result})
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        self.open[message["id"]] = response
        try:
            await asyncio.Event().wait()
        finally:
            del self.open[message["id"]]
            self.lost += 1
        return response

    async def tell(self) -> None:
        """One event to each, spread over the round."""
        self.rounds += 1
        for number, response in list(self.open.items()):
            text = f"round {self.rounds} for jane@example.com"
            note = {"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": text}}
            await response.write(b"id: %d\ndata: " % number + json.dumps(note).encode() + b"\n\n")
            await asyncio.sleep(ROUND_S / STREAMS)


@asynccontextmanager
async def server() -> AsyncIterator[tuple[Server, str]]:
    peer = Server()
    runner = web.ServerRunner(web.Server(peer.answer, handler_cancellation=True), shutdown_timeout=1)  # type: ignore[arg-type]
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    try:
        yield peer, f"http://127.0.0.1:{runner.addresses[0][1]}/mcp"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def sidecar(url: str) -> AsyncIterator[tuple[int, str]]:
    """Its process and its URL."""
    options = ("--policy", "strict", "--engine", "none", "--log-level", "error", "--listen", "127.0.0.1:0")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sidecar", "serve", *options, "--upstream", url, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr
    drain: asyncio.Task[bytes] | None = None
    try:
        found = None
        while found is None:
            line = await within(process.stderr.readline())
            assert line, "it ended without listening"
            found = re.search(rb"listening on (\S+)", line)
        drain = asyncio.create_task(process.stderr.read())
        yield process.pid, found[1].decode()
    finally:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 40)
        finally:
            if process.returncode is None:
                process.kill()
            if drain is not None:
                assert b"Traceback" not in await drain


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - a count


def resident_mib(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


class Listener:
    """One stream's client: how many rounds it has seen."""

    def __init__(self) -> None:
        self.rounds = 0
        self.has_ended = False
        self.has_leaked = False

    async def listen(self, session: aiohttp.ClientSession, url: str, number: int, opened: asyncio.Event) -> None:
        async with session.post(url, data=LISTEN % number, headers=HEADERS) as answer:
            opened.set()
            async for line in answer.content:
                self.has_leaked = self.has_leaked or b"jane@" in line
                self.rounds += line.startswith(b"data: ")
        self.has_ended = True


async def call(session: aiohttp.ClientSession, url: str, until: float, slowest: list[float]) -> int:
    """Calls until the time is up; how many were answered."""
    answered = 0
    while time.monotonic() < until:
        began = time.monotonic()
        async with session.post(url, data=CALL % (answered, answered), headers=HEADERS) as answer:
            body = await answer.json()
        assert body["id"] == answered
        assert body["result"]["content"][0]["text"] == f"{answered} <EMAIL_ADDRESS>"
        slowest[0] = max(slowest[0], time.monotonic() - began)
        answered += 1
        await asyncio.sleep(PAUSE_S)
    return answered


async def endure(seconds: float) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(4096, hard)), hard))
    unbounded = aiohttp.TCPConnector(limit=0)
    async with (
        server() as (peer, url),
        sidecar(url) as (pid, own),
        aiohttp.ClientSession(connector=unbounded, timeout=aiohttp.ClientTimeout(total=None)) as session,
    ):
        listeners = [Listener() for _ in range(STREAMS)]
        opened = [asyncio.Event() for _ in listeners]
        tasks = [
            asyncio.create_task(each.listen(session, own, number, event))
            for number, (each, event) in enumerate(zip(listeners, opened, strict=True))
        ]
        for event in opened:
            await within(event.wait())
        warm = time.monotonic() + min(seconds / 4, 30)
        slowest = [0.0]
        warming = [asyncio.create_task(call(session, own, warm, slowest)) for _ in range(CALLERS)]
        await peer.tell()
        await within(asyncio.gather(*warming))
        before, slowest[0] = (descriptors(pid), resident_mib(pid)), 0.0
        until = time.monotonic() + seconds
        callers = [asyncio.create_task(call(session, own, until, slowest)) for _ in range(CALLERS)]
        while time.monotonic() < until:
            await peer.tell()
        answered = await within(asyncio.gather(*callers))
        async with asyncio.timeout(60):
            while any(each.rounds < peer.rounds for each in listeners):  # noqa: ASYNC110 - bytes on their way
                await asyncio.sleep(0.05)
        after = (descriptors(pid), resident_mib(pid))
        print(
            f"\n{STREAMS} streams, {CALLERS} callers, {seconds:.0f} s: {sum(answered)} calls (slowest {slowest[0]:.3f} s), "
            f"{peer.rounds} rounds of events; descriptors {before[0]} -> {after[0]}, resident {before[1]:.1f} -> {after[1]:.1f} MiB"
        )
        assert [each.rounds for each in listeners] == [peer.rounds] * STREAMS
        assert not any(each.has_ended or each.has_leaked for each in listeners)
        assert peer.lost == 0
        assert min(answered) > 0
        assert min(answered) > max(answered) / 2, "no caller starves"
        assert after[0] <= before[0] + 2 * CALLERS
        assert after[1] < before[1] * 1.15 + 8
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.timeout(300)
async def test_five_hundred_streams_and_thirty_two_callers_for_a_minute() -> None:
    await endure(60)


@pytest.mark.nightly
@pytest.mark.timeout(1200)
async def test_five_hundred_streams_and_thirty_two_callers_for_ten_minutes() -> None:
    await endure(600)
