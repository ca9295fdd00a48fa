"""A secret is named by where it is kept; it is read there, read again when it was rotated, and never repeated."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest

from sidecar.config.secret_registry import REGISTRY, Registry
from sidecar.config.secrets import SCHEMES, Secrets
from sidecar.errors import BadConfig
from tests.support.secret_places import secrets_manager, vault

OLD = "s3cr3t-CANARY-old-41"
NEW = "s3cr3t-CANARY-new-42"


def private(path, text, mode=0o600):
    path.write_text(text)
    path.chmod(mode)
    return path


async def loaded(reference, registry=None):
    secrets = Secrets(registry if registry is not None else Registry())
    secret = secrets.refer(reference, "--some-option")
    await secrets.load()
    return secrets, secret


async def complaint(reference):
    with pytest.raises(BadConfig) as raised:
        await loaded(reference)
    assert "CANARY" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize("text", ["", "env:", "env: ", OLD, f"bearer:{OLD}", "file", ":x"])
def test_what_is_no_reference_is_refused_without_repeating_it(text):
    with pytest.raises(BadConfig) as raised:
        Secrets(Registry()).refer(text, "--some-option")
    assert str(raised.value).startswith("--some-option: expected a reference")
    assert not text.strip(":") or OLD not in str(raised.value)


def test_every_scheme_of_the_grammar_has_a_module_of_its_name():
    import importlib

    for scheme in SCHEMES:
        assert importlib.import_module(f"sidecar.config.secret_{scheme}").read


async def test_env_names_a_variable_or_with_file_behind_it_a_file(monkeypatch, tmp_path):
    monkeypatch.setenv("SOME_TOKEN", OLD)
    assert (await loaded("env:SOME_TOKEN"))[1].value == OLD
    monkeypatch.setenv("SOME_TOKEN_FILE", str(private(tmp_path / "token", f"{NEW}\n")))
    assert "both SOME_TOKEN and SOME_TOKEN_FILE" in await complaint("env:SOME_TOKEN")
    monkeypatch.delenv("SOME_TOKEN")
    secrets, secret = await loaded("env:SOME_TOKEN")
    assert secret.value == NEW
    assert secrets.files == (str(tmp_path / "token"),)
    monkeypatch.delenv("SOME_TOKEN_FILE")
    assert "neither SOME_TOKEN nor SOME_TOKEN_FILE is set" in await complaint("env:SOME_TOKEN")


@pytest.mark.parametrize("mode", [0o600, 0o400])
async def test_a_file_of_mode_600_or_400_will_do(tmp_path, mode):
    path = private(tmp_path / "key", f"{OLD}\r\n", mode)
    assert (await loaded(f"file:{path}"))[1].value == OLD


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604, 0o700, 0o601])
async def test_a_file_others_may_read_or_change_is_refused(tmp_path, mode):
    path = private(tmp_path / "key", OLD, mode)
    assert f"has mode {mode:o}" in await complaint(f"file:{path}")


@pytest.mark.parametrize(("mode", "is_fine"), [(0o444, True), (0o440, True), (0o664, False), (0o646, False)])
async def test_a_file_kubernetes_mounted_may_be_read_by_others_and_written_by_none(tmp_path, mode, is_fine):
    (tmp_path / "..2026_11_22").mkdir()
    private(tmp_path / "..2026_11_22" / "key", OLD, mode)
    (tmp_path / "..data").symlink_to("..2026_11_22")
    (tmp_path / "key").symlink_to("..data/key")
    if is_fine:
        assert (await loaded(f"file:{tmp_path / 'key'}"))[1].value == OLD
    else:
        assert "has mode" in await complaint(f"file:{tmp_path / 'key'}")


def test_docker_puts_secrets_where_others_may_read_them():
    from sidecar.config.secret_file import check_mode

    found = Path(__file__).stat()
    shared = os.stat_result((0o100444, *found[1:]))
    check_mode("/run/secrets/token", shared)
    with pytest.raises(BadConfig, match="has mode 444"):
        check_mode("/run/other/token", shared)
    with pytest.raises(BadConfig, match="has mode 444"):
        check_mode("/run/secrets/../other/token", shared)


async def test_what_is_no_file_or_too_short_or_too_long_is_refused(tmp_path):
    assert "is not a file" in await complaint("file:/dev/null")
    assert "cannot be read" in await complaint(f"file:{tmp_path}/none")
    assert "at least 6" in await complaint(f"file:{private(tmp_path / 'short', 'abc')}")
    assert "larger than" in await complaint(f"file:{private(tmp_path / 'long', 'x' * 70_000)}")
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe12345678")
    binary.chmod(0o600)
    assert "not UTF-8" in await complaint(f"file:{binary}")


async def test_a_command_prints_it_and_no_shell_reads_the_text(tmp_path):
    script = f"import sys; print({OLD!r} + sys.argv[1]); sys.stderr.write({NEW!r})"
    secret = (await loaded(f"exec:{shlex.join([sys.executable, '-c', script])} $HOME;ls"))[1]
    assert secret.value == OLD + "$HOME;ls"


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (f"print({OLD!r}); raise SystemExit(3)", "ended with code 3"),
        (f"print({OLD!r} * 9000)", "more than 65536 bytes"),
        ("import sys; sys.stdout.buffer.write(b'\\xff' * 9)", "not UTF-8"),
    ],
)
async def test_a_command_that_fails_is_told_of_without_its_words(script, told):
    assert told in await complaint(f"exec:{shlex.join([sys.executable, '-c', script])}")
    assert "cannot be started" in await complaint("exec:/no/such/command")
    assert "quotes" in await complaint("exec:'x")


async def test_a_command_that_hangs_is_killed(monkeypatch):
    monkeypatch.setattr("sidecar.config.secrets._TIMEOUT_S", 0.3)
    hanging = "import signal; signal.pause()"
    assert "did not answer" in await complaint(f"exec:{shlex.join([sys.executable, '-c', hanging])}")


async def test_vault_keeps_it_under_a_mount_a_path_and_a_key(monkeypatch):
    async with vault("vault-token-1") as server:
        server.kept["secret", "crm/sfmc"] = {"client_secret": OLD, "port": 1}
        monkeypatch.setenv("VAULT_ADDR", server.url)
        monkeypatch.setenv("VAULT_TOKEN", "vault-token-1")
        assert (await loaded("vault:secret/crm/sfmc#client_secret"))[1].value == OLD
        assert (await loaded("vault:secret/data/crm/sfmc#client_secret"))[1].value == OLD
        assert "no text under that key" in await complaint("vault:secret/crm/sfmc#port")
        assert "status 404" in await complaint("vault:secret/none#client_secret")
        assert "expected vault:MOUNT/PATH#KEY" in await complaint("vault:secret/crm")
        monkeypatch.setenv("VAULT_TOKEN", "another-token")
        assert "status 403" in await complaint("vault:secret/crm/sfmc#client_secret")
    assert "cannot be reached" in await complaint("vault:secret/crm/sfmc#client_secret")
    assert "vault-token-1" not in REGISTRY


async def test_vault_is_spoken_to_in_plain_text_on_loopback_only(monkeypatch):
    monkeypatch.setenv("VAULT_TOKEN", "vault-token-1")
    monkeypatch.setenv("VAULT_ADDR", "http://vault.example.com:8200")
    assert "plain http only to loopback" in await complaint("vault:secret/crm#key")
    monkeypatch.delenv("VAULT_ADDR")
    assert "VAULT_ADDR is not set" in await complaint("vault:secret/crm#key")


async def test_aws_keeps_it_as_a_text_or_under_a_key_of_one(monkeypatch):
    with secrets_manager(monkeypatch) as client:
        client.create_secret(Name="crm/plain", SecretString=OLD)
        client.create_secret(Name="crm/json", SecretString=f'{{"client_secret": "{NEW}"}}')
        client.create_secret(Name="crm/binary", SecretBinary=OLD.encode())
        assert (await loaded("aws:crm/plain"))[1].value == OLD
        assert (await loaded("aws:crm/json#client_secret"))[1].value == NEW
        assert (await loaded("aws:crm/binary"))[1].value == OLD
        assert "ResourceNotFoundException" in await complaint("aws:crm/none")
        assert "holds no JSON" in await complaint("aws:crm/plain#key")
        assert "no text under that key" in await complaint("aws:crm/json#key")


async def test_the_keyring_keeps_it_under_a_service_and_a_user():
    import keyring
    from keyring.backend import KeyringBackend
    from keyring.errors import KeyringLocked

    class Ring(KeyringBackend):
        priority = 1

        def get_password(self, service, username):
            if service == "locked":
                raise KeyringLocked(OLD)
            return {("crm", "proxy"): OLD}.get((service, username))

        def set_password(self, service, username, password):
            raise NotImplementedError

    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    try:
        assert (await loaded("keyring:crm/proxy"))[1].value == OLD
        assert "no such entry" in await complaint("keyring:crm/nobody")
        assert "KeyringLocked" in await complaint("keyring:locked/x")
        assert "expected keyring:SERVICE/USER" in await complaint("keyring:crm")
    finally:
        keyring.set_keyring(before)


@pytest.mark.parametrize(
    ("package", "reference", "extra"),
    [("boto3", "aws:name", "mcp-sidecar[aws]"), ("keyring", "keyring:a/b", "mcp-sidecar[keyring]")],
)
async def test_a_missing_package_is_named_with_its_extra(monkeypatch, package, reference, extra):
    monkeypatch.setitem(sys.modules, package, None)
    assert extra in await complaint(reference)


async def test_a_rotated_secret_is_listed_and_the_old_one_is_not_any_more(tmp_path):
    registry = Registry()
    path = private(tmp_path / "key", OLD)
    secrets, secret = await loaded(f"file:{path}", registry)
    assert OLD in registry
    assert not await secrets.renew()
    private(path, NEW)
    assert await secrets.renew()
    assert (secret.value, secrets.generation) == (NEW, 1)
    assert NEW in registry
    assert OLD not in registry
    assert registry.hide(f"{OLD} {NEW}") == f"{OLD} [REDACTED]"
    secrets.forget()
    assert len(registry) == 0


async def test_a_source_that_fails_keeps_the_value_it_gave(tmp_path):
    path = private(tmp_path / "key", OLD)
    secrets, secret = await loaded(f"file:{path}")
    path.chmod(0o644)
    assert not await secrets.renew()
    assert secret.value == OLD


async def test_many_refusals_at_once_ask_the_source_once(tmp_path):
    now = [100.0]
    secrets = Secrets(Registry(), clock=lambda: now[0])
    path = private(tmp_path / "key", OLD)
    secret = secrets.refer(f"file:{path}", "x")
    await secrets.load()
    private(path, NEW)
    assert await secrets.renew(seen=0)
    assert await secrets.renew(seen=0), "whoever used the older one has the new one"
    private(path, OLD)
    assert not await secrets.renew(seen=1), "asked a moment ago"
    now[0] += 2
    assert await secrets.renew(seen=1)
    assert secret.value == OLD


def test_a_secret_shows_neither_its_value_nor_its_place():
    secret = Secrets(Registry()).refer("exec:printf hidden-in-a-command", "--some-option")
    assert repr(secret) == "Secret(--some-option, exec)"
    with pytest.raises(BadConfig, match="has not been read"):
        _ = secret.value
