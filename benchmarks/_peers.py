"""Processes to measure against: an MCP-like server over stdio and HTTP that answers with a page of contacts, and a client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

PROGRAM = str(Path(sys.executable).with_name("mcp-sidecar"))
_ANSWER = """
import json
from benchmarks._messages import contacts
PAGES = {}
def answer(line):
    message = json.loads(line)
    if "id" not in message:
        return None
    arguments = message.get("params", {}).get("arguments", {})
    count, seed = arguments.get("count", 0), arguments.get("seed", 1)
    if (count, seed) not in PAGES:
        PAGES.clear()
        PAGES[count, seed] = json.dumps({"content": [], "structuredContent": {"items": contacts(count, seed)}}).encode()
    return b'{"jsonrpc":"2.0","id":%s,"result":%s}' % (json.dumps(message["id"]).encode(), PAGES[count, seed])
"""
STDIO = (
    sys.executable, "-c",
    _ANSWER + "import sys\nfor line in sys.stdin.buffer:\n    reply = answer(line)\n"
    "    if reply: sys.stdout.buffer.write(reply + b'\\n'); sys.stdout.buffer.flush()\n",
)  # fmt: skip
HTTP = (
    sys.executable, "-c",
    _ANSWER + """
from aiohttp import web
async def post(request):
    reply = answer(await request.read())
    return web.Response(status=202) if reply is None else web.Response(body=reply, content_type="application/json")
async def main():
    app = web.Application(); app.router.add_post("/mcp", post)
    runner = web.AppRunner(app, access_log=None); await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0); await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()
import asyncio; asyncio.run(main())
""",
)  # fmt: skip
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}


def call(number: int, count: int, seed: int = 1) -> bytes:
    arguments = {"count": count, "seed": seed}
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": "contacts", "arguments": arguments}}).encode()  # fmt: skip


def wrapped(*options: str) -> tuple[str, ...]:
    return (PROGRAM, "run", "--log-level", "none", *options, "--", *STDIO)


class Pipe:
    """A client of a server over stdio."""

    def __init__(self, command: Sequence[str]) -> None:
        self.started = time.perf_counter()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def ask(self, frame: bytes) -> bytes:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(frame + b"\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()


def resident_mb(pid: int) -> float:
    """Resident memory, Linux only."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def cpu_s(pid: int) -> float:
    """CPU time of all of a process's threads so far, Linux only."""
    return sum(int(path.read_text("ascii").split()[0]) for path in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9
