"""How the stdio wrapper and its server end, and the exit code the client sees."""

from __future__ import annotations

import asyncio
import signal
import sys

import pytest

from tests.process.wrapped import HERE, PUPPET, gone, is_running, wrapped

STUBBORN = (*PUPPET, "--ignore-eof", "--ignore-term")
BRISK = ("--grace", "0.3")
PATIENT = ("--grace", "600")
"""Longer than any test: what ends the server in time is not this clock."""


@pytest.mark.parametrize("code", [0, 3, 125, 255])
async def test_the_end_of_input_ends_the_server_and_its_exit_code_is_ours(code) -> None:
    async with wrapped(*PUPPET, "--code", str(code), options=PATIENT) as client:
        await client.call("test/echo")
        assert await client.finish() == code
        assert await client.rest() == b""


async def test_requests_written_before_the_end_of_input_are_answered() -> None:
    async with wrapped(options=PATIENT) as client:
        for _ in range(50):
            await client.ask("test/progress", steps=3)
        client.end_input()
        lines = (await client.rest()).splitlines()
        assert len(lines) == 200
        assert await client.code() == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGABRT])
async def test_a_server_that_dies_of_a_signal_gives_128_and_its_number(number) -> None:
    async with wrapped() as client:
        await client.ask("test/die", signal=int(number))
        assert await client.code() == 128 + number


async def test_a_command_that_is_not_there_gives_127() -> None:
    async with wrapped("no-such-command-anywhere") as client:
        assert await client.code() == 127
        assert b"cannot run 'no-such-command-anywhere'" in await client.errors()


async def test_a_command_that_is_not_executable_gives_126(tmp_path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("not a program")
    async with wrapped(str(plain)) as client:
        assert await client.code() == 126
    plain.chmod(0o755)  # executable, and still no format the system can run
    async with wrapped(str(plain)) as client:
        assert await client.code() == 126


async def test_a_wrapper_without_stdout_gives_125() -> None:
    script = f'"{sys.executable}" "{HERE / "passthrough.py"}" --loop asyncio -- cat >&-'
    process = await asyncio.create_subprocess_exec("sh", "-c", script, stdin=asyncio.subprocess.DEVNULL)
    assert await asyncio.wait_for(process.wait(), 30) == 125


async def test_a_server_that_dies_mid_call_leaves_no_call_unanswered() -> None:
    async with wrapped(options=PATIENT) as client:
        waiting = [await client.ask("test/silent") for _ in range(3)]
        answered = await client.ask("test/echo")
        last = await client.ask("test/die", code=7)
        replies = [await client.receive() for _ in range(5)]
        assert [reply["id"] for reply in replies] == [answered, *waiting, last]
        assert {reply["error"]["code"] for reply in replies[1:]} == {-31013}
        assert await client.rest() == b""
        assert await client.code() == 7


async def test_ids_keep_their_type_when_the_server_dies() -> None:
    async with wrapped() as client:
        await client.send({"jsonrpc": "2.0", "id": "1", "method": "test/silent"})
        await client.send({"jsonrpc": "2.0", "id": 1, "method": "test/die"})
        assert [(await client.receive())["id"] for _ in range(2)] == ["1", 1]


async def test_who_ended_the_server_gets_no_late_errors() -> None:
    async with wrapped() as client:
        await client.ask("test/silent")
        client.end_input()
        assert await client.rest() == b""


async def test_a_server_that_ignores_the_end_of_input_is_terminated() -> None:
    async with wrapped(*PUPPET, "--ignore-eof", options=BRISK) as client:
        await client.call("test/echo")
        assert await client.finish() == 128 + signal.SIGTERM


async def test_a_server_that_ignores_that_too_is_killed() -> None:
    async with wrapped(*STUBBORN, options=BRISK) as client:
        await client.call("test/echo")
        assert await client.finish() == 128 + signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
async def test_a_signal_closes_the_servers_stdin(number, loop) -> None:
    async with wrapped(*PUPPET, "--code", "5", options=(*PATIENT, "--loop", loop)) as client:
        await client.call("test/echo")
        client.process.send_signal(number)
        assert await client.code() == 5


async def test_a_signal_after_the_end_of_input_terminates_the_server_at_once() -> None:
    async with wrapped(*PUPPET, "--ignore-eof", options=PATIENT) as client:
        await client.call("test/echo")
        client.end_input()
        await client.error_with(b"saw the end of input")
        client.process.terminate()
        assert await client.code() == 128 + signal.SIGTERM


async def test_a_second_interrupt_kills_at_once() -> None:
    async with wrapped(*STUBBORN, options=PATIENT) as client:
        await client.call("test/echo")
        client.process.send_signal(signal.SIGINT)
        await client.error_with(b"saw the end of input")
        client.process.send_signal(signal.SIGINT)
        assert await client.code() == 128 + signal.SIGKILL


async def test_the_servers_last_words_arrive_after_its_end() -> None:
    text = '{"jsonrpc":"2.0","method":"n","params":{"t":"%s"}}' % ("z" * 100_000)
    async with wrapped("sh", "-c", "cat >/dev/null; for n in 1 2 3; do echo '" + text + "'; done; exit 9") as client:
        client.end_input()
        assert await client.rest() == (text.encode() + b"\n") * 3
        assert await client.code() == 9


async def test_a_server_that_closes_its_output_is_ended_and_its_calls_answered() -> None:
    async with wrapped(*PUPPET, "--code", "6", options=PATIENT) as client:
        number = await client.ask("test/close_stdout")
        reply = await client.receive()
        assert (reply["id"], reply["error"]["code"]) == (number, -31013)
        assert await client.code() == 6


async def test_a_client_that_is_gone_ends_the_server() -> None:
    async with wrapped(*PUPPET, "--code", "4", options=PATIENT) as client:
        own = (await client.call("test/grandchild"))["own"]
        client.hang_up()
        await client.ask("test/echo")
        assert await client.code() == 4
        assert not is_running(own)


async def test_what_the_server_leaves_behind_in_its_group_ends_with_it() -> None:
    async with wrapped(options=BRISK) as client:
        pid = (await client.call("test/grandchild", stubborn=True))["pid"]
        assert is_running(pid)
        assert await client.finish() == 0
        await gone(pid)


async def test_a_process_left_behind_that_holds_stdout_does_not_hold_us() -> None:
    async with wrapped(options=BRISK) as client:
        pid = (await client.call_raw("test/grandchild", inherits=True))["pid"]
        assert await client.finish() == 0
        await gone(pid)
