"""A secret is rotated while the pair runs: no call fails, and nobody hears of the old one or the new one."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager

import aiohttp
import pytest

from tests.support.guarded_server import HEADER, guarded
from tests.support.secret_places import secrets_manager, vault
from tests.unit.cli.cli import PROGRAM, environment

OLD = "s3cr3t-CANARY-old-41"
NEW = "s3cr3t-CANARY-new-42"
LIMIT_S = 60.0


@asynccontextmanager
async def sidecar(upstream, reference, log):
    """Everything it says goes to ``log``, which outlives it."""
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            PROGRAM, "serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--upstream", upstream, "--engine", "none",
            "--policy", "observe", "--log-level", "debug", "--upstream-header", f"{HEADER}={reference}",
            stdout=errors, stderr=errors, env=environment(),
        )  # fmt: skip
    try:
        async with asyncio.timeout(LIMIT_S):
            while b"listening on " not in log.read_bytes():
                assert process.returncode is None, log.read_text()
                await asyncio.sleep(0.05)
        ports = {
            name: int(line.rpartition(b":")[2].partition(b"/")[0])
            for line in log.read_bytes().splitlines()
            for name in ("listening on", "admin on")
            if name.encode() in line
        }
        async with aiohttp.ClientSession() as client:
            yield process, client, ports["listening on"], ports["admin on"]
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), LIMIT_S)


async def call(client, port):
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    async with asyncio.timeout(LIMIT_S), client.post(f"http://127.0.0.1:{port}/mcp", json=body) as answer:
        return answer.status, await answer.read(), str(answer.headers)


@contextmanager
def in_a_file(path, _monkeypatch):
    def put(value):
        path.write_text(value)
        path.chmod(0o600)

    yield f"file:{path}", put


@contextmanager
def from_a_command(path, _monkeypatch):
    script = f"print(open({str(path)!r}).read())"
    yield f"exec:{sys.executable} -c '{script.replace(chr(39), chr(34))}'", path.write_text


@contextmanager
def in_aws(_path, monkeypatch):
    with secrets_manager(monkeypatch) as client:
        client.create_secret(Name="crm", SecretString='{"key": "nothing yet"}')
        yield "aws:crm#key", lambda value: client.put_secret_value(SecretId="crm", SecretString=f'{{"key": "{value}"}}')


async def rotated(server, reference, put, log):
    put(OLD)
    async with sidecar(server.url, reference, log) as (_, client, port, admin):
        outputs = [await call(client, port) for _ in range(3)]
        assert server.seen == [OLD] * 3
        put(NEW)
        server.key = NEW
        outputs += await asyncio.gather(*(call(client, port) for _ in range(20)))
        outputs += [await call(client, port)]
        assert {status for status, _, _ in outputs} == {200}
        assert server.seen[-1] == NEW
        refused = server.refused
        assert (await call(client, port))[:2] == outputs[-1][:2]
        assert server.refused == refused, "the old one is not tried again"
        async with client.get(f"http://127.0.0.1:{admin}/metrics") as answer:
            metrics = await answer.text()
    assert "mcp_sidecar_secrets 1.0" in metrics
    said = log.read_text() + metrics + str(outputs)
    assert '"event":"OperationEnded"' in said
    assert "CANARY" not in said
    assert "[REDACTED]" in str(outputs), "the server says the key in its results"


@pytest.mark.parametrize("place", [in_a_file, from_a_command, in_aws])
async def test_a_key_is_rotated_and_no_call_fails(tmp_path, monkeypatch, place):
    with place(tmp_path / "key", monkeypatch) as (reference, put):
        async with guarded(OLD) as server:
            await rotated(server, reference, put, tmp_path / "log")


async def test_a_key_in_vault_is_rotated_and_no_call_fails(tmp_path, monkeypatch):
    async with vault("vault-token-1") as kept, guarded(OLD) as server:
        monkeypatch.setenv("VAULT_ADDR", kept.url)
        monkeypatch.setenv("VAULT_TOKEN", "vault-token-1")

        def put(value):
            kept.kept["kv", "crm"] = {"key": value}

        await rotated(server, "vault:kv/crm#key", put, tmp_path / "log")
        assert kept.reads <= 3, "twenty refusals at once ask once"


@pytest.mark.parametrize("wake", ["the file changes", "SIGHUP"])
async def test_a_key_that_was_replaced_is_used_before_the_old_one_is_refused(tmp_path, wake, monkeypatch):
    key, log = tmp_path / "key", tmp_path / "log"
    place = in_a_file if wake == "the file changes" else from_a_command
    with place(key, monkeypatch) as (reference, put):
        async with guarded(OLD) as server:
            put(OLD)
            async with sidecar(server.url, reference, log) as (process, client, port, _):
                await call(client, port)
                put(NEW)
                if wake == "SIGHUP":
                    process.send_signal(signal.SIGHUP)
                async with asyncio.timeout(LIMIT_S):
                    while b'"event":"SecretsRenewed","is_changed":true' not in log.read_bytes():  # noqa: ASYNC110 - a file is written
                        await asyncio.sleep(0.05)
                server.key = NEW
                await call(client, port)
    assert server.seen == [OLD, NEW]
    assert server.refused == 0


async def test_a_key_that_is_simply_wrong_is_refused_and_said_nowhere(tmp_path):
    log = tmp_path / "log"
    with in_a_file(tmp_path / "key", None) as (reference, put):
        put(OLD)
        async with guarded("another-key") as server, sidecar(server.url, reference, log) as (_, client, port, _):
            status, body, headers = await call(client, port)
    assert status == 401
    assert "CANARY" not in log.read_text() + body.decode() + headers


def test_nothing_of_ours_holds_the_old_secret():
    done = subprocess.run(
        [sys.executable, "-m", "tests.leaks.renewed"], capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    assert (done.stderr, done.stdout.splitlines()) == ("", ["seen before: True", "seen after: []"])
