"""HTTP clients before a stdio server: sessions, stateless requests, streams, statuses, and the life of its processes."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from sidecar.config.addresses import Address
from sidecar.errors import Withheld
from sidecar.transports.listener import ListenSettings
from sidecar.transports.spawning import SpawnProxy, SpawnSettings
from tests.process.wrapped import gone
from tests.support.passthrough_core import PassthroughCore
from tests.support.raw_http import Head, RawClient, connect, until, within

SPAWNEE = (sys.executable, "-I", "-S", str(Path(__file__).with_name("spawnee.py")))
ACCEPT = "Accept: application/json, text/event-stream"
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


@asynccontextmanager
async def spawned(core: PassthroughCore | None = None, **settings: Any) -> AsyncIterator[tuple[int, SpawnProxy]]:
    listen = ListenSettings(Address("127.0.0.1"), drain_s=0.2)
    command = settings.pop("command", SPAWNEE)
    proxy = SpawnProxy(core or PassthroughCore(), SpawnSettings(command, listen, **settings))
    port = await proxy.start()
    try:
        yield port, proxy
    finally:
        await asyncio.wait_for(proxy.stop(), 30)


def body(method: str, request_id: Any = 1, **params: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}).encode()


def note(method: str, **params: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "method": method, "params": params}).encode()


def modern(method: str, *more: str) -> tuple[str, ...]:
    return (ACCEPT, "MCP-Protocol-Version: 2026-07-28", f"Mcp-Method: {method}", *more)


async def legacy(client: RawClient, *headers: str) -> tuple[str, Any]:
    """The session's header and its process."""
    head, got = await client.post(body("initialize", "i"), ACCEPT, *headers)
    assert (head.status, head.get("content-type")) == (200, "application/json")
    return f"Mcp-Session-Id: {head.get('mcp-session-id')}", json.loads(got)["result"]["pid"]


async def asked(client: RawClient, method: str, *headers: str, request_id: Any = 1, **params: Any) -> Any:
    _, got = await client.post(body(method, request_id, **params), ACCEPT, *headers)
    return json.loads(got)


async def asked_modern(client: RawClient, method: str, request_id: Any = 1, **meta: Any) -> tuple[Head, Any]:
    head, got = await client.post(body(method, request_id, _meta={**META, **meta}), *modern(method))
    return head, json.loads(got)


async def event(client: RawClient) -> Any:
    chunk = await client.chunk()
    assert chunk.startswith(b"event: message\ndata: "), chunk
    return json.loads(chunk.split(b"data: ", 1)[1])


async def test_every_session_has_a_process_of_its_own_from_initialize_to_delete() -> None:
    async with spawned() as (port, proxy), connect(port) as client:
        first, one = await legacy(client)
        second, other = await legacy(client)
        assert one != other
        assert (await asked(client, "ping", first))["result"]["pid"] == one
        assert (await client.post(note("notifications/initialized"), ACCEPT, first))[0].status == 202
        assert (await client.get(first, method="DELETE"))[0].status == 200
        await gone(one)
        assert (await client.post(body("ping"), ACCEPT, first))[0].status == 404
        assert (await asked(client, "ping", second))["result"]["pid"] == other
        await until(lambda: proxy.processes == 1)
    await gone(other)


async def test_a_session_belongs_to_the_credential_that_opened_it() -> None:
    async with spawned() as (port, _), connect(port) as client:
        session, _ = await legacy(client, "Authorization: Bearer one")
        assert (await client.post(body("ping"), ACCEPT, session, "Authorization: Bearer two"))[0].status == 404
        assert (await client.post(body("ping"), ACCEPT, session))[0].status == 404
        assert (await client.post(body("ping"), ACCEPT, session, "Authorization: Bearer one"))[0].status == 200


async def test_what_a_server_says_before_its_answer_makes_a_stream_of_it() -> None:
    async with spawned() as (port, _), connect(port) as client, connect(port) as other:
        session, _ = await legacy(client)
        await client.send("POST", "/mcp", body("test/hold", "h"), "Content-Type: application/json", ACCEPT, session)
        head = await client.head()
        assert (head.status, head.get("content-type")) == (200, "text/event-stream")
        assert session == f"Mcp-Session-Id: {head.get('mcp-session-id')}"
        assert (await event(client))["params"]["data"] == "holding"
        assert (await asked(other, "test/release", session, request_id=2))["id"] == 2
        assert (await event(client))["id"] == "h"
        assert await client.chunk() == b""


