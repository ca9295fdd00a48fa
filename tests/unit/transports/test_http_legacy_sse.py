"""HTTP+SSE of 2024-11-05: the endpoint becomes ours, posts find their stream, nobody else's."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from mcp import ClientSession
from mcp.client.sse import sse_client
from mcp.server.lowlevel import Server
from mcp.server.sse import SseServerTransport
from mcp.types import CallToolResult, CreateMessageRequestParams, CreateMessageResult, TextContent, Tool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from sidecar.config.addresses import endpoint
from sidecar.errors import UpstreamGone, Withheld
from sidecar.session.actions import Side
from sidecar.transports.mailboxes import Mailboxes
from sidecar.wire.jsonrpc import Message
from tests.clients.peers import everything, has_node_peers, listening
from tests.clients.scripts import EVERYTHING
from tests.clients.speakers import speak_typescript
from tests.support.http_proxy import proxied, serving
from tests.support.passthrough_core import PassthroughCore
from tests.support.raw_http import RawClient, RawServer, Received, connect, until, within

PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
PONG = b'{"jsonrpc":"2.0","id":1,"result":{}}'
HERE = "http://127.0.0.1:9000/api/sse"


@pytest.mark.parametrize(
    ("said", "target", "told"),
    [
        ("/messages/?session_id=0f3c", "/messages/?session_id=0f3c", "/messages/?session_id=0f3c"),
        ("message?sessionId=1", "/api/message?sessionId=1", "message?sessionId=1"),
        ("?s=1", "/api/sse?s=1", "?s=1"),
        ("http://127.0.0.1:9000/m?s=a%2Fb+c&t=%20", "/m?s=a%2Fb+c&t=%20", "/m?s=a%2Fb+c&t=%20"),
        ("http://127.0.0.1:9000", "/", "/"),
        ("/m?u=http://example.com/", "/m?u=http://example.com/", "/m?u=http://example.com/"),
    ],
)
def test_an_endpoint_keeps_path_and_query_byte_for_byte_and_loses_its_origin(said: str, target: str, told: str) -> None:
    assert Mailboxes(endpoint(HERE)).resolve(said.encode()) == (target, told.encode())


@pytest.mark.parametrize(
    "said",
    [
        b"http://example.com/messages",
        b"//example.com/messages",
        b"https://127.0.0.1:9000/messages",
        b"http://127.0.0.1:9001/messages",
        b"/messages /x",
        "/\u2028".encode(),
        b"http://[/",
        b"/m\r\nHost: x",
    ],
)
def test_an_endpoint_at_another_origin_is_refused_without_repeating_it(said: bytes) -> None:
    with pytest.raises(UpstreamGone) as caught:
        Mailboxes(endpoint(HERE)).resolve(said)
    assert said.decode() not in str(caught.value)


class Sse:
    """A server of one stream, which answers posts on it; ``said``: the endpoint it names."""

    def __init__(self, said: str = "/messages/?session_id=0f3c", *, first: bytes = b"") -> None:
        self.said = said
        self.first = first
        self.stream: Received | None = None
        self.gone = asyncio.Event()
        self.posted: asyncio.Queue[Received] = asyncio.Queue()
        self.status = "202 Accepted"

    async def __call__(self, received: Received) -> None:
        if received.method == "GET":
            await received.start_events()
            await received.chunk(self.first + f"event: endpoint\r\ndata: {self.said}\r\n\r\n".encode())
            self.stream = received
            await received.until_closed()
            self.gone.set()
        else:
            await received.reply(self.status, b"Accepted", "Content-Type: text/plain")
            self.posted.put_nowait(received)


@contextlib.asynccontextmanager
async def between(script: Sse, core: PassthroughCore | None = None) -> AsyncIterator[tuple[int, str]]:
    """The proxy's port, and the origin of the server."""
    async with RawServer(script) as server:
        script.said = script.said.replace("ORIGIN", f"http://127.0.0.1:{server.port}")
        async with proxied(f"http://127.0.0.1:{server.port}/sse", core) as (port, _):
            yield port, f"http://127.0.0.1:{server.port}"


async def opened(client: RawClient, *headers: str) -> str:
    """The endpoint the client is told."""
    await client.send("GET", "/sse", b"", "Accept: text/event-stream", *headers)
    assert (await client.head()).status == 200
    event = await client.chunk()
    found = re.fullmatch(rb"event: endpoint\r\ndata: (\S+)\r\n\r\n", event)
    assert found, event
    return found[1].decode()


