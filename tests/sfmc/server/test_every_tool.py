"""Every tool in every case, through the official client, which checks each answer against the tool's output schema."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sfmc.server.rows import ROWS, Row
from upstream_sfmc.tools import TOOLS

pytestmark = pytest.mark.asyncio(loop_scope="session")

CASES = (
    "happy",
    "paging",
    "empty",
    "not_found",
    "no_scope",
    "bad_input",
    "expired",
    "throttled",
    "failing",
    "timeout",
    "truncated",
)
SOAP = frozenset(
    {
        *("sfmc_list_business_units", "sfmc_describe_object", "folder_list", "tracking_events"),
        *("subscriber_get", "subscriber_search", "subscriber_upsert", "subscriber_unsubscribe"),
        *("list_subscribers", "list_list", "list_add_subscriber"),
        *("triggered_send_list", "triggered_send_summary", "send_list", "send_summary"),
    }
)
WRITING = "[PD]*"
"""POST, PUT, PATCH and DELETE, as a glob."""
ATTEMPTS = 4


def reason(row: Row, case: str) -> str | None:
    """Why a tool cannot have a case."""
    match case:
        case "paging" | "empty" | "not_found":
            given = {"paging": row.paged, "empty": row.empty, "not_found": row.missing}[case]
            return given if isinstance(given, str) else None
        case "no_scope":
            return row.scope or None
        case "happy" | "bad_input":
            return None
        case _:
            return row.calls or None


async def test_every_tool_has_every_case_or_a_reason():
    assert list(ROWS) == list(TOOLS)
    for name, row in ROWS.items():
        for case in CASES:
            why = reason(row, case)
            assert why is None or len(why) > 3, (name, case)
        if TOOLS[name].rows is not None:
            assert not isinstance(row.paged, str), f"{name} has pages"
        assert (row.calls == "") or TOOLS[name].scopes == ()
        if not TOOLS[name].scopes:
            assert row.scope, name


class Tried:
    """One tool under one case, with the tenant fresh and what it needs already there."""

    def __init__(self, made: Any, name: str) -> None:
        self.made = made
        self.name = name
        self.row = ROWS[name]
        self.spec = TOOLS[name]
        self.seeds = made.seeds

    async def ready(self) -> Tried:
        await self.made.fresh()
        for tool, given in self.row.before:
            self.seeds.answers[tool] = await self.made.ok(tool, given(self.seeds))
        self.before = len(await self.made.requests())
        return self

    @property
    def arguments(self) -> dict[str, Any]:
        return self.row.happy(self.seeds)

    async def ok(self, arguments: dict[str, Any] | None = None) -> dict[str, Any]:
        return await self.made.ok(self.name, self.arguments if arguments is None else arguments)

    async def error(self, arguments: dict[str, Any] | None = None, client: Any = None) -> dict[str, Any]:
        return await self.made.error(self.name, self.arguments if arguments is None else arguments, client)

    async def requests(self) -> list[dict[str, Any]]:
        return (await self.made.requests())[self.before :]

    async def faulted(self) -> int:
        return sum("fault" in one for one in await self.requests())

    async def fault(self, kind: str, **more: Any) -> None:
        """The next requests of this kind fail; for a tool that writes, those that write."""
        method = "*" if self.spec.hints.reads else WRITING
        path = "/v2/userinfo" if self.name == "sfmc_whoami" else "/[!v]*"  # but never the request for a token
        await self.made.control("POST", "faults", kind=kind, method=method, path=path, **more)

    async def check_not_written(self) -> None:
        written = [
            one
            for one in await self.requests()
            if one["method"][0] in "PD" and "fault" not in one and (one["status"] or 0) < 300
        ]
        assert written == [], "a write after a failure whose outcome is unknown"


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("case", CASES)
async def test_tool(made, name, case):
    tried = await Tried(made, name).ready()
    if reason(tried.row, case) is not None:
        return
    await globals()[f"_{case}"](tried)


async def _happy(tried: Tried) -> None:
    result = await tried.ok()
    assert tried.row.seen(result, tried.seeds), result
    if tried.row.calls:
        assert await tried.requests() == []


async def _paging(tried: Tried) -> None:
    arguments, rows = tried.row.paged(tried.seeds), tried.spec.rows
    await tried.made.control("POST", "clock/advance", seconds=600)  # what is queued is done then
    first = await tried.ok(arguments)
    assert first["next_page"] is not None
    assert "shown" in first["cut"]
    assert len(first[rows]) == arguments["page_size"]
    second = await tried.ok(arguments | {"page": first["next_page"]})
    assert second[rows]
    assert second[rows] != first[rows]
    told: list[tuple[float, float | None]] = []

    async def progress(done: float, total: float | None, _message: str | None) -> None:
        told.append((done, total))

    both = await tried.made.tools.call_tool(tried.name, arguments | {"pages": 2}, progress_callback=progress)
    assert both.structured_content[rows] == first[rows] + second[rows]
    assert told == [(1, 2), (2, 2)]


async def _empty(tried: Tried) -> None:
    result = await tried.ok(tried.row.empty(tried.seeds))
    lists = {name: value for name, value in result.items() if isinstance(value, list)}
    if tried.spec.rows is not None:
        assert lists[tried.spec.rows] == []
        assert (result["next_page"], result["cut"]) == (None, None)
    elif tried.name == "journey_contact_membership":
        assert result["results"]["contactMemberships"] == []
    elif tried.name == "contact_search_by_email":
        assert not any(one["contactKeyDetails"] for one in result["channelAddressResponseEntities"])
    else:
        assert lists
        assert not any(lists.values())


async def _not_found(tried: Tried) -> None:
    error = await tried.error(tried.row.missing(tried.seeds))
    assert (error["category"], error["retryable"]) == ("not_found", False), error


async def _no_scope(tried: Tried) -> None:
    error = await tried.error(client=tried.made.unscoped)
    assert (error["category"], error["retryable"]) == ("permission", False), error
    assert all(scope in error["message"] for scope in tried.spec.scopes)


async def _bad_input(tried: Tried) -> None:
    error = await tried.error(tried.arguments | tried.row.bad)
    assert (error["category"], error["retryable"]) == ("invalid_input", False)
    assert tried.row.told in error["message"]
    assert await tried.requests() == []


async def _expired(tried: Tried) -> None:
    before = await tried.made.issued()
    await tried.made.control("POST", "clock/advance", seconds=1080)
    result = await tried.ok()
    assert tried.row.seen(result, tried.seeds), result
    assert await tried.made.issued() == before + 1
    first, *_ = await tried.requests()
    assert first["status"] in {401, 500}


async def _throttled(tried: Tried) -> None:
    slept = len(tried.made.clock.slept)
    if tried.name not in SOAP:
        await tried.fault("429", retry_after_s=3)
        assert tried.row.seen(await tried.ok(), tried.seeds)
        assert tried.made.clock.slept[slept:] == [3.0]
    else:
        await tried.fault("soap_fault")
        if tried.spec.hints.reads:
            assert tried.row.seen(await tried.ok(), tried.seeds)
            assert len(tried.made.clock.slept) == slept + 1
        else:
            error = await tried.error()
            assert (error["category"], error["retryable"]) == ("rate_limited", True)
            await tried.check_not_written()
    assert await tried.faulted() == 1


async def _failing(tried: Tried) -> None:
    if tried.spec.hints.reads:
        await tried.fault("503", count=2)
        assert tried.row.seen(await tried.ok(), tried.seeds)
        assert await tried.faulted() == 2
        await tried.fault("500", count=ATTEMPTS)
    else:
        await tried.fault("500")
    error = await tried.error()
    assert (error["category"], error["retryable"]) == ("unavailable", True)
    if not tried.spec.hints.reads:
        assert await tried.faulted() == 1
        await tried.check_not_written()


async def _timeout(tried: Tried) -> None:
    await tried.fault("hang", count=ATTEMPTS)
    hasty = tried.made.hasty
    error = await tried.error(client=hasty)
    assert (error["category"], error["retryable"]) == ("timeout", True)
    if not tried.spec.hints.reads:
        assert await tried.faulted() == 1
        await tried.check_not_written()


async def _truncated(tried: Tried) -> None:
    await tried.fault("truncated")
    if tried.spec.hints.reads:
        assert tried.row.seen(await tried.ok(), tried.seeds)
    else:
        error = await tried.error()
        assert (error["category"], error["retryable"]) == ("unavailable", True)
        await tried.check_not_written()
    assert await tried.faulted() == 1
