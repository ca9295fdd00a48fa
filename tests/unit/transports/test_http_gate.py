"""The gate of a listener, over real sockets: rates, callers, networks, roles, and those who connect and do not ask."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from sidecar.events import Suspected
from sidecar.runtime.build import App, Settings
from sidecar.transports.http import HttpProxy, HttpSettings
from tests.support.raw_http import RawServer, Received, connect, within

KEYS = {"reader": "key-of-the-reader", "writer": "key-of-the-writer"}
CALLERS = "callers:\n  keys:\n" + "".join(
    f"    - {{name: {name}, sha256: {hashlib.sha256(key.encode()).hexdigest()}, role: {name}}}\n"
    for name, key in KEYS.items()
)
ROLES = "roles:\n  reader: {tools: [get_*], sees: PHONE_NUMBER, restores: false}\n  writer: {tools: ['*']}\n"
TOOLS = [
    {"name": name, "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": name == "get_contact"}}
    for name in ("get_contact", "erase_contact")
]
ALL = "roles: {reader: {}, writer: {}}\n"
CONTACT = {"EmailAddress": "jane@example.com", "MobilePhone": "(212) 555-0101"}


class Clock:
    """It goes when it is told to: a slow machine gives nobody another request."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Upstream:
    """A server that says what it got."""

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, Any], str | None]] = []

    async def __call__(self, received: Received) -> None:
        request = json.loads(received.body)
        self.seen.append((request, received.head.get("authorization")))
        match request["method"]:
            case "tools/list":
                result: Any = {"tools": TOOLS}
            case "tools/call":
                result = {"content": [], "structuredContent": CONTACT}
            case _:
                result = {}
        await received.json(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}).encode())


@asynccontextmanager
async def gated(
    folder: Path, guard: str, policy: str = "reversible", clock: Clock | None = None, **more: Any
) -> AsyncIterator[tuple[int, Upstream, list[Any]]]:
    path = folder / "guard.yaml"
    path.write_text(f"version: 1\ndefaults: none\n{guard}")
    upstream, events = Upstream(), []
    async with RawServer(upstream) as server:
        app = App(Settings(policy=policy, engine="none", upstream=server.url, guard=str(path)), [events.append])
        if clock is not None and app.guarding is not None:
            app.guarding.guard.turnstile._clock = clock
        proxy = HttpProxy(app, HttpSettings(server.url, drain_s=0.2, **more))
        port = await proxy.start()
        try:
            yield port, upstream, events
        finally:
            await within(proxy.stop())
            await app.close()


def request(method: str = "ping", request_id: int = 1, **params: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}).encode()


def call(tool: str, **arguments: Any) -> bytes:
    return request("tools/call", name=tool, arguments=arguments)


def bearer(name: str) -> str:
    return f"Authorization: Bearer {KEYS[name]}"


async def answer(port: int, body: bytes, *headers: str) -> Any:
    async with connect(port) as client:
        head, said = await client.post(body, *headers)
        return head, json.loads(said)


async def test_of_a_hundred_parallel_requests_sixty_pass_and_forty_are_told_when_to_come_again(tmp_path: Path) -> None:
    clock = Clock()
    async with gated(tmp_path, "rates: {per_caller: 60}\n" + CALLERS + ALL, clock=clock) as (port, upstream, events):
        said = await asyncio.gather(*(answer(port, request(), bearer("reader")) for _ in range(100)))
        statuses = [head.status for head, _ in said]
        assert (statuses.count(200), statuses.count(429)) == (60, 40)
        refused = [(head, body) for head, body in said if head.status == 429]
        assert {head.get("retry-after") for head, _ in refused} == {"1"}, "a second each, at sixty a minute"
        assert {(body["error"]["code"], body["error"]["data"]["retryAfter"]) for _, body in refused} == {(-31014, 1)}
        assert (await answer(port, request(), bearer("writer")))[0].status == 200
        assert len(upstream.seen) == 61
        assert [event.kind for event in events if isinstance(event, Suspected)] == ["rate.limit"] * 40
        clock.now += 0.9
        assert (await answer(port, request(), bearer("reader")))[0].status == 429
        clock.now += 0.1
        assert (await answer(port, request(), bearer("reader")))[0].status == 200
        assert (await answer(port, request(), bearer("reader")))[0].status == 429