@pytest.mark.parametrize("said", ["/messages/?session_id=0f%2F3c", "ORIGIN/messages/?session_id=0f%2F3c"])
async def test_a_post_to_the_endpoint_reaches_the_server_and_its_answer_comes_on_the_stream(said: str) -> None:
    script, core = Sse(said), PassthroughCore()
    async with between(script, core) as (port, _), connect(port) as stream, connect(port) as client:
        target = await opened(stream)
        assert target == "/messages/?session_id=0f%2F3c"
        head, body = await client.post(PING, target=target)
        assert (head.status, body) == (202, b"Accepted")
        posted = await within(script.posted.get())
        assert (posted.target, posted.body) == (target, PING)
        assert script.stream
        await script.stream.chunk(b"event: message\r\ndata: " + PONG + b"\r\n\r\n")
        assert await stream.chunk() == b"event: message\r\ndata: " + PONG + b"\r\n\r\n"
    (conversation,) = core.conversations
    assert [(side, method) for side, method, _ in conversation.seen] == [(Side.CLIENT, "ping"), (Side.SERVER, None)]
    assert conversation.is_closed


async def test_messages_on_the_stream_are_rewritten_in_their_order() -> None:
    core = PassthroughCore(
        changes=[lambda side, message: Message({**message.body, "x": 1}) if side is Side.SERVER else message]
    )
    script = Sse()
    async with between(script, core) as (port, _), connect(port) as stream:
        await opened(stream)
        assert script.stream
        events = b"".join(b'data: {"jsonrpc":"2.0","method":"n%d"}\n\n' % number for number in range(5))
        await script.stream.chunk(events)
        got = [await stream.chunk() for _ in range(5)]
    assert got == [b'data: {"jsonrpc":"2.0","method":"n%d","x":1}\n\n' % number for number in range(5)]


async def test_what_the_policy_refuses_is_answered_on_the_stream() -> None:
    """A client of this transport reads nothing in the response to its post."""
    core = PassthroughCore(refusals={"tools/call": Withheld("no")})
    script = Sse()
    async with between(script, core) as (port, _), connect(port) as stream, connect(port) as client:
        target = await opened(stream)
        head, body = await client.post(b'{"jsonrpc":"2.0","id":"c","method":"tools/call"}', target=target)
        assert (head.status, body) == (202, b"")
        assert (await stream.chunk()).startswith(
            b'event: message\ndata: {"jsonrpc":"2.0","id":"c","error":{"code":-31010'
        )
        assert script.posted.empty()


async def test_a_refused_request_of_the_server_is_answered_to_its_endpoint() -> None:
    core = PassthroughCore(refusals={"sampling/createMessage": Withheld("no")})
    script = Sse()
    async with between(script, core) as (port, _), connect(port) as stream:
        target = await opened(stream, "Authorization: Bearer t")
        assert script.stream
        await script.stream.chunk(b'data: {"jsonrpc":"2.0","id":"q","method":"sampling/createMessage"}\n\n')
        posted = await within(script.posted.get())
    assert posted.target == target
    assert posted.head.get("authorization") == "Bearer t"
    assert posted.body.startswith(b'{"jsonrpc":"2.0","id":"q","error":{"code":-31010')


async def test_another_credential_does_not_get_into_a_streams_conversation() -> None:
    script, core = Sse(), PassthroughCore()
    async with between(script, core) as (port, _), connect(port) as stream, connect(port) as client:
        target = await opened(stream, "Authorization: Bearer one")
        await client.post(PING, "Authorization: Bearer two", target=target)
        await client.post(PING, "Authorization: Bearer one", target=target)
    assert [len(conversation.seen) for conversation in core.conversations] == [1, 1]


@pytest.mark.parametrize("target", ["/messages/?session_id=other", "/messages/"])
async def test_a_post_for_an_unknown_session_is_for_the_server_to_refuse(target: str) -> None:
    script = Sse()
    script.status = "404 Not Found"
    async with between(script) as (port, _), connect(port) as stream, connect(port) as client:
        await opened(stream)
        assert (await client.post(PING, target=target))[0].status == 404
        assert (await within(script.posted.get())).target == target


async def test_a_path_no_stream_named_is_not_served() -> None:
    async with between(Sse()) as (port, _), connect(port) as stream, connect(port) as client:
        assert (await client.post(PING, target="/messages/?session_id=0f3c"))[0].status == 404
        await opened(stream)
        assert (await client.post(PING, target="/other"))[0].status == 404
        assert (await client.get(target="/messages/?session_id=0f3c"))[0].status == 404


async def test_a_stream_that_names_another_origin_is_cut() -> None:
    async with between(Sse("http://example.com/m")) as (port, _), connect(port) as stream:
        await stream.send("GET", "/sse")
        await stream.head()
        rest = await within(stream.reader.read())
    assert b"example.com" not in rest


async def test_only_the_first_event_names_an_endpoint() -> None:
    first = b'data: {"jsonrpc":"2.0","method":"n"}\n\n'
    core = PassthroughCore(scrubs={"/messages/?session_id=0f3c": "text"})
    async with between(Sse(first=first), core) as (port, _), connect(port) as stream, connect(port) as client:
        await stream.send("GET", "/sse")
        await stream.head()
        assert await stream.chunk() == first
        assert await stream.chunk() == b"event: endpoint\r\ndata: text\r\n\r\n"
        assert (await client.post(PING, target="/messages/?session_id=0f3c"))[0].status == 404