async def test_the_servers_question_comes_on_the_stream_of_the_request_and_is_answered_by_a_post() -> None:
    async with spawned() as (port, _), connect(port) as client, connect(port) as other:
        session, _ = await legacy(client)
        await client.send("POST", "/mcp", body("test/ask"), "Content-Type: application/json", ACCEPT, session)
        await client.head()
        assert (await event(client))["method"] == "roots/list"
        head, _ = await other.post(b'{"jsonrpc":"2.0","id":"q","result":{"roots":[]}}', ACCEPT, session)
        assert head.status == 202
        assert (await event(client))["result"]["answered"] == {"roots": []}


async def test_what_belongs_to_no_request_waits_for_the_standing_stream_of_which_there_is_one() -> None:
    async with spawned() as (port, _), connect(port) as client, connect(port) as stream:
        session, _ = await legacy(client)
        await client.post(note("test/note"), ACCEPT, session)
        await stream.send("GET", "/mcp", b"", "Accept: text/event-stream", session)
        assert (await stream.head()).status == 200
        for _ in range(2):
            while b"updated" not in await stream.chunk():
                pass
            await client.post(note("test/note"), ACCEPT, session)
        assert (await client.get("Accept: text/event-stream", session))[0].status == 409


async def test_what_belongs_to_no_request_goes_with_the_next_one_where_nothing_stands() -> None:
    async with spawned() as (port, proxy), connect(port) as client:
        session, _ = await legacy(client)
        await client.post(note("test/note"), ACCEPT, session)
        (hosted,) = proxy._sessions.values()
        await until(lambda: len(hosted._pending) == 1)
        _, got = await client.post(body("ping"), ACCEPT, session)
        first, second = (json.loads(part.split(b"data: ", 1)[1]) for part in got.split(b"\n\n") if part)
        assert (first["method"], second["id"]) == ("notifications/resources/updated", 1)


async def test_leaving_a_legacy_request_cancels_nothing() -> None:
    async with spawned() as (port, _), connect(port) as client:
        async with connect(port) as leaving:
            session, _ = await legacy(client)
            await leaving.send("POST", "/mcp", body("test/hold"), "Content-Type: application/json", ACCEPT, session)
            await leaving.head()
            await event(leaving)
        assert (await asked(client, "test/release", session, request_id=2))["result"]["id_here"] == 2


async def test_stateless_requests_of_one_caller_share_a_process_and_their_ids_never_meet() -> None:
    async with spawned() as (port, proxy), connect(port) as one, connect(port) as other:
        await one.send(
            "POST", "/mcp", body("test/quiet", _meta=META), "Content-Type: application/json", *modern("test/quiet")
        )
        await until(lambda: proxy.processes == 1)
        head, released = await asked_modern(other, "test/release")
        assert (head.status, head.get("mcp-session-id")) == (200, None)
        _, first = await one.answer()
        assert json.loads(first)["id"] == released["id"] == 1
        results = [json.loads(first)["result"], released["result"]]
        assert results[0]["pid"] == results[1]["pid"]
        assert results[0]["id_here"] != results[1]["id_here"]
        _, stranger = await other.post(body("ping", _meta=META), *modern("ping", "Authorization: Bearer other"))
        assert json.loads(stranger)["result"]["pid"] != results[0]["pid"]


async def test_progress_tokens_and_subscription_ids_are_the_clients_own() -> None:
    async with spawned() as (port, _), connect(port) as client, connect(port) as listening:
        params = {**META, "progressToken": "p-1"}
        _, got = await client.post(body("test/progress", "id-1", _meta=params), *modern("test/progress"))
        progress, answer = [json.loads(part.split(b"data: ", 1)[1]) for part in got.split(b"\n\n") if part]
        assert progress["params"]["progressToken"] == "p-1"
        assert answer["id"] == "id-1"
        assert answer["result"]["token_here"] == "p-1", "nobody else uses it"
        await listening.send(
            "POST",
            "/mcp",
            body("subscriptions/listen", "sub", _meta=META),
            "Content-Type: application/json",
            *modern("subscriptions/listen"),
        )
        await listening.head()
        acknowledged = await event(listening)
        assert acknowledged["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"] == "sub"


