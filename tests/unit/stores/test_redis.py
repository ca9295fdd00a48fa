import asyncio
from dataclasses import replace

import pytest

from sidecar.errors import BadConfig, VaultGone
from sidecar.stores.records import Named, named, seal, unseal
from sidecar.stores.redis import RedisStore, connect
from sidecar.vault.base import Entry
from sidecar.vault.keys import KeyRing, Keys, new_key, rotated
from sidecar.vault.remote import StoredVault

VALUE = "maria.gonzalez@example.com"
RING = KeyRing(Keys(new_key()))
SCOPE = "crm\x1fanna"


class Replica:
    """One process's half: its vault and its store."""

    def __init__(self, server, ring=RING, ttl_s=3600.0):
        self.vault = StoredVault(ring, ttl_s)
        self.store = RedisStore(server.url, self.vault)

    async def mint(self, value=VALUE, scope=SCOPE, entity="EMAIL_ADDRESS", origin="server"):
        token = self.vault.mint(scope, origin, entity, value)
        entries = self.vault.take()
        refused = await self.store.store(entries)
        self.vault.stored([entry for entry in entries if entry not in refused])
        self.vault.refused(refused)
        return token if not refused else await self.mint(value, scope, entity, origin)

    async def value(self, token, scope=SCOPE):
        return (await self.store.lookup(scope, [token])).get(token)


async def content(server):
    """Everything that lies in the server, names and values, as bytes."""
    redis = connect(server.url)
    found = []
    for name in await redis.keys("*"):
        kind = await redis.type(name)
        found += [name, *(await redis.smembers(name) if kind == b"set" else [await redis.get(name)])]
    await redis.aclose()
    return found


async def test_what_one_replica_stored_another_restores(server):
    one, two = Replica(server), Replica(server)
    token = await one.mint()
    assert await two.value(token) == VALUE
    assert await two.mint() == token
    await one.store.close()
    await two.store.close()


async def test_another_scope_entity_or_key_finds_nothing(redis):
    one = Replica(redis)
    token = await one.mint()
    assert await one.value(token, "mail\x1fanna") is None
    assert await one.value(token, "crm\x1fbert") is None
    tail = token.rpartition("_")[2]
    assert await one.value(f"PERSON_{tail}") is None
    assert await one.value(f"_{tail}") == VALUE
    other = Replica(redis, KeyRing(Keys(new_key())))
    assert await other.value(token) is None


async def test_nothing_in_the_server_tells_value_entity_scope_or_token(redis):
    one = Replica(redis)
    token = await one.mint()
    one.vault.spell(SCOPE, "server", "DATE_OF_BIRTH", "1980-03-12", ["1957-01-02"])
    await one.store.store(one.vault.take())
    found = await content(redis)
    assert len(found) > 3
    for secret in (VALUE, "maria", "EMAIL_ADDRESS", "crm", "anna", token, token.rpartition("_")[2], "1980", "1957"):
        assert not any(secret.encode().lower() in piece.lower() for piece in found), secret


async def test_values_of_different_length_lie_in_records_of_equal_length(redis):
    one = Replica(redis)
    await one.mint("A B", entity="PERSON")
    await one.mint("Ann Bakerfield", entity="PERSON")
    records = [piece for piece in await content(redis) if not piece.startswith(b"mcp-sidecar:")]
    assert len({len(record) for record in records}) == 1


async def test_a_record_put_under_another_name_restores_nothing(redis):
    one = Replica(redis)
    first, second = await one.mint("Ann", entity="PERSON"), await one.mint("Bob", entity="PERSON")
    client = connect(redis.url)
    names = [named(RING.common, SCOPE, token.rpartition("_")[2])[0].name for token in (first, second)]
    await client.set(names[0], await client.get(names[1]))
    await client.set(names[1], b"nothing we ever wrote")
    assert await one.value(first) is None
    assert await one.value(second) is None
    await client.aclose()


async def test_a_name_that_holds_another_kind_of_value_is_an_outage_not_a_guess(redis):
    one = Replica(redis)
    token = await one.mint()
    client = connect(redis.url)
    name = named(RING.common, SCOPE, token.rpartition("_")[2])[0].name
    await client.delete(name)
    await client.sadd(name, b"x")
    one.vault.forget()
    with pytest.raises(VaultGone):
        await one.mint()
    await client.aclose()


async def test_a_token_expires_and_the_same_comes_back_when_its_value_passes(redis):
    one = Replica(redis)
    token = await one.mint()
    client = connect(redis.url)
    lives = [await client.ttl(name) for name in await client.keys("*")]
    assert all(3000 < life <= 3600 for life in lives)
    await client.flushall()
    assert await one.value(token) is None
    one.vault.forget()
    assert await one.mint() == token
    assert await one.value(token) == VALUE
    await client.aclose()


