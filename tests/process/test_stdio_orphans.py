"""``kill -9`` of the wrapper leaves no process of the server behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from sidecar.transports.watchdog import Watchdog, family, survivors
from tests.process.wrapped import LIMIT_S, PUPPET, gone, is_running, wrapped

STUBBORN = (*PUPPET, "--ignore-eof", "--ignore-term")


@pytest.mark.parametrize("command", [(*PUPPET, "--ignore-eof"), STUBBORN], ids=["ignores eof", "ignores sigterm"])
async def test_a_killed_wrapper_leaves_no_process_of_the_group(command) -> None:
    async with wrapped(*command) as client:
        pids = await client.call("test/grandchild", stubborn=True)
        assert is_running(pids["own"])
        client.process.kill()
        await gone(*pids.values())


async def test_a_killed_wrapper_leaves_no_grandchild_that_has_its_own_session() -> None:
    async with wrapped(*PUPPET, "--ignore-eof") as client:
        pids = await client.call("test/grandchild", stubborn=True, detached=True)
        assert os.getpgid(pids["pid"]) == pids["pid"] != os.getpgid(pids["own"])
        client.process.kill()
        await gone(*pids.values())


async def test_a_shell_between_us_and_the_server_makes_no_difference() -> None:
    command = " ".join(f"'{part}'" for part in (*PUPPET, "--ignore-eof"))
    async with wrapped("sh", "-c", f"{command}; true") as client:
        pids = await client.call("test/grandchild")
        client.process.kill()
        await gone(*pids.values())


async def test_the_watchdog_ends_with_the_wrapper() -> None:
    async with wrapped() as client:
        await client.call("test/echo")
        watchdog = await _watchdog_of(client.pid)
        assert await client.finish() == 0
        assert not is_running(watchdog)


async def test_the_watchdog_survives_what_is_sent_to_the_wrappers_group() -> None:
    async with wrapped(*PUPPET, "--ignore-eof", start_new_session=True) as client:
        pids = await client.call("test/grandchild")
        os.killpg(client.pid, signal.SIGKILL)
        await gone(*pids.values())


@pytest.mark.skipif(sys.platform != "linux", reason="the server is found by its stdin through /proc")
async def test_a_server_whose_group_was_never_reported_is_found_by_its_stdin() -> None:
    read_end, write_end = os.pipe()
    watchdog = Watchdog.start(read_end)
    assert watchdog is not None
    server = subprocess.Popen(["sleep", "600"], stdin=read_end, start_new_session=True)  # noqa: ASYNC220 - so short
    other = subprocess.Popen(["sleep", "600"], stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: ASYNC220 - so short
    os.close(read_end)
    try:
        os.close(watchdog._pipe)
        assert server.wait(timeout=30) == -signal.SIGTERM
        assert other.poll() is None
    finally:
        for process in (server, other):
            process.kill()
            process.wait(timeout=30)
        watchdog._process.wait(timeout=30)
        os.close(write_end)


async def test_a_process_that_merely_got_the_same_pid_is_no_survivor() -> None:
    process = subprocess.Popen(["sleep", "600"], start_new_session=True)  # noqa: ASYNC220 - so short
    try:
        members = family(process.pid)
        assert list(members) == [process.pid]
        assert survivors(members) == members
        assert survivors({process.pid: "another start"}) == {}
    finally:
        process.kill()
        process.wait(timeout=30)
    assert family(process.pid) == {}


async def _watchdog_of(wrapper: int) -> int:
    """Its command line is empty for a moment after ``exec``."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            found = [pid for pid in _children(wrapper) if b"watchdog.py" in _command(pid)]
            if found:
                assert len(found) == 1
                return found[0]
            await asyncio.sleep(0.01)


def _children(parent: int) -> list[int]:
    listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, check=True, timeout=10)
    return [int(pid) for pid in listing.stdout.split()]


def _command(pid: int) -> bytes:
    """``-ww``: without it ``ps`` cuts the line at COLUMNS, and a long checkout path hides the file's name."""
    return subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, check=False, timeout=10
    ).stdout
