"""How requests end before their time: either side goes away, the server is not there, the proxy is stopped."""

from __future__ import annotations

import asyncio
import socket

import pytest

from sidecar.errors import BadConfig, Withheld
from sidecar.transports.http import HttpProxy, HttpSettings
from tests.support.http_proxy import proxied
from tests.support.passthrough_core import PassthroughCore
from tests.support.raw_http import RawServer, Received, connect, until, within

PING = b'{"jsonrpc":"2.0","id":"p-1","method":"ping"}'
PONG = b'{"jsonrpc":"2.0","id":"p-1","result":{}}'


class Watched:
    """A server that says when it got a request and when its connection was closed under it."""

    def __init__(self, first: bytes | None = None, *, is_stream: bool = False) -> None:
        self.first = first
        self.is_stream = is_stream
        self.got = asyncio.Event()
        self.closed = asyncio.Event()

    async def __call__(self, received: Received) -> None:
        if self.is_stream:
            await received.start_events()
        if self.first is not None:
            await received.chunk(self.first)
        self.got.set()
        await received.until_closed()
        self.closed.set()


async def idle(proxy: HttpProxy) -> None:
    await until(lambda: not proxy.in_flight)


async def test_a_client_that_leaves_before_the_servers_head_closes_the_servers_connection() -> None:
    script = Watched()
    async with RawServer(script) as server, proxied(server.url) as (port, proxy), connect(port) as client:
        await client.send("POST", "/mcp", PING)
        await within(script.got.wait())
        client.drop()
        await within(script.closed.wait())
        await idle(proxy)


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_client_that_leaves_an_idle_stream_closes_the_servers_connection(method: str) -> None:
    script = Watched(b": ping\n\n", is_stream=True)
    async with RawServer(script) as server, proxied(server.url) as (port, proxy), connect(port) as client:
        await client.send(method, "/mcp", PING if method == "POST" else b"")
        await client.head()
        assert await client.chunk() == b": ping\n"
        client.writer.close()
        await within(script.closed.wait())
        await idle(proxy)


async def test_a_client_that_leaves_inside_its_upload_is_forgotten() -> None:
    async with RawServer(Watched()) as server, proxied(server.url) as (port, proxy), connect(port) as client:
        await client.send("POST", "/mcp", b"{", "Content-Length: 1000")
        await until(lambda: proxy.in_flight > 0)
        client.drop()
        await idle(proxy)
        assert not server.requests


async def test_a_server_that_drops_a_stream_ends_the_clients_without_an_answer_or_a_regular_end() -> None:
    async def script(received: Received) -> None:
        await received.start_events()
        await received.chunk(b"id: 1\ndata: \n\n")
        received.writer.transport.abort()

    async with RawServer(script) as server, proxied(server.url) as (port, _), connect(port) as client:
        await client.send("POST", "/mcp", PING)
        await client.head()
        rest = await within(client.reader.read())
        assert b"error" not in rest
        assert not rest.endswith(b"0\r\n\r\n")


async def test_a_server_that_ends_a_stream_regularly_without_an_answer_gets_no_answer_invented() -> None:
    async def script(received: Received) -> None:
        await received.start_events()
        await received.chunk(b"id: 1\ndata: \n\n")
        await received.end()

    async with RawServer(script) as server, proxied(server.url) as (port, _), connect(port) as client:
        _, body = await client.post(PING)
        assert body == b"id: 1\ndata: \n\n"


async def test_a_server_that_cannot_be_reached_is_a_502_with_the_requests_id() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port_of_nobody = listener.getsockname()[1]
    async with proxied(f"http://127.0.0.1:{port_of_nobody}/mcp") as (port, _), connect(port) as client:
        head, body = await client.post(PING)
        assert head.status == 502
        assert head.get("content-type") == "application/json"
        assert body.startswith(b'{"jsonrpc":"2.0","id":"p-1","error":{"code":-31013,')
        assert str(port_of_nobody).encode() not in body
        head, body = await client.post(b"[" + PING + b"," + PING.replace(b"p-1", b"p-2") + b"]")
        assert head.status == 502
        assert body.startswith(b'[{"jsonrpc":"2.0","id":"p-1"')
        assert b'"id":"p-2"' in body


