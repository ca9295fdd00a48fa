"""What goes wrong at the tenant, and what a caller is told: a category, never what was answered."""

from __future__ import annotations

import asyncio

import pytest
from mcp.shared.exceptions import MCPError

pytestmark = pytest.mark.asyncio(loop_scope="session")

CUSTOMERS = "Customer_Master"
ROWS = "*/rowset"


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("de_rows", {}, "/: missing key"),
        ("de_rows", {"key": "k", "page": 0}, "/page: minimum"),
        ("de_rows", {"key": "k", "page_size": 2501}, "/page_size: maximum"),
        ("de_rows", {"key": "k", "colour": "jane.doe@example.com"}, "/: an argument this tool does not have"),
        ("de_rows", {"key": 7}, "/key: type"),
        ("de_rows", {"key": "k", "business_unit": "jane.doe@example.com"}, "/business_unit: pattern"),
        ("de_rows_upsert", {"key": "k", "rows": [{"keys": {"a": 1}, "values": {}}] * 51}, "/rows: maxItems"),
        ("de_rows_upsert", {"key": "k", "rows": [{"values": {"Email": "jane.doe@example.com"}}]}, "/rows:"),
        ("de_row_get", {"key": "k", "keys": {"a'b": "jane.doe@example.com"}}, "/keys"),
        ("journey_list", {"status": "jane.doe@example.com"}, "/status: enum"),
        ("tracking_events", {"type": "sent", "since": "yesterday"}, "/since: pattern"),
    ],
)
async def test_bad_input_is_told_by_place_and_rule_without_its_value(tenant, over_http, tool, arguments, told):
    async with over_http() as tools:
        error = await tools.error(tool, **arguments)
    assert (error["category"], error["retryable"]) == ("invalid_input", False)
    assert told in error["message"]
    assert "jane" not in error["message"]
    assert await tenant.requests("/data/") == []


async def test_a_character_xml_cannot_carry_is_bad_input(tenant, over_http):
    async with over_http() as tools:
        error = await tools.error("subscriber_get", subscriber_key="a\x00b")
    assert error["category"] == "invalid_input"


async def test_an_unknown_tool_is_a_protocol_error(over_http):
    async with over_http() as tools:
        with pytest.raises(MCPError) as told:
            await tools.call("no_such_tool")
    assert told.value.error.code == -32602


async def test_an_unknown_data_extension_is_not_found(tenant, over_http):
    async with over_http() as tools:
        for tool, more in (("de_rows", {}), ("de_fields", {}), ("de_row_get", {"keys": {"a": "b"}})):
            error = await tools.error(tool, key="no/such & key%", **more)
            assert (error["category"], error["retryable"]) == ("not_found", False), tool


async def test_a_wrong_filter_is_bad_input(tenant, over_http):
    async with over_http() as tools:
        error = await tools.error("de_rows", key=CUSTOMERS, filter="NoSuchField eq 'jane.doe@example.com'")
    assert error["category"] == "invalid_input"
    assert "jane" not in error["message"]


async def test_an_expired_token_costs_one_token_and_one_repeat(tenant, over_http):
    async with over_http() as tools:
        await tools.ok("de_rows", key=CUSTOMERS, page_size=1)
        before = (await tenant.control("GET", "stats"))["tokens_issued"]
        await tenant.control("POST", "clock/advance", seconds=1080)
        seen = len(await tenant.requests("/rowset"))
        await asyncio.gather(*(tools.ok("de_rows", key=CUSTOMERS, page_size=1) for _ in range(5)))
        after = (await tenant.control("GET", "stats"))["tokens_issued"]
    statuses = [one["status"] for one in (await tenant.requests("/rowset"))[seen:]]
    assert after == before + 1
    assert statuses.count(200) == 5
    assert 1 <= statuses.count(401) <= 5


