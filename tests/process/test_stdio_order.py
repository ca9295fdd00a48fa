"""Each direction keeps its order, and neither waits for the other."""

from __future__ import annotations

import asyncio

from tests.process.wrapped import wrapped


async def test_progress_comes_before_the_result_in_order() -> None:
    async with wrapped() as client:
        number = await client.ask("test/progress", steps=500)
        for step in range(500):
            assert (await client.receive())["params"] == {"progress": step}
        assert (await client.receive())["id"] == number


async def test_a_held_result_holds_what_follows_it_and_not_the_requests() -> None:
    async with wrapped(options=("--hold", "notifications/progress")) as client:
        first = await client.ask("test/progress", steps=1)
        second = await client.ask("test/echo")
        # nothing can come out before this request has gone the other way, past the held message
        await client.send({"jsonrpc": "2.0", "method": "test/release"})
        assert (await client.receive())["method"] == "notifications/progress"
        assert [(await client.receive())["id"] for _ in range(2)] == [first, second]


async def test_a_held_request_does_not_hold_the_servers_messages() -> None:
    async with wrapped(options=("--hold", "test/echo")) as client:
        raw = '{"jsonrpc":"2.0","method":"early"}\n{"jsonrpc":"2.0","method":"test/release"}\n'
        await client.ask("test/raw", text=raw)
        held = await client.ask("test/echo")
        methods = [(await client.receive())["method"] for _ in range(2)]
        assert methods == ["early", "test/release"]
        assert (await client.receive())["id"] == held


async def test_a_client_that_does_not_read_can_still_write() -> None:
    """4 MB of answers fill every buffer on the way to the client; its notifications still reach the server."""
    async with wrapped(
        "sh", "-c", 'exec 3<&0; cat <&3 >&2 & yes \'{"jsonrpc":"2.0","method":"n"}\'; wait', buffer_bytes=1024
    ) as client:
        await client.send({"jsonrpc": "2.0", "method": "test/through"})
        assert b"test/through" in await client.error_with(b"test/through")


async def test_a_server_that_does_not_read_can_still_write() -> None:
    line = '{"jsonrpc":"2.0","method":"n"}'
    script = f"while read -r _ <&3; do :; done; echo '{line}'; exec sleep 60"
    async with wrapped("sh", "-c", f"echo '{line}'; exec 3</dev/null; {script}", options=("--grace", "0.2")) as client:
        writing = asyncio.create_task(client.write(b'{"jsonrpc":"2.0","method":"%s"}\n' % (b"x" * 1000) * 20_000))
        assert (await client.receive())["method"] == "n"
        assert (await client.receive())["method"] == "n"
        assert not writing.done()
        client.process.terminate()
        assert await client.code() == 128 + 15
        await asyncio.gather(writing, return_exceptions=True)
