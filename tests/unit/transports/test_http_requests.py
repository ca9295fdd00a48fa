"""What a client's HTTP request becomes on its way up."""

from __future__ import annotations

import gzip

import pytest

from sidecar.errors import RateLimited, TooLarge, Withheld
from sidecar.session.actions import Side
from sidecar.wire.jsonrpc import Limits, Message
from tests.support.http_proxy import proxied
from tests.support.passthrough_core import PassthroughCore
from tests.support.raw_http import RawServer, Received, connect

PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
NOTE = b'{"jsonrpc":"2.0","method":"notifications/initialized"}'
PONG = b'{"jsonrpc":"2.0","id":1,"result":{}}'


async def pong(received: Received) -> None:
    await received.json(PONG)


async def test_headers_go_up_in_order_with_duplicates_and_their_spelling() -> None:
    sent = (
        "Content-Type: application/json; charset=utf-8",
        "accept: application/json,text/event-stream",
        "mcp-protocol-version: 2026-07-28",
        "Mcp-Method: ping",
        "mcp-name: =?base64?w6k=?=",
        "MCP-Param-Foo: one",
        "X-Twice: a",
        "Authorization: Bearer t0ken",
        "X-Twice: b",
        "Cookie: a=1; b=2",
        "Last-Event-ID: 17",
        "traceparent: 00-00000000000000000000000000000001-0000000000000001-01",
    )
    async with RawServer(pong) as server, proxied(server.url) as (port, _), connect(port) as client:
        await client.send("POST", "/mcp", PING, *sent)
        await client.answer()
        got = [f"{name}: {value}" for name, value in server.requests[0].head.headers]
        await client.send("POST", "/mcp", PING, "X-Twice: a", "x-twice: b")
        await client.answer()
        assert [value for name, value in server.requests[1].head.headers if name.lower() == "x-twice"] == ["a", "b"]
    assert got[0] == f"Host: 127.0.0.1:{server.port}"
    assert [line for line in got if line in sent] == list(sent)
    assert {line.partition(":")[0].lower() for line in got if line not in sent} == {
        "host",
        "accept-encoding",
        "content-length",
    }
    assert "Accept-Encoding: identity" in got


async def test_nothing_is_added_that_tells_of_the_proxy_or_the_client() -> None:
    async with RawServer(pong) as server, proxied(server.url) as (port, _), connect(port) as client:
        await client.send("POST", "/mcp", PING)
        await client.answer()
        names = {name.lower() for name, _ in server.requests[0].head.headers}
    assert names == {"host", "accept-encoding", "content-length"}


async def test_configured_headers_replace_the_clients_at_the_server_only() -> None:
    headers = (("Authorization", "Bearer configured"),)
    async with (
        RawServer(pong) as server,
        proxied(server.url, upstream_headers=headers) as (port, _),
        connect(port) as client,
    ):
        await client.post(PING, "Authorization: Bearer mine")
        got = [value for name, value in server.requests[0].head.headers if name == "Authorization"]
    assert got == ["Bearer configured"]


@pytest.mark.parametrize("query", ["?", "?a=%7Eb&c=+d%2f/e?", "?user=alice%40example.com&=&&x", "?%zz=%"])
async def test_the_query_string_goes_up_byte_for_byte(query: str) -> None:
    async with RawServer(pong) as server, proxied(server.url) as (port, _), connect(port) as client:
        await client.post(PING, target="/mcp" + query)
        assert server.requests[0].target == "/mcp" + (query if query != "?" else "")


async def test_a_query_in_the_upstreams_url_comes_first() -> None:
    async with (
        RawServer(pong) as server,
        proxied(server.url + "?key=1%2B") as (port, _),
        connect(port) as client,
    ):
        await client.post(PING, target="/mcp?b=2")
        await client.post(PING)
        assert [received.target for received in server.requests] == ["/mcp?key=1%2B&b=2", "/mcp?key=1%2B"]


async def test_the_body_goes_up_as_it_came() -> None:
    body = '{ "jsonrpc": "2.0", "id": 1E2, "method": "x", "params": {"n": 1.10, "s": "\\u00e9 \u2028"} }'.encode()
    async with RawServer(pong) as server, proxied(server.url) as (port, _), connect(port) as client:
        await client.post(body)
        assert server.requests[0].body == body


async def test_a_rewritten_body_goes_up_with_its_own_length() -> None:
    core = PassthroughCore(
        changes=[lambda side, message: Message({**message.body, "extra": "é"}) if side is Side.CLIENT else message]
    )
    async with RawServer(pong) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        head, _ = await client.post(PING)
        assert head.status == 200
        assert server.requests[0].body == '{"jsonrpc":"2.0","id":1,"method":"ping","extra":"é"}'.encode()


