"""The official SDK's client and server, and FastMCP's server, through the proxy: both eras, nothing noticed."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest
from fastmcp import FastMCP
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.streamable_http import EventStore
from mcp.types import (
    CallToolResult,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequestParams,
    ElicitResult,
    SamplingMessage,
    TextContent,
)
from pydantic import BaseModel

from tests.support.http_proxy import proxied, serving
from tests.support.raw_http import connect, within


class Answer(BaseModel):
    name: str


class Events(EventStore):
    """Keeps every event, so that the server mints ids and priming events and can replay."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, Any]] = []

    async def store_event(self, stream_id: str, message: Any) -> str:
        self.kept.append((str(len(self.kept)), stream_id, message))
        return self.kept[-1][0]

    async def replay_events_after(self, last_event_id: str, send_callback: Any) -> str | None:
        from mcp.server.streamable_http import EventMessage

        stream_id = self.kept[int(last_event_id)][1]
        for event_id, stream, message in self.kept[int(last_event_id) + 1 :]:
            if stream == stream_id and message is not None:
                await send_callback(EventMessage(message, event_id))
        return stream_id


class Lab:
    """A server with a tool for each way a stream is used."""

    def __init__(self) -> None:
        self.server = MCPServer("lab")
        self.is_waiting = asyncio.Event()
        self.was_cancelled = asyncio.Event()
        self.server.tool()(self.add)
        self.server.tool()(self.ask)
        self.server.tool()(self.think)
        self.server.tool()(self.count)
        self.server.tool()(self.wait)
        self.server.tool()(self.poll)
        self.server.tool()(self.shout)

    async def add(self, a: int, b: int) -> int:
        return a + b

    async def ask(self, ctx: Context) -> str:
        result = await ctx.elicit("who?", Answer)
        return result.data.name if result.action == "accept" else result.action

    async def think(self, ctx: Context) -> str:
        message = SamplingMessage(role="user", content=TextContent(type="text", text="hm"))
        result = await ctx.session.create_message([message], max_tokens=5, related_request_id=ctx.request_id)
        assert isinstance(result.content, TextContent)
        return result.content.text

    async def count(self, ctx: Context) -> str:
        for step in range(3):
            await ctx.report_progress(step, 3)
        return "counted"

    async def wait(self) -> str:
        self.is_waiting.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.was_cancelled.set()
        return "never"

    async def poll(self, ctx: Context) -> str:
        await ctx.close_sse_stream()
        return "after reconnecting"

    async def shout(self, ctx: Context) -> str:
        await ctx.session.send_tool_list_changed()
        return "said"


async def elicited(_context: Any, _params: ElicitRequestParams) -> ElicitResult:
    return ElicitResult(action="accept", content={"name": "Robin"})


async def sampled(_context: Any, _params: CreateMessageRequestParams) -> CreateMessageResult:
    return CreateMessageResult(role="assistant", content=TextContent(type="text", text="thought"), model="m")


def text_of(result: CallToolResult) -> str:
    assert not result.is_error, result
    block = result.content[0]
    assert isinstance(block, TextContent)
    return block.text


@pytest.mark.parametrize("mode", ["auto", "legacy", "2026-07-28"])
@pytest.mark.parametrize("json_response", [False, True])
async def test_the_sdk_client_lists_and_calls_tools_in_every_mode(mode: Any, json_response: bool) -> None:
    app = Lab().server.streamable_http_app(json_response=json_response)
    async with serving(app) as url, proxied(url) as (port, _):
        direct, through = [], []
        for seen, target in ((direct, url), (through, f"http://127.0.0.1:{port}/mcp")):
            async with Client(target, mode=mode, read_timeout_seconds=10) as client:
                seen.append(client.protocol_version)
                seen.append((await client.list_tools()).model_dump())
                seen.append((await client.call_tool("add", {"a": 2, "b": 3})).model_dump())
    assert through == direct
    assert through[2]["structured_content"] == {"result": 5}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_sdk_client_works_with_a_fastmcp_server(mode: Any) -> None:
    server: FastMCP[Any] = FastMCP("fast")

    @server.tool
    def add(a: int, b: int) -> int:
        return a + b

    async with (
        serving(server.http_app(path="/mcp")) as url,
        proxied(url) as (port, _),
        Client(f"http://127.0.0.1:{port}/mcp", mode=mode, read_timeout_seconds=10) as client,
    ):
        assert [tool.name for tool in (await client.list_tools()).tools] == ["add"]
        assert text_of(await client.call_tool("add", {"a": 2, "b": 3})) == "5"


