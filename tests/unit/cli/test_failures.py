"""What goes wrong between two peers, through the real program: codes, ids and words of each reply."""

from __future__ import annotations

import asyncio
import json
import socket
import sys

import pytest

from tests.support.raw_http import connect
from tests.unit.cli.cli import ECHO, LIMIT_S, PROGRAM, environment, run, serving

JANE = "jane@example.com"
CALL = {"jsonrpc": "2.0", "id": "c1", "method": "tools/call", "params": {"name": "t", "arguments": {"q": "x"}}}
ASK = {"jsonrpc": "2.0", "id": 7, "method": "x/ask", "params": {"note": f"mail {JANE} now"}}


def script(body: str) -> tuple[str, ...]:
    return (sys.executable, "-I", "-S", "-c", body)


async def test_what_is_no_json_is_32700_and_what_is_no_message_is_32600():
    done = await run("--engine", "none", sent=[b"not json", b"17", b'{"a":1,"a":2}', b"[]", ASK])
    assert done.code == 0
    assert [(line["id"], line.get("error", {}).get("code")) for line in done.lines] == [
        (None, -32700),
        (None, -32600),
        (None, -32700),
        (None, -32600),
        (7, None),
    ]


async def test_an_oversized_message_is_31012_with_its_own_id():
    big = {**ASK, "id": "big", "params": {"note": "x" * 5000}}
    done = await run("--engine", "none", "--max-message-bytes", "2000", sent=[big, ASK])
    first, second = done.lines
    assert (first["id"], first["error"]["code"]) == ("big", -31012)
    assert "limit 2000" in first["error"]["message"]
    assert second["id"] == 7


async def test_a_message_nested_too_deeply_is_31012():
    deep = b'{"jsonrpc":"2.0","id":5,"method":"x","params":{"a":' + b"[" * 500 + b"]" * 500 + b"}}"
    (line,) = (await run("--engine", "none", sent=[deep])).lines
    assert line["error"]["code"] == -31012


async def test_a_deadline_that_passes_is_31011_and_words_for_the_model_in_a_call():
    call = {**CALL, "params": {"name": "t", "arguments": {"q": f"mail {JANE} now"}}}
    done = await run("--deadline-s", "0.000001", sent=[ASK, call])
    asked, called = done.lines
    assert (asked["id"], asked["error"]["code"]) == (7, -31011)
    assert called["id"] == "c1"
    assert called["result"]["isError"] is True
    assert "too long" in called["result"]["content"][0]["text"]
    assert JANE not in done.out + done.err


async def test_a_server_that_dies_leaves_31013_for_every_call_it_owed():
    dies = script("import sys; sys.stdin.readline(); sys.exit(9)")
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "run", "--engine", "none", "--log-level", "none", "--", *dies, stdin=-1, stdout=-1, env=environment()
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(CALL).encode() + b"\n")  # and it stays open: who closes it waits for nothing
    line = json.loads(await asyncio.wait_for(process.stdout.readline(), LIMIT_S))
    assert (line["id"], line["error"]["code"]) == ("c1", -31013)
    assert await asyncio.wait_for(process.wait(), LIMIT_S) == 9


async def test_a_writing_call_with_personal_data_is_refused_and_says_what_to_do():
    call = {**CALL, "params": {"name": "t", "arguments": {"to": JANE}}}
    (line,) = (await run("--engine", "none", sent=[call])).lines
    text = line["result"]["content"][0]["text"]
    assert line["result"]["isError"] is True
    assert text.startswith("Not sent: arguments.to holds EMAIL_ADDRESS")
    assert JANE not in text


async def test_results_and_the_servers_stderr_are_redacted():
    loud = script(ECHO[4].replace("m = ", "sys.stderr.write('log jane@example.com\\n'); m = "))
    done = await run("--engine", "none", sent=[ASK], command=loud)
    (line,) = done.lines
    assert line["result"] == {"note": "mail <EMAIL_ADDRESS> now"}
    assert "log <EMAIL_ADDRESS>" in done.err
    assert JANE not in done.out + done.err


async def test_an_upstream_nobody_can_reach_is_502_and_31013_with_the_requests_id():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with serving(f"http://127.0.0.1:{port}/mcp") as at, connect(at) as client:
        await client.send("POST", "/mcp", json.dumps(ASK).encode())
        head, body = await client.answer()
        assert head.status == 502
        reply = json.loads(body)
        assert (reply["id"], reply["error"]["code"]) == (7, -31013)
        assert JANE not in body.decode()


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [(b"not json", 400, -32700), (b"17", 400, -32600), (b'{"jsonrpc":"2.0","id":1,"method":"' + b"x" * 3000 + b'"}', 413, -31012)],
)  # fmt: skip
async def test_over_http_a_bad_body_has_its_status_and_code(sent, status, code):
    async with serving("http://127.0.0.1:9/mcp", "--max-message-bytes", "2000") as at, connect(at) as client:
        await client.send("POST", "/mcp", sent)
        head, body = await client.answer()
        assert (head.status, json.loads(body)["error"]["code"]) == (status, code)