async def test_a_chunked_body_is_read_whole() -> None:
    async with RawServer(pong) as server, proxied(server.url) as (port, _), connect(port) as client:
        client.writer.write(
            b"POST /mcp HTTP/1.1\r\nHost: localhost:1\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"5\r\n" + PING[:5] + b"\r\n" + f"{len(PING) - 5:x}\r\n".encode() + PING[5:] + b"\r\n0\r\n\r\n"
        )
        head, _ = await client.answer()
        assert head.status == 200
        assert server.requests[0].body == PING
        assert server.requests[0].head.get("transfer-encoding") is None


async def test_a_client_that_expects_100_continue_gets_it() -> None:
    async with RawServer(pong) as server, proxied(server.url) as (port, _), connect(port) as client:
        await client.send("POST", "/mcp", b"", "Expect: 100-continue", f"Content-Length: {len(PING)}")
        assert (await client.head()).status == 100
        client.writer.write(PING)
        assert (await client.answer())[0].status == 200
        assert server.requests[0].head.get("expect") is None


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Host: evil.example.com", 421),
        ("Host: 127.0.0.1", 421),
        ("Host: localhost:evil.example.com", 421),
        ("Host: mcp.example.com:8443", 421),
        ("Host: mcp.example.com", 200),
        ("Host: LOCALHOST:80", 421),
        ("Host: [::1]:80", 200),
        ("Origin: http://evil.example.com", 403),
        ("Origin: null", 403),
        ("Origin: https://127.0.0.1:80", 403),
        ("Origin: http://localhost:6274", 200),
        ("Origin: https://app.example.com", 200),
        ("Origin: https://app.example.com.evil.test", 403),
    ],
)
async def test_host_and_origin_are_checked_before_the_body_is_read(header: str, status: int) -> None:
    async with (
        RawServer(pong) as server,
        proxied(server.url, allowed_hosts=("mcp.example.com",), allowed_origins=("https://app.example.com",)) as (
            port,
            _,
        ),
        connect(port) as client,
    ):
        body = PING if status == 200 else b""
        await client.send("POST", "/mcp", body, header, f"Content-Length: {len(PING)}")
        assert (await client.head()).status == status
        assert len(server.requests) == (1 if status == 200 else 0)


@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS", "PUT"])
async def test_the_origin_is_checked_whatever_the_method(method: str) -> None:
    async with RawServer(pong) as server, proxied(server.url) as (port, _), connect(port) as client:
        head, _ = await client.get("Origin: null", method=method)
        assert head.status == 403
        assert not server.requests


@pytest.mark.parametrize(
    "path", ["/", "/mcp/", "/mcp/../mcp", "/MCP", "/m%63p", "/.well-known/oauth-protected-resource"]
)
async def test_every_other_path_is_404_and_the_server_is_not_asked(path: str) -> None:
    async with RawServer(pong) as server, proxied(server.url) as (port, _), connect(port) as client:
        head, _ = await client.post(PING, target=path)
        assert head.status == 404
        assert not server.requests


async def test_the_upstreams_own_path_is_served() -> None:
    async with (
        RawServer(pong) as server,
        proxied(f"http://127.0.0.1:{server.port}/a/b%20c") as (port, _),
        connect(port) as client,
    ):
        head, _ = await client.post(PING, target="/a/b%20c?x")
        assert head.status == 200
        assert server.requests[0].target == "/a/b%20c?x"


async def test_an_upstream_without_a_path_is_served_at_mcp() -> None:
    async with (
        RawServer(pong) as server,
        proxied(f"http://127.0.0.1:{server.port}") as (port, _),
        connect(port) as client,
    ):
        assert (await client.post(PING))[0].status == 200
        assert server.requests[0].target == "/mcp"


async def test_a_body_over_the_limit_is_413_before_it_is_sent() -> None:
    async with (
        RawServer(pong) as server,
        proxied(server.url, max_body_bytes=64) as (port, _),
        connect(port) as client,
    ):
        client.writer.write(b"POST /mcp HTTP/1.1\r\nHost: localhost:1\r\nContent-Length: 65\r\n\r\n")
        head, body = await client.answer()
        assert head.status == 413
        assert b'"code":-31012' in body
        assert b'"id":null' in body
        assert not server.requests


