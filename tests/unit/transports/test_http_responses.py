"""What a server's HTTP response with a whole body becomes on its way down."""

from __future__ import annotations

import gzip
import zlib

import pytest

from sidecar.errors import Withheld
from sidecar.session.actions import Side
from sidecar.wire.jsonrpc import Limits, Message
from tests.support.http_proxy import proxied
from tests.support.passthrough_core import PassthroughCore
from tests.support.raw_http import Head, RawServer, Received, connect

PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
PONG = b'{"jsonrpc":"2.0","id":1,"result":{}}'


async def exchange(
    answer: bytes, core: PassthroughCore | None = None, request: bytes = PING, method: str = "POST"
) -> tuple[Head, bytes]:
    """What the client gets when the server answers with exactly ``answer``."""

    async def script(received: Received) -> None:
        await received.send(answer)

    async with RawServer(script) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        if method == "POST":
            return await client.post(request)
        return await client.get(method=method)


def response(status: str, body: bytes = b"", *headers: str) -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", "")).encode() + body


@pytest.mark.parametrize(
    "status", ["202 Accepted", "400 Bad Request", "404 Not Found", "405 Method Not Allowed", "409 Conflict"]
)
async def test_an_empty_body_stays_empty(status: str) -> None:
    """Clients detect the era by it (MCP 2026-07-28, basic/transports: backward compatibility)."""
    head, body = await exchange(response(status))
    assert (head.status, body) == (int(status[:3]), b"")
    assert head.get("content-type") is None
    assert head.get("content-length") == "0"


@pytest.mark.parametrize(
    "status", ["200 OK", "400 Bad Request", "401 Unauthorized", "404 Not Found", "500 Internal Server Error"]
)
async def test_a_json_body_keeps_its_status_and_bytes(status: str) -> None:
    sent = b'{ "jsonrpc":"2.0", "id":1, "error":{"code":-32601,"message":"\\u00e9","data":1.10} }'
    head, body = await exchange(response(status, sent, "content-type: application/json"))
    assert (head.status, body) == (int(status[:3]), sent)
    assert head.get("content-type") == "application/json"


async def test_headers_come_down_in_order_with_duplicates() -> None:
    sent = (
        "Content-Type: application/json",
        "Mcp-Session-Id: abc-123",
        'WWW-Authenticate: Bearer resource_metadata="http://localhost/.well-known/x", scope="a b"',
        "Set-Cookie: a=1; Path=/",
        "Allow: POST, GET",
        "Set-Cookie: b=2",
        "X-Unknown: kept",
        "Server: theirs",
        "Date: Thu, 01 Jan 2026 00:00:00 GMT",
        "Cache-Control: no-cache, no-transform",
        "Retry-After: 3",
    )
    head, _ = await exchange(response("401 Unauthorized", PONG, *sent))
    assert [f"{name}: {value}" for name, value in head.headers if name.lower() != "content-length"] == list(sent)


async def test_the_proxy_adds_no_server_header() -> None:
    head, _ = await exchange(response("200 OK", PONG, "Content-Type: application/json"))
    assert {name.lower() for name, _ in head.headers} == {"content-type", "content-length", "date"}


async def test_a_rewritten_body_loses_the_headers_that_vouch_for_the_old_one() -> None:
    core = PassthroughCore(
        changes=[lambda side, message: Message({**message.body, "x": 1}) if side is Side.SERVER else message]
    )
    sent = response("200 OK", PONG, "Content-Type: application/json", 'ETag: "x"', "Content-Digest: sha-256=:x:")
    head, body = await exchange(sent, core)
    assert body == b'{"jsonrpc":"2.0","id":1,"result":{},"x":1}'
    assert head.get("etag") is None
    assert head.get("content-digest") is None
    assert (await exchange(sent))[0].get("etag") == '"x"'


