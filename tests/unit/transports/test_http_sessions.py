"""Which conversation a request belongs to."""

from __future__ import annotations

import asyncio

import pytest

from sidecar.transports.conversations import Conversations
from tests.support.http_proxy import proxied
from tests.support.passthrough_core import PassthroughCore
from tests.support.raw_http import RawServer, Received, connect, until, within

INITIALIZE = b'{"jsonrpc":"2.0","id":1,"method":"initialize"}'
PING = b'{"jsonrpc":"2.0","id":2,"method":"ping"}'
PONG = b'{"jsonrpc":"2.0","id":2,"result":{}}'
S1 = "Mcp-Session-Id: s1"


async def sessions(received: Received) -> None:
    """A legacy server with one session, s1."""
    if received.body == INITIALIZE:
        await received.json(PONG, S1)
    elif received.head.get("mcp-session-id") not in {None, "s1"}:
        await received.reply("404 Not Found")
    elif received.method == "DELETE":
        await received.reply("200 OK")
    else:
        await received.json(PONG)


async def test_a_session_is_one_conversation_from_initialize_to_delete() -> None:
    core = PassthroughCore()
    async with RawServer(sessions) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        await client.post(INITIALIZE)
        await client.post(PING, S1)
        await client.post(PING, S1)
        assert len(core.conversations) == 1
        assert [method for _, method, _ in core.conversations[0].seen] == [
            "initialize",
            None,
            "ping",
            None,
            "ping",
            None,
        ]
        assert not core.conversations[0].is_closed
        await client.get(S1, method="DELETE")
        await until(lambda: core.conversations[0].is_closed)
        await client.post(PING, S1)
        assert len(core.conversations) == 2


async def test_each_request_has_a_lane_of_its_own() -> None:
    core = PassthroughCore()
    async with RawServer(sessions) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        await client.post(INITIALIZE)
        await client.post(PING, S1)
    lanes = [lane for _, _, lane in core.conversations[0].seen]
    assert lanes[0] == lanes[1] != lanes[2] == lanes[3]


async def test_without_a_session_every_request_is_its_own_conversation_and_ends_with_it() -> None:
    core = PassthroughCore()
    async with RawServer(sessions) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        await client.post(PING)
        await client.post(PING)
    assert [conversation.is_closed for conversation in core.conversations] == [True, True]


async def test_another_credential_does_not_get_into_a_session() -> None:
    core = PassthroughCore()
    async with RawServer(sessions) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        await client.post(INITIALIZE, "Authorization: Bearer one")
        await client.post(PING, S1, "Authorization: Bearer two")
        await client.post(PING, S1)
        await client.post(PING, S1, "Authorization: Bearer one")
    assert len(core.conversations) == 3
    principals = [conversation.principal for conversation in core.conversations]
    assert len(set(principals)) == 3
    assert principals[2] == ""
    assert not any("one" in principal or "two" in principal for principal in principals)
    assert len(core.conversations[0].seen) == 4


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "503 Service Unavailable"])
async def test_a_session_the_server_does_not_know_is_not_kept(status: str) -> None:
    async def refuse(received: Received) -> None:
        await received.reply(status)

    core = PassthroughCore()
    async with RawServer(refuse) as server, proxied(server.url, core) as (port, proxy), connect(port) as client:
        for number in range(5):
            head, _ = await client.post(PING, f"Mcp-Session-Id: bogus{number}")
            assert head.status == int(status[:3])
        assert len(proxy._conversations) == 0
        assert all(conversation.is_closed for conversation in core.conversations)


async def test_a_session_from_before_a_restart_is_kept_once_the_server_accepts_it() -> None:
    core = PassthroughCore()
    async with RawServer(sessions) as server, proxied(server.url, core) as (port, _), connect(port) as client:
        await client.post(PING, S1)
        await client.post(PING, S1)
        assert len(core.conversations) == 1


async def test_the_table_is_bounded_and_the_longest_unused_goes_first() -> None:
    core = PassthroughCore()
    table = Conversations(core, max_sessions=2, idle_s=100)
    for session_id in ("a", "b"):
        lease = table.lease("", None)
        lease.bind(session_id)
        lease.release()
    table.lease("", "a").release()
    lease = table.lease("", None)
    lease.bind("c")
    lease.release()
    assert len(table) == 2
    assert table.lease("", "a").conversation is core.conversations[0]
    assert table.lease("", "b").conversation is core.conversations[3]
    await within(table.close())


async def test_a_conversation_in_use_stays_in_the_table_while_an_unused_one_can_go() -> None:
    core = PassthroughCore()
    table = Conversations(core, max_sessions=2, idle_s=100)
    used, unused, new = (table.lease("", None) for _ in range(3))
    used.bind("used")
    unused.bind("unused")
    unused.release()
    new.bind("new")
    assert table.lease("", "used").conversation is core.conversations[0]
    await until(lambda: core.conversations[1].is_closed)
    await within(table.close())


async def test_a_conversation_in_use_is_not_closed_when_it_has_to_leave_the_table() -> None:
    core = PassthroughCore()
    table = Conversations(core, max_sessions=1, idle_s=100)
    first = table.lease("", None)
    first.bind("a")
    second = table.lease("", None)
    second.bind("b")
    await asyncio.sleep(0)
    assert len(table) == 1
    assert not core.conversations[0].is_closed
    first.release()
    await until(lambda: core.conversations[0].is_closed)
    second.release()
    assert not core.conversations[1].is_closed
    await within(table.close())
    assert core.conversations[1].is_closed


async def test_an_unused_session_expires_and_one_in_use_does_not() -> None:
    core = PassthroughCore()
    table = Conversations(core, max_sessions=9, idle_s=0.01)
    used, unused = table.lease("", None), table.lease("", None)
    used.bind("used")
    unused.bind("unused")
    unused.release()
    await until(lambda: core.conversations[1].is_closed)
    assert len(table) == 1
    assert not core.conversations[0].is_closed
    used.release()
    await within(table.close())