@pytest.mark.parametrize(("per_minute", "wait_s"), [(6, 10), (1, 60), (45, 2)])
async def test_the_time_to_wait_is_the_time_until_the_next_may_pass(
    tmp_path: Path, per_minute: int, wait_s: int
) -> None:
    clock = Clock()
    async with gated(tmp_path, f"rates: {{per_caller: {per_minute}}}\n", clock=clock) as (port, _, _):
        for _ in range(per_minute):
            assert (await answer(port, request()))[0].status == 200
        head, _ = await answer(port, request())
        assert (head.status, head.get("retry-after")) == (429, str(wait_s))
        clock.now += wait_s - 1
        assert (await answer(port, request()))[0].status == 429
        clock.now += 1
        assert (await answer(port, request()))[0].status == 200


async def test_without_a_known_credential_nothing_reaches_the_server(tmp_path: Path) -> None:
    async with gated(tmp_path, CALLERS + ALL) as (port, upstream, events):
        for headers in ([], ["Authorization: Bearer wrong"], ["Authorization: Basic YTpi"]):
            head, body = await answer(port, request(), *headers)
            assert head.status == 401
            assert head.get("www-authenticate") == "Bearer"
            assert "wrong" not in json.dumps(body)
        assert upstream.seen == []
        assert [event.kind for event in events if isinstance(event, Suspected)] == ["auth.fail"] * 3


async def test_the_callers_own_credential_stays_here(tmp_path: Path) -> None:
    async with gated(tmp_path, CALLERS + ALL) as (port, upstream, _):
        assert (await answer(port, request(), bearer("reader")))[0].status == 200
    assert [credential for _, credential in upstream.seen] == [None]


async def test_where_nobody_is_asked_the_credential_is_the_servers_business(tmp_path: Path) -> None:
    async with gated(tmp_path, "rates: {per_caller: 60}\n") as (port, upstream, _):
        assert (await answer(port, request(), "Authorization: Bearer theirs"))[0].status == 200
    assert [credential for _, credential in upstream.seen] == ["Bearer theirs"]


async def test_a_role_sees_calls_and_restores_what_it_may_and_no_more(tmp_path: Path) -> None:
    async with gated(tmp_path, CALLERS + ROLES) as (port, upstream, _):
        listed = {
            name: (await answer(port, request("tools/list"), bearer(name)))[1]["result"]["tools"] for name in KEYS
        }
        assert {name: [tool["name"] for tool in tools] for name, tools in listed.items()} == {
            "reader": ["get_contact"],
            "writer": ["get_contact", "erase_contact"],
        }
        _, refused = await answer(port, call("erase_contact"), bearer("reader"))
        assert refused["result"]["isError"] is True
        _, read = await answer(port, call("get_contact"), bearer("reader"))
        _, written = await answer(port, call("get_contact"), bearer("writer"))
        assert read["result"]["structuredContent"]["MobilePhone"] == CONTACT["MobilePhone"]
        assert CONTACT["MobilePhone"] not in json.dumps(written)
        for shown, name in ((read, "reader"), (written, "writer")):
            token = shown["result"]["structuredContent"]["EmailAddress"]
            assert token != CONTACT["EmailAddress"]
            await answer(port, call("get_contact", email=token), bearer(name))
        sent = [seen["params"]["arguments"].get("email") for seen, _ in upstream.seen if seen["method"] == "tools/call"]
        assert sent[-1] == CONTACT["EmailAddress"]
        assert sent[-2] != CONTACT["EmailAddress"]


