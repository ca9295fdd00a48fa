"""No message and no stream passes the redaction by way of the authorization paths."""

from __future__ import annotations

import pytest

from sidecar.runtime.build import App, Settings
from sidecar.transports.http import HttpProxy, HttpSettings
from tests.support.raw_http import RawServer, Received, connect

CANARY = "maria.lindqvist@example.com"
RESULT = b'{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"maria.lindqvist@example.com"}]}}'
CALL = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"n","arguments":{"to":"maria.lindqvist@example.com"}}}'
TWICE = b'{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"result":"maria.lindqvist@example.com"}'


async def through(server: RawServer, target: str, body: bytes, auth: str = "passthrough") -> tuple[int, bytes]:
    app = App(Settings(policy="strict", engine="none"), [])
    proxy = HttpProxy(app, HttpSettings(server.url, auth=auth, drain_s=0.2))  # type: ignore[arg-type]
    port = await proxy.start()
    try:
        async with connect(port) as client:
            head, said = await client.post(body, target=target)
            return head.status, said
    finally:
        await proxy.stop()
        await app.close()


@pytest.mark.parametrize("said", [RESULT, b"[" + RESULT + b"]", b" \n" + RESULT, b"\xef\xbb\xbf" + RESULT, TWICE])
async def test_a_result_on_an_authorization_path_does_not_reach_the_client(said: bytes) -> None:
    async def answer(received: Received) -> None:
        await received.json(said)

    async with RawServer(answer) as server:
        status, body = await through(server, "/token", b"grant_type=x")
    assert status == 502
    assert CANARY.encode() not in body


async def test_an_event_stream_on_an_authorization_path_does_not_reach_the_client() -> None:
    async def answer(received: Received) -> None:
        await received.start_events()
        await received.chunk(b"data: " + RESULT + b"\n\n")
        await received.until_closed()

    async with RawServer(answer) as server:
        status, body = await through(server, "/token", b"grant_type=x")
    assert status == 502
    assert CANARY.encode() not in body


@pytest.mark.parametrize("sent", [CALL, b"[" + CALL + b"]", TWICE])
async def test_a_call_on_an_authorization_path_does_not_reach_the_server(sent: bytes) -> None:
    async def answer(received: Received) -> None:
        await received.json(b"{}")

    async with RawServer(answer) as server:
        status, body = await through(server, "/token", sent)
        assert server.requests == []
    assert status == 400
    assert CANARY.encode() not in body


@pytest.mark.parametrize(
    ("target", "auth"),
    [
        ("/token", "none"),
        ("/.well-known/../mcp", "passthrough"),
        (f"/.well-known/webfinger?resource={CANARY}", "passthrough"),
    ],
)
async def test_every_other_path_is_404_and_the_server_hears_nothing_of_it(target: str, auth: str) -> None:
    async def answer(received: Received) -> None:
        await received.json(RESULT)

    async with RawServer(answer) as server:
        status, body = await through(server, target, b"grant_type=x", auth)
        assert server.requests == []
    assert (status, body) == (404, b"Not Found")