async def test_a_client_that_leaves_closes_the_servers_stream() -> None:
    script, core = Sse(), PassthroughCore()
    async with between(script, core) as (port, _):
        async with connect(port) as stream:
            await opened(stream)
            stream.drop()
            await within(script.gone.wait())
        await until(lambda: core.conversations[0].is_closed)


async def test_a_server_that_leaves_ends_the_clients_stream() -> None:
    script = Sse()
    async with between(script) as (port, _), connect(port) as stream:
        await opened(stream)
        assert script.stream
        script.stream.writer.transport.abort()
        assert not (await within(stream.reader.read())).endswith(b"0\r\n\r\n")


async def test_a_server_that_is_gone_is_told_to_the_one_who_posts() -> None:
    script = Sse()
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(RawServer(script))
        port, _ = await stack.enter_async_context(proxied(f"http://127.0.0.1:{server.port}/sse"))
        stream = await stack.enter_async_context(connect(port))
        target = await opened(stream)
        server._server.close()
        client = await stack.enter_async_context(connect(port))
        assert (await client.post(PING, target=target))[0].status == 502


def lab() -> Server[Any]:
    async def list_tools(context: Any, params: Any) -> Any:
        from mcp.types import ListToolsResult

        return ListToolsResult(tools=[Tool(name="think", input_schema={"type": "object"})])

    async def call_tool(context: Any, params: Any) -> CallToolResult:
        from mcp.types import SamplingMessage

        asked = [SamplingMessage(role="user", content=TextContent(type="text", text="hm"))]
        thought = await context.session.create_message(asked, max_tokens=5)
        return CallToolResult(content=[thought.content])

    return Server("lab", on_list_tools=list_tools, on_call_tool=call_tool)


def sse_app(server: Server[Any]) -> Starlette:
    transport = SseServerTransport("/messages/")

    async def stream(request: Request) -> Response:
        async with transport.connect_sse(request.scope, request.receive, request._send) as streams:
            await server.run(*streams, server.create_initialization_options())
        return Response()

    return Starlette(routes=[Route("/sse", stream), Mount("/messages/", transport.handle_post_message)])


async def sampled(_context: Any, _params: CreateMessageRequestParams) -> CreateMessageResult:
    return CreateMessageResult(role="assistant", content=TextContent(type="text", text="thought"), model="m")


@contextlib.asynccontextmanager
async def session(url: str) -> AsyncIterator[ClientSession]:
    async with (
        sse_client(url, timeout=10, sse_read_timeout=60) as streams,
        ClientSession(*streams, sampling_callback=sampled) as client,
    ):
        await within(client.initialize())
        yield client


async def test_the_python_sdks_client_and_server_talk_through_it() -> None:
    async with serving(sse_app(lab())) as url:
        sse = url.removesuffix("/mcp") + "/sse"
        async with proxied(sse) as (port, proxy):
            async with session(f"http://127.0.0.1:{port}/sse") as client:
                assert [tool.name for tool in (await within(client.list_tools())).tools] == ["think"]
                result = await within(client.call_tool("think", {}))
                assert isinstance(result.content[0], TextContent)
                assert result.content[0].text == "thought"
            await until(lambda: not proxy.in_flight)


@pytest.mark.skipif(not has_node_peers() and not os.environ.get("CI"), reason="the TypeScript peers are not installed")
async def test_the_typescript_sdks_server_talks_through_it() -> None:
    async with listening(everything("sse"), PORT="0") as root:
        url = root.removesuffix("/mcp") + "/sse"
        seen: list[Any] = []
        async with session(url) as client:
            seen.append([tool.name for tool in (await within(client.list_tools())).tools])
            seen.append((await within(client.call_tool("echo", {"message": "hello"}))).model_dump())
        async with proxied(url) as (port, _), session(f"http://127.0.0.1:{port}/sse") as client:
            assert [tool.name for tool in (await within(client.list_tools())).tools] == seen[0]
            assert (await within(client.call_tool("echo", {"message": "hello"}))).model_dump() == seen[1]


@pytest.mark.skipif(not has_node_peers() and not os.environ.get("CI"), reason="the TypeScript peers are not installed")
async def test_the_typescript_sdks_client_sees_through_it_what_it_sees_without_it() -> None:
    async with listening(everything("sse"), PORT="0") as root:
        url = root.removesuffix("/mcp") + "/sse"
        direct = await speak_typescript(url, EVERYTHING)
        async with proxied(url) as (port, _):
            through = await speak_typescript(f"http://127.0.0.1:{port}/sse", EVERYTHING)
    assert through.comparable() == direct.comparable()
    assert {what for what, _ in direct.asked} == {"sampling/createMessage", "elicitation/create", "roots/list"}
