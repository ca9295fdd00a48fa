"""The whole core with its tokens in a real Redis: replicas, restarts, outages under load."""

from __future__ import annotations

import asyncio
import json
import re

import pytest

from sidecar.errors import VaultGone
from sidecar.runtime.build import App, Settings
from sidecar.runtime.vaults import VaultSettings
from sidecar.session.actions import Side
from sidecar.vault.keys import KeyRing, Keys, dump, new_key
from sidecar.wire.jsonrpc import Envelope, Message, dumps, loads

TOKEN = re.compile(r"EMAIL_ADDRESS_[a-z2-7]{13}")


def mail(number):
    return f"anna.{number:05d}@example.com"


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "keys"
    path.touch(mode=0o600)
    path.write_text(dump(KeyRing(Keys(new_key()))))
    return str(path)


@pytest.fixture
async def app(redis, key_file):
    made = start(redis, key_file)
    yield made
    await made.close()


def start(server, key_file, events=None, **more):
    vault = VaultSettings(server.url, key_file, **more)
    sinks = [] if events is None else [events.append]
    made = App(Settings(policy="reversible", engine="none", upstream="http://127.0.0.1:9/mcp", vault=vault), sinks)
    made.store._timeout_s = 30.0  # a slow machine is no outage; a killed server refuses at once
    return made


async def submit(conversation, sender, body):
    message = Message(loads(json.dumps({"jsonrpc": "2.0", **body})))
    return await asyncio.wait_for(conversation.submit(sender, Envelope(message), conversation.lane()), 30)


async def shown(conversation, *values):
    """What the client sees of values a server sends."""
    return await submit(conversation, Side.SERVER, {"method": "x/note", "params": {"email": list(values)}})


def said(outcome):
    return "" if outcome.envelope is None else dumps(outcome.envelope.message.body).decode()


async def restored(conversation, text, number=1):
    body = {"id": number, "method": "tools/call", "params": {"name": "send", "arguments": {"to": text}}}
    return await submit(conversation, Side.CLIENT, body)


async def test_a_token_of_one_replica_becomes_its_value_in_another_and_after_a_restart(redis, key_file):
    one, two = start(redis, key_file), start(redis, key_file)
    (token,) = TOKEN.findall(said(await shown(one.conversation(), mail(1))))
    assert mail(1) in said(await restored(two.conversation(), token))
    await one.close()
    again = start(redis, key_file)
    assert mail(1) in said(await restored(again.conversation(), f"to {token.lower()}"))
    await two.close()
    await again.close()


async def test_another_principal_or_upstream_is_refused(redis, key_file, app):
    (token,) = TOKEN.findall(said(await shown(app.conversation("anna"), mail(1))))
    assert mail(1) in said(await restored(app.conversation("anna"), token))
    refused = await restored(app.conversation("bert"), token)
    assert refused.error is not None
    assert mail(1) not in said(refused)


async def test_a_scope_group_shares_tokens_between_two_upstreams_and_only_with_the_same_principal(redis, key_file):
    vault = VaultSettings(redis.url, key_file, scope_group="crm-and-mail")
    crm = App(Settings(policy="reversible", engine="none", upstream="crm", vault=vault), [])
    post = App(Settings(policy="reversible", engine="none", upstream="mail", vault=vault), [])
    (token,) = TOKEN.findall(said(await shown(crm.conversation("anna"), mail(1))))
    assert mail(1) in said(await restored(post.conversation("anna"), token))
    assert (await restored(post.conversation("bert"), token)).error is not None
    await crm.close()
    await post.close()


async def test_an_outage_refuses_what_needs_the_store_and_lets_the_rest_pass(redis, app):
    conversation = app.conversation()
    (token,) = TOKEN.findall(said(await shown(conversation, mail(1))))
    redis.kill()
    fresh = await shown(conversation, mail(2))
    assert isinstance(fresh.error, VaultGone)
    assert fresh.envelope is None
    known = await restored(conversation, token)
    assert isinstance(known.error, VaultGone)
    assert json.loads(said(known))["result"]["isError"] is True
    assert token not in said(known)
    plain = await restored(conversation, "nothing to look up")
    assert plain.error is None
    assert not app.store.is_usable


async def test_an_outage_is_refused_even_where_failures_pass(redis, key_file, tmp_path):
    policy = tmp_path / "p.yaml"
    policy.write_text("version: 1\nextends: reversible\non_failure: pass\n")
    vault = VaultSettings(redis.url, key_file)
    app = App(Settings(policy=str(policy), engine="none", upstream="u", vault=vault), [])
    redis.kill()
    refused = await shown(app.conversation(), mail(1))
    assert isinstance(refused.error, VaultGone)
    assert mail(1) not in said(refused)
    await app.close()


async def test_killed_and_restarted_under_load_no_wrong_value_no_leak_and_recovery(redis, app):  # noqa: C901  one story
    """Messages keep coming while the server dies, comes back empty, hangs and comes back once more."""
    wrong, leaked, crossed, refused, unknown = [], [], [], [], []
    stop = asyncio.Event()

    async def agent(number):
        conversation = app.conversation()
        count = number * 1000
        while not stop.is_set():
            count += 1
            outcome = await shown(conversation, mail(count), mail(number))
            if mail(count) in said(outcome) or mail(number) in said(outcome):
                leaked.append(count)
            if outcome.error is not None:
                assert isinstance(outcome.error, VaultGone)
                refused.append(count)
                await asyncio.sleep(0)
                continue
            crossed.append(count)
            for value, token in zip((mail(count), mail(number)), TOKEN.findall(said(outcome)), strict=True):
                back = await restored(conversation, token, count)
                if isinstance(back.error, VaultGone):
                    continue
                if back.error is not None:
                    unknown.append(token)
                elif value not in said(back) or "example.com" in said(back).replace(value, ""):
                    wrong.append((token, value))

    async def until(least, counted):
        """So many more of them, whatever time it takes."""
        target = len(counted) + least
        while len(counted) < target:  # noqa: ASYNC110  what is counted has no event, and the wait is bounded below
            await asyncio.sleep(0)

    agents = [asyncio.create_task(agent(number)) for number in range(1, 5)]
    async with asyncio.timeout(90):
        for _ in range(2):
            await until(20, crossed)
            redis.kill()
            await until(20, refused)
            redis.start()
        await until(20, crossed)
        stop.set()
        await asyncio.gather(*agents)
    assert (wrong, leaked) == ([], [])
    assert len(crossed) >= 60
    assert len(refused) >= 40
    conversation = app.conversation()
    (token,) = TOKEN.findall(said(await shown(conversation, mail(77))))
    assert mail(77) in said(await restored(conversation, token))
