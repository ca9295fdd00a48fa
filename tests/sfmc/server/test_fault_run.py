"""Many mixed calls while the tenant fails one request in five: right or a structured error, and nothing written twice."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

import pytest
import pytest_asyncio

from tests.sfmc.server.bench import Bench, bench, kept
from upstream_sfmc.auth import RENEW_BEFORE_S
from upstream_sfmc.emulator.faults import KINDS
from upstream_sfmc.errors import RETRYABLE, Category

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHARE = 0.2
AT_ONCE = 8
TTL_S = 1079
REST, SOAP = "/*/v*/*", "/service.asmx"
FAULTS = {
    "429": REST,
    "401": REST,
    "500": REST,
    "503": REST,
    "token_expired": SOAP,
    "soap_fault": SOAP,
    "reset": "*/*",
    "lost": "*/*",
    "truncated": "*/*",
    "drip": "*/*",
}
_MARK = re.compile(r"mark-\d+-\d+-end")
FIELDS = [
    {"name": "Id", "type": "Text", "length": 50, "isPrimaryKey": True},
    {"name": "Note", "type": "Text", "length": 50},
]

Calls = list[tuple[str, Callable[[Any, str], dict[str, Any]]]]
READS: Calls = [
    ("sfmc_list_business_units", lambda s, _: {}),
    ("de_list", lambda s, _: {"search": "Loyalty"}),
    ("de_fields", lambda s, _: {"key": s.extension}),
    ("de_rows", lambda s, _: {"key": s.extension, "page_size": 20, "pages": 2}),
    ("de_row_get", lambda s, _: {"key": s.extension, "keys": {"SubscriberKey": s.contact}}),
    ("contact_get", lambda s, _: {"contact_key": s.contact}),
    ("subscriber_get", lambda s, _: {"subscriber_key": s.contact}),
    ("list_list", lambda s, _: {"page_size": 3}),
    ("journey_get", lambda s, _: {"journey_id": s.journey["id"]}),
    ("asset_get", lambda s, _: {"asset_id": s.asset}),
    ("automation_list", lambda s, _: {"page_size": 4}),
    ("tracking_events", lambda s, _: {"type": "click", "since": "2020-01-01"}),
]
WRITES: Calls = [
    ("de_rows_upsert", lambda s, m: {"key": "ledger", "rows": [{"keys": {"Id": m}, "values": {"Note": m}}]}),
    (
        "contact_upsert",
        lambda s, m: {"contact_key": s.contacts[-1], "attribute_sets": {"Email Demographics": {"Last Name": m}}},
    ),
    ("subscriber_upsert", lambda s, m: {"subscriber_key": m, "email": f"{m}@example.com"}),
    (
        "email_send",
        lambda s, m: {"definition_key": s.definition, "contact_key": s.contact, "to": s.email, "message_key": m},
    ),
    (
        "journey_fire_event",
        lambda s, m: {"event_definition_key": s.event_key, "contact_key": s.contact, "data": {"Note": m}},
    ),
    ("asset_create", lambda s, m: {"name": m, "asset_type": "htmlblock", "content": "<p>x</p>"}),
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def made():
    async with kept(bench()) as one:
        yield one


async def run(made: Bench, total: int, seed: int) -> tuple[Counter[str], list[dict[str, Any]]]:
    """Outcomes by category, and everything that reached the tenant."""
    dice = random.Random(seed)  # noqa: S311 - a test that can be repeated
    await made.fresh()
    await made.ok("de_create", {"name": "Ledger", "key": "ledger", "category_id": 516016, "fields": FIELDS})
    expected = {tool: await made.ok(tool, given(made.seeds, "")) for tool, given in READS}
    log = made.emulator._controls.log = deque(made.emulator._controls.log, maxlen=None)  # the whole of it
    start = len(log)
    for _ in range(int(total * SHARE * 2)):
        kind = dice.choice(sorted(FAULTS))
        await made.control("POST", "faults", kind=kind, path=FAULTS[kind], skip=_gap(dice), retry_after_s=1)
    outcomes: Counter[str] = Counter()

    async def one(number: int) -> None:
        calls = READS if dice.random() < 0.6 else WRITES
        tool, given = dice.choice(calls)
        result = await made.call(tool, given(made.seeds, f"mark-{seed}-{number}-end"))
        if result.is_error:
            error = (await _error_of(made, result))["error"]
            assert error["category"] in set(Category)
            assert error["retryable"] is (error["category"] in RETRYABLE), error
            outcomes[error["category"]] += 1
        else:
            outcomes["right"] += 1
            if tool in expected:
                assert _without_ids(result.structured_content) == _without_ids(expected[tool]), tool

    gate = asyncio.Semaphore(AT_ONCE)

    async def gated(number: int) -> None:
        async with gate:
            await one(number)

    async with asyncio.TaskGroup() as group:
        for number in range(total):
            group.create_task(gated(number))
    return outcomes, list(log)[start:]


def _without_ids(result: dict[str, Any]) -> dict[str, Any]:
    """A SOAP list's next page is named by an id that is new every time."""
    return {name: value for name, value in result.items() if name != "next_page"}


