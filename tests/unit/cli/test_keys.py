import stat
from pathlib import Path

import pytest

from sidecar.errors import BadConfig
from sidecar.runtime import key_files
from sidecar.vault.keys import KeyRing, Keys, dump, new_key, parse
from tests.unit.cli.cli import cli


def mode(path):
    return stat.S_IMODE(Path(path).stat().st_mode)


async def test_a_new_file_is_private_holds_one_key_and_is_never_overwritten(tmp_path):
    path = tmp_path / "tokens.key"
    done = await cli("keys", "new", str(path))
    assert (done.code, mode(path)) == (0, 0o600)
    ring = key_files.read(str(path))
    assert ring.common.second is None
    assert ring.common.first.version in done.out
    again = await cli("keys", "new", str(path))
    assert again.code == 78
    assert key_files.read(str(path)) == ring


async def test_no_output_holds_a_secret(tmp_path):
    path = tmp_path / "tokens.key"
    outputs = [
        await cli("keys", *words, str(path)) for words in (["new"], ["rotate"], ["show"], ["show", "--json"], ["new"])
    ]
    secrets = [line.split()[1] for line in path.read_text().splitlines() if line and not line.startswith("#")]
    assert len(secrets) == 2
    assert not any(secret in done.out + done.err for done in outputs for secret in secrets)


async def test_rotating_puts_a_new_key_first_keeps_the_last_and_drops_the_one_before(tmp_path):
    path = str(tmp_path / "tokens.key")
    one = key_files.create(path).common
    assert (await cli("keys", "rotate", path)).code == 0
    two = key_files.read(path).common
    assert two.second == one.first
    assert (await cli("keys", "rotate", path)).code == 0
    three = key_files.read(path).common
    assert (three.second, mode(path)) == (two.first, 0o600)
    assert len({one.first.version, two.first.version, three.first.version}) == 3


async def test_a_prepared_key_only_reads_until_the_next_rotation(tmp_path):
    path = str(tmp_path / "tokens.key")
    one = key_files.create(path).common.first
    assert (await cli("keys", "rotate", "--prepare", path)).code == 0
    between = key_files.read(path).common
    assert between.first == one
    assert (await cli("keys", "rotate", path)).code == 0
    after = key_files.read(path).common
    assert (after.first, after.second) == (between.second, one)


async def test_tenants_have_keys_of_their_own_and_rotate_apart(tmp_path):
    path = str(tmp_path / "tokens.key")
    common = key_files.create(path).common
    assert (await cli("keys", "new", path, "--tenant", "https://idp.example|7")).code == 0
    assert (await cli("keys", "rotate", path, "--tenant", "https://idp.example|7")).code == 0
    ring = key_files.read(path)
    assert ring.common == common
    assert ring.of("crm\x1fhttps://idp.example|7").second is not None
    assert ring.of("crm\x1fhttps://idp.example|8") == common
    for words in (["new", path, "--tenant", "https://idp.example|7"], ["rotate", path, "--tenant", "nobody"]):
        assert (await cli("keys", *words)).code == 78
    listed = await cli("keys", "show", path, "--json")
    assert [line["tenant"] for line in listed.lines] == [None, "https://idp.example|7"]


@pytest.mark.parametrize("bits", [0o644, 0o640, 0o660, 0o604, 0o700])
async def test_a_file_others_can_read_is_refused_everywhere(tmp_path, bits):
    path = tmp_path / "tokens.key"
    key_files.create(str(path))
    path.chmod(bits)
    for words in (["keys", "show", str(path)], ["keys", "rotate", str(path)]):
        done = await cli(*words)
        assert done.code == 78
        assert "chmod 600" in done.err
    done = await cli("run", "--key-file", str(path), "--", "true")
    assert done.code == 78


def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path):
    (tmp_path / "there").mkdir()
    real = tmp_path / "there" / "tokens.key"
    key_files.create(str(real))
    link = tmp_path / "tokens.key"
    link.symlink_to(real)
    key_files.rotate(str(link))
    assert link.is_symlink()
    assert key_files.read(str(real)).common.second is not None


def test_two_at_a_time_cannot_lose_a_key(tmp_path):
    path = tmp_path / "tokens.key"
    ring = key_files.create(str(path))
    (tmp_path / ".tokens.key.new").touch()
    with pytest.raises(BadConfig, match="somebody else"):
        key_files.rotate(str(path))
    assert key_files.read(str(path)) == ring


@pytest.mark.parametrize("words", [["show"], ["mix", "f"], ["new", "f", "--prepare"], ["new", "f", "more"]])
async def test_a_wrong_command_line_is_usage(tmp_path, words):
    done = await cli("keys", *words)
    assert done.code == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""), ("a short", ":1"), ("1 " + "A" * 43 + "=", ":1"), ("ab " + "A" * 43 + "=", ":1"), ("[]", ":1"),
        ("# only a comment", ""), ("[t]\na " + "A" * 43 + "=", ""), ("a " + "!" * 43 + "=", ":1"),
        ("\n".join(f"{c} " + "A" * 43 + "=" for c in "abc"), ":3"),
        ("\n".join("a " + "A" * 43 + "=" for _ in "ab"), ":2"),
        ("a " + "A" * 43 + "=\n[t]\n", ""),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_named_with_its_line_and_never_quoted(text, line):
    with pytest.raises(BadConfig) as error:
        parse(text, "tokens.key")
    assert f"tokens.key{line}:" in str(error.value)
    assert "AAAA" not in str(error.value)


def test_what_is_written_is_what_is_read():
    ring = KeyRing(
        Keys(new_key("a"), new_key("z")), {"iss|sub": Keys(new_key("7")), "other": Keys(new_key(), new_key("2"))}
    )
    assert parse(dump(ring), "f") == ring
