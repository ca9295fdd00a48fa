"""Unix sockets to listen on and to reach a server by: who may open them, and what a dead one's name is worth."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import stat
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from sidecar.config.addresses import Address, address, endpoint
from sidecar.errors import BadConfig
from sidecar.transports import sockets
from tests.support.http_proxy import proxied
from tests.support.raw_http import RawServer, Received, connect

PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
PONG = b'{"jsonrpc":"2.0","id":1,"result":{}}'


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: a socket's is limited, and a checkout's is not."""
    with tempfile.TemporaryDirectory(prefix="s", dir="/tmp") as made:
        yield Path(made)


async def pong(received: Received) -> None:
    await received.json(PONG)


async def asked(path: str, *, host: str = "localhost", origin: str = "") -> tuple[int, bytes]:
    headers = {"Origin": origin} if origin else {}
    async with (
        aiohttp.ClientSession(connector=aiohttp.UnixConnector(path)) as session,
        session.post(f"http://{host}/mcp", data=PING, headers=headers) as answer,
    ):
        return answer.status, await answer.read()


async def test_a_listener_on_a_socket_is_its_owners_alone_and_leaves_no_name(folder: Path) -> None:
    path = str(folder / "a.sock")
    async with RawServer(pong) as server, proxied(server.url, socket=path) as (port, _):
        assert port == 0
        assert stat.S_IMODE(os.lstat(path).st_mode) == 0o600
        assert await asked(path) == (200, PONG)
        assert await asked(path, host="whatever.example.com") == (200, PONG), "no name leads to a socket"
        assert (await asked(path, origin="http://example.com"))[0] == 403
    assert not Path(path).exists()  # noqa: ASYNC240 - a folder of this test


@contextlib.asynccontextmanager
async def unix_server(path: str) -> AsyncIterator[list[str]]:
    hosts: list[str] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        hosts.append(request.headers["Host"])
        hosts.append(request.path_qs)
        return web.Response(body=PONG, content_type="application/json")

    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0.1)  # type: ignore[arg-type]
    await runner.setup()
    await web.UnixSite(runner, path).start()
    try:
        yield hosts
    finally:
        await runner.cleanup()


async def test_a_server_on_a_socket_is_reached(folder: Path) -> None:
    path = str(folder / "b.sock")
    async with unix_server(path) as seen, proxied(f"unix:{path}:/api/mcp?k=1") as (port, _), connect(port) as client:
        head, body = await client.post(PING, target="/api/mcp?q=2")
        assert (head.status, body) == (200, PONG)
        assert seen == ["localhost", "/api/mcp?k=1&q=2"]


async def test_a_server_whose_socket_is_gone_is_a_502(folder: Path) -> None:
    async with proxied(f"unix:{folder}/gone.sock") as (port, _), connect(port) as client:
        assert (await client.post(PING))[0].status == 502


def test_a_dead_sockets_name_is_taken_over(folder: Path) -> None:
    path = str(folder / "c.sock")
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(path)
    bound = sockets.bind(path)
    bound.listener.close()
    bound.remove()
    assert list(folder.iterdir()) == []


def test_a_live_sockets_name_is_not(folder: Path) -> None:
    path = str(folder / "d.sock")
    first = sockets.bind(path)
    with pytest.raises(OSError, match="in use"):
        sockets.bind(path)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
    first.listener.close()
    first.remove()


def test_what_is_no_socket_is_never_removed(folder: Path) -> None:
    path = folder / "e.sock"
    path.write_text("a file")
    with pytest.raises(FileExistsError):
        sockets.bind(str(path))
    assert path.read_text() == "a file"


def test_a_name_another_process_took_is_left_to_it(folder: Path) -> None:
    path = str(folder / "f.sock")
    first = sockets.bind(path)
    first.listener.close()
    second = sockets.bind(path)
    first.remove()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
    second.listener.close()
    second.remove()


async def test_of_two_that_start_at_once_one_listens(folder: Path) -> None:
    path = str(folder / "g.sock")
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(path)
    outcomes = await asyncio.gather(*(asyncio.to_thread(sockets.bind, path) for _ in range(8)), return_exceptions=True)
    bound = [outcome for outcome in outcomes if isinstance(outcome, sockets.Bound)]
    assert len(bound) == 1
    assert [type(outcome) for outcome in outcomes if outcome is not bound[0]] == [OSError] * 7
    bound[0].listener.close()
    bound[0].remove()


@pytest.mark.parametrize("text", ["unix:relative", "unix:", "unix:/" + "x" * 200])
def test_a_socket_needs_an_absolute_path_that_fits(text: str) -> None:
    with pytest.raises(BadConfig):
        address(text, "--listen")
    with pytest.raises(BadConfig) as caught:
        endpoint(text + ":/mcp")
    assert "xxx" not in str(caught.value)


def test_addresses_are_taken_apart() -> None:
    assert address("unix:/run/a.sock", "x") == Address(socket="/run/a.sock")
    assert address("[::1]:80", "x") == Address("::1", 80)
    assert address(":0", "x") == Address("127.0.0.1", 0)
    assert endpoint("unix:/run/a.sock").path == "/mcp"
    assert endpoint("unix:/run/a:b.sock:/x/y?z").at == Address(socket="/run/a:b.sock")
    assert endpoint("https://example.com").at == Address("example.com", 443)
    assert Address(socket="/run/a.sock").is_local
    assert not Address("192.0.2.7", 80).is_local