async def test_a_write_refused_for_its_token_is_repeated_once(tenant, over_http):
    row = {"keys": {"SubscriberKey": "w-1"}, "values": {"EmailAddress": "w.one@example.com"}}
    async with over_http() as tools:
        await tools.ok("sfmc_whoami")
        await tenant.fault("401", method="POST", path=ROWS)
        await tools.ok("de_rows_upsert", key=CUSTOMERS, rows=[row])
        await tenant.fault("token_expired", action="Update")
        await tools.ok("subscriber_upsert", subscriber_key="w-1", email="w.one@example.com")
        await tools.ok("subscriber_unsubscribe", subscriber_key="w-1")
    assert [one["status"] for one in await tenant.requests("/rowset")] == [401, 200]
    updates = [one for one in await tenant.requests("service.asmx") if one["action"] == "Update"]
    assert [one["status"] for one in updates] == [500, 200]


async def test_throttling_is_waited_out(tenant, over_http):
    async with over_http() as tools:
        await tools.ok("sfmc_whoami")
        await tenant.fault("429", path=ROWS, count=2, retry_after_s=1)
        await tools.ok("de_rows", key=CUSTOMERS, page_size=1)
    assert [one["status"] for one in await tenant.requests("/rowset")] == [429, 429, 200]


async def test_a_write_that_is_throttled_is_repeated_too(tenant, over_http):
    row = {"keys": {"SubscriberKey": "w-2"}, "values": {"EmailAddress": "w.two@example.com"}}
    async with over_http() as tools:
        await tools.ok("sfmc_whoami")
        await tenant.fault("429", method="POST", path=ROWS, retry_after_s=1)
        await tools.ok("de_rows_upsert", key=CUSTOMERS, rows=[row])
    assert [one["status"] for one in await tenant.requests("/rowset")] == [429, 200]


async def test_a_long_wait_is_left_to_the_caller(tenant, over_http):
    async with over_http() as tools:
        await tools.ok("sfmc_whoami")
        await tenant.fault("429", path=ROWS, retry_after_s=600)
        error = await tools.error("de_rows", key=CUSTOMERS)
    assert (error["category"], error["code"], error["retryable"]) == ("rate_limited", "50100", True)
    assert error["retry_after_s"] == 600


async def test_a_blocked_client_is_told_at_once(tenant, over_http):
    async with over_http() as tools:
        await tools.ok("sfmc_whoami")
        await tenant.fault("blocked", path=ROWS)
        error = await tools.error("de_rows", key=CUSTOMERS)
    assert (error["category"], error["code"]) == ("rate_limited", "50200")
    assert len(await tenant.requests("/rowset")) == 1


@pytest.mark.parametrize("kind", ["500", "503", "reset", "truncated"])
async def test_a_read_survives_a_passing_failure(tenant, over_http, kind):
    async with over_http() as tools:
        await tools.ok("sfmc_whoami")
        # A reset may be met by aiohttp's own repeat on a connection that was kept open; two are met by ours.
        await tenant.fault(kind, path=ROWS, count=1)
        await tools.ok("de_rows", key=CUSTOMERS, page_size=1)
    statuses = [one["status"] for one in await tenant.requests("/rowset")]
    assert len(statuses) == 2
    assert statuses[-1] == 200


async def test_a_soap_read_survives_a_passing_fault(tenant, over_http):
    async with over_http() as tools:
        await tools.ok("sfmc_whoami")
        await tenant.fault("soap_fault", action="Retrieve")
        await tools.ok("list_subscribers", list_id=151, page_size=1)
    assert [one["status"] for one in await tenant.requests("service.asmx")] == [500, 200]


@pytest.mark.parametrize("kind", ["500", "503", "reset"])
async def test_a_write_is_not_repeated_when_its_fate_is_unknown(tenant, over_http, kind):
    row = {"keys": {"SubscriberKey": "w-3"}, "values": {"EmailAddress": "w.three@example.com"}}
    async with over_http() as tools:
        await tools.ok("sfmc_whoami")
        await tenant.fault(kind, method="POST", path=ROWS)
        error = await tools.error("de_rows_upsert", key=CUSTOMERS, rows=[row])
    assert (error["category"], error["retryable"]) == ("unavailable", True)
    assert len(await tenant.requests("/rowset")) == 1


async def test_a_missing_scope_is_a_permission_error(tenant, over_http):
    async with over_http() as tools:
        await tools.ok("sfmc_whoami")
        await tenant.fault("403", path=ROWS)
        error = await tools.error("de_rows", key=CUSTOMERS)
    assert (error["category"], error["code"], error["retryable"]) == ("permission", "20002", False)