def _gap(dice: random.Random) -> int:
    """How many requests pass before the next fails, so that one in five does."""
    gap = 0
    while dice.random() > SHARE:
        gap += 1
    return gap


async def _error_of(made: Bench, result: Any) -> Any:
    import json

    answer = json.loads(result.content[0].text)
    assert set(answer["error"]) - {"retry_after_s"} == {"code", "category", "retryable", "correlation_id", "message"}
    return answer


async def check(made: Bench, total: int, seed: int, capfd: pytest.CaptureFixture[str]) -> None:
    began = made.clock.now()
    outcomes, log = await run(made, total, seed)
    faulted = Counter(one["fault"] for one in log if "fault" in one)
    calls = [one for one in log if not one["path"].startswith("/v2/token")]

    assert sum(outcomes.values()) == total
    assert outcomes["right"] > total * 0.6
    assert sum(faulted.values()) > len(calls) * SHARE * 0.5, faulted
    assert set(faulted) == set(FAULTS)

    marks = Counter(
        (tool["path"], found)
        for tool in calls
        if tool["applied"]
        for found in set(_MARK.findall(tool["path"] + tool["body"]))
    )
    twice = {mark: count for (_, mark), count in marks.items() if count > 1}
    assert twice == {}, "written more than once"
    assert len(marks) > total / 10

    refused = {one["token"] for one in log if one["status"] == 401 or one.get("fault") == "token_expired"}
    lives = int((made.clock.now() - began) / (TTL_S - RENEW_BEFORE_S)) + 1
    asked = [one for one in log if one["path"].startswith("/v2/token")]
    failed = [one for one in asked if "fault" in one]
    assert len(asked) - len(failed) <= len(refused) + lives
    with capfd.disabled():
        print(f"\n{total} calls, {len(calls)} requests, faults {dict(sorted(faulted.items()))}")
        print(
            f"outcomes {dict(outcomes)}; {len(made.clock.slept)} waits before a repeat; {len(marks)} writes, {len(twice)} of them twice"
        )
        print(
            f"{len(asked)} token requests, {len(failed)} of them failed, for {len(refused)} refused tokens and {lives} lives"
        )

    out, err = capfd.readouterr()
    made.check_secrets(out + err)
    assert "mark-" not in out + err
    assert "Traceback" not in err


async def test_the_faults_of_the_run_are_all_the_tenant_has(made):
    assert set(FAULTS) == set(KINDS) - {"blocked", "403", "502", "hang"}


async def test_three_hundred_calls_end_right_or_in_a_structured_error(made, capfd):
    await check(made, 300, 1, capfd)


@pytest.mark.nightly
async def test_two_thousand_calls_end_right_or_in_a_structured_error(made, capfd):
    await check(made, 2000, 2, capfd)
