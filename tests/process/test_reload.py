"""A policy is changed while the proxy runs: the next call has it, a bad one changes nothing, and neither says a value."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sidecar.runtime import exempting
from tests.unit.cli.cli import PROGRAM, environment

LIMIT_S = 60.0
CANARY = "canary.jane@example.com"
MASKS = "version: 1\nrules:\n  - {match: {entity: EMAIL_ADDRESS}, do: mask}\n"
DROPS = MASKS.replace("mask", "drop")
"""As long as the other: with its time put back only SIGHUP tells that the file is another."""
BAD = {
    "no YAML": f"version: 1\n# {CANARY}\nrules: [{CANARY}\n",
    "an operator that is none": f"version: 1\n# {CANARY}\nrules:\n  - {{match: {{entity: EMAIL_ADDRESS}}, do: maks}}\n",
    "a value for a key": f"version: 1\n{CANARY}: keep\n",
    "a value for a name": f"version: 1\nrules:\n  - {{match: {{{CANARY}: '*'}}, do: keep}}\n",
    "a value for an anchor": f"version: 1\nrules: *{CANARY}\n",
    "nothing": "",
    "gone": None,
}


class Proxy:
    def __init__(self, process: Any, client: aiohttp.ClientSession, log: Path) -> None:
        self.process = process
        self._client = client
        self._log = log
        self._port = 0

    def is_there(self) -> bool:
        found = re.search(r"listening on http://127\.0\.0\.1:(\d+)/", self.stderr)
        self._port = int(found[1]) if found else 0
        return found is not None

    async def said_of(self, value: str) -> str:
        """What the client is shown of a value the server sent."""
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "t", "arguments": {"a": value}}}
        async with self._client.post(f"http://127.0.0.1:{self._port}/mcp", json=body) as answer:
            return str((await answer.json())["result"]["content"][0]["text"])

    @property
    def stderr(self) -> str:
        return self._log.read_text()

    def events(self, name: str = "") -> list[dict[str, Any]]:
        whole = self.stderr.split("\n")[:-1]  # the last is being written, or empty
        lines = [json.loads(line) for line in whole if line.startswith("{")]
        return [line for line in lines if name in ("", line["event"])]


@asynccontextmanager
async def upstream() -> AsyncIterator[str]:
    """Says a person's address in every answer, whoever asks."""

    async def answer(request: web.Request) -> web.Response:
        body = await request.json()
        said = {"content": [{"type": "text", "text": f"to {CANARY}, today"}]}
        return web.json_response({"jsonrpc": "2.0", "id": body.get("id"), "result": said})

    app = web.Application()
    app.router.add_post("/mcp", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/mcp"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def proxy(policy: Path, log: Path, *options: str) -> AsyncIterator[Proxy]:
    async with upstream() as url, aiohttp.ClientSession() as client:
        with log.open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                PROGRAM, "serve", "--listen", "127.0.0.1:0", "--upstream", url, "--engine", "none", "--policy", str(policy),
                "--log-level", "debug", "--log-format", "json", *options, stdout=errors, stderr=errors, env=environment(),
            )  # fmt: skip
        try:
            running = Proxy(process, client, log)
            await becomes(lambda: running.is_there() or process.returncode is not None)
            assert process.returncode is None, running.stderr
            yield running
        finally:
            if process.returncode is None:
                process.terminate()
            assert await asyncio.wait_for(process.wait(), LIMIT_S) == 0


async def becomes(is_so: Any) -> None:
    async with asyncio.timeout(LIMIT_S):
        while True:
            found = is_so()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.05)


def unseen(file: Path, text: str) -> None:
    """Another text in the same file, of the same length, at the same time."""
    before = file.stat()
    with file.open("r+") as opened:
        opened.write(text)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    assert (after.st_mtime_ns, after.st_ino, after.st_size) == (before.st_mtime_ns, before.st_ino, before.st_size)


@pytest.mark.parametrize("wake", ["SIGHUP", "the file changes"])
async def test_a_changed_policy_decides_the_next_call_and_its_digest_stands_on_events(tmp_path, wake):
    policy, log = tmp_path / "p.yaml", tmp_path / "log"
    policy.write_text(MASKS)
    async with proxy(policy, log) as running:
        first = await running.said_of("x")
        assert "*" in first
        if wake == "SIGHUP":
            unseen(policy, DROPS)
            assert await running.said_of("x") == first
            running.process.send_signal(signal.SIGHUP)
        else:
            (tmp_path / "next").write_text(DROPS)
            (tmp_path / "next").replace(policy)
        await becomes(lambda: len(running.events("PolicyLoaded")) == 2)
        assert await running.said_of("x") == "to , today"
        old, new = (one["digest"] for one in running.events("PolicyLoaded"))
    decided = [one["policy"] for one in running.events() if one.get("changes")]
    assert old != new
    assert set(decided) == {old, new}
    assert decided[-1] == new
    assert "canary" not in log.read_text()


async def test_a_bad_policy_changes_nothing_and_is_told_of_without_a_value(tmp_path):
    policy, log = tmp_path / "p.yaml", tmp_path / "log"
    policy.write_text(MASKS)
    async with proxy(policy, log) as running:
        shown = await running.said_of("x")
        for number, (_, text) in enumerate(BAD.items(), 1):
            in_force = running.events("PolicyLoaded")[-1]["digest"]
            kept = len(running.events("PolicyKept"))
            told = running.stderr.count("policy not reloaded, the old one stays in force: ")
            policy.unlink() if text is None else policy.write_text(text)
            running.process.send_signal(signal.SIGHUP)
            await becomes(lambda kept=kept: len(running.events("PolicyKept")) > kept)
            assert running.stderr.count("policy not reloaded, the old one stays in force: ") > told
            assert await running.said_of("x") == shown, text
            assert running.events("PolicyKept")[-1]["digest"] == in_force
            assert [one["policy"] for one in running.events() if one.get("changes")][-1] == in_force
            policy.write_text(DROPS if number % 2 else MASKS)  # mended
            running.process.send_signal(signal.SIGHUP)
            await becomes(lambda number=number: len(running.events("PolicyLoaded")) == number + 1)
            before, shown = shown, await running.said_of("x")
            assert shown != before
    assert "canary" not in log.read_text()


async def test_an_exception_made_while_the_proxy_runs_holds_and_a_broken_file_of_them_changes_nothing(tmp_path):
    policy, log, ours = tmp_path / "p.yaml", tmp_path / "log", tmp_path / "ours.yaml"
    policy.write_text(MASKS)
    exempting.add(str(ours), "somebody@example.com", "*", None)
    async with proxy(policy, log, "--exceptions", str(ours)) as running:
        assert "*" in await running.said_of("x")
        exempting.add(str(ours), CANARY, "*", None)
        await becomes(lambda: len(running.events("PolicyLoaded")) == 2)
        assert CANARY in await running.said_of("x")
        old, new = (one["digest"] for one in running.events("PolicyLoaded"))
        assert old != new
        ours.write_text(f"version: 1\nexceptions: [{{digest: {CANARY}, entity: '*'}}]\n")
        await becomes(lambda: running.events("PolicyKept"))
        assert CANARY in await running.said_of("x")
    assert "canary" not in log.read_text()
