"""Server-sent events through the proxy: each at once, in order, as it was."""

from __future__ import annotations

import asyncio
import gzip
import zlib

import pytest

from sidecar.errors import Withheld
from sidecar.events import FrameDropped
from sidecar.session.actions import Side
from sidecar.wire.jsonrpc import Limits, Message
from tests.support.http_proxy import proxied
from tests.support.passthrough_core import PassthroughCore
from tests.support.raw_http import RawServer, Received, connect, within

PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
PONG = b'{"jsonrpc":"2.0","id":1,"result":{}}'
PRIMING = b"id: 1\ndata: \nretry: 100\n\n"
ANSWER = b"id: 2\nevent: message\ndata: " + PONG + b"\n\n"


async def relayed(stream: bytes, core: PassthroughCore | None = None, split: int = 2**20, *headers: str) -> bytes:
    """What the client gets of ``stream``, sent to the proxy in chunks of ``split`` bytes."""

    async def script(received: Received) -> None:
        await received.start_events(*headers)
        for at in range(0, len(stream), split):
            await received.chunk(stream[at : at + split])
        await received.end()

    async with RawServer(script) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        return (await client.post(PING))[1]


STREAMS = [
    PRIMING + ANSWER,
    b": ping\r\n\r\n: ping - 2026-01-01 00:00:00.000000+00:00\r\n\r\n:\n\n" + ANSWER,
    b"id: 1\n\nretry: 5\n\nevent: message\n\n" + ANSWER,
    b"data: " + '{"jsonrpc":"2.0","method":"n","params":{"s":"é\u2028\u0085😀"}}'.encode() + b"\r\n\r\n" + ANSWER,
    b"data:" + PONG + b"\revent:message\r\r",
    b"data: " + PONG + b"\n\r",
    b"event: endpoint\ndata: /messages/?session_id=0f3c\n\n",
]


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("split", [1, 3, 2**20])
async def test_a_stream_comes_down_as_the_server_wrote_it_however_it_was_split(stream: bytes, split: int) -> None:
    assert await relayed(stream, None, split) == stream


async def test_json_over_several_data_lines_comes_down_on_one() -> None:
    got = await relayed(b'id: 1\ndata: {"jsonrpc":"2.0",\ndata: "method":"n"}\nevent: message\n\n')
    assert got == b'id: 1\ndata: {"jsonrpc":"2.0","method":"n"}\nevent: message\n\n'


async def test_a_batch_in_an_event_stays_an_array() -> None:
    """MCP 2025-03-26, basic/transports: SSE data may hold a batch."""
    stream = b"data: [" + PONG + b", " + PONG + b"]\n\n"
    assert await relayed(stream) == stream


async def test_the_head_and_each_event_come_down_before_the_next_is_sent() -> None:
    """A server may wait for the client inside its stream; a proxy that gathers events would deadlock."""
    steps: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def script(received: Received) -> None:
        await received.start_events(
            "Mcp-Session-Id: s1", "Cache-Control: no-cache, no-transform", "X-Accel-Buffering: no"
        )
        while (step := await steps.get()) is not None:
            await received.chunk(step)
        await received.end()

    async with RawServer(script) as server, proxied(server.url) as (port, _), connect(port) as client:
        await client.send("POST", "/mcp", PING)
        head = await client.head()
        assert (head.status, head.get("content-type")) == (200, "text/event-stream")
        assert head.get("mcp-session-id") == "s1"
        assert head.get("cache-control") == "no-cache, no-transform"
        assert head.get("x-accel-buffering") == "no"
        assert head.get("content-length") is None
        for step in (PRIMING, b": ping\r\n\r\n", ANSWER):
            steps.put_nowait(step)
            got = b""
            while len(got) < len(step):
                got += await client.chunk()
            assert got == step
        steps.put_nowait(None)
        assert await client.chunk() == b""