async def test_a_token_whose_tail_stands_for_another_value_is_made_anew(redis):
    """As if another value had been given this token first."""
    one = Replica(redis)
    token = StoredVault(RING, 3600.0).mint(SCOPE, "server", "EMAIL_ADDRESS", VALUE)
    handle = token.rpartition("_")[2]
    place = named(RING.common, SCOPE, handle)[0]
    taken = Entry(SCOPE, handle, "server", "PERSON", "Bob")
    client = connect(redis.url)
    await client.set(place.name, seal(place, taken))
    fresh = await one.mint()
    assert fresh != token
    assert await one.value(fresh) == VALUE
    assert await one.value(f"PERSON_{handle}") == "Bob"
    await client.aclose()


async def test_the_same_tail_in_another_scope_is_another_value_s(redis):
    one = Replica(redis)
    handle = (await one.mint()).rpartition("_")[2]
    place = named(RING.common, "other\x1f", handle)[0]
    refused = await one.store.store([Entry("other\x1f", handle, "server", "EMAIL_ADDRESS", VALUE)])
    assert [entry.scope for entry in refused] == ["other\x1f"]
    assert place.name == named(RING.common, SCOPE, handle)[0].name


async def test_tokens_of_both_keys_are_read_while_two_are_in_use(redis):
    old = Replica(redis)
    token = await old.mint()
    ring = KeyRing(rotated(RING.common))
    new = Replica(redis, ring)
    assert await new.value(token) == VALUE
    fresh = await new.mint()
    assert fresh != token
    assert await new.value(fresh) == VALUE
    assert await old.value(fresh) is None
    later = Replica(redis, KeyRing(rotated(ring.common)))
    assert await later.value(token) is None
    assert await later.value(fresh) == VALUE


async def test_spellings_are_found_under_both_keys_and_in_their_scope(redis):
    one = Replica(redis)
    one.vault.spell(SCOPE, "server", "DATE_OF_BIRTH", "1980-03-12", ["1957-01-02"])
    await one.store.store(one.vault.take())
    two = Replica(redis, KeyRing(rotated(RING.common)))
    assert await two.value("=1957-01-02") == "1980-03-12"
    assert await two.value("=1957-01-02", "mail\x1fanna") is None


async def test_while_the_server_is_away_every_question_is_refused_and_then_answered_again(server):
    now = [0.0]
    one = Replica(server)
    one.store._clock = lambda: now[0]
    token = await one.mint()
    server.kill()
    for _ in range(3):
        with pytest.raises(VaultGone) as error:
            await one.value(token)
        assert VALUE not in str(error.value)
    assert not one.store.is_usable
    server.start()
    with pytest.raises(VaultGone):
        await one.value(token)  # not asked yet: an outage must not queue questions up
    now[0] = 1.0
    assert await one.value(token) is None  # it forgot, so the token is unknown, not wrong
    assert await one.mint() == token
    assert await one.value(token) == VALUE
    assert one.store.is_usable
    assert await one.store.ping()


async def test_a_server_that_hangs_is_an_outage_after_the_timeout(redis):
    one = Replica(redis)
    one.store._timeout_s = 0.2
    token = await one.mint()
    redis.freeze()
    with pytest.raises(VaultGone):
        await one.value(token)
    redis.thaw()
    one.store._refusing_until = 0.0
    one.store._timeout_s = 30.0
    assert await one.value(token) == VALUE


async def test_answers_do_not_get_mixed_up_between_questions_that_were_given_up(redis):
    """A reply that comes late must not answer the next question."""
    one = Replica(redis)
    one.store._timeout_s = 30.0
    tokens = {f"Person {n}": await one.mint(f"Person {n}", entity="PERSON") for n in range(40)}

    async def given_up(token):
        task = asyncio.ensure_future(one.value(token))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    for value, token in tokens.items():
        await asyncio.gather(*(given_up(other) for other in list(tokens.values())[:5]))
        assert await one.value(token) == value


async def test_more_questions_than_connections_wait_for_each_other(redis):
    one = Replica(redis)
    one.store._timeout_s = 30.0
    token = await one.mint()
    assert set(await asyncio.gather(*(one.value(token) for _ in range(200)))) == {VALUE}


@pytest.mark.parametrize("url", ["http://example.com", "redis://[", "redis://h:port"])
def test_a_url_that_is_none_is_bad_configuration_and_not_quoted(url):
    with pytest.raises(BadConfig) as error:
        connect(url)
    assert url not in str(error.value)


def test_a_record_changed_by_one_bit_or_moved_is_nobody_s():
    place = named(RING.common, SCOPE, RING.common.first.version + "a" * 12)[0]
    entry = Entry(SCOPE, "h", "server", "PERSON", "Ann")
    sealed = seal(place, entry)
    assert unseal(place, sealed) == entry
    assert unseal(Named(place.name + b"x", place.key), sealed) is None
    assert unseal(replace(place, key=new_key()), sealed) is None
    assert unseal(place, bytes([sealed[0] ^ 1]) + sealed[1:]) is None
    assert unseal(place, None) is None
