"""Callers a listener refuses, before or while it reads: their credentials, headers and bodies are said and written nowhere.

Looked through, as in ``test_failures``: what the caller gets, stdout, stderr with the log at debug, metrics, the audit log, every file.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.leaks.test_failures import CALL, JANE, LIMIT_S, SECRET, assert_unsaid, records
from tests.support.guarded_server import guarded
from tests.support.raw_http import connect
from tests.unit.cli.cli import PROGRAM, environment

KEY = ec.generate_private_key(ec.SECP256R1())
AUDIENCE = "https://mcp.example.com/mcp"
BODY = json.dumps({**CALL, "params": {"name": "rows", "arguments": {"who": f"see {JANE} and {SECRET}"}}}).encode()


def token(key=KEY, **claims):
    said = {
        "iss": "https://login.example.com",
        "aud": AUDIENCE,
        "sub": JANE,
        "exp": time.time() + 86_400,  # minted when the tests are collected
        "scope": "mcp",
        **claims,
    }
    return jwt.encode(said, key, "ES256", {"kid": "one"})


def guard_file(folder):
    entry = {**jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "one"}
    (folder / "jwks.json").write_text(json.dumps({"keys": [entry]}))
    tokens = {
        "issuer": "https://login.example.com",
        "audience": AUDIENCE,
        "jwks": f"{folder}/jwks.json",
        "scopes": "mcp",
    }
    rates = {"per_caller": 1, "concurrent_per_caller": 100}
    said = {"version": 1, "callers": {"tokens": tokens}, "limits": {"request_bytes": 100_000}, "rates": rates}
    (folder / "guard.yaml").write_text(json.dumps(said))
    return str(folder / "guard.yaml")


@asynccontextmanager
async def listening(folder, upstream):
    """Its ports, and a list that gets stdout and stderr when it has ended."""
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--upstream", upstream, "--engine", "none",
        "--log-level", "debug", "--records", records(folder), "--guard", guard_file(folder),
        stdin=-3, stdout=-1, stderr=-1, cwd=folder, env=environment(),
    )  # fmt: skip
    said, ports, texts = b"", {}, []
    try:
        while "listening" not in ports:
            line = await asyncio.wait_for(process.stderr.readline(), LIMIT_S)
            assert line, said
            said += line
            if line.startswith(b"mcp-sidecar: ") and b" on http" in line:
                ports[line.split()[1].decode()] = int(line.rpartition(b":")[2].partition(b"/")[0])
        yield ports, texts
    finally:
        process.terminate()
        out, err = await asyncio.wait_for(process.communicate(), LIMIT_S)
        texts += [out.decode(), (said + err).decode()]


CREDENTIALS = {
    "no token at all": ("Bearer " + SECRET, 401),
    "another scheme": ("Basic " + SECRET, 401),
    "another's signature": ("Bearer " + token(ec.generate_private_key(ec.SECP256R1())), 401),
    "expired": ("Bearer " + token(exp=1), 401),
    "another audience": ("Bearer " + token(aud=SECRET), 401),
    "another issuer": ("Bearer " + token(iss=SECRET), 401),
    "a scope too few": ("Bearer " + token(scope=SECRET), 403),
}


async def test_a_refused_credential_is_said_nowhere(tmp_path):
    async with guarded("a key nobody sends") as server:
        async with listening(tmp_path, server.url) as (ports, texts):
            got = []
            for how, (credential, status) in CREDENTIALS.items():
                async with connect(ports["listening"]) as client:
                    head, body = await client.post(BODY, f"Authorization: {credential}")
                assert head.status == status, how
                got.append(f"{head} {body}")
            got.append(await metrics(ports))
        assert server.seen == []
    credentials = [credential.split()[1] for credential, _ in CREDENTIALS.values()]
    assert_unsaid(tmp_path, *got, *texts)
    assert not [word for word in credentials for text in (*got, *texts) if word in text]
    assert "auth.fail" in texts[1]


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ([], BODY + b" " * 100_000, 413),
        ([f"X-Who: {JANE} {SECRET} " + "x" * 70_000], BODY, 400),
        ([f"X-{n}: {JANE} {SECRET}" for n in range(200)], BODY, 400),
        ([f"{SECRET} {JANE}: x"], BODY, 400),
        (["Content-Encoding: gzip", f"X-Who: {JANE}"], BODY, 400),
        ([f"Host: {JANE}"], BODY, 421),
        ([f"Origin: https://{JANE}"], BODY, 403),
        (["Content-Length: 100000", f"X-Who: {JANE}"], BODY, 0),
    ],
    ids=["too large", "a huge header", "many headers", "no header's name", "an encoding", "a Host", "an Origin", "cut off"],
)  # fmt: skip
async def test_a_request_that_is_refused_is_said_nowhere(tmp_path, headers, body, status):
    async with guarded("a key nobody sends") as server:
        async with listening(tmp_path, server.url) as (ports, texts):
            got = ""
            async with connect(ports["listening"]) as client:
                try:
                    await client.send("POST", "/mcp", body, f"Authorization: Bearer {token()}", *headers)
                    if status:
                        head, answer = await client.answer()
                        assert head.status == status
                        got = f"{head.headers} {answer.decode()}"
                except (ConnectionError, asyncio.IncompleteReadError):
                    assert status in {400, 413}, "it was closed while we were still sending"
            told = await metrics(ports)
        assert server.seen == []
    assert_unsaid(tmp_path, got, told, *texts)


async def test_who_comes_too_often_is_told_when_to_come_again_and_nobody_else_is_told_anything(tmp_path):
    async with guarded("a key nobody sends") as server, listening(tmp_path, server.url) as (ports, texts):
        got = []
        for _ in range(10):
            async with connect(ports["listening"]) as client:
                head, body = await client.post(BODY, f"Authorization: Bearer {token()}")
            got.append(f"{head} {body}")
            if head.status == 429:
                break
        assert (head.status, json.loads(body)["error"]["code"]) == (429, -31014)
        assert int(head.get("retry-after")) == json.loads(body)["error"]["data"]["retryAfter"]
        got.append(await metrics(ports))
    assert_unsaid(tmp_path, *got, *texts)
    assert "rate.limit" in texts[1]


async def metrics(ports):
    async with (
        asyncio.timeout(LIMIT_S),
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{ports['admin']}/metrics") as answer,
    ):
        return await answer.text()
