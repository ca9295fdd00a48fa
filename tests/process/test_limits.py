"""Limits of size and depth, as an operator sets them: what is over one gets a reply its reader can read."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sidecar.cli.run import settings_from
from sidecar.config.addresses import Address
from sidecar.errors import BadConfig
from sidecar.runtime.build import App, Settings
from sidecar.transports.listener import ListenSettings
from sidecar.transports.spawning import SpawnProxy, SpawnSettings
from tests.support.http_proxy import proxied
from tests.support.raw_http import RawServer, Received, connect

ROOT = Path(__file__).parents[2]
MAILS = " ".join(f"a{n}@example.com" for n in range(200))
SERVER = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    text = asked["params"]["arguments"]["text"]
    print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": {"content": [{"type": "text", "text": text}]}}), flush=True)
"""


def call(request_id: int, text: Any) -> dict[str, Any]:
    params = {"name": "echo", "arguments": {"text": text}}
    return {"jsonrpc": "2.0", "id": request_id, "method": "tools/call", "params": params}


def wrapped(*options: str, calls: list[dict[str, Any]], url: str = "") -> dict[Any, Any]:
    """Answers by id; from the server at ``url`` if there is one."""
    policy = ROOT / "tests" / "process" / "pass_arguments.yaml"
    command = [
        sys.executable,
        "-m",
        "sidecar",
        "run",
        "--engine",
        "none",
        "--log-level",
        "none",
        "--policy",
        str(policy),
    ]
    done = subprocess.run(
        [*command, *options, *(("--url", url) if url else ("--", sys.executable, "-c", SERVER))],
        input="".join(json.dumps(each) + "\n" for each in calls).encode(),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=100,
        check=False,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return {answer["id"]: answer for answer in answers}


def test_a_line_that_tokens_make_too_long_for_the_client_becomes_a_tool_error() -> None:
    answers = wrapped("--max-line-bytes", "4500", calls=[call(1, MAILS), call(2, "x" * 6000), call(3, "short")])
    refused = answers[1]["result"]
    assert refused["isError"] is True
    assert "4500" in refused["content"][0]["text"]
    assert "example.com" not in str(refused)
    assert answers[2]["result"]["content"][0]["text"] == "x" * 6000
    assert answers[3]["result"]["content"][0]["text"] == "short"


def test_without_growth_beyond_the_limit_the_same_line_crosses() -> None:
    answer = wrapped(calls=[call(1, MAILS)])[1]
    assert "isError" not in answer["result"]


def test_what_is_nested_deeper_than_allowed_gets_an_error_with_its_id() -> None:
    deep: Any = "x"
    for _ in range(30):
        deep = [deep]
    answers = wrapped("--max-depth", "20", calls=[call(7, deep), call(8, "flat")])
    assert answers[7]["error"]["code"] == -31012
    assert "20" in answers[7]["error"]["message"]
    assert answers[8]["result"]["content"][0]["text"] == "flat"
    line = call(9, "?")
    text = json.dumps(line).replace('"?"', "[" * 2000 + "]" * 2000)
    assert _raw(text)["error"]["code"] == -31012


def _raw(line: str) -> dict[str, Any]:
    policy = ROOT / "tests" / "process" / "pass_arguments.yaml"
    done = subprocess.run(
        [sys.executable, "-m", "sidecar", "run", "--engine", "none", "--log-level", "none", "--policy", str(policy),
         "--", sys.executable, "-c", SERVER],
        input=line.encode() + b"\n", cwd=ROOT, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True, timeout=100, check=False,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def test_a_depth_nobody_can_keep_is_bad_configuration() -> None:
    with pytest.raises(BadConfig, match="200"):
        App(Settings(engine="none", max_depth=201), [])


async def test_an_event_that_tokens_make_too_long_for_the_client_becomes_a_tool_error() -> None:
    async def script(received: Received) -> None:
        await received.start_events()
        for request_id, text in ((1, MAILS), (2, "x" * 6000)):
            answer = {"jsonrpc": "2.0", "id": request_id, "result": {"content": [{"type": "text", "text": text}]}}
            await received.chunk(b"id: %d\ndata: %s\n\n" % (request_id, json.dumps(answer).encode()))
        await received.end()

    app = App(Settings(policy="reversible", engine="none", max_event_bytes=5000), [])
    calls = json.dumps([{**call(1, "a"), "method": "prompts/get"}, {**call(2, "b"), "method": "prompts/get"}]).encode()
    async with RawServer(script) as server, proxied(server.url, app) as (port, _), connect(port) as client:  # type: ignore[arg-type]
        events = (await client.post(calls))[1]
    await app.close()
    first, second = (json.loads(part.partition(b"data: ")[2]) for part in events.split(b"\n\n") if part)
    assert first["id"] == 1
    assert first["error"]["code"] == -31012
    assert b"example.com" not in events
    assert second["result"]["content"][0]["text"] == "x" * 6000


async def test_a_line_that_tokens_make_too_long_behind_an_http_server_becomes_a_tool_error() -> None:
    async def script(received: Received) -> None:
        asked = json.loads(received.body)
        content = [{"type": "text", "text": asked["params"]["arguments"]["text"]}]
        answer = json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": {"content": content}}).encode()
        if asked["id"] == 2:
            await received.start_events()
            await received.chunk(b"data: " + answer + b"\n\n")
            await received.end()
        else:
            await received.json(answer)

    async with RawServer(script) as server:  # type: ignore[arg-type]
        asked = [call(1, MAILS), call(2, MAILS), call(3, "x" * 6000)]
        answers = await asyncio.to_thread(wrapped, "--max-line-bytes", "4500", calls=asked, url=server.url)
    for request_id in (1, 2):
        refused = answers[request_id]["result"]
        assert refused["isError"] is True
        assert "4500" in refused["content"][0]["text"]
    assert answers[3]["result"]["content"][0]["text"] == "x" * 6000


async def test_an_event_that_tokens_make_too_long_behind_a_stdio_server_becomes_a_tool_error() -> None:
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
    fields = (
        "Accept: application/json, text/event-stream", "MCP-Protocol-Version: 2026-07-28",
        "Mcp-Method: tools/call", "Mcp-Name: echo",
    )  # fmt: skip
    policy = str(ROOT / "tests" / "process" / "pass_arguments.yaml")
    app = App(Settings(policy=policy, engine="none", max_event_bytes=5000), [])
    proxy = SpawnProxy(app, SpawnSettings((sys.executable, "-c", SERVER), ListenSettings(Address("127.0.0.1"))))
    port = await proxy.start()
    try:
        async with connect(port) as client:
            for request_id, text, is_withheld in ((1, MAILS, True), (2, "x" * 6000, False)):
                asked = call(request_id, text)
                asked["params"]["_meta"] = meta
                _, answered = await client.post(json.dumps(asked).encode(), *fields)
                result = json.loads(answered)["result"]
                assert result.get("isError", False) is is_withheld
                assert b"@example.com" not in answered
    finally:
        await asyncio.wait_for(proxy.stop(), 30)
        await app.close()


@pytest.mark.parametrize(("most", "status"), [(9000, 200), (2000, 400)])
async def test_a_header_field_may_be_as_long_as_the_operator_says(most: int, status: int) -> None:
    async def script(received: Received) -> None:
        await received.json(b'{"jsonrpc":"2.0","id":1,"result":{}}')

    app = App(Settings(policy="observe", engine="none", max_header_bytes=most), [])
    async with RawServer(script) as server, proxied(server.url, app) as (port, _), connect(port) as client:  # type: ignore[arg-type]
        head, answered = await client.post(b'{"jsonrpc":"2.0","id":1,"method":"ping"}', f"X-Long: {'x' * 4000}")
    await app.close()
    assert head.status == status
    assert b"xxxx" not in answered


@pytest.mark.parametrize(("most", "status"), [(9000, 200), (2000, 502)])
async def test_so_may_a_servers(most: int, status: int) -> None:
    async def script(received: Received) -> None:
        await received.json(b'{"jsonrpc":"2.0","id":1,"result":{}}', f"X-Long: {'x' * 4000}")

    app = App(Settings(policy="observe", engine="none", max_header_bytes=most), [])
    async with RawServer(script) as server, proxied(server.url, app) as (port, _), connect(port) as client:  # type: ignore[arg-type]
        head, answered = await client.post(b'{"jsonrpc":"2.0","id":1,"method":"ping"}')
    await app.close()
    assert head.status == status
    assert json.loads(answered)["id"] == 1


def test_every_limit_of_the_command_line_reaches_the_settings() -> None:
    values: dict[str, Any] = {
        "policy": "strict", "engine": "none", "analyzer_config": "", "deadline_s": 1, "max_text": 1,
        "max_message_bytes": 2, "max_depth": 3, "max_line_bytes": 4, "max_event_bytes": 5,
        "max_header_bytes": 6,
    }  # fmt: skip
    import argparse

    from sidecar.cli.options import SHARED, resolve

    for option in SHARED:
        values.setdefault(option.flag.removeprefix("--").replace("-", "_"), resolve(argparse.Namespace(), {})[
            option.flag.removeprefix("--").replace("-", "_")
        ])  # fmt: skip
    settings = settings_from(values, "u")
    found = (settings.max_message_bytes, settings.max_depth, settings.max_line_bytes, settings.max_event_bytes)
    assert (*found, settings.max_header_bytes) == (2, 3, 4, 5, 6)
