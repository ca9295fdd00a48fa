"""Lines that are no messages: nothing of them crosses, and whoever waits for an answer gets one."""

from __future__ import annotations

import json

import pytest

from tests.process.wrapped import wrapped

SMALL = ("--max-bytes", "10000")


@pytest.mark.parametrize(
    ("line", "code", "request_id"),
    [
        (b"{bad", -32700, None),
        (b"\xef\xbb\xbf{}", -32700, None),
        (b'{"jsonrpc":"2.0","id":5,"method":"a","params":NaN}', -32700, 5),
        (b'{"jsonrpc":"2.0","id":"x","method":"a","params":{"k":1,"k":2}}', -32700, "x"),
        (b'{"jsonrpc":"2.0","id":5,"method":"a","params":{"id":6},}', -32700, 5),
        (b'{"jsonrpc":"2.0","id":5,"id":6,"method":"a"}', -32700, None),
        (b'{"method":"a","params":{"k":1,"k":2},"jsonrpc":"2.0","id":9}', -32700, 9),
        (b'"text"', -32600, None),
        (b"[]", -32600, None),
        (b"[1]", -32600, None),
        (b'{"method":"a","id":4,"params":' + b"[" * 200 + b"]" * 200 + b"}", -31012, 4),
    ],
)
async def test_a_malformed_line_of_the_client_is_answered_and_not_forwarded(line, code, request_id) -> None:
    async with wrapped("cat") as client:
        await client.write(line + b"\n")
        reply = await client.receive()
        assert set(reply) == {"jsonrpc", "id", "error"}
        assert (reply["error"]["code"], reply["id"]) == (code, request_id)
        client.end_input()
        assert await client.rest() == b""
        assert b"FrameDropped(direction='to_server'" in await client.errors()


async def test_a_malformed_answer_of_the_client_ends_the_servers_wait_and_not_a_call_of_its_own() -> None:
    async with wrapped("cat") as client:
        await client.write(b'{"jsonrpc":"2.0","id":"s1","result":{"k":1,"k":2}}\n')
        reply = await client.receive()  # cat hands back what the server got
        assert (reply["id"], reply["error"]["code"]) == ("s1", -32700)
        client.end_input()
        assert await client.rest() == b""


@pytest.mark.parametrize(
    "line", ["Server started on port 3000\n", "{'a': 1}\n", '{"level":"info"\n', "null\n", "\x00\n"]
)
async def test_a_line_of_the_server_that_is_no_message_is_dropped_with_an_event(line) -> None:
    async with wrapped() as client:
        await client.ask("test/raw", text=line)
        assert await client.call("test/echo", a=1) == {"a": 1}
        dropped = await client.error_with(b"FrameDropped")
        assert b"direction='to_client'" in dropped
        assert b"size_bytes=%d" % (len(line) - 1) in dropped


@pytest.mark.parametrize("text", ['"id":1,"result":{"t":%s}}', '"result":{"t":%s},"id":1}'])
async def test_an_oversized_answer_of_the_server_becomes_an_error_for_its_caller(text) -> None:
    blob = json.dumps("y" * 50_000)
    async with wrapped(options=SMALL) as client:
        number = await client.ask("test/silent")
        # the line is put together by the server: what we send must stay under the limit
        await client.ask("test/die", code=0)
        reply = await client.receive()
        assert (reply["id"], reply["error"]["code"]) == (number, -31013)
    script = 'import sys; sys.stdin.readline(); print(\'{"jsonrpc":"2.0",\' + %r); sys.stdin.read()' % (text % blob)
    async with wrapped("python3", "-c", script, options=SMALL) as client:
        await client.ask("test/any")
        reply = await client.receive()
        assert (reply["id"], reply["error"]["code"]) == (1, -31012)
        assert await client.finish() == 0
        assert b"reason='too_large'" in await client.errors()


@pytest.mark.parametrize("order", [("id", "method", "params"), ("method", "params", "id")])
async def test_an_oversized_request_is_answered_and_not_forwarded(order) -> None:
    body = {"id": 8, "method": "m", "params": {"t": "y" * 50_000, "id": 3}}
    async with wrapped("cat", options=SMALL) as client:
        await client.send({name: body[name] for name in order})
        reply = await client.receive()
        assert (reply["id"], reply["error"]["code"]) == (8, -31012)
        client.end_input()
        assert await client.rest() == b""


async def test_an_oversized_notification_is_dropped_and_the_next_line_crosses() -> None:
    async with wrapped("cat", options=SMALL) as client:
        await client.send({"jsonrpc": "2.0", "method": "m", "params": {"t": "y" * 50_000}})
        await client.send({"jsonrpc": "2.0", "method": "next"})
        assert (await client.receive())["method"] == "next"


async def test_a_refused_request_is_answered_and_a_refused_notification_is_not() -> None:
    async with wrapped("cat", options=("--refuse", "bad")) as client:
        await client.send({"jsonrpc": "2.0", "method": "bad"})
        await client.send({"jsonrpc": "2.0", "id": 1, "method": "bad"})
        reply = await client.receive()
        assert (reply["id"], reply["error"]["code"]) == (1, -31010)
        client.end_input()
        assert await client.rest() == b""


async def test_a_core_that_breaks_costs_an_error_reply_and_nothing_crosses() -> None:
    async with wrapped("cat", options=("--crash", "bad")) as client:
        await client.send({"jsonrpc": "2.0", "id": 1, "method": "bad"})
        reply = await client.receive()
        assert (reply["id"], reply["error"]["code"]) == (1, -31011)
        await client.send({"jsonrpc": "2.0", "method": "next"})
        assert (await client.receive())["method"] == "next"
