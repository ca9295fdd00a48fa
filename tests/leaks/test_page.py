"""The dev page shows originals to whoever has its token, and nothing of them to anybody else."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.leaks.peer_client import WAIT_S, StdioWire, begin, peer, process, sidecar
from tests.leaks.plants import KINDS, Scanner
from tests.leaks.rows import Slot
from tests.leaks.surfaces import BY_ID

SLOTS = [Slot(BY_ID[row], kind, "legacy") for row in ("tool_text", "argument_of_writing_tool") for kind in KINDS]
PATHS = ("/", "/app.js", "/app.css", "/compare.js", "/events", "/explain", "/favicon.ico", "/nowhere", "/?token=guess")
MESSAGES = range(1, 2 * len(SLOTS) + 4)

pytestmark = pytest.mark.timeout(240)


@dataclass(frozen=True)
class Seen:
    stranger: bytes
    holder: bytes
    errors: bytes


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> Seen:
    return asyncio.run(_look(tmp_path_factory.mktemp("page") / "record"))


async def _look(record) -> Seen:
    command = sidecar("dev", "strict", "--", *peer("stdio", "legacy", record))
    async with process(*command, stdin=PIPE, stdout=PIPE) as (running, errors):
        wire = StdioWire(running)
        reading = asyncio.create_task(wire.read())
        url = (await errors.line_with(b"page at ")).rpartition(" ")[2]
        await begin(wire, "legacy")
        for slot in SLOTS:
            for message in slot.row.ask(slot):
                await wire.send(message, slot)
            await wire.until(slot.key, slot.coming("strict"))
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        async with aiohttp.ClientSession() as session:
            stranger = [await _get(session, origin + path) for path in PATHS]
            stranger += [await _get(session, f"{origin}/messages/{number}") for number in MESSAGES]
            for path in ("/test", "/clear"):
                async with session.post(origin + path, json={"text": "x"}, headers={"Origin": origin}) as answer:
                    stranger.append(await _all(answer))
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            await _get(session, url)
            holder = [await _get(session, f"{origin}/messages/{number}") for number in MESSAGES]
        assert running.stdin
        running.stdin.close()
        await asyncio.wait_for(running.wait(), WAIT_S)
        await reading
    return Seen(b"\n".join(stranger), b"\n".join(holder), bytes(errors.data))


async def _get(session: aiohttp.ClientSession, url: str) -> bytes:
    async with session.get(url) as answer:
        return await _all(answer)


async def _all(answer: aiohttp.ClientResponse) -> bytes:
    head = f"{answer.status} {answer.reason}\n{answer.raw_headers!r}\n".encode()
    return head + await asyncio.wait_for(answer.read(), WAIT_S)


@pytest.mark.parametrize("slot", SLOTS, ids=lambda slot: slot.key)
def test_without_the_token_nothing_planted_is_in_anything_the_page_serves(seen, slot):
    assert b"403" in seen.stranger
    assert not Scanner(seen.stranger).finds(slot.plant)


@pytest.mark.parametrize("slot", SLOTS, ids=lambda slot: slot.key)
def test_with_the_token_the_original_is_there(seen, slot):
    assert Scanner(seen.holder).finds(slot.plant)


@pytest.mark.parametrize("slot", SLOTS, ids=lambda slot: slot.key)
def test_the_page_adds_nothing_planted_to_the_log(seen, slot):
    assert not Scanner(seen.errors).finds(slot.plant)
