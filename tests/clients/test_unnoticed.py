"""Under ``observe`` a client and a server written by others cannot tell that the sidecar is there.

Every pair follows the same script directly and through the sidecar: results, questions and notifications are equal.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from tests.clients import scripts
from tests.clients.conftest import Project
from tests.clients.peers import Command, everything, fastmcp, filesystem, in_front, listening, own, wrapped
from tests.clients.speakers import Step, Target, Transcript, speak_fastmcp, speak_sdk, speak_typescript

pytestmark = [pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning"), pytest.mark.timeout(180)]

LEGACY, MODERN = "2025-11-25", "2026-07-28"
OWN_MODES = [
    ("auto", MODERN, scripts.OWN_MODERN),
    ("legacy", LEGACY, scripts.OWN_LEGACY),
    (MODERN, MODERN, scripts.OWN_MODERN),
]


def assert_unnoticed(direct: Transcript, through: Transcript, script: Sequence[Step]) -> None:
    assert len(direct.results) == sum(1 for method, _ in script if method != "wait")
    assert through.comparable() == direct.comparable()


@asynccontextmanager
async def both_ways(command: Command, **environment: str) -> AsyncIterator[tuple[Target, Target]]:
    """A server that listens, and the sidecar in front of it."""
    async with listening(command, **environment) as url, listening(in_front("observe", url)) as proxied:
        yield url, proxied


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_sdk_client_and_server_everything_over_standard_input(node_peers: None, mode: str) -> None:
    direct = await speak_sdk(everything(), scripts.EVERYTHING, mode)
    through = await speak_sdk(wrapped("observe", everything()), scripts.EVERYTHING, mode)
    assert_unnoticed(direct, through, scripts.EVERYTHING)
    assert direct.version == LEGACY
    heard = {what for what, _ in direct.heard}
    assert heard == {"notifications/message", "notifications/progress", "notifications/resources/updated"}
    assert {what for what, _ in direct.asked} == {"sampling/createMessage", "elicitation/create", "roots/list"}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_sdk_client_and_server_everything_over_http(node_peers: None, mode: str) -> None:
    async with both_ways(everything("streamableHttp"), PORT="0") as (url, proxied):
        direct = await speak_sdk(url, scripts.EVERYTHING, mode)
        through = await speak_sdk(proxied, scripts.EVERYTHING, mode)
    assert_unnoticed(direct, through, scripts.EVERYTHING)


async def test_the_typescript_client_and_server_everything_over_standard_input(node_peers: None) -> None:
    direct = await speak_typescript(everything(), scripts.EVERYTHING)
    through = await speak_typescript(wrapped("observe", everything()), scripts.EVERYTHING)
    assert_unnoticed(direct, through, scripts.EVERYTHING)


async def test_the_typescript_client_and_server_everything_over_http(node_peers: None) -> None:
    async with both_ways(everything("streamableHttp"), PORT="0") as (url, proxied):
        direct = await speak_typescript(url, scripts.EVERYTHING)
        through = await speak_typescript(proxied, scripts.EVERYTHING)
    assert_unnoticed(direct, through, scripts.EVERYTHING)


async def test_the_sdk_client_and_server_filesystem(node_peers: None, project: Project) -> None:
    script = scripts.filesystem(project.folder)
    command = filesystem(project.fresh())
    direct = await speak_sdk(command, script)
    project.fresh()
    through = await speak_sdk(wrapped("observe", command), script)
    assert_unnoticed(direct, through, script)
    assert (project.folder / "docs" / "util.py").read_text() == "VALUE = 2\n"


async def test_the_typescript_client_and_server_filesystem(node_peers: None, project: Project) -> None:
    script = scripts.filesystem(project.folder)
    command = filesystem(project.fresh())
    direct = await speak_typescript(command, script)
    project.fresh()
    through = await speak_typescript(wrapped("observe", command), script)
    assert_unnoticed(direct, through, script)


@pytest.mark.parametrize(("mode", "version", "script"), OWN_MODES, ids=["auto", "legacy", "modern"])
async def test_the_sdk_client_and_a_sdk_server_over_standard_input(mode: str, version: str, script: list[Step]) -> None:
    direct = await speak_sdk(own(), script, mode)
    through = await speak_sdk(wrapped("observe", own()), script, mode)
    assert_unnoticed(direct, through, script)
    assert through.version == version


@pytest.mark.parametrize(("mode", "version", "script"), OWN_MODES, ids=["auto", "legacy", "modern"])
async def test_the_sdk_client_and_a_sdk_server_over_http(mode: str, version: str, script: list[Step]) -> None:
    async with both_ways(own("--http")) as (url, proxied):
        direct = await speak_sdk(url, script, mode)
        through = await speak_sdk(proxied, script, mode)
    assert_unnoticed(direct, through, script)
    assert through.version == version


async def test_the_typescript_client_and_a_sdk_server(node_peers: None) -> None:
    async with both_ways(own("--http")) as (url, proxied):
        assert_unnoticed(
            await speak_typescript(url, scripts.OWN_LEGACY),
            await speak_typescript(proxied, scripts.OWN_LEGACY),
            scripts.OWN_LEGACY,
        )
    assert_unnoticed(
        await speak_typescript(own(), scripts.OWN_LEGACY),
        await speak_typescript(wrapped("observe", own()), scripts.OWN_LEGACY),
        scripts.OWN_LEGACY,
    )


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_fastmcp_client_and_server_over_standard_input(mode: str) -> None:
    direct = await speak_fastmcp(fastmcp(), scripts.FASTMCP, mode)
    through = await speak_fastmcp(wrapped("observe", fastmcp()), scripts.FASTMCP, mode)
    assert_unnoticed(direct, through, scripts.FASTMCP)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_fastmcp_client_and_server_over_http(mode: str) -> None:
    async with both_ways(fastmcp("--http")) as (url, proxied):
        direct = await speak_fastmcp(url, scripts.FASTMCP, mode)
        through = await speak_fastmcp(proxied, scripts.FASTMCP, mode)
    assert_unnoticed(direct, through, scripts.FASTMCP)


async def test_the_sdk_client_and_a_fastmcp_server() -> None:
    direct = await speak_sdk(fastmcp(), scripts.FASTMCP)
    through = await speak_sdk(wrapped("observe", fastmcp()), scripts.FASTMCP)
    assert_unnoticed(direct, through, scripts.FASTMCP)
