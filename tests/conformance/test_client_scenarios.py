"""The suite's client scenarios give check for check the same result with the sidecar between client and server.

The sidecar stands at the server's own URL, so that nothing of what authorization compares is different.
"""

from __future__ import annotations

import asyncio
import json
import shlex
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from sidecar.runtime.build import App, Settings
from sidecar.transports.http import HttpProxy, HttpSettings
from tests.conformance.scenario_client import Order, follow
from tests.conformance.suite import (
    REVISIONS,
    Checks,
    client_scenarios,
    count,
    differences,
    failed,
    listed,
    require_suite,
    settled,
)

pytestmark = [pytest.mark.timeout(400), pytest.mark.usefixtures("suite")]

COMMAND = f'"$TEST_PYTHON" -I {shlex.quote(str(Path(__file__).with_name("knock.py")))}'
AT_ONCE = 3
PASSED = {"2025-11-25": 298, "2026-07-28": 455}
LACKING = {"auth/dpop", "auth/dpop-nonce", "auth/wif-jwt-bearer"}
"""Extensions the SDK's client has not; they are not scored, and must fail alike."""


@pytest.fixture
def suite() -> None:
    require_suite()


class Door:
    """Does what ``knock`` asks, with the sidecar in between if there is one.

    The suite starts all its scenarios at once, and clients have time limits: here they take turns.
    """

    def __init__(self, app: App | None) -> None:
        self._app = app
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._proxies: list[HttpProxy] = []

    async def opened(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = json.loads(await reader.readline())
        work = asyncio.ensure_future(self._done(said))
        given_up = asyncio.ensure_future(reader.read())  # the suite has stopped its client
        await asyncio.wait({work, given_up}, return_when=asyncio.FIRST_COMPLETED)
        given_up.cancel()
        is_done = work.done() and not work.cancelled() and work.exception() is None
        work.cancel()
        await asyncio.gather(work, given_up, return_exceptions=True)
        writer.write(b"done\n" if is_done else b"failed\n")
        writer.close()

    async def _done(self, said: dict[str, Any]) -> None:
        async with self._turn:
            port = None if self._app is None else await self._put_between(self._app, said["url"])
            await follow(Order(**said, port=port))

    async def _put_between(self, app: App, url: str) -> int:
        at = url if urlsplit(url).path else f"{url}/"  # without a path we would ask for /mcp
        self._proxies.append(HttpProxy(app, HttpSettings(at, auth="passthrough", drain_s=0.2)))
        return await self._proxies[-1].start()

    async def close(self) -> None:
        await asyncio.gather(*(proxy.stop() for proxy in self._proxies))


async def run(app: App | None, revision: str, folder: Path) -> Checks:
    door = Door(app)
    server = await asyncio.start_server(door.opened, "127.0.0.1", 0)
    try:
        port = str(server.sockets[0].getsockname()[1])
        return await client_scenarios(COMMAND, revision, folder, TEST_CLIENT_PORT=port, TEST_PYTHON=sys.executable)
    finally:
        server.close()
        await door.close()


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize(
    "policy",
    ["observe", *(pytest.param(policy, marks=pytest.mark.nightly) for policy in ("reversible", "strict"))],
)
@pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning")
async def test_every_check_of_a_client_is_what_it_is_without_the_sidecar(
    policy: str, revision: str, tmp_path: Path
) -> None:
    direct = await settled(
        lambda to: run(None, revision, to),
        tmp_path / "direct",
        lambda checks: set(failed(checks)) <= LACKING and not count(checks, "WARNING"),
    )
    assert set(failed(direct)) == LACKING, "the client itself changed, or the suite did"
    assert count(direct, "SUCCESS") == PASSED[revision]
    expected = listed(policy, direct)
    app = App(Settings(policy=policy, engine="none"), [])
    try:
        app.warm()
        assert app._warming is not None
        await asyncio.wait_for(app._warming, 120)  # the clients' time limits are not for loading models
        through = await settled(
            lambda to: run(app, revision, to),
            tmp_path / policy,
            lambda checks: differences(direct, checks) == expected,
        )
    finally:
        await app.close()
    assert differences(direct, through) == expected