async def test_a_chunked_body_over_the_limit_is_413() -> None:
    async with (
        RawServer(pong) as server,
        proxied(server.url, max_body_bytes=64) as (port, _),
        connect(port) as client,
    ):
        client.writer.write(
            b"POST /mcp HTTP/1.1\r\nHost: localhost:1\r\nTransfer-Encoding: chunked\r\n\r\n41\r\n" + b"x" * 65 + b"\r\n"
        )
        assert (await client.answer())[0].status == 413
        assert not server.requests


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", -32700),
        (b'{"a":1,"a":2}', -32700),
        (b'{"jsonrpc":"2.0","id":NaN}', -32700),
        (b'{"s":"\xff"}', -32700),
        (gzip.compress(PING, mtime=0), -32700),
        (b"[]", -32600),
        (b'"ping"', -32600),
        (b"[1]", -32600),
    ],
)
async def test_what_is_no_message_is_400_and_never_goes_up(body: bytes, code: int) -> None:
    async with RawServer(pong) as server, proxied(server.url) as (port, _), connect(port) as client:
        head, reply = await client.post(body)
        assert head.status == 400
        assert head.get("content-type") == "application/json"
        assert f'"code":{code}'.encode() in reply
        assert b'"id":null' in reply
        assert not server.requests


async def test_a_compressed_request_is_400_like_at_the_sdks_server() -> None:
    async with RawServer(pong) as server, proxied(server.url) as (port, _), connect(port) as client:
        head, _ = await client.post(gzip.compress(PING, mtime=0), "Content-Encoding: gzip")
        assert head.status == 400
        assert not server.requests


async def test_a_message_nested_too_deeply_is_413() -> None:
    core = PassthroughCore(limits=Limits(max_depth=8))
    async with RawServer(pong) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        head, _ = await client.post(b'{"params":' + b"[" * 20 + b"]" * 20 + b"}")
        assert head.status == 413
        assert not server.requests


@pytest.mark.parametrize(
    ("failure", "status"), [(Withheld("no"), 200), (RateLimited("no"), 429), (TooLarge("no"), 413)]
)
async def test_a_refused_request_is_answered_here_with_its_own_id(failure: Exception, status: int) -> None:
    core = PassthroughCore(refusals={"ping": failure})
    async with RawServer(pong) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        head, body = await client.post(PING.replace(b'"id":1', b'"id":"a-1"'))
        assert head.status == status
        assert head.get("content-type") == "application/json"
        assert b'"id":"a-1"' in body
        assert f'"code":{failure.code}'.encode() in body  # type: ignore[attr-defined]
        assert not server.requests


async def test_a_request_that_the_core_drops_still_gets_an_answer() -> None:
    core = PassthroughCore(refusals={"ping": Withheld("no")}, is_mute=True)
    async with RawServer(pong) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        head, body = await client.post(PING)
        assert head.status == 200
        assert body.startswith(b'{"jsonrpc":"2.0","id":1,"error":{"code":-31010')
        assert not server.requests


async def test_a_refused_notification_is_accepted_and_goes_nowhere() -> None:
    core = PassthroughCore(refusals={"notifications/initialized": Withheld("no")})
    async with RawServer(pong) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        head, body = await client.post(NOTE)
        assert (head.status, body, head.get("content-type")) == (202, b"", None)
        assert not server.requests


async def test_a_batch_goes_up_and_comes_down_as_an_array() -> None:
    """JSON-RPC batches are part of MCP 2025-03-26."""

    async def answer(received: Received) -> None:
        await received.json(b"[" + PONG + b"," + PONG.replace(b"1", b"2", 1) + b"]")

    async with RawServer(answer) as server, proxied(server.url) as (port, _), connect(port) as client:
        _, body = await client.post(b"[" + PING + b"," + NOTE + b"]")
        assert server.requests[0].body == b"[" + PING + b"," + NOTE + b"]"
        assert body == b"[" + PONG + b"," + PONG.replace(b"1", b"2", 1) + b"]"


async def test_the_refused_part_of_a_batch_is_answered_in_the_array() -> None:
    core = PassthroughCore(refusals={"tools/list": Withheld("no")})
    refused = b'{"jsonrpc":"2.0","id":2,"method":"tools/list"}'

    async def answer(received: Received) -> None:
        await received.json(b"[" + PONG + b"]")

    async with RawServer(answer) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        _, body = await client.post(b"[" + PING + b"," + refused + b"]")
        assert server.requests[0].body == b"[" + PING + b"]"
        assert body.startswith(b"[" + PONG + b',{"jsonrpc":"2.0","id":2,"error":')
        assert body.endswith(b"}]")
        head, body = await client.post(b"[" + refused + b"]")
        assert head.status == 200
        assert body.startswith(b'[{"jsonrpc":"2.0","id":2,"error":')
        assert len(server.requests) == 1


async def test_the_refused_part_of_a_batch_is_answered_when_the_server_only_accepts() -> None:
    core = PassthroughCore(refusals={"tools/list": Withheld("no")})

    async def accept(received: Received) -> None:
        await received.reply("202 Accepted")

    async with RawServer(accept) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        head, body = await client.post(b"[" + NOTE + b',{"jsonrpc":"2.0","id":2,"method":"tools/list"}]')
        assert head.status == 200
        assert head.get("content-type") == "application/json"
        assert body.startswith(b'[{"jsonrpc":"2.0","id":2,"error":')