async def test_a_get_stream_carries_last_event_id_up_and_events_down() -> None:
    async def script(received: Received) -> None:
        await received.start_events()
        await received.chunk(ANSWER)
        await received.end()

    async with RawServer(script) as server, proxied(server.url) as (port, _), connect(port) as client:
        head, body = await client.get("Accept: text/event-stream", "Last-Event-ID: a/b=1", "Mcp-Session-Id: s1")
        assert (head.status, body) == (200, ANSWER)
        assert server.requests[0].method == "GET"
        assert server.requests[0].head.get("last-event-id") == "a/b=1"
        assert server.requests[0].head.get("mcp-session-id") == "s1"


async def test_one_stream_does_not_hold_up_another() -> None:
    release = asyncio.Event()

    async def script(received: Received) -> None:
        if received.method == "GET":
            await received.start_events()
            await within(release.wait())
            await received.end()
        else:
            await received.json(PONG)

    async with RawServer(script) as server, proxied(server.url) as (port, proxy):
        clients = [connect(port) for _ in range(120)]
        opened = [await client.__aenter__() for client in clients]
        for client in opened:
            await client.send("GET")
        for client in opened:
            assert (await client.head()).status == 200
        assert proxy.in_flight == 120
        async with connect(port) as client:
            assert (await client.post(PING))[1] == PONG
        release.set()
        for client in opened:
            assert await client.chunk() == b""
        for context in clients:
            await context.__aexit__(None, None, None)


async def test_a_rewritten_event_keeps_its_id_name_and_retry() -> None:
    core = PassthroughCore(
        changes=[lambda side, message: Message({**message.body, "x": 1}) if side is Side.SERVER else message]
    )
    got = await relayed(b"retry: 7\nid: 2\nevent: message\ndata: " + PONG + b"\n\n", core)
    assert got == b'retry: 7\nid: 2\nevent: message\ndata: {"jsonrpc":"2.0","id":1,"result":{},"x":1}\n\n'


NOTE = b'{"jsonrpc":"2.0","method":"notifications/message"}'


async def test_a_refused_notification_is_dropped_and_its_id_stays() -> None:
    core = PassthroughCore(refusals={"notifications/message": Withheld("no")})
    assert await relayed(b"id: 1\ndata: " + NOTE + b"\n\ndata: " + NOTE + b"\n\n" + ANSWER, core) == (
        b"id: 1\ndata: \n\n" + ANSWER
    )


async def test_a_refused_request_of_the_server_is_answered_to_the_server() -> None:
    core = PassthroughCore(refusals={"sampling/createMessage": Withheld("no")})
    answered = asyncio.Event()
    question = b'{"jsonrpc":"2.0","id":"q","method":"sampling/createMessage"}'

    async def script(received: Received) -> None:
        if b'"error"' in received.body:
            await received.reply("202 Accepted")
            answered.set()
        else:
            await received.start_events("Mcp-Session-Id: s1")
            await received.chunk(b"id: 1\ndata: " + question + b"\n\n")
            await within(answered.wait())
            await received.chunk(ANSWER)
            await received.end()

    async with RawServer(script) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        _, body = await client.post(
            PING, "Authorization: Bearer t", "MCP-Protocol-Version: 2025-11-25", target="/mcp?q=1"
        )
        assert body == b"id: 1\ndata: \n\n" + ANSWER
        reply = server.requests[1]
        assert reply.body.startswith(b'{"jsonrpc":"2.0","id":"q","error":{"code":-31010')
        assert reply.target == "/mcp?q=1"
        assert reply.head.get("mcp-session-id") == "s1"
        assert reply.head.get("authorization") == "Bearer t"
        assert reply.head.get("mcp-protocol-version") == "2025-11-25"