async def test_a_server_that_waits_inside_its_stream_for_the_client_gets_the_answer() -> None:
    async with (
        serving(Lab().server.streamable_http_app()) as url,
        proxied(url) as (port, _),
        Client(
            f"http://127.0.0.1:{port}/mcp",
            mode="legacy",
            read_timeout_seconds=10,
            elicitation_callback=elicited,
            sampling_callback=sampled,
        ) as client,
    ):
        assert text_of(await client.call_tool("ask", {})) == "Robin"
        assert text_of(await client.call_tool("think", {})) == "thought"


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_progress_comes_before_the_result_and_in_order(mode: Any) -> None:
    seen: list[float] = []

    async def progressed(progress: float, total: float | None, message: str | None) -> None:
        seen.append(progress)

    async with (
        serving(Lab().server.streamable_http_app()) as url,
        proxied(url) as (port, _),
        Client(f"http://127.0.0.1:{port}/mcp", mode=mode, read_timeout_seconds=10) as client,
    ):
        assert text_of(await client.call_tool("count", {}, progress_callback=progressed)) == "counted"
    assert seen == [0, 1, 2]


async def test_a_client_that_goes_away_cancels_a_modern_call_at_the_server() -> None:
    lab = Lab()
    async with (
        serving(lab.server.streamable_http_app()) as url,
        proxied(url) as (port, proxy),
        Client(f"http://127.0.0.1:{port}/mcp", mode="2026-07-28") as client,
    ):
        call = asyncio.create_task(client.call_tool("wait", {}))
        await within(lab.is_waiting.wait())
        assert proxy.in_flight == 1
        call.cancel()
        await within(lab.was_cancelled.wait())


async def test_an_answer_that_comes_on_a_resumed_stream_arrives() -> None:
    """MCP 2025-11-25, basic/transports: the server closes the stream after a priming event, the client resumes by GET."""
    app = Lab().server.streamable_http_app(event_store=Events(), retry_interval=1)
    async with (
        serving(app) as url,
        proxied(url) as (port, _),
        Client(f"http://127.0.0.1:{port}/mcp", mode="legacy", read_timeout_seconds=10) as client,
    ):
        assert text_of(await client.call_tool("poll", {})) == "after reconnecting"


async def test_the_standing_stream_brings_notifications_and_delete_ends_the_session() -> None:
    changed = asyncio.Event()

    async def handle(message: Any) -> None:
        if getattr(message, "method", "") == "notifications/tools/list_changed":
            changed.set()

    seen: list[tuple[str, int]] = []

    async def note(response: httpx2.Response) -> None:
        seen.append((response.request.method, response.status_code))

    async with serving(Lab().server.streamable_http_app()) as url, proxied(url) as (port, proxy):
        async with httpx2.AsyncClient(event_hooks={"response": [note]}, timeout=10) as http:
            transport = streamable_http_client(f"http://127.0.0.1:{port}/mcp", http_client=http)
            async with Client(transport, mode="legacy", read_timeout_seconds=10, message_handler=handle) as client:
                async with asyncio.timeout(10):
                    while ("GET", 200) not in seen:
                        await client.send_ping()
                assert text_of(await client.call_tool("shout", {})) == "said"
                await within(changed.wait())
        assert ("DELETE", 200) in seen
        assert len(proxy._conversations) == 0


async def test_five_megabytes_cross_when_the_server_takes_them() -> None:
    app = Lab().server.streamable_http_app(max_request_body_size=2**24)

    async with (
        serving(app) as url,
        proxied(url) as (port, _),
        Client(f"http://127.0.0.1:{port}/mcp", mode="2026-07-28", read_timeout_seconds=30) as client,
    ):
        result = await client.call_tool("add", {"a": 1, "b": 2, "filler": "x" * 5_000_000})
        assert result.content


async def test_a_server_that_refuses_five_megabytes_early_is_heard() -> None:
    body = b'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"x":"' + b"x" * 5_000_000 + b'"}}'
    async with serving(Lab().server.streamable_http_app()) as url, proxied(url) as (port, _), connect(port) as client:
        head, _ = await client.post(body, "Accept: application/json, text/event-stream")
        assert head.status == 413
