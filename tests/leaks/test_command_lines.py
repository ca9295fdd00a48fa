"""Commands beside the traffic print what they are for and no value more: a canary in everything each of them is given."""

from __future__ import annotations

import json

import pytest

from sidecar.errors import BadConfig
from sidecar.runtime import key_files
from sidecar.runtime.policies import load_policy, load_tools
from sidecar.stores.redis import RedisStore
from sidecar.vault.keys import scope_of
from sidecar.vault.memory import MemoryVault
from sidecar.vault.remote import StoredVault
from tests.support.redis_server import RedisServer
from tests.unit.cli.cli import cli, run

CANARY = "canary.jane@example.com"
OTHER = "canary.bob@example.com"
POLICY = f"""\
# {CANARY}
version: 1
extends: reversible
shapes:
  - {{entity: CUSTOMER, pattern: '{CANARY}|\\d{{9}}'}}
rules:
  - {{match: {{entity: EMAIL_ADDRESS, tool: "send*"}}, do: token}}
  - {{match: {{entity: EMAIL_ADDRESS, tool: send_now}}, do: mask}}
"""
TOOLS = {"tools": [{"name": "send_now", "description": f"to {CANARY}", "inputSchema": {
    "type": "object", "properties": {"to": {"type": "string", "default": CANARY, "examples": [OTHER]}}}}]}  # fmt: skip
BAD = {
    "an expression that is none": POLICY.replace("|\\d{9}", "|("),
    "a value for an operator": POLICY.replace("do: mask", f"do: {CANARY}"),
    "a value for a rule": POLICY.replace("do: mask}", f"do: mask, {CANARY}: 1}}"),
    "a value for a key": POLICY + f"{CANARY}: keep\n",
    "a value for a field's entity": POLICY + f"fields: {{Owner: '{CANARY}'}}\n",
    "a value for a preset": POLICY.replace("extends: reversible", f"extends: {CANARY}"),
    "no YAML": POLICY + f"x: [{CANARY}\n",
}


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(POLICY)
    (tmp_path / "tools.json").write_text(json.dumps(TOOLS))
    return tmp_path


def said(done):
    return done.out + done.err


@pytest.mark.parametrize("form", [(), ("--json",)])
async def test_explain_and_check_repeat_nothing_of_comments_patterns_and_tools(files, form):
    explained = await cli(
        "explain", "--policy", "p.yaml", "--entity", "EMAIL_ADDRESS", "--tool", "send_now", "--tools", "tools.json",
        "--path", "arguments.to", *form,
    )  # fmt: skip
    checked = await cli("check", "--tools", "tools.json", *form, "p.yaml")
    assert (explained.code, checked.code) == (0, 0), said(explained) + said(checked)
    assert "token" in explained.out
    assert "never" in checked.out, "a rule that can never decide is warned of"
    assert "canary" not in said(explained) + said(checked)


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_what_is_wrong_with_a_policy_is_told_without_what_stands_there(files, text):
    (files / "p.yaml").write_text(text)
    with pytest.raises(BadConfig, match=r"p\.yaml:\d+:\d+") as caught:
        load_policy("p.yaml")
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("text", [f'{{"tools": "{CANARY}"', f'["{CANARY}"]', f'{{"{CANARY}": []}}'])
def test_what_is_wrong_with_a_list_of_tools_is_told_without_it(files, text):
    (files / "tools.json").write_text(text)
    with pytest.raises(BadConfig, match=r"tools\.json") as caught:
        load_tools("tools.json")
    assert "canary" not in str(caught.value)


async def test_no_command_repeats_what_stands_in_a_bad_policy_or_list(files):
    (files / "bad.yaml").write_text(BAD["a value for a key"])
    (files / "bad.json").write_text(f'["{CANARY}"]')
    for words in (
        ("check", "bad.yaml"),
        ("explain", "--policy", "bad.yaml", "--entity", "PERSON"),
        ("run", "--policy", "bad.yaml", "--", "true"),
        ("check", "--tools", "bad.json", "p.yaml"),
    ):
        done = await cli(*words)
        assert done.code == 78
        assert "canary" not in said(done)