@pytest.mark.parametrize("data", [b"alice@example.com", b'{"a":1,"a":2}', b'{"a":"\xff"}', b"{", b'"text"'])
async def test_data_that_is_no_message_does_not_cross_in_a_message_event(data: bytes) -> None:
    core = PassthroughCore()
    got = await relayed(b"id: 1\ndata: " + data + b"\n\ndata: " + data + b"\n\n" + ANSWER, core)
    assert got == b"id: 1\ndata: \n\n" + ANSWER
    assert [event for event in core.events if isinstance(event, FrameDropped)] == [
        FrameDropped("to_client", "malformed", len(data))
    ] * 2


async def test_an_event_over_the_limit_does_not_cross_and_its_request_gets_an_error() -> None:
    core = PassthroughCore(limits=Limits(max_bytes=256))
    got = await relayed(b"id: 9\ndata: " + b"x" * 999 + b"\n\n", core)
    assert got.startswith(b"id: 9\n")
    assert b"xx" not in got
    assert b'data: {"jsonrpc":"2.0","id":1,"error":{"code":-31011' in got


async def test_a_lost_answer_becomes_an_error_at_the_streams_end_and_only_then() -> None:
    got = await relayed(b"data: {broken\n\n")
    assert got.startswith(b'event: message\ndata: {"jsonrpc":"2.0","id":1,"error":{"code":-31011')
    assert await relayed(b"data: {broken\n\n" + ANSWER) == ANSWER
    assert await relayed(PRIMING) == PRIMING


async def test_text_in_other_events_and_comments_is_scrubbed() -> None:
    core = PassthroughCore(scrubs={"alice@example.com": "<EMAIL_ADDRESS>"}, unscrubbable="broken")
    stream = (
        b": for alice@example.com\n\n"
        b": broken\n\n"
        b": fine\n\n"
        b"event: log\nid: 3\ndata: alice@example.com\n\n"
        b"event: log\ndata: broken\n\n"
        b"id: 4\nnote: alice@example.com\n: alice@example.com\ndata: \n\n"
    )
    assert await relayed(stream + ANSWER, core) == (
        b":\n\n:\n\n: fine\n\nevent: log\nid: 3\ndata: <EMAIL_ADDRESS>\n\nid: 4\ndata: \n\n" + ANSWER
    )


async def test_an_incomplete_last_event_does_not_cross() -> None:
    """WHATWG HTML 9.2.6: without its blank line it is never dispatched."""
    assert await relayed(ANSWER + b"data: " + PONG) == ANSWER


async def test_a_compressed_stream_comes_down_event_by_event() -> None:
    second = asyncio.Event()
    packer = zlib.compressobj(wbits=31)

    async def script(received: Received) -> None:
        await received.start_events("Content-Encoding: gzip")
        await received.chunk(packer.compress(PRIMING) + packer.flush(zlib.Z_SYNC_FLUSH))
        await within(second.wait())
        await received.chunk(packer.compress(ANSWER) + packer.flush())
        await received.end()

    async with RawServer(script) as server, proxied(server.url) as (port, _), connect(port) as client:
        await client.send("POST", "/mcp", PING)
        assert (await client.head()).get("content-encoding") is None
        assert await client.chunk() == PRIMING
        second.set()
        assert await client.chunk() == ANSWER
        assert await client.chunk() == b""


async def test_a_stream_in_an_unknown_encoding_is_cut() -> None:
    with pytest.raises(asyncio.IncompleteReadError):
        await relayed(gzip.compress(ANSWER), None, 2**20, "Content-Encoding: br")


async def test_refused_parts_of_a_batch_come_first_in_the_stream() -> None:
    core = PassthroughCore(refusals={"tools/list": Withheld("no")})

    async def script(received: Received) -> None:
        await received.start_events()
        await received.chunk(ANSWER)
        await received.end()

    async with RawServer(script) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        _, body = await client.post(b"[" + PING + b',{"jsonrpc":"2.0","id":2,"method":"tools/list"}]')
        assert body.startswith(b'event: message\ndata: {"jsonrpc":"2.0","id":2,"error"')
        assert body.endswith(b"\n\n" + ANSWER)