async def test_a_value_in_an_unknown_header_is_scrubbed() -> None:
    core = PassthroughCore(scrubs={"alice@example.com": "<EMAIL_ADDRESS>"}, unscrubbable="broken")
    sent = response(
        "200 OK", PONG, "Content-Type: application/json", "X-User: alice@example.com", "X-Other: broken", "X-Fine: 1"
    )
    head, _ = await exchange(sent, core)
    assert head.get("x-user") == "<EMAIL_ADDRESS>"
    assert head.get("x-other") is None
    assert head.get("x-fine") == "1"


async def test_the_reason_phrase_is_not_the_servers() -> None:
    head, _ = await exchange(response("400 alice@example.com"))
    assert head.first_line == "HTTP/1.1 400 Bad Request"


@pytest.mark.parametrize("kind", ["text/plain", "text/html; charset=utf-8", "text/plain; charset=iso-8859-1"])
async def test_a_text_body_is_scrubbed_and_keeps_its_status(kind: str) -> None:
    core = PassthroughCore(scrubs={"alice@example.com": "<EMAIL_ADDRESS>"})
    head, body = await exchange(response("403 Forbidden", b"no alice@example.com!", f"Content-Type: {kind}"), core)
    assert (head.status, body) == (403, b"no <EMAIL_ADDRESS>!")
    assert head.get("content-type") == kind


async def test_json_with_a_text_type_is_read_as_json() -> None:
    core = PassthroughCore(
        changes=[lambda side, message: Message({**message.body, "x": 1}) if side is Side.SERVER else message]
    )
    _, body = await exchange(response("200 OK", PONG, "Content-Type: text/plain"), core)
    assert body == b'{"jsonrpc":"2.0","id":1,"result":{},"x":1}'


async def test_json_that_is_no_message_is_scrubbed_without_its_escapes() -> None:
    core = PassthroughCore(scrubs={"alice@example.com": "<EMAIL_ADDRESS>"})
    sent = response("400 Bad Request", b'"no alice\\u0040example.com"', "Content-Type: application/json")
    head, body = await exchange(sent, core)
    assert (head.status, body) == (400, b'"no <EMAIL_ADDRESS>"')


@pytest.mark.parametrize(
    "sent",
    [
        response("200 OK", b'{"a":1,"a":2}', "Content-Type: application/json"),
        response("200 OK", b'{"a":', "Content-Type: application/json"),
        response("200 OK", b'{"a":"\xff"}', "Content-Type: application/json"),
        response(
            "200 OK", b'{"jsonrpc":"2.0","id":1,"result":"' + b"x" * 5000 + b'"}', "Content-Type: application/json"
        ),
        response("200 OK", b"x", "Content-Type: text/plain; charset=utf-16"),
        response("200 OK", b"broken", "Content-Type: text/plain"),
        response("200 OK", PONG, "Content-Type: application/json", "Content-Encoding: br"),
        response("200 OK", PONG, "Content-Type: application/json", "Content-Encoding: gzip, gzip"),
        response("200 OK", b"not gzip", "Content-Type: application/json", "Content-Encoding: gzip"),
        response(
            "200 OK", gzip.compress(PONG, mtime=0)[:-9], "Content-Type: application/json", "Content-Encoding: gzip"
        ),
        response(
            "200 OK", gzip.compress(b" " * 9**7, mtime=0), "Content-Type: application/json", "Content-Encoding: gzip"
        ),
    ],
)
async def test_a_body_that_cannot_be_read_is_a_502_with_the_requests_id(sent: bytes) -> None:
    core = PassthroughCore(limits=Limits(max_bytes=4096), unscrubbable="broken")
    head, body = await exchange(sent, core, PING.replace(b'"id":1', b'"id":"x"'))
    assert head.status == 502
    assert head.get("content-type") == "application/json"
    assert body.startswith(b'{"jsonrpc":"2.0","id":"x","error":{"code":')


