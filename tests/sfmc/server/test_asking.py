"""What cannot be undone asks a person: through the client where it can ask, else by an argument."""

from __future__ import annotations

import mcp_types as types
import pytest
import pytest_asyncio
from mcp import Client
from mcp.client.client import ConnectMode

from upstream_sfmc.tools import TOOLS

pytestmark = pytest.mark.asyncio(loop_scope="session")

ASKING = sorted(name for name, tool in TOOLS.items() if tool.asks is not None)
GONE = {"key": "spare"}
FIELDS = [{"name": "Id", "type": "Text", "length": 50, "isPrimaryKey": True}]


async def test_what_destroys_for_good_or_sets_things_off_asks():
    assert ASKING == [
        "automation_run",
        "contact_delete",
        "de_clear",
        "de_delete",
        "de_row_delete",
        "journey_set_state",
        "query_run",
    ]
    for name in ASKING:
        assert TOOLS[name].hints.destroys
        assert TOOLS[name].input_schema["properties"]["confirm"]["type"] == "boolean"


@pytest_asyncio.fixture(loop_scope="session")
async def spare(made):
    await made.fresh()
    await made.ok("de_create", {"name": "Spare", "key": "spare", "category_id": 516016, "fields": FIELDS})
    return made


async def is_there(made) -> bool:
    result = await made.call("de_get", GONE)
    return not result.is_error


async def answering(made, mode: ConnectMode, action: str, content):
    """Ask for the deletion with a client that answers so; what it was asked, and the result."""
    asked: list[types.ElicitRequestFormParams] = []

    async def answer(_context, params):
        asked.append(params)
        return types.ElicitResult(action=action, content=content)

    async with Client(made.server(), mode=mode, elicitation_callback=answer) as client:
        result = await client.call_tool("de_delete", GONE | {"confirm": True})
    return asked, result


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_a_client_that_can_ask_is_asked_once_and_a_yes_goes_ahead(spare, mode):
    asked, result = await answering(spare, mode, "accept", {"confirm": True})
    assert not result.is_error
    assert [one.message for one in asked] == ["Delete the data extension spare and all its rows for good?"]
    assert not await is_there(spare)


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
@pytest.mark.parametrize(
    ("action", "content"),
    [("decline", None), ("cancel", None), ("accept", {"confirm": False}), ("accept", {}), ("accept", None)],
)
async def test_anything_but_a_yes_does_nothing_whatever_the_arguments_say(spare, mode, action, content):
    asked, result = await answering(spare, mode, action, content)
    assert len(asked) == 1
    assert result.is_error
    assert '"declined"' in result.content[0].text
    assert await is_there(spare)


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_a_client_that_cannot_ask_must_confirm(spare, mode):
    async with Client(spare.server(), mode=mode) as client:
        for arguments in (GONE, GONE | {"confirm": False}):
            refused = await client.call_tool("de_delete", arguments)
            assert refused.is_error
            assert '"not_confirmed"' in refused.content[0].text
        assert await is_there(spare)
        assert not (await client.call_tool("de_delete", GONE | {"confirm": True})).is_error
    assert not await is_there(spare)


async def test_wrong_arguments_are_told_before_anybody_is_asked(spare):
    async def never(_context, _params):
        raise AssertionError("asked")

    async with Client(spare.server(), elicitation_callback=never) as client:
        result = await client.call_tool("de_delete", {"key": 5})
    assert result.is_error
    assert "/key: type" in result.content[0].text


@pytest.mark.parametrize("name", ASKING)
async def test_every_question_says_what_and_no_tool_runs_without_an_answer(made, name):
    from tests.sfmc.server.rows import ROWS

    await made.fresh()
    arguments = ROWS[name].happy(made.seeds)
    question = TOOLS[name].asks(arguments)
    assert question.endswith((".", "?"))
    before = len(await made.requests())
    error = await made.error(name, {key: value for key, value in arguments.items() if key != "confirm"})
    assert error["code"] == "not_confirmed"
    assert len(await made.requests()) == before
