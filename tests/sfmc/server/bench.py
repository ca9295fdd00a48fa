"""One emulator and in-process servers on one event loop, all on one clock that waits cost nothing on."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import aiohttp
from mcp import Client

from upstream_sfmc.api import Sfmc
from upstream_sfmc.emulator import Emulator
from upstream_sfmc.pace import Limits
from upstream_sfmc.server import build
from upstream_sfmc.settings import Settings
from upstream_sfmc.tools import ESCAPE, TOOLS

WAIT_S = 30
SECRETS = ("eyJ",)
"""What every access token begins with."""


class Clock:
    """Time goes on when somebody sleeps, or when a test says so; the emulator's own clock may be ahead of it."""

    def __init__(self) -> None:
        self._now = time.time()
        self.slept: list[float] = []

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self._now += seconds
        self.slept.append(seconds)
        await asyncio.sleep(0)


class Bench:
    def __init__(self, emulator: Emulator, clock: Clock, session: aiohttp.ClientSession) -> None:
        self.emulator = emulator
        self.clock = clock
        self._session = session
        self.settings = Settings(emulator.client_id, emulator.client_secret, emulator.url, str(emulator.account_id))
        self.tools: Client
        """All tools, with all scopes."""
        self.unscoped: Client
        self.hasty: Client
        """Waits 30 ms of real time for an answer."""
        self.seeds: SimpleNamespace
        self.said: list[str] = []
        """Every answer as it went over the wire, to look for secrets in."""

    def server(self, settings: Settings | None = None, limits: Limits | None = None) -> Any:
        async def opening() -> Sfmc:
            return Sfmc(settings or self.settings, clock=self.clock, limits=limits)

        return build(opening, TOOLS | ESCAPE)

    async def control(self, method: str, name: str, /, **body: object) -> dict[str, Any]:
        url = f"{self.emulator.url}/_emu/{name}"
        headers = {"X-Emu-Key": self.emulator.control_key}
        async with self._session.request(method, url, headers=headers, json=body or None) as response:
            answer = await response.json()
            assert response.status == 200, answer
            assert isinstance(answer, dict)
            return answer

    async def requests(self) -> list[dict[str, Any]]:
        """What reached the emulator's API since the log was last looked at, token requests apart."""
        logged = (await self.control("GET", "requests"))["requests"]
        return [one for one in logged if not one["path"].startswith("/v2/token")]

    async def issued(self) -> int:
        return int((await self.control("GET", "stats"))["tokens_issued"])

    async def fresh(self, client: Client | None = None) -> None:
        """The tenant as seeded, and a token that it knows."""
        await self.control("POST", "reset")
        result = await (client or self.tools).call_tool("sfmc_whoami", {})
        assert not result.is_error, result.content

    async def call(self, tool: str, arguments: dict[str, Any], client: Client | None = None) -> Any:
        result = await asyncio.wait_for((client or self.tools).call_tool(tool, arguments), WAIT_S)
        text = result.content[0].text
        self.check_secrets(text)
        if not result.is_error:
            assert json.loads(text) == result.structured_content
        return result

    async def ok(self, tool: str, arguments: dict[str, Any], client: Client | None = None) -> dict[str, Any]:
        result = await self.call(tool, arguments, client)
        assert not result.is_error, (tool, arguments, result.content[0].text)
        return result.structured_content  # type: ignore[no-any-return]

    async def error(self, tool: str, arguments: dict[str, Any], client: Client | None = None) -> dict[str, Any]:
        result = await self.call(tool, arguments, client)
        assert result.is_error, (tool, arguments, result.content[0].text[:500])
        assert result.structured_content is None
        error = json.loads(result.content[0].text)["error"]
        assert set(error) - {"retry_after_s"} == {"code", "category", "retryable", "correlation_id", "message"}
        assert re.fullmatch(r"[0-9a-f]{32}", error["correlation_id"])
        return error  # type: ignore[no-any-return]

    def check_secrets(self, text: str) -> None:
        for secret in (*SECRETS, self.emulator.client_secret):
            assert secret not in text, "a secret in an answer"


@asynccontextmanager
async def kept(opened: AbstractAsyncContextManager[Bench]) -> AsyncIterator[Bench]:
    """The same bench, entered and left by one task: pytest-asyncio sets up and tears down in two, which anyio refuses."""
    ready: asyncio.Future[Bench] = asyncio.get_running_loop().create_future()
    done = asyncio.Event()

    async def keep() -> None:
        try:
            async with opened as made:
                ready.set_result(made)
                await done.wait()
        except BaseException as error:
            if ready.done():
                raise
            ready.set_exception(error)

    keeping = asyncio.create_task(keep())
    try:
        yield await ready
    finally:
        done.set()
        await asyncio.wait_for(keeping, WAIT_S)


@asynccontextmanager
async def bench(profile: str = "tiny") -> AsyncIterator[Bench]:
    clock = Clock()
    async with AsyncExitStack() as stack:
        emulator = await stack.enter_async_context(Emulator(profile=profile, clock=clock.now))  # type: ignore[arg-type]
        session = await stack.enter_async_context(aiohttp.ClientSession())
        made = Bench(emulator, clock, session)
        made.tools = await stack.enter_async_context(Client(made.server()))
        # `offline` opens no area of the API; the emulator knows it as a scope of its own.
        narrow = replace(made.settings, scopes="offline")
        made.unscoped = await stack.enter_async_context(Client(made.server(narrow)))
        made.hasty = await stack.enter_async_context(Client(made.server(limits=Limits(request_timeout_s=0.03))))
        made.seeds = await find_seeds(made)
        yield made


async def find_seeds(made: Any) -> SimpleNamespace:
    """Keys and ids, found as a client finds them."""
    units = (await made.ok("sfmc_list_business_units", {}))["items"]
    mid = str(made.emulator.account_id)
    rows = (await made.ok("de_rows", {"key": "Customer_Master", "filter": "EmailAddress like '%@%'"}))["items"]
    contacts = [row["keys"]["subscriberkey"] for row in rows]
    running = (await made.ok("journey_list", {"status": "Published"}))["items"]

    async def first(tool: str, rows: str, name: str, /, **arguments: object) -> Any:
        return (await made.ok(tool, arguments))[rows][0][name]

    return SimpleNamespace(
        mid=mid,
        other_mid=next(one["ID"] for one in units if one["ID"] != mid and one["ParentID"] != "0"),
        extension="Customer_Master",
        contact=contacts[0],
        contacts=contacts,
        email=rows[0]["values"]["emailaddress"],
        journey=next(one for one in running if one["version"] > 1),
        event_key=await first("event_definition_list", "items", "eventDefinitionKey"),
        definition="tx_order_confirmation",
        sms_definition=await first("transactional_definition_list", "definitions", "definitionKey", channel="sms"),
        triggered=await first("triggered_send_list", "items", "CustomerKey", status="Active"),
        asset=await first("asset_search", "items", "id", asset_type="htmlemail"),
        automation=await first("automation_list", "items", "id"),
        query=await first("query_list", "items", "queryDefinitionId"),
        job=int(await first("send_list", "items", "ID")),
        answers={},
    )
