"""A stdio client before an HTTP server: what the server gets, what the client hears, how both end."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.process.wrapped import Wrapped, wrapped
from tests.support.raw_http import RawServer, Received, within

VERSION = "2025-11-25"
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


def result(request: Any, **members: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": members}).encode()


class Server:
    """A legacy server with a session, whose standing stream the test writes to; ``on`` answers what it knows."""

    def __init__(self, **on: Any) -> None:
        self.on = on
        self.bodies: list[Any] = []
        self.heads: list[tuple[str, Any]] = []
        self.standing: asyncio.Queue[Received] = asyncio.Queue()
        self.got: asyncio.Queue[Any] = asyncio.Queue()
        self.deleted = asyncio.Event()

    async def __call__(self, received: Received) -> None:
        self.heads.append((received.method, received.head))
        if received.method == "DELETE":
            self.deleted.set()
            await received.reply("200 OK")
        elif received.method == "GET" and "get" in self.on:
            await self.on["get"](received)
        elif received.method == "GET":
            await received.start_events()
            self.standing.put_nowait(received)
            await received.until_closed()
        else:
            await self.posted(received, json.loads(received.body))

    async def posted(self, received: Received, body: Any) -> None:
        self.bodies.append(body)
        self.got.put_nowait(body)
        method = body.get("method", "answer") if isinstance(body, dict) else "batch"
        if method in self.on:
            await self.on[method](received, body)
        elif method == "initialize":
            await received.json(result(body, protocolVersion=VERSION), "Mcp-Session-Id: s-1")
        elif isinstance(body, dict) and "method" in body and "id" in body:
            await received.json(result(body, method=method))
        else:
            await received.reply("202 Accepted")


@asynccontextmanager
async def bridged(script: Any, *options: str) -> AsyncIterator[tuple[Wrapped, RawServer]]:
    async with RawServer(script) as server, wrapped(options=("--url", server.url, *options)) as client:
        yield client, server


async def greeted(client: Wrapped) -> None:
    await client.call("initialize", protocolVersion=VERSION)
    await client.send({"jsonrpc": "2.0", "method": "notifications/initialized"})


def head_of(server: Server, number: int) -> Any:
    return server.heads[number][1]


async def test_every_request_after_initialize_carries_session_and_revision() -> None:
    server = Server()
    async with bridged(server) as (client, raw):
        await greeted(client)
        await client.call("tools/list")
        assert await client.finish() == 0
    first, *later = [head for method, head in server.heads if method == "POST"]
    assert (first.get("mcp-session-id"), first.get("mcp-protocol-version")) == (None, None)
    assert {(head.get("mcp-session-id"), head.get("mcp-protocol-version")) for head in later} == {("s-1", VERSION)}
    for head in (first, *later):
        assert head.get("content-type") == "application/json"
        assert head.get("accept") == "application/json, text/event-stream"
        assert head.get("accept-encoding") == "identity"
        assert head.get("host") == f"127.0.0.1:{raw.port}"


async def test_a_request_is_posted_after_the_notification_before_it_was_accepted() -> None:
    accepted = asyncio.Event()

    async def initialized(received: Received, body: Any) -> None:
        assert len(server.bodies) == 2
        await received.reply("202 Accepted")
        accepted.set()

    async def listed(received: Received, body: Any) -> None:
        assert accepted.is_set()
        await received.json(result(body))

    server = Server(**{"notifications/initialized": initialized, "tools/list": listed})
    async with bridged(server) as (client, _):
        await greeted(client)
        assert await client.call("tools/list") == {}


async def test_the_servers_request_on_the_standing_stream_is_answered_by_a_post() -> None:
    server = Server()
    async with bridged(server) as (client, _):
        await greeted(client)
        stream = await within(server.standing.get())
        await stream.chunk(b'id: 4\ndata: {"jsonrpc":"2.0","id":"q","method":"roots/list"}\n\n')
        assert (await client.receive())["method"] == "roots/list"
        await client.send({"jsonrpc": "2.0", "id": "q", "result": {"roots": []}})
        while (body := await within(server.got.get())).get("id") != "q":
            pass
        assert body["result"] == {"roots": []}


async def test_the_end_of_input_ends_the_session_at_the_server() -> None:
    server = Server()
    async with bridged(server) as (client, _):
        await greeted(client)
        await within(server.standing.get())
        assert await client.finish() == 0
        await within(server.deleted.wait())
    assert server.heads[-1][0] == "DELETE"
    assert server.heads[-1][1].get("mcp-session-id") == "s-1"


async def test_what_was_asked_before_the_end_of_input_is_answered() -> None:
    release = asyncio.Event()

    async def slow(received: Received, body: Any) -> None:
        await within(release.wait())
        await received.json(result(body))

    server = Server(**{"tools/list": slow})
    async with bridged(server, "--grace", "60") as (client, _):
        await greeted(client)
        await client.ask("tools/list")
        client.end_input()
        while (await within(server.got.get())).get("method") != "tools/list":
            pass
        release.set()
        assert (await client.receive())["result"] == {}
        assert await client.code() == 0


async def test_a_stream_of_a_request_brings_its_messages_in_order_and_holds_up_no_other() -> None:
    release = asyncio.Event()

    async def called(received: Received, body: Any) -> None:
        await received.start_events()
        await received.chunk(b'data: {"jsonrpc":"2.0","method":"notifications/progress"}\n\n: ping\n\n')
        await within(release.wait())
        await received.chunk(b"data: " + result(body) + b"\n\n")
        await received.end()

    server = Server(**{"tools/call": called})
    async with bridged(server) as (client, _):
        await greeted(client)
        number = await client.ask("tools/call", name="t")
        assert (await client.receive())["method"] == "notifications/progress"
        assert await client.call("ping") == {"method": "ping"}
        release.set()
        assert (await client.receive())["id"] == number


async def test_a_broken_stream_is_resumed_from_its_last_event() -> None:
    async def called(received: Received, body: Any) -> None:
        server.on["call"] = body
        await received.start_events()
        await received.chunk(b"id: 7\nretry: 1\ndata: \n\n")
        received.writer.transport.abort()

    async def resumed(received: Received) -> None:
        if received.head.get("last-event-id") != "7":
            await received.reply("405 Method Not Allowed")
            return
        await received.start_events()
        await received.chunk(b"id: 8\ndata: " + result(server.on["call"], came="late") + b"\n\n")
        await received.end()

    server = Server(**{"tools/call": called, "get": resumed})
    async with bridged(server) as (client, _):
        await greeted(client)
        assert await client.call("tools/call", name="t") == {"came": "late"}


async def test_a_broken_stream_of_a_modern_request_is_lost_and_said_so() -> None:
    async def called(received: Received, body: Any) -> None:
        await received.start_events()
        await received.chunk(b"id: 7\ndata: \n\n")
        received.writer.transport.abort()

    server = Server(**{"tools/call": called})
    async with bridged(server) as (client, _):
        await client.ask("tools/call", name="t", _meta=MODERN)
        assert (await client.receive())["error"]["code"] == -31013
    assert [method for method, _ in server.heads] == ["POST"]


async def test_a_modern_request_gets_the_headers_that_mirror_it() -> None:
    tool = {
        "name": "café",
        "inputSchema": {
            "type": "object",
            "properties": {
                "region": {"type": "string", "x-mcp-header": "Region"},
                "count": {"type": "integer", "x-mcp-header": "Count"},
                "dry": {"type": "boolean", "x-mcp-header": "Dry"},
                "gone": {"type": "string", "x-mcp-header": "Gone"},
            },
        },
    }

    async def listed(received: Received, body: Any) -> None:
        await received.json(result(body, tools=[tool]))

    server = Server(**{"tools/list": listed})
    async with bridged(server) as (client, _):
        await client.call("tools/list", _meta=MODERN)
        await client.call("tools/call", name="café", arguments={"region": "eu", "count": 42, "dry": True}, _meta=MODERN)
        await client.call("resources/read", uri="crm://people/7", _meta=MODERN)
    listing, call, read = (head for _, head in server.heads)
    assert (listing.get("mcp-method"), listing.get("mcp-name")) == ("tools/list", None)
    assert call.get("mcp-protocol-version") == "2026-07-28"
    assert (call.get("mcp-method"), call.get("mcp-name")) == ("tools/call", "=?base64?Y2Fmw6k=?=")
    named = {name: call.get(f"mcp-param-{name}") for name in ("region", "count", "dry", "gone")}
    assert named == {"region": "eu", "count": "42", "dry": "true", "gone": None}
    assert read.get("mcp-name") == "crm://people/7"
    assert read.get("mcp-session-id") is None


async def test_cancelling_a_modern_request_closes_its_stream_and_posts_nothing() -> None:
    closed = asyncio.Event()

    async def listening(received: Received, body: Any) -> None:
        await received.start_events()
        await received.chunk(b'data: {"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged"}\n\n')
        await received.until_closed()
        closed.set()

    server = Server(**{"subscriptions/listen": listening})
    async with bridged(server) as (client, _):
        number = await client.ask("subscriptions/listen", _meta=MODERN)
        await client.receive()
        await client.send(
            {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": number, "_meta": MODERN}}
        )
        await within(closed.wait())
        assert await client.call("ping", _meta=MODERN) == {"method": "ping"}
    assert [body["method"] for body in server.bodies] == ["subscriptions/listen", "ping"]


async def test_cancelling_a_legacy_request_is_posted_and_its_stream_stays() -> None:
    cancelled = asyncio.Event()

    async def called(received: Received, body: Any) -> None:
        await within(cancelled.wait())
        await received.json(result(body, late=True))

    async def told(received: Received, body: Any) -> None:
        assert body["params"] == {"requestId": 2}
        await received.reply("202 Accepted")
        cancelled.set()

    server = Server(**{"tools/call": called, "notifications/cancelled": told})
    async with bridged(server) as (client, _):
        await greeted(client)
        number = await client.ask("tools/call", name="t")
        await client.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": number}})
        assert (await client.receive())["result"] == {"late": True}


@pytest.mark.parametrize("request_id", ["null", '"server-error"'])
async def test_an_error_that_does_not_name_its_request_gets_its_id(request_id: str) -> None:
    async def refused(received: Received, body: Any) -> None:
        error = f'{{"jsonrpc":"2.0","id":{request_id},"error":{{"code":-32600,"message":"no"}}}}'
        await received.json(error.encode(), status="400 Bad Request")

    async with bridged(Server(**{"server/discover": refused})) as (client, _):
        number = await client.ask("server/discover", _meta=MODERN)
        assert await client.receive() == {
            "jsonrpc": "2.0",
            "id": number,
            "error": {"code": -32600, "message": "no"},
        }


@pytest.mark.parametrize("body", [b"", b"not json", b"{}"])
async def test_a_status_without_an_answer_is_an_error_with_the_requests_id(body: bytes) -> None:
    async def refused(received: Received, _: Any) -> None:
        await received.reply(
            "500 Oh", body, "Content-Type: text/html" if body != b"{}" else "Content-Type: application/json"
        )

    async with bridged(Server(**{"tools/list": refused})) as (client, _):
        number = await client.ask("tools/list")
        assert await client.receive() == {
            "jsonrpc": "2.0",
            "id": number,
            "error": {"code": -31013, "message": "the server answered with HTTP status 500"},
        }
        assert await client.call("ping") == {"method": "ping"}


async def test_a_session_that_is_over_ends_the_bridge_as_a_server_that_ends() -> None:
    async def gone(received: Received, body: Any) -> None:
        await received.reply("404 Not Found")

    server = Server(**{"tools/list": gone})
    async with bridged(server) as (client, _):
        await greeted(client)
        await client.ask("tools/list")
        assert (await client.receive())["error"]["code"] == -31013
        assert await client.rest() == b""
        assert await client.code() == 125
    assert "DELETE" not in [method for method, _ in server.heads]


async def test_a_server_that_cannot_be_reached_is_an_error_and_may_come_up_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    async with wrapped(options=("--url", f"http://127.0.0.1:{port}/mcp")) as client:
        for _ in range(2):
            await client.ask("initialize", protocolVersion=VERSION)
            assert (await client.receive())["error"]["code"] == -31013
        assert await client.finish() == 0


async def test_a_batch_is_posted_as_one_and_its_answers_come_as_one() -> None:
    async def batch(received: Received, body: Any) -> None:
        await received.json(b"[" + b",".join(result(each) for each in body) + b"]")

    async with bridged(Server(batch=batch)) as (client, _):
        await client.send([{"jsonrpc": "2.0", "id": number, "method": "ping"} for number in (1, 2)])
        assert [answer["id"] for answer in await client.receive()] == [1, 2]


async def test_a_client_that_only_signals_ends_the_session_and_the_code_says_so() -> None:
    server = Server()
    async with bridged(server) as (client, _):
        await greeted(client)
        await within(server.standing.get())
        client.process.send_signal(signal.SIGTERM)
        assert await client.code() == 128 + signal.SIGTERM
        await within(server.deleted.wait())


async def test_a_client_that_closes_its_output_ends_the_session() -> None:
    server = Server()
    async with bridged(server) as (client, _):
        await greeted(client)
        stream = await within(server.standing.get())
        client.hang_up()
        await stream.chunk(b'data: {"jsonrpc":"2.0","method":"notifications/message"}\n\n' * 100)
        await within(server.deleted.wait())
        assert await client.code() == 0


async def test_an_old_server_is_found_by_its_answer_to_initialize_and_answers_on_its_stream() -> None:
    streams: asyncio.Queue[Received] = asyncio.Queue()

    async def old(received: Received) -> None:
        path = received.target.partition("?")[0]
        if received.method == "GET":
            await received.start_events()
            await received.chunk(b"event: endpoint\ndata: /messages/?session_id=0f3c\n\n")
            streams.put_nowait(received)
            await received.until_closed()
        elif path == "/mcp":
            await received.reply("405 Method Not Allowed", b"", "Allow: GET")
        else:
            assert received.target == "/messages/?session_id=0f3c"
            await received.reply("202 Accepted", b"Accepted")
            body = json.loads(received.body)
            if "id" in body:
                stream = await within(streams.get())
                streams.put_nowait(stream)
                await stream.chunk(b"event: message\ndata: " + result(body, protocolVersion="2024-11-05") + b"\n\n")

    async with bridged(old) as (client, raw):
        await greeted(client)
        assert await client.call("tools/list") == {"protocolVersion": "2024-11-05"}
        (await streams.get()).writer.transport.abort()
        assert await client.rest() == b""
        assert await client.code() == 125
    assert [request.method for request in raw.requests] == ["POST", "GET", "POST", "POST", "POST"]
    assert {request.head.get("mcp-protocol-version") for request in raw.requests} == {None}