async def test_leaving_a_stateless_request_cancels_it_at_the_server_and_its_id_is_not_used_again() -> None:
    async with spawned() as (port, proxy), connect(port) as watching, connect(port) as other:
        await watching.send(
            "POST",
            "/mcp",
            body("subscriptions/listen", "w", _meta=META),
            "Content-Type: application/json",
            *modern("subscriptions/listen"),
        )
        await watching.head()
        await event(watching)
        async with connect(port) as leaving:
            await leaving.send(
                "POST",
                "/mcp",
                body("test/quiet", "x", _meta=META),
                "Content-Type: application/json",
                *modern("test/quiet"),
            )
            await until(lambda: proxy.in_flight == 2)
            (hosted,) = proxy._shared.values()
            await until(lambda: len(hosted._asked) == 2)
        assert (await event(watching))["params"] == {"data": "cancelled", "of": "x"}
        _, answer = await asked_modern(other, "ping", "x")
        assert answer["id"] == "x"
        assert answer["result"]["id_here"] != "x", "the server may still answer the one that was left"


@pytest.mark.parametrize(("code", "status"), [(-32601, 404), (-32602, 400), (-32603, 200), (-32020, 400), (7, 200)])
async def test_a_stateless_error_has_the_status_of_its_code(code: int, status: int) -> None:
    async with spawned() as (port, _), connect(port) as client:
        head, got = await client.post(body("test/error", code=code, _meta=META), *modern("test/error"))
        assert (head.status, json.loads(got)["error"]["code"]) == (status, code)
        session, _ = await legacy(client)
        assert (await client.post(body("test/error", code=code), ACCEPT, session))[0].status == 200


async def test_headers_that_do_not_say_what_the_body_says_are_a_mismatch() -> None:
    async with spawned() as (port, _), connect(port) as client:
        await asked_modern(client, "tools/list")
        call = body("tools/call", "c", name="t", arguments={"region": "eu"}, _meta=META)
        good = modern("tools/call", "Mcp-Name: t", "Mcp-Param-Region: eu")
        assert (await client.post(call, *good))[0].status == 200
        for bad in (
            modern("tools/list", "Mcp-Name: t", "Mcp-Param-Region: eu"),
            modern("tools/call", "Mcp-Name: u", "Mcp-Param-Region: eu"),
            modern("tools/call", "Mcp-Param-Region: eu"),
            modern("tools/call", "Mcp-Name: t"),
            modern("tools/call", "Mcp-Name: t", "Mcp-Param-Region: us"),
            (ACCEPT, "Mcp-Method: tools/call", "Mcp-Name: t", "Mcp-Param-Region: eu"),
        ):
            head, got = await client.post(call, *bad)
            assert (head.status, json.loads(got)["error"]["code"], json.loads(got)["id"]) == (400, -32020, "c")


@pytest.mark.parametrize(
    ("frame", "headers", "status"),
    [
        (body("ping"), ("Accept: application/json",), 406),
        (body("ping"), (ACCEPT,), 400),
        (body("ping"), (ACCEPT, "Mcp-Session-Id: nobody"), 404),
        (b"[" + body("initialize") + b"," + body("ping") + b"]", (ACCEPT,), 400),
        (b"[" + body("ping") + b"]", modern("ping"), 400),
        (body("ping"), modern("ping"), 400),
        (b'{"jsonrpc":"2.0","id":1,"result":{}}', modern("ping"), 400),
        (note("notifications/cancelled"), modern("notifications/cancelled"), 202),
        (b"{", (ACCEPT,), 400),
    ],
)
async def test_what_cannot_be_served_has_the_status_of_the_specification(
    frame: bytes, headers: Any, status: int
) -> None:
    async with spawned() as (port, proxy), connect(port) as client:
        assert (await client.post(frame, *headers))[0].status == status
        assert proxy.processes <= (frame == body("ping") and headers == modern("ping"))


