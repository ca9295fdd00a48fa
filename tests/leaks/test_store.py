"""A token store is one more place a value could stand: in the server, in what is logged while it is away, in its address."""

from __future__ import annotations

import json

import pytest

from sidecar.runtime import key_files
from sidecar.stores.redis import connect
from tests.support.redis_server import RedisServer
from tests.unit.cli.cli import ECHO, cli

CANARY = "canary.jane@example.com"
ASK = {"jsonrpc": "2.0", "id": 1, "method": "x/ask", "params": {"email": CANARY}}


@pytest.fixture
def redis():
    made = RedisServer().start()
    yield made
    made.close()


@pytest.fixture
def key_file(tmp_path):
    path = str(tmp_path / "tokens.key")
    key_files.create(path)
    return path


async def asked(*options, **more):
    words = ("run", "--policy", "reversible", "--engine", "none", "--log-level", "debug", "--log-format", "json")
    return await cli(*words, *options, "--", *ECHO, stdin=json.dumps(ASK).encode() + b"\n", **more)


async def content(server):
    client = connect(server.url)
    found = []
    for name in await client.keys("*"):
        kind = await client.type(name)
        found += [name, *(await client.smembers(name) if kind == b"set" else [await client.get(name)])]
    await client.aclose()
    return found


async def test_neither_the_server_nor_the_logs_nor_the_reply_hold_the_value_or_a_key(redis, key_file):
    done = await asked("--vault", redis.url, "--key-file", key_file)
    assert "EMAIL_ADDRESS_" in done.out  # the server behind was sent a token, and sent it back
    kept = await content(redis)
    assert len(kept) >= 3
    assert not any(b"canary" in piece or b"example" in piece for piece in kept)
    for text in (done.out, done.err):
        assert "canary" not in text
    with open(key_file, encoding="utf-8") as file:  # noqa: PTH123, ASYNC230
        secrets = [line.split()[1] for line in file if line.strip() and not line.startswith("#")]
    assert secrets
    assert not any(secret in done.out + done.err for secret in secrets)


async def test_a_store_that_is_away_refuses_and_tells_neither_value_nor_address_nor_password(key_file):
    done = await asked("--key-file", key_file, MCP_SIDECAR_VAULT="redis://someone:pass-canary@127.0.0.1:1/0")
    (reply,) = [json.loads(line) for line in done.out.splitlines()]
    assert reply["error"]["code"] == -31015
    for word in ("canary", "someone", "127.0.0.1"):
        assert word not in done.out + done.err


async def test_a_wrong_address_is_not_repeated(key_file):
    done = await asked("--key-file", key_file, MCP_SIDECAR_VAULT="redis://someone:pass-canary@[/0")
    assert done.code == 78
    assert "canary" not in done.out + done.err
