"""What goes through the stdio wrapper comes out as it was, whatever the size and wherever it was split."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest

from tests.process.wrapped import HERE, PUPPET, wrapped

ODD = (
    '{"method":"x","params":{"a":"é€😀\\ud800\\u00e9\\/","n":[1.10,1E400,-0,9007199254740993]},"jsonrpc":"2.0","id":"7"}\n'
).encode()


async def test_a_line_crosses_at_once_while_the_pipes_stay_open() -> None:
    async with wrapped("cat") as client:
        await client.write(ODD)
        assert await client.read() == ODD
        assert await client.finish() == 0


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
async def test_a_line_split_anywhere_arrives_whole(loop: str) -> None:
    async with wrapped("cat", options=("--loop", loop)) as client:
        for place in range(1, len(ODD)):
            await client.write(ODD[:place])
            await client.taken()
            await client.write(ODD[place:])
            assert await client.read() == ODD


async def test_a_servers_line_written_byte_by_byte_arrives_whole() -> None:
    async with wrapped() as client:
        assert await client.call("test/bytewise", text="é€😀 " * 20) == {"text": "é€😀 " * 20}


async def test_many_lines_in_one_write_arrive_as_many_lines() -> None:
    lines = [b'{"jsonrpc":"2.0","method":"m","params":{"n":%d}}\n' % n for n in range(2000)]
    async with wrapped("cat") as client:
        writing = asyncio.create_task(client.write(b"".join(lines)))
        assert [await client.read() for _ in lines] == lines
        await writing


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
async def test_a_line_of_12_mb_goes_there_and_back(loop: str) -> None:
    line = b'{"jsonrpc":"2.0","id":1,"method":"m","params":{"blob":"%s"}}\n' % (b"0123456789ab" * 1024 * 1024)
    async with wrapped("cat", options=("--loop", loop)) as client:
        await client.write(line)
        assert await client.read() == line
        assert await client.finish() == 0


async def test_the_last_line_needs_no_newline() -> None:
    async with wrapped("cat") as client:
        await client.write(ODD.rstrip())
        client.end_input()
        assert await client.rest() == ODD


async def test_carriage_returns_and_blank_lines_do_not_cross() -> None:
    async with wrapped("cat") as client:
        await client.write(b'\n \r\n{"jsonrpc":"2.0",\r"method":"a"}\r\n\n')
        client.end_input()
        out = await client.rest()
        assert b"\r" not in out
        assert out.count(b"\n") == 1
        assert json.loads(out) == {"jsonrpc": "2.0", "method": "a"}


async def test_bytes_that_are_not_utf8_arrive_as_a_lenient_reader_sees_them() -> None:
    async with wrapped("cat") as client:
        await client.write(b'{"jsonrpc":"2.0","method":"a","params":{"t":"\xff"}}\n')
        assert (await client.receive())["params"] == {"t": "�"}


async def test_a_batch_stays_one_line_in_its_order() -> None:
    batch = [{"jsonrpc": "2.0", "id": n, "method": "m"} for n in range(3)]
    async with wrapped("cat") as client:
        await client.send(batch)
        assert await client.receive() == batch


async def test_of_a_batch_only_the_refused_are_left_out_and_answered() -> None:
    batch = [
        {"jsonrpc": "2.0", "id": 1, "method": "a"},
        {"jsonrpc": "2.0", "id": 2, "method": "bad"},
        {"jsonrpc": "2.0", "method": "bad"},
        {"jsonrpc": "2.0", "id": 3, "method": "b"},
    ]
    async with wrapped("cat", options=("--refuse", "bad")) as client:
        await client.send(batch)
        lines = [await client.receive(), await client.receive()]
        lines.sort(key=len)
        assert [(reply["id"], reply["error"]["code"]) for reply in lines[0]] == [(2, -31010)]
        assert lines[1] == [batch[0], batch[3]]


async def test_stdin_and_stdout_may_be_regular_files(tmp_path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    source.write_bytes(ODD * 3)
    with source.open("rb") as stdin, target.open("wb") as stdout:
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(HERE / "passthrough.py"), "--", "cat", stdin=stdin, stdout=stdout
        )
        assert await asyncio.wait_for(process.wait(), 30) == 0
    assert target.read_bytes() == ODD * 3


async def test_stdin_may_be_the_null_device() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "passthrough.py"), "--", *PUPPET, "--code", "4", stdin=asyncio.subprocess.DEVNULL
    )
    assert await asyncio.wait_for(process.wait(), 30) == 4


async def test_the_server_gets_environment_arguments_and_directory_as_they_are(tmp_path) -> None:
    arguments = ("--", "$HOME", "a b", "", "--grace")
    environment = {"PATH": "/usr/bin:/bin", "API_KEY": "invented $x 'y'", "PYTHONPATH": str(HERE.parent.parent)}
    async with wrapped(*PUPPET, *arguments, env=environment, cwd=tmp_path) as client:
        seen = await client.call("test/environment")
        # LC_CTYPE is what Python itself adds under the C locale (PEP 538), in the wrapper as without it
        assert {k: v for k, v in seen["environment"].items() if k != "LC_CTYPE"} == environment
        assert seen["cwd"] == str(tmp_path)
        assert tuple(seen["argv"]) == arguments
        assert seen["fds"] == [0, 1, 2]
