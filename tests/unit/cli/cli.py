"""The command line as a user meets it: a real process, what it prints, how it ends. Never a traceback."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.raw_http import within

PROGRAM = str(Path(sys.executable).with_name("mcp-sidecar"))
LIMIT_S = 60.0
ECHO = (
    sys.executable, "-I", "-S", "-c",
    ("import sys, json\n"
    "for line in sys.stdin.buffer:\n"
    "    m = json.loads(line)\n"
    "    if 'id' in m and 'method' in m:\n"
    "        r = json.dumps({'jsonrpc': '2.0', 'id': m['id'], 'result': m.get('params', {})})\n"
    "        sys.stdout.buffer.write(r.encode() + b'\\n'); sys.stdout.buffer.flush()\n"),
)  # fmt: skip
"""A server that sends back what it was sent."""


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MCP_SIDECAR_")}
    return {**kept, **more}


async def cli(*words: str, stdin: bytes = b"", **more: str) -> Done:
    process = await asyncio.create_subprocess_exec(
        PROGRAM, *words, stdin=-1, stdout=-1, stderr=-1, env=environment(**more)
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(stdin), LIMIT_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert b"Traceback" not in err + out
    return Done(process.returncode or 0, out.decode(), err.decode())


async def run(*options: str, sent: list[Any], command: tuple[str, ...] = ECHO) -> Done:
    """``mcp-sidecar run`` around ``command``; ``sent``: bodies, or bytes as they are."""
    data = b"".join((body if isinstance(body, bytes) else json.dumps(body).encode()) + b"\n" for body in sent)
    return await cli("run", "--log-level", "none", *options, "--", *command, stdin=data)


@asynccontextmanager
async def serving(upstream: str, *options: str) -> AsyncIterator[int]:
    """The port ``mcp-sidecar serve`` listens on."""
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "serve", "--listen", "127.0.0.1:0", "--upstream", upstream, "--log-level", "none", "--engine", "none",
        *options, stdin=-3, stdout=-1, stderr=-1, env=environment(),
    )  # fmt: skip
    assert process.stderr is not None
    try:
        line = (await within(process.stderr.readline())).decode()
        yield int(line.rpartition(":")[2].partition("/")[0])
    finally:
        process.terminate()
        _, err = await asyncio.wait_for(process.communicate(), LIMIT_S)
        assert b"Traceback" not in err
        assert process.returncode == 0
