import pytest

from sidecar.runtime import key_files
from sidecar.stores.redis import RedisStore, connect
from sidecar.vault.remote import StoredVault
from tests.support.redis_server import RedisServer
from tests.unit.cli.cli import cli

JANE = "Jane.Doe@example.com"


@pytest.fixture
def redis():
    made = RedisServer().start()
    yield made
    made.close()


@pytest.fixture
def key_file(tmp_path):
    path = str(tmp_path / "tokens.key")
    key_files.create(path)
    key_files.create(path, "tenant-7")
    return path


async def minted(redis, key_file, *entries):
    vault = StoredVault(key_files.read(key_file), 3600.0)
    store = RedisStore(redis.url, vault)
    tokens = [vault.mint(scope, "server", entity, value) for scope, entity, value in entries]
    assert await store.store(vault.take()) == []
    values = await lookups(store, entries, tokens)
    await store.close()
    return tokens, values


async def lookups(store, entries, tokens):
    return [
        (await store.lookup(scope, [token])).get(token) for (scope, _, _), token in zip(entries, tokens, strict=True)
    ]


ENTRIES = (
    ("crm\x1f", "EMAIL_ADDRESS", JANE),
    ("crm\x1ftenant-7", "EMAIL_ADDRESS", JANE.upper()),
    ("mail\x1fanna", "USERNAME", JANE),
    ("crm\x1f", "PERSON", "Bob"),
)


async def test_erasing_a_value_takes_its_records_in_every_scope_and_tenant_and_nobody_else_s(redis, key_file):
    tokens, values = await minted(redis, key_file, *ENTRIES)
    assert values == [value for _, _, value in ENTRIES]
    done = await cli(
        "vault",
        "erase",
        "--subject",
        "-",
        "--vault",
        redis.url,
        "--key-file",
        key_file,
        stdin=b"jane.doe@EXAMPLE.com\n",
    )
    assert (done.code, done.lines) == (0, [{"erased": 3}])
    vault = StoredVault(key_files.read(key_file), 3600.0)
    store = RedisStore(redis.url, vault)
    assert await lookups(store, ENTRIES, tokens) == [None, None, None, "Bob"]
    await store.close()
    client = connect(redis.url)
    assert len(await client.keys("*")) == 2  # Bob's record and his index
    await client.aclose()


async def test_a_token_names_its_subject_as_well(redis, key_file):
    tokens, _ = await minted(redis, key_file, *ENTRIES)
    listed = await cli("vault", "export", "--subject", tokens[0].lower(), "--vault", redis.url, "--key-file", key_file)
    assert sorted((line["entity"], line["upstream"], line["principal"]) for line in listed.lines) == [
        ("EMAIL_ADDRESS", "crm", ""), ("EMAIL_ADDRESS", "crm", "tenant-7"), ("USERNAME", "mail", "anna"),
    ]  # fmt: skip
    assert {line["value"] for line in listed.lines} == {JANE, JANE.upper()}
    assert {line["stands_in"] for line in listed.lines} == set(tokens[:3])
    assert all(0 < line["expires_in_s"] <= 3600 for line in listed.lines)
    done = await cli("vault", "erase", "--subject", tokens[3], "--vault", redis.url, "--key-file", key_file)
    assert done.lines == [{"erased": 1}]
    none = await cli("vault", "export", "--subject", tokens[3], "--vault", redis.url, "--key-file", key_file)
    assert (none.code, none.out) == (0, "")


async def test_other_keys_find_nothing(redis, key_file, tmp_path):
    await minted(redis, key_file, *ENTRIES)
    other = str(tmp_path / "other.key")
    key_files.create(other)
    done = await cli("vault", "erase", "--subject", JANE, "--vault", redis.url, "--key-file", other)
    assert done.lines == [{"erased": 0}]


async def test_a_store_that_is_away_is_said_so(key_file, tmp_path):
    done = await cli("vault", "erase", "--subject", JANE, "--vault", f"unix://{tmp_path}/none", "--key-file", key_file)
    assert done.code == 125
    assert "cannot be reached" in done.err
    assert JANE not in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["erase"], "keeps nothing outside a process"),
        (["erase", "--vault", "sealed", "--subject", "x"], "keeps nothing outside a process"),
        (["erase", "--vault", "redis://127.0.0.1:1/0", "--subject", "x"], "--key-file is missing"),
        (["erase", "--vault", "redis://127.0.0.1:1/0", "--key-file", "k"], "--subject"),
        (["forget", "--subject", "x"], "expected erase or export"),
        (["erase", "--vault", "redis://:word@127.0.0.1:1/0", "--subject", "x"], "MCP_SIDECAR_VAULT"),
    ],
)
async def test_a_wrong_command_line_is_usage(words, said):
    done = await cli("vault", *words)
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--vault", "sealed"], "needs --key-file"),
        (["--vault", "redis://127.0.0.1:1/0"], "needs --key-file"),
        (["--vault", "memroy"], "did you mean 'memory'"),
    ],
)
async def test_a_vault_that_cannot_be_is_bad_configuration(words, said):
    done = await cli("run", *words, "--", "true")
    assert done.code == 78
    assert said in done.err
