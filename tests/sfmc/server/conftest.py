"""One emulated tenant and one HTTP server process for all tests here; each test connects its own client."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import pytest_asyncio
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from tests.sfmc.server.bench import Bench, bench, kept
from upstream_sfmc.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mcp_types import CallToolResult

ROOT = Path(__file__).resolve().parents[3]
WAIT_S = 30


@dataclass(frozen=True)
class Tenant:
    """The emulator, its controls, and what a server needs to reach it."""

    emulator: Emulator

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "SFMC_CLIENT_ID": self.emulator.client_id,
            "SFMC_CLIENT_SECRET": self.emulator.client_secret,
            "SFMC_AUTH_URL": self.emulator.url,
            "SFMC_ACCOUNT_ID": str(self.emulator.account_id),
        }

    async def control(self, method: str, name: str, /, **body: object) -> dict[str, Any]:
        url = f"{self.emulator.url.rstrip('/')}/_emu/{name}"
        headers = {"X-Emu-Key": self.emulator.control_key}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, headers=headers, json=body or None) as response,
        ):
            assert response.status == 200, await response.text()
            answer = await response.json()
            assert isinstance(answer, dict)
            return answer

    async def fault(self, kind: str, /, **matcher: object) -> None:
        await self.control("POST", "faults", kind=kind, **matcher)

    async def requests(self, part: str) -> list[dict[str, Any]]:
        """What reached the emulator since the last reset, with this in its path."""
        logged = (await self.control("GET", "requests"))["requests"]
        return [one for one in logged if part.lower() in one["path"].lower()]


@dataclass
class Tools:
    """A connected client. `ok` and `error` call a tool and give back the object it answers with."""

    client: Client

    async def call(self, tool: str, /, **arguments: object) -> CallToolResult:
        return await asyncio.wait_for(self.client.call_tool(tool, arguments), WAIT_S)

    async def ok(self, tool: str, /, **arguments: object) -> dict[str, Any]:
        result = await self.call(tool, **arguments)
        assert not result.is_error, result.content
        assert json.loads(result.content[0].text) == result.structured_content
        assert isinstance(result.structured_content, dict)
        return result.structured_content

    async def error(self, tool: str, /, **arguments: object) -> dict[str, Any]:
        result = await self.call(tool, **arguments)
        assert result.is_error
        assert result.structured_content is None
        error = json.loads(result.content[0].text)["error"]
        assert set(error) >= {"code", "category", "retryable", "correlation_id", "message"}
        assert re.fullmatch(r"[0-9a-f]{32}", error["correlation_id"])
        return error


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def made() -> AsyncIterator[Bench]:
    """Servers and emulator in this process, on a clock of their own."""
    async with kept(bench()) as one:
        yield one


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def emulated() -> AsyncIterator[Tenant]:
    async with Emulator(profile="tiny") as emulator:
        yield Tenant(emulator)


@pytest_asyncio.fixture(loop_scope="session")
async def tenant(emulated: Tenant) -> Tenant:
    await emulated.control("POST", "reset")
    return emulated


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def http_url(emulated: Tenant) -> AsyncIterator[str]:
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "upstream_sfmc",
        "--http",
        "0",
        env=emulated.environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert server.stderr is not None
    line = (await asyncio.wait_for(server.stderr.readline(), WAIT_S)).decode()
    found = re.search(r"http://\S+/mcp", line)
    assert found, line
    assert server.stdout is not None
    reading = [asyncio.create_task(pipe.read()) for pipe in (server.stdout, server.stderr)]
    yield found.group()
    server.terminate()
    await asyncio.wait_for(server.wait(), WAIT_S)
    printed, _ = await asyncio.wait_for(asyncio.gather(*reading), WAIT_S)
    assert printed == b"", "standard output carries nothing"


@pytest.fixture
def over_http(http_url: str) -> Any:
    """An async context manager: a client connected to the running HTTP server."""

    @asynccontextmanager
    async def connect() -> AsyncIterator[Tools]:
        async with Client(http_url) as client:
            yield Tools(client)

    return connect


@pytest.fixture
def over_stdio(emulated: Tenant, tmp_path: Path) -> Any:
    """The same with a server process of its own; what it writes to standard error is in `stderr.txt`."""

    @asynccontextmanager
    async def connect(*arguments: str, **environment: str) -> AsyncIterator[Tools]:
        parameters = StdioServerParameters(
            command=sys.executable,
            args=["-m", "upstream_sfmc", *arguments],
            env=environment or emulated.environment,
            cwd=ROOT,
        )
        with (tmp_path / "stderr.txt").open("w") as written:
            async with Client(stdio_client(parameters, errlog=written)) as client:
                yield Tools(client)

    return connect
