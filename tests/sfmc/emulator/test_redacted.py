"""Under the preset `sfmc` what must survive survives: every id, key, script and setting stands in the answer where it stood."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from sidecar import Redactor

SCALARS = (str, int, float)


def _leaves(value, path=()):
    match value:
        case dict():
            for name, one in value.items():
                yield from _leaves(one, (*path, name))
        case list():
            for step, one in enumerate(value):
                yield from _leaves(one, (*path, step))
        case str():
            yield path, value


async def _answers(sfmc):
    """Every kind of answer, once; of rows a few hundred."""

    async def get(path, query=None):
        return (await sfmc.call("GET", path, query=query or {})).json

    extensions = await get("/data/v1/customobjects", {"$search": "%", "$pageSize": 500})
    yield extensions
    for one in extensions["items"]:
        yield await get(f"/data/v1/customobjects/{one['id']}/fields")
        yield await get(f"/data/v1/customobjectdata/key/{quote(one['key'], safe='')}/rowset", {"$pagesize": 60})
    assets = await get("/asset/v1/content/assets", {"$pageSize": 500})
    yield assets
    for one in assets["items"]:
        yield await get(f"/asset/v1/content/assets/{one['id']}")
    journeys = await get("/interaction/v1/interactions", {"mostRecentVersionOnly": "false"})
    yield journeys
    for one in journeys["items"]:
        yield await get(f"/interaction/v1/interactions/{one['id']}")
    for path in (
        "/automation/v1/automations",
        "/interaction/v1/eventDefinitions",
        "/messaging/v1/email/definitions",
        "/messaging/v1/sms/definitions",
        "/v2/userinfo",
    ):
        yield await get(path)


def _holder(value, path, text):
    """The innermost object around a leaf, without its lists but for the one the leaf stands in."""
    found, best, name = value, value, ""
    for step in path:
        if isinstance(found, dict):
            best, name = found, step
        found = found[step]
    return {key: one for key, one in best.items() if isinstance(one, SCALARS)} | {name: text}


async def _records(sfmc, kept):
    """One record per string to keep: the object it stands in as a whole value, or the text it is part of."""
    found: dict[str, dict[str, object]] = {}
    async for answer in _answers(sfmc):
        for path, text in _leaves(answer):
            if text in kept and text not in found:
                found[text] = _holder(answer, path, text)
            elif len(text) > 200:
                for one in kept:
                    if one not in found and len(one) > 12 and one in text:
                        found[one] = {str(path[-1]): text}
    return found


@pytest.mark.parametrize("engine", ["none", pytest.param("rampart", marks=pytest.mark.nightly)])
async def test_at_least_400_strings_to_keep_are_untouched_where_they_stand(sfmc, emu, engine):
    kept = list(emu.keep())
    records = await _records(sfmc, set(kept))
    assert len(records) >= 400
    redactor = Redactor.from_policy("sfmc", engine=engine)
    whole = {json.dumps(record): record for record in records.values()}
    redacted = {key: redactor.redact(record)[0] for key, record in whole.items()}
    touched = [
        text
        for text, record in records.items()
        if json.dumps(text)[1:-1] not in json.dumps(redacted[json.dumps(record)])
    ]
    assert touched == []
    assert sum("latitude" in record for record in records.values()) > 10


async def test_what_is_planted_in_the_same_answers_is_hidden(sfmc, emu):
    """So that the test above is not passed by doing nothing."""
    planted = {one["value"] for one in emu.truth() if one["kind"] == "EMAIL_ADDRESS"}
    redactor = Redactor.from_policy("sfmc", engine="none")
    rows = (
        await sfmc.call("GET", "/data/v1/customobjectdata/key/Customer_Master/rowset", query={"$pagesize": 50})
    ).json
    before = json.dumps(rows)
    after = json.dumps(redactor.redact(rows)[0])
    there = [value for value in planted if value in before]
    assert len(there) >= 40
    assert [value for value in there if value in after] == []
