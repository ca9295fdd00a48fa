"""Real processes fail in every way they can, with secrets and people planted in what fails: nothing of it is said or written.

Looked through: what the client gets, stdout, stderr with the log at debug, metrics, the audit log, and every file the
process wrote. An exception raised at each point of our own is in ``test_failures_injected.py``.
"""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import sys
from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.support.guarded_server import HEADER, guarded
from tests.unit.cli.cli import PROGRAM, environment

JANE = "canary.person@example.com"
SECRET = "s3cr3t-CANARY-of-the-server"
KEY = "an-audit-key-CANARY-of-32-characters"
LIMIT_S = 60.0
CRASHES = {
    "a traceback": "raise ValueError(who)",
    "an exit with a text": "sys.exit(who)",
    "a signal": "sys.stderr.write(who); sys.stderr.flush(); os.kill(os.getpid(), 11)",
    "malformed JSON": "out('{\"jsonrpc\": \"2.0\", \"id\": 1, \"result\": {\"a\": \"' + who)",
    "no JSON at all": "out(f'Dear {who}, welcome')",
    "a key twice": "out(json.dumps({'jsonrpc': '2.0', 'result': {}})[:-1] + ', \"id\": 1, \"id\": \"' + who + '\"}')",
    "a message that is too large": "out(json.dumps({'jsonrpc': '2.0', 'id': 1, 'result': {'a': who * 60000}}))",
    "a result its schema cannot take": "out(json.dumps({'jsonrpc': '2.0', 'id': 1, 'result': {'structuredContent': {'a': who}, 'content': []}}))",
    "an error with everything in it": "out(json.dumps({'jsonrpc': '2.0', 'id': 1, 'error': {'code': 5550123, 'message': who, 'data': [who]}}))",
}  # fmt: skip
SERVER = """
import json, os, sys
def out(text):
    print(text, flush=True)
for line in sys.stdin:
    body = json.loads(line)
    who = 'canary.person' + chr(64) + 'example.com'
    if body['method'] == 'tools/list':
        schema = {'type': 'object', 'properties': {'a': {'const': who}}}
        out(json.dumps({'jsonrpc': '2.0', 'id': 0, 'result': {'tools': [{'name': 'rows', 'inputSchema': {}, 'outputSchema': schema}]}}))
        continue
    sys.stderr.write(f'working for {who} with password=' + os.environ['SERVER_KEY'] + chr(10))
    CRASH
"""
LIST = {"jsonrpc": "2.0", "id": 0, "method": "tools/list"}
CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "rows", "arguments": {"who": "everybody"}},
}
PERSONAL = {**CALL, "id": 2, "params": {"name": "rows", "arguments": {"who": f"see {JANE}"}}}


def line(body):
    return json.dumps(body).encode() + b"\n"


def records(tmp_path):
    """A --records file with an audit log that is required."""
    (tmp_path / "audit.key").write_text(KEY)
    (tmp_path / "audit.key").chmod(0o600)
    audit = {"file": str(tmp_path / "audit.jsonl"), "key": f"file:{tmp_path / 'audit.key'}", "required": True}
    (tmp_path / "records.yaml").write_text(json.dumps({"version": 1, "audit": audit}))
    return str(tmp_path / "records.yaml")


def assert_unsaid(tmp_path, *texts):
    """In no text, and in no file but those we planted."""
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".key"]
    assert "audit.jsonl" in {path.name for path in written}
    for text in (*texts, *(path.read_text("utf-8", "replace") for path in written)):
        for planted in (JANE, "CANARY"):
            assert planted not in text, text[max(0, text.find(planted) - 300) :][:600]


async def wrapped(tmp_path, crash, *sent, **popen):
    """``run`` around a server that fails so; its stdout and stderr."""
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "run", "--policy", "strict", "--engine", "none", "--log-level", "debug", "--max-message-bytes", "1000000",
        "--records", records(tmp_path), "--", sys.executable, "-c", SERVER.replace("CRASH", crash),
        stdin=-1, stdout=-1, stderr=-1, cwd=tmp_path, env=environment(SERVER_KEY=SECRET), **popen,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(b"".join(sent)), LIMIT_S)
    return out.decode(), err.decode()


@pytest.mark.parametrize("how", CRASHES)
async def test_a_server_that_fails_leaks_nobody(tmp_path, how):
    out, err = await wrapped(tmp_path, CRASHES[how], line(LIST), line(CALL))
    assert_unsaid(tmp_path, out, err)
    shown = "working for <EMAIL_ADDRESS> with password=[REDACTED]" in err
    assert shown or "of the server's stderr w" in err, "a line that was not read in time is not shown"
    assert '"event":"OperationEnded"' in err
    assert {json.loads(each)["id"] for each in out.splitlines()} >= {0}