async def test_keys_are_never_printed_whatever_is_done_with_them(files):
    path, secrets = files / "tokens.key", set()

    def note():
        secrets.update(word for word in path.read_text().split() if len(word) > 20)

    outputs = [await cli("keys", "new", "tokens.key")]
    for words in (
        ("new", "tokens.key", "--tenant", "anna"),
        ("rotate", "--prepare", "tokens.key"),
        ("rotate", "tokens.key"),
        ("rotate", "tokens.key", "--tenant", "anna"),
        ("show", "tokens.key"),
        ("show", "tokens.key", "--json"),
        ("new", "tokens.key"),
        ("rotate", "tokens.key", "--tenant", "nobody"),
    ):
        note()
        outputs.append(await cli("keys", *words))
    note()
    secret = min(secrets & set(path.read_text().split()))
    path.write_text(path.read_text().replace(secret, secret[:-6] + "!broke"))
    outputs.append(await cli("keys", "show", "tokens.key"))
    path.chmod(0o644)
    outputs.append(await cli("keys", "show", "tokens.key"))
    assert [done.code for done in outputs] == [0, 0, 0, 0, 0, 0, 0, 78, 78, 78, 78]
    assert len(secrets) >= 4
    assert not [secret for secret in secrets for done in outputs if secret[:12] in said(done)]


@pytest.fixture
def store(files):
    made = RedisServer().start()
    key_files.create(str(files / "tokens.key"))
    key_files.create(str(files / "other.key"))
    yield made
    made.close()


async def kept(store, path, *values):
    vault = StoredVault(key_files.read(path), 3600.0)
    redis = RedisStore(store.url, vault)
    tokens = [vault.mint("crm\x1f", "server", "EMAIL_ADDRESS", value) for value in values]
    assert await redis.store(vault.take()) == []
    await redis.close()
    return tokens


async def test_erase_prints_a_number_and_export_this_subject_s_values_only_to_who_has_the_keys(files, store):
    token, _ = await kept(store, "tokens.key", CANARY, OTHER)
    at = ("--vault", store.url, "--key-file", "tokens.key")
    without = ("--vault", store.url, "--key-file", "other.key")
    exported = await cli("vault", "export", "--subject", token, *at)
    assert [line["value"] for line in exported.lines] == [CANARY]
    assert "bob" not in said(exported)
    assert exported.err == ""
    quiet = [
        await cli("vault", "export", "--subject", "-", *without, stdin=CANARY.encode()),
        await cli("vault", "export", "--subject", token, *without),
        await cli("vault", "erase", "--subject", "-", *without, stdin=CANARY.encode()),
        await cli("vault", "erase", "--subject", "-", *at, stdin=CANARY.encode()),
        await cli("vault", "export", "--subject", token, *at),
        await cli("vault", "export", "--subject", "-", *at, stdin=CANARY.encode()),
        await cli("vault", "erase", CANARY, *at),
    ]
    assert [(done.code, done.out) for done in quiet[:-1]] == [
        (0, ""),
        (0, ""),
        (0, '{"erased": 0}\n'),
        (0, '{"erased": 1}\n'),
        (0, ""),
        (0, ""),
    ]
    assert quiet[-1].code == 2
    store.kill()
    quiet += [
        await cli("vault", action, "--subject", "-", *at, stdin=CANARY.encode()) for action in ("erase", "export")
    ]
    assert {done.code for done in quiet[-2:]} & {0} == set()
    assert not [said(done) for done in quiet if "canary" in said(done)]


async def test_restoring_and_refusing_are_recorded_without_a_value(files):
    """Every event of a call that restores and of one that is refused, as the log has them."""
    key_files.create("tokens.key")
    vault = MemoryVault(key=key_files.read("tokens.key"))
    token = vault.mint(scope_of("any", "", "crm"), "client", "EMAIL_ADDRESS", CANARY)
    ask = {"jsonrpc": "2.0", "id": 1, "method": "x/ask", "params": {"email": CANARY}}
    calls = [
        {"jsonrpc": "2.0", "id": 2 + number, "method": "tools/call", "params": {"name": "t", "arguments": {"to": to}}}
        for number, to in enumerate((token, CANARY))
    ]
    done = await run(
        "--engine", "none", "--policy", "reversible", "--key-file", "tokens.key", "--scope-group", "crm", "--log-level", "debug",
        "--log-format", "json", sent=[ask, *calls],
    )  # fmt: skip
    events = {json.loads(line)["event"] for line in done.err.splitlines() if line.startswith("{")}
    assert {
        "PolicyLoaded",
        "MessagePassed",
        "MessageWithheld",
        "ValueRestored",
        "SessionOpened",
        "SessionClosed",
    } <= events
    assert "canary" not in done.err + done.out