async def test_other_methods_are_not_allowed_and_other_paths_not_found() -> None:
    async with spawned() as (port, _), connect(port) as client:
        assert (await client.get(method="PUT"))[0].get("allow") == "GET, POST, DELETE"
        head, _ = await client.get("MCP-Protocol-Version: 2026-07-28")
        assert (head.status, head.get("allow")) == (405, "POST")
        assert (await client.get("MCP-Protocol-Version: 2026-07-28", method="DELETE"))[0].status == 405
        assert (await client.get())[0].status == 400
        assert (await client.get(target="/other"))[0].status == 404
        assert (await client.post(body("ping"), ACCEPT, "Host: example.com"))[0].status == 421


async def test_a_server_that_ends_answers_what_was_asked_and_its_session_is_over() -> None:
    async with spawned() as (port, proxy), connect(port) as client:
        session, _ = await legacy(client)
        head, got = await client.post(body("test/die"), ACCEPT, session)
        assert (head.status, json.loads(got)["error"]["code"]) == (502, -31013)
        await until(lambda: not proxy.processes)
        assert (await client.post(body("ping"), ACCEPT, session))[0].status == 404
        head, _ = await asked_modern(client, "test/die")
        assert head.status == 502
        await until(lambda: not proxy.processes)
        assert (await asked_modern(client, "ping"))[0].status == 200, "the next request starts it again"


async def held(client: RawClient, session: str) -> None:
    await client.send("POST", "/mcp", body("test/hold"), "Content-Type: application/json", ACCEPT, session)
    await client.head()
    await event(client)


async def test_processes_are_bounded_and_the_longest_idle_makes_room() -> None:
    async with (
        spawned(max_processes=2) as (port, _),
        connect(port) as client,
        connect(port) as busy,
        connect(port) as other,
    ):
        first, one = await legacy(client)
        second, _ = await legacy(client)
        await held(busy, second)
        third, _ = await legacy(client)
        await gone(one)
        assert (await client.post(body("ping"), ACCEPT, first))[0].status == 404
        await held(other, third)
        head, got = await client.post(body("initialize"), ACCEPT)
        assert (head.status, json.loads(got)["error"]["code"]) == (503, -31013)


async def test_a_session_nobody_uses_ends() -> None:
    async with spawned(idle_s=0.05) as (port, proxy), connect(port) as client:
        _, pid = await legacy(client)
        await gone(pid)
        await until(lambda: not proxy.processes)


async def test_a_command_that_cannot_be_started_is_a_502() -> None:
    async with spawned(command=("/nonexistent/server",)) as (port, _), connect(port) as client:
        assert (await client.post(body("initialize"), ACCEPT))[0].status == 502


async def test_what_the_policy_refuses_is_answered_and_never_reaches_the_server() -> None:
    core = PassthroughCore(refusals={"tools/call": Withheld("no")})
    async with spawned(core) as (port, _), connect(port) as client:
        session, _ = await legacy(client)
        refused = await asked(client, "tools/call", session, request_id="r")
        assert (refused["id"], refused["error"]["code"]) == ("r", -31010)
        head, got = await client.post(
            body("tools/call", "m", name="t", _meta=META), *modern("tools/call", "Mcp-Name: t")
        )
        assert (head.status, json.loads(got)["id"]) == (200, "m")


async def test_silence_is_kept_alive_by_comments() -> None:
    async with spawned(keep_alive_s=0.01) as (port, _), connect(port) as client:
        quiet = body("test/quiet", _meta=META)
        await client.send("POST", "/mcp", quiet, "Content-Type: application/json", *modern("test/quiet"))
        assert (await within(client.head())).get("content-type") == "text/event-stream"
        assert await client.chunk() == b": ping\n\n"


async def test_stopping_ends_every_process() -> None:
    async with spawned() as (port, _), connect(port) as client:
        _, one = await legacy(client)
        _, answer = await asked_modern(client, "ping")
    await gone(one, answer["result"]["pid"])