@pytest.mark.parametrize(
    ("coding", "encoded"),
    [
        ("gzip", gzip.compress(PONG, mtime=0)),
        ("GZIP", gzip.compress(PONG, mtime=0)),
        ("x-gzip", gzip.compress(PONG[:9], mtime=0) + gzip.compress(PONG[9:], mtime=0)),
        ("deflate", zlib.compress(PONG)),
        ("deflate", zlib.compress(PONG, wbits=-15)),
        ("identity", PONG),
    ],
)
async def test_a_compressed_body_comes_down_decoded(coding: str, encoded: bytes) -> None:
    sent = response("200 OK", encoded, "Content-Type: application/json", f"Content-Encoding: {coding}", "Vary: X")
    head, body = await exchange(sent)
    assert body == PONG
    assert head.get("content-encoding") is None
    assert head.get("vary") == "X"


async def test_a_large_compressed_body_is_whole() -> None:
    large = b'{"jsonrpc":"2.0","id":1,"result":"' + b"ab" * 500_000 + b'"}'
    sent = response("200 OK", gzip.compress(large, mtime=0), "Content-Type: application/json", "Content-Encoding: gzip")
    assert (await exchange(sent))[1] == large


async def test_a_withheld_answer_is_replaced_in_place() -> None:
    def hide(side: Side, message: Message) -> Message:
        return Message({"jsonrpc": "2.0", "id": 1, "error": {"code": -31010}}) if side is Side.SERVER else message

    head, body = await exchange(
        response("200 OK", PONG, "Content-Type: application/json"), PassthroughCore(changes=[hide])
    )
    assert (head.status, body) == (200, b'{"jsonrpc":"2.0","id":1,"error":{"code":-31010}}')


async def test_a_dropped_answer_leaves_an_error_and_not_silence() -> None:
    core = PassthroughCore(refusals={"": Withheld("no")})
    head, body = await exchange(response("200 OK", PONG, "Content-Type: application/json"), core)
    assert head.status == 200
    assert body.startswith(b'{"jsonrpc":"2.0","id":1,"error":{"code":-31011')


async def test_a_redirect_to_the_server_itself_stays_at_the_proxy_and_is_not_followed() -> None:
    async def script(received: Received) -> None:
        await received.reply("307 Temporary Redirect", b"", f"Location: http://127.0.0.1:{server.port}/mcp/?a=b")

    async with RawServer(script) as server, proxied(server.url) as (port, _), connect(port) as client:
        head, _ = await client.post(PING)
        assert (head.status, head.get("location")) == (307, "/mcp/?a=b")
        assert len(server.requests) == 1


async def test_a_redirect_past_the_proxy_names_no_place() -> None:
    head, _ = await exchange(response("307 Temporary Redirect", b"", "Location: https://other.example.com/mcp"))
    assert (head.status, head.get("location")) == (307, None)


async def test_a_servers_cookies_are_the_clients_and_nobody_elses() -> None:
    async def script(received: Received) -> None:
        await received.json(PONG, "Set-Cookie: a=1; Path=/")

    async with (
        RawServer(script) as server,
        proxied(f"http://localhost:{server.port}/mcp") as (port, _),  # a jar keeps cookies of names, not of addresses
        connect(port) as client,
    ):
        head, _ = await client.post(PING)
        assert head.get("set-cookie") == "a=1; Path=/"
        await client.post(PING)
        assert server.requests[1].head.get("cookie") is None


@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS", "PUT"])
async def test_other_methods_reach_the_server_and_its_refusal_comes_back(method: str) -> None:
    head, body = await exchange(response("405 Method Not Allowed", b"", "Allow: POST"), method=method)
    assert (head.status, head.get("allow"), body) == (405, "POST", b"")


async def test_head_is_answered_without_a_body() -> None:
    async def script(received: Received) -> None:
        await received.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 5\r\n\r\n")

    async with RawServer(script) as server, proxied(server.url) as (port, _), connect(port) as client:
        await client.send("HEAD")
        assert (await client.head()).status == 200
        await client.send("HEAD")
        assert (await client.head()).status == 200


async def test_no_content_has_no_content() -> None:
    head, body = await exchange(b"HTTP/1.1 204 No Content\r\n\r\n", method="DELETE")
    assert (head.status, body, head.get("content-length")) == (204, b"", None)