async def test_only_networks_that_are_listed_get_in(tmp_path: Path) -> None:
    async with gated(tmp_path, "networks: [192.0.2.0/24]\n") as (port, upstream, _):
        assert (await answer(port, request()))[0].status == 403
        assert upstream.seen == []
    async with gated(tmp_path, "networks: [127.0.0.0/8]\n") as (port, _, _):
        assert (await answer(port, request()))[0].status == 200


async def test_who_violates_again_and_again_is_banned(tmp_path: Path) -> None:
    async with gated(tmp_path, "limits: {string_chars: 100}\nban: {violations: 3}\n" + CALLERS + ALL) as (port, _, _):
        for _ in range(3):
            head, body = await answer(port, call("x", q="y" * 101), bearer("reader"))
            assert "limit 100" in json.dumps(body)
        head, _ = await answer(port, request(), bearer("reader"))
        assert head.status == 429
        assert int(head.get("retry-after") or 0) > 60
        assert (await answer(port, request(), bearer("writer")))[0].status == 200


async def test_an_anonymous_caller_that_violates_is_banned_by_its_address(tmp_path: Path) -> None:
    async with gated(tmp_path, "limits: {string_chars: 100}\nban: {violations: 2}\n") as (port, _, _):
        for _ in range(2):
            await answer(port, call("x", q="y" * 101), "Authorization: Bearer theirs")
        assert (await answer(port, request()))[0].status == 429


async def test_a_request_one_byte_too_long_is_refused_before_it_is_read(tmp_path: Path) -> None:
    async with gated(tmp_path, "limits: {request_bytes: 1000}\n") as (port, upstream, _):
        padding = 1000 - len(call("x", q=""))
        assert (await answer(port, call("x", q="y" * padding)))[0].status == 200
        assert (await answer(port, call("x", q="y" * (padding + 1))))[0].status == 413
        assert len(upstream.seen) == 1
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 1001\r\n\r\n".encode()
        )  # and not a byte of it
        assert b"413" in await within(reader.readline())
        writer.close()


async def test_a_server_that_says_nothing_is_given_up_and_one_that_asks_the_client_is_waited_for(
    tmp_path: Path,
) -> None:
    path = tmp_path / "guard.yaml"
    path.write_text("version: 1\ndefaults: none\nlimits: {idle_s: 0.3}\n")
    released = asyncio.Event()

    async def server(received: Received) -> None:
        body = json.loads(received.body)
        if body["params"]["name"] == "silent":
            await released.wait()
            return
        asked = json.dumps(
            {"jsonrpc": "2.0", "id": "q", "method": "elicitation/create", "params": {"message": "Really?"}}
        )
        await received.start_events()
        await received.chunk(f"data: {asked}\n\n".encode())
        await released.wait()
        answer = json.dumps({"jsonrpc": "2.0", "id": body["id"], "result": {"content": []}})
        await received.chunk(f"data: {answer}\n\n".encode())
        await received.end()

    async with RawServer(server) as upstream:
        app = App(Settings(policy="observe", engine="none", upstream=upstream.url, guard=str(path)), [])
        proxy = HttpProxy(app, HttpSettings(upstream.url, drain_s=0.2))
        port = await proxy.start()
        try:
            head, body = await answer(port, call("silent"))
            assert head.status == 502
            assert body["error"]["code"] == -31013
            async with connect(port) as client:
                await client.send("POST", "/mcp", call("asking"))
                await client.head()
                assert b"Really?" in await client.chunk()
                await asyncio.sleep(0.6)  # twice the limit: it is not cut
                released.set()
                assert b'"content"' in await client.chunk()
        finally:
            released.set()
            await within(proxy.stop())
            await app.close()


async def test_a_connection_that_does_not_ask_in_time_is_closed(tmp_path: Path) -> None:
    async with gated(tmp_path, "", head_s=0.2) as (port, _, _):
        for beginning in (b"", b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(beginning)
            try:
                assert await within(reader.read()) == b""
            except ConnectionError:
                pass
            finally:
                writer.close()