async def test_the_refused_part_of_a_batch_is_answered_when_the_server_cannot_be_reached() -> None:
    core = PassthroughCore(refusals={"tools/list": Withheld("no")})
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port_of_nobody = listener.getsockname()[1]
    async with proxied(f"http://127.0.0.1:{port_of_nobody}/mcp", core) as (port, _), connect(port) as client:
        _, body = await client.post(b"[" + PING + b',{"jsonrpc":"2.0","id":2,"method":"tools/list"}]')
        assert body.startswith(b'[{"jsonrpc":"2.0","id":2,"error":{"code":-31010')
        assert b'{"jsonrpc":"2.0","id":"p-1","error":{"code":-31013' in body


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"]
)
async def test_a_server_that_goes_away_inside_an_answer_is_a_502(answer: bytes) -> None:
    async def script(received: Received) -> None:
        await received.send(answer)
        received.writer.close()
        await received.until_closed()

    async with RawServer(script) as server, proxied(server.url) as (port, _), connect(port) as client:
        head, body = await client.post(PING)
        assert head.status == 502
        assert b'"id":"p-1","error":{"code":-31013,' in body
        assert len(server.requests) == 1


async def test_an_early_refusal_is_heard_while_the_upload_still_runs() -> None:
    """MCP servers answer 413 from the head alone and do not read the rest."""
    heard = asyncio.Event()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig")
        await writer.drain()
        await within(heard.wait())
        writer.transport.abort()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, limit=2**12)
    async with server, proxied(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/mcp") as (port, _):
        async with connect(port) as client:
            head, body = await client.post(
                b'{"jsonrpc":"2.0","id":1,"method":"x","params":"' + b"x" * 8_000_000 + b'"}'
            )
            assert (head.status, body) == (413, b"big")
        heard.set()


async def test_stopping_ends_standing_streams_and_lets_a_request_finish() -> None:
    release = asyncio.Event()
    got = asyncio.Event()

    async def script(received: Received) -> None:
        if received.method == "GET":
            await received.start_events()
            await received.until_closed()
        else:
            got.set()
            await within(release.wait())
            await received.json(PONG)

    proxy: HttpProxy
    async with RawServer(script) as server:
        proxy = HttpProxy(PassthroughCore(), HttpSettings(server.url, drain_s=10))
        port = await proxy.start()
        async with connect(port) as stream, connect(port) as client:
            await stream.send("GET")
            await stream.head()
            await client.send("POST", "/mcp", PING)
            await within(got.wait())
            assert proxy.in_flight == 2
            stopping = asyncio.create_task(proxy.stop())
            assert await within(stream.reader.read()) == b""
            assert not stopping.done()
            release.set()
            assert (await client.answer())[1] == PONG
            await within(stopping)
            assert proxy.in_flight == 0
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)


async def test_stopping_does_not_wait_for_a_request_longer_than_it_may() -> None:
    script = Watched()
    async with RawServer(script) as server:
        proxy = HttpProxy(PassthroughCore(), HttpSettings(server.url, drain_s=0.05))
        port = await proxy.start()
        async with connect(port) as client:
            await client.send("POST", "/mcp", PING)
            await within(script.got.wait())
            await within(proxy.stop())
            await within(script.closed.wait())
            assert await within(client.reader.read()) == b""


async def test_a_proxy_that_never_started_can_be_stopped() -> None:
    await within(HttpProxy(PassthroughCore(), HttpSettings("http://127.0.0.1:9/mcp")).stop())


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/mcp", "127.0.0.1:80/mcp", "http:///mcp", "http://u:p@127.0.0.1/mcp", "http://127.0.0.1/#f"]
)
def test_an_upstream_that_is_no_plain_http_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(BadConfig) as caught:
        HttpProxy(PassthroughCore(), HttpSettings(url))
    assert url not in str(caught.value)


async def test_a_core_that_breaks_says_nothing_of_what_broke_it() -> None:
    class Broken(PassthroughCore):
        def alter(self, sender: object, envelope: object) -> object:  # type: ignore[override]
            raise RuntimeError("alice@example.com")

    async with RawServer(Watched()) as server, proxied(server.url, Broken()) as (port, _), connect(port) as client:
        head, body = await client.post(PING)
        assert head.status == 500
        assert b"alice" not in body
        assert not server.requests
