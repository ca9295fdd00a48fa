"""Clients and servers written by others, one speaking stdio and the other HTTP: through the bridge they see what they see without it."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.clients import scripts
from tests.clients.conftest import node_peers
from tests.clients.peers import everything, listening, own
from tests.clients.speakers import Step, speak_sdk, speak_typescript

pytestmark = [pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning"), pytest.mark.timeout(180)]

OPTIONS = ("--policy", "observe", "--engine", "none", "--log-level", "none")
SCRIPTS = pytest.mark.parametrize(
    ("mode", "script"), [("legacy", scripts.OWN_LEGACY), ("2026-07-28", scripts.OWN_MODERN)], ids=["legacy", "modern"]
)
__all__ = ("node_peers",)


def over_pipes(url: str) -> list[str]:
    """A command that speaks stdio, for a server that speaks HTTP."""
    return [sys.executable, "-m", "sidecar", "run", *OPTIONS, "--url", url]


def over_http(command: list[str]) -> list[str]:
    """A listener, for a server that speaks stdio."""
    return [sys.executable, "-m", "sidecar", "serve", *OPTIONS, "--listen", "127.0.0.1:0", "--", *command]


def seen(transcript: Any) -> dict[str, Any]:
    """The version is the client's own transport's to know."""
    return {**transcript.comparable(), "version": None}


@SCRIPTS
async def test_a_stdio_client_sees_of_an_http_server_what_an_http_client_sees(mode: str, script: list[Step]) -> None:
    async with listening(own("--http")) as url:
        direct = await speak_sdk(url, script, mode)
        through = await speak_sdk(over_pipes(url), script, mode)
    assert through.comparable() == direct.comparable()


@SCRIPTS
async def test_an_http_client_sees_of_a_stdio_server_what_a_stdio_client_sees(mode: str, script: list[Step]) -> None:
    direct = await speak_sdk(own(), script, mode)
    async with listening(over_http(own())) as url:
        through = await speak_sdk(url, script, mode)
    assert through.comparable() == direct.comparable()


@pytest.mark.parametrize("transport", ["streamableHttp", "sse"])
async def test_the_typescript_client_over_pipes_sees_the_typescript_server_over_http(
    node_peers: None, transport: str
) -> None:
    async with listening(everything(transport), PORT="0") as root:
        url = root if transport == "streamableHttp" else root.removesuffix("/mcp") + "/sse"
        direct = await speak_typescript(url, scripts.EVERYTHING)
        through = await speak_typescript(over_pipes(url), scripts.EVERYTHING)
    assert seen(through) == seen(direct)


async def test_the_typescript_client_over_http_sees_the_typescript_server_over_pipes(node_peers: None) -> None:
    direct = await speak_typescript(everything(), scripts.EVERYTHING)
    async with listening(over_http(everything())) as url:
        through = await speak_typescript(url, scripts.EVERYTHING)
    assert seen(through) == seen(direct)