@pytest.mark.parametrize(
    "sent",
    [
        line(PERSONAL)[:-4] + b"\n", line(PERSONAL).replace(b'"id"', b'"id": 2, "id"'), line({**PERSONAL, "pad": JANE * 60_000}),
        b"Dear " + JANE.encode() + b"\n", line([[[PERSONAL]]]), line(PERSONAL).replace(b"see", b"\xff\xfe"),
        line({**PERSONAL, "params": {"a": "[" * 400}}).replace(b'"a": "', b'"a": ').replace(b'["}', JANE.encode() + b"}"),
    ],
    ids=["cut", "a key twice", "too large", "no JSON", "nested lists", "no UTF-8", "deep"],
)  # fmt: skip
async def test_a_client_that_sends_nonsense_leaks_nobody(tmp_path, sent):
    out, err = await wrapped(tmp_path, "pass", sent)
    assert_unsaid(tmp_path, out, err)
    assert '"event":"FrameDropped"' in err or '"event":"MessageWithheld"' in err


async def test_when_the_disk_is_full_nothing_passes_that_must_be_written_down(tmp_path):
    def full():
        resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))

    answering = "out(json.dumps({'jsonrpc': '2.0', 'id': 1, 'result': {'content': [{'type': 'text', 'text': who}]}}))"
    out, err = await wrapped(tmp_path, answering, line(CALL), line({**CALL, "id": 3}), preexec_fn=full)
    assert_unsaid(tmp_path, out, err)
    assert [json.loads(each)["error"]["code"] for each in out.splitlines()] == [-31016, -31016]
    assert '"reason":"audit"' in err


@asynccontextmanager
async def nobody():
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/mcp"
    yield url


@asynccontextmanager
async def saying(answer):
    """A server that says just this to whoever connects."""

    async def speak(reader, writer):
        await reader.read(100)
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}/mcp"


@asynccontextmanager
async def failing(how):
    """The URL of a server that fails so."""
    match how:
        case "401":
            async with guarded("another key") as server:
                yield server.url
        case "DNS":
            yield "https://no-such-host.invalid/mcp"
        case "refused":
            async with nobody() as url:
                yield url
        case "TLS":
            async with saying(b"HTTP/1.1 200 OK\r\n\r\n" + JANE.encode()) as place:
                yield f"https://{place}"
        case "no HTTP":
            async with saying(f"{JANE} {SECRET}\r\n\r\n".encode()) as place:
                yield f"http://{place}"
        case "too large":
            text = json.dumps({"jsonrpc": "2.0", "id": 2, "result": {"a": f"{JANE} {SECRET} " * 400_000}}).encode()
            async with saying(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + text) as place:
                yield f"http://{place}"
        case "cut":
            async with saying(
                f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{{{JANE}".encode()
            ) as place:
                yield f"http://{place}"
        case _:
            text = f"<h1>500 {JANE}</h1> key {SECRET}".encode()
            head = f"HTTP/1.1 500 {JANE}\r\nX-Debug: {JANE} {SECRET}\r\nContent-Type: text/html\r\nContent-Length: {len(text)}\r\n\r\n"
            async with saying(head.encode() + text) as place:
                yield f"http://{place}"


@pytest.mark.parametrize(
    ("how", "policy", "body", "status"),
    [
        ("401", "observe", CALL, 401),
        ("DNS", "observe", PERSONAL, 502),
        ("refused", "observe", PERSONAL, 502),
        ("TLS", "observe", PERSONAL, 502),
        ("no HTTP", "strict", CALL, 502),
        ("too large", "strict", CALL, 502),
        ("cut", "strict", CALL, 502),
        ("an error page", "strict", CALL, 500),
    ],
    ids=["401", "DNS", "refused", "TLS", "no HTTP", "too large", "cut", "an error page"],
)
async def test_an_http_server_that_fails_leaks_neither_its_secret_nor_anybody(tmp_path, how, policy, body, status):
    """``status``: what shows that it was the server that failed."""
    (tmp_path / "server.key").write_text(SECRET)
    (tmp_path / "server.key").chmod(0o600)
    async with failing(how) as url, aiohttp.ClientSession() as client:
        process = await asyncio.create_subprocess_exec(
            PROGRAM, "serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--upstream", url, "--engine", "none",
            "--log-level", "debug", "--records", records(tmp_path), "--policy", policy,
            "--upstream-header", f"{HEADER}=file:{tmp_path / 'server.key'}",
            stdin=-3, stdout=-1, stderr=-1, cwd=tmp_path, env=environment(),
        )  # fmt: skip
        try:
            said, ports = b"", {}
            while "listening" not in ports:
                text = await asyncio.wait_for(process.stderr.readline(), LIMIT_S)
                assert text, said
                said += text
                if text.startswith(b"mcp-sidecar: ") and b" on http" in text:
                    ports[text.split()[1].decode()] = int(text.rpartition(b":")[2].partition(b"/")[0])
            async with (
                asyncio.timeout(LIMIT_S),
                client.post(f"http://127.0.0.1:{ports['listening']}/mcp", json=body) as answer,
            ):
                assert answer.status == status, await answer.text()
                got = f"{answer.status} {answer.reason} {answer.headers} {await answer.text()}"
            async with asyncio.timeout(LIMIT_S), client.get(f"http://127.0.0.1:{ports['admin']}/metrics") as answer:
                got += await answer.text()
        finally:
            process.terminate()
        out, err = await asyncio.wait_for(process.communicate(), LIMIT_S)
    assert_unsaid(tmp_path, got, out.decode(), (said + err).decode())
    assert "mcp_sidecar_secrets 2.0" in got
