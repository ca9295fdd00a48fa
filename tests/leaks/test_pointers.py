"""An object key that is personal data shows in no error and no event, although both say where something was found."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE

import pytest

from tests.leaks.peer_client import WAIT_S, Recording, StdioWire, begin, peer, process, sidecar
from tests.leaks.plants import KINDS, Plant, plant
from tests.leaks.rows import Body

WRITING = "argument_of_writing_tool"
KEYS = {kind: plant(kind, 100 + place) for place, kind in enumerate(KINDS)}
VALUE = plant("email", 110)


def _bodies(key: Plant) -> dict[str, Body]:
    """Arguments whose pointer leads through the key."""
    return {
        "below": {"people": {key.value: {"note": VALUE.sentence}}},
        "itself": {"people": {key.value: 1}},
        "twice": {key.value: {key.value: [{"x": VALUE.value}]}},
        "label": {"people": {key.value: {"to": "<PERSON>"}}},
        "token": {"people": {key.value: {"to": "PERSON_7k2q9xw3fav4d"}}},
        "in_json": {"payload": f'{{"{key.value}": "{VALUE.value}"}}'},
    }


CASES = [(kind, name) for kind in KINDS for name in _bodies(KEYS[kind])]


@pytest.fixture(scope="module", params=["strict", "reversible"])
def recording(request, tmp_path_factory) -> Recording:
    return asyncio.run(_drive(request.param, tmp_path_factory.mktemp("pointers") / "record"))


async def _drive(policy: str, record) -> Recording:
    command = sidecar("run", policy, "--", *peer("stdio", "legacy", record))
    async with process(*command, stdin=PIPE, stdout=PIPE) as (running, errors):
        wire = StdioWire(running)
        reading = asyncio.create_task(wire.read())
        await begin(wire, "legacy")
        for kind, name in CASES:
            params = {"name": WRITING, "arguments": _bodies(KEYS[kind])[name]}
            message = {"jsonrpc": "2.0", "id": f"{kind}-{name}", "method": "tools/call", "params": params}
            await wire.send(message, None)
            await wire.until(f"{kind}-{name}", 1)
        assert running.stdin
        running.stdin.close()
        await asyncio.wait_for(running.wait(), WAIT_S)
        await reading
    return Recording(bytes(wire.received), b"", bytes(errors.data), b"")


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("kind", "name"), CASES)
def test_a_refusal_says_where_without_the_key(recording, kind, name):
    (reply,) = recording.arrived["client"][f"{kind}-{name}"]
    text = reply["result"]["content"][0]["text"]
    assert reply["result"]["isError"]
    assert "arguments." in text


@pytest.mark.timeout(240)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", ["client", "errors"])
def test_the_key_is_in_no_error_and_no_event(recording, kind, part):
    assert not recording.scanners[part].finds(KEYS[kind])
    assert not recording.scanners[part].finds(VALUE)


@pytest.mark.timeout(240)
def test_events_of_the_refusals_point_at_a_place(recording):
    assert recording.log.count(b'"event":"MessageWithheld"') == len(CASES)
