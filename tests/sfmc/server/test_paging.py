"""Lists page by page: nothing twice, nothing missing, and the last page says it is."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")

LISTS = [
    ("de_list", {}, 5, lambda item: item["key"]),
    ("de_rows", {"key": "Customer_Master"}, 70, lambda item: item["keys"]["subscriberkey"]),
    ("journey_list", {}, 5, lambda item: item["id"]),
    ("asset_search", {}, 30, lambda item: item["id"]),
    ("automation_list", {}, 6, lambda item: item["id"]),
    ("sfmc_list_business_units", {}, 2, lambda item: item["ID"]),
    ("list_subscribers", {"list_id": 151}, 20, lambda item: item["SubscriberKey"]),
    (
        "tracking_events",
        {"type": "open", "since": "2020-01-01"},
        300,
        lambda item: (item["SubscriberKey"], item["SendID"], item["EventDate"]),
    ),
]


@pytest.mark.parametrize(("tool", "arguments", "size", "identity"), LISTS, ids=[case[0] for case in LISTS])
async def test_pages_join_into_the_whole(tenant, over_http, tool, arguments, size, identity):
    seen = []
    async with over_http() as tools:
        page = None
        for _ in range(20):
            paging = {"page_size": size} | ({} if page is None else {"page": page})
            answer = await tools.ok(tool, **arguments, **paging)
            seen += [identity(item) for item in answer["items"]]
            page = answer["next_page"]
            assert (answer["cut"] is None) == (page is None)
            if page is None:
                break
            assert len(answer["items"]) == size
        whole = await tools.ok(tool, **arguments, page_size=500 if tool != "tracking_events" else 2500)
    assert page is None
    assert len(seen) > size, "more than one page"
    assert len(seen) == len(set(seen))
    assert seen == [identity(item) for item in whole["items"]]


async def test_a_page_behind_the_end_is_empty(tenant, over_http):
    async with over_http() as tools:
        answer = await tools.ok("de_rows", key="Customer_Master", page=99, page_size=50)
    assert (answer["items"], answer["next_page"]) == ([], None)


async def test_a_soap_page_is_good_once(tenant, over_http):
    async with over_http() as tools:
        first = await tools.ok("list_subscribers", list_id=151, page_size=5)
        await tools.ok("list_subscribers", list_id=151, page=first["next_page"])
        error = await tools.error("list_subscribers", list_id=151, page=first["next_page"])
    assert error["category"] == "invalid_input"
    assert "page" in error["message"]
