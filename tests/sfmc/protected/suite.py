"""The tool suite made twice, directly and through the sidecar, and what the two clients saw laid side by side."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from tests.sfmc.server.bench import find_seeds
from tests.sfmc.server.rows import ROWS
from upstream_sfmc.emulator import Emulator

ROOT = Path(__file__).resolve().parents[3]
WAIT_S = 120
NOW = 1_780_000_000.0
"""The tenant's clock stands still: two runs give the same dates."""
STAND_IN = re.compile(r"email-[a-z2-7]{13}@example\.com|[A-Z][A-Z_]*_[a-z2-7]{13}|<[A-Z][A-Z_]+>")
ASSETS = 6
ROWS_OF_EACH = 40
Call = tuple[str, dict[str, Any]]
Leaf = tuple[tuple[str | int, ...], Any]


@dataclass
class Side:
    """One client: directly, or behind the sidecar under a policy."""

    client: Client
    made: Made
    seeds: SimpleNamespace = field(default_factory=SimpleNamespace)

    async def call(self, tool: str, arguments: dict[str, Any]) -> Any:
        return await asyncio.wait_for(self.client.call_tool(tool, arguments), WAIT_S)

    async def ok(self, tool: str, arguments: dict[str, Any], _client: object = None) -> dict[str, Any]:
        result = await self.call(tool, arguments)
        assert not result.is_error, (tool, result.content[0].text[:300])
        assert isinstance(result.structured_content, dict)
        return result.structured_content

    @property
    def emulator(self) -> Emulator:
        return self.made.emulator

    async def run(self, name: str, seeds: SimpleNamespace) -> Outcome:
        """A tool's happy call on a fresh tenant, after what it needs."""
        row = ROWS[name]
        await self.made.control("POST", "reset")
        await self.call("sfmc_whoami", {})
        seeds.answers = {}
        for tool, given in row.before:
            result = await self.call(tool, given(seeds))
            seeds.answers[tool] = result.structured_content or {}
        try:
            arguments = row.happy(seeds)
        except KeyError:
            return Outcome((name, {}), None, "what it needs was refused", [])
        return await self.made_call((name, arguments))

    async def made_call(self, call: Call) -> Outcome:
        before = len(await self.made.requests())
        result = await self.call(*call)
        text = "\n".join(getattr(block, "text", "") for block in result.content)
        shown = None if result.is_error else result.structured_content
        return Outcome(call, shown, text, (await self.made.requests())[before:])


@dataclass
class Outcome:
    call: Call
    result: dict[str, Any] | None
    text: str
    requests: list[tuple[str, str, str]]
    """What reached the tenant: method, path, body."""


class Made:
    def __init__(self, emulator: Emulator, session: aiohttp.ClientSession, stack: AsyncExitStack) -> None:
        self.emulator = emulator
        self._session = session
        self._stack = stack

    async def control(self, method: str, name: str) -> dict[str, Any]:
        headers = {"X-Emu-Key": self.emulator.control_key}
        async with self._session.request(method, f"{self.emulator.url}/_emu/{name}", headers=headers) as response:
            answer = await response.json()
            assert isinstance(answer, dict)
            return answer

    async def requests(self) -> list[tuple[str, str, str]]:
        logged = (await self.control("GET", "requests"))["requests"]
        return [
            (one["method"], one["path"], re.sub("<fueloauth.*?</fueloauth>", "", one["body"]))
            for one in logged
            if not one["path"].startswith("/v2/token")
        ]

    async def connect(self, policy: str | None, log: Path | None = None) -> Side:
        """``log``: where the sidecar says all it has to say."""
        server = [sys.executable, "-m", "upstream_sfmc"]
        level = "none" if log is None else "debug"
        sidecar = [sys.executable, "-m", "sidecar", "run", "--log-level", level, "--policy", str(policy), "--"]
        command = server if policy is None else [*sidecar, *server]
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "SFMC_CLIENT_ID": self.emulator.client_id,
            "SFMC_CLIENT_SECRET": self.emulator.client_secret,
            "SFMC_AUTH_URL": self.emulator.url,
            "SFMC_ACCOUNT_ID": str(self.emulator.account_id),
            "SFMC_TOOLSETS": "all",
        }
        parameters = StdioServerParameters(command=command[0], args=command[1:], env=environment, cwd=ROOT)
        errors = sys.stderr if log is None else self._stack.enter_context(log.open("w"))
        client = await self._stack.enter_async_context(Client(stdio_client(parameters, errlog=errors)))
        side = Side(client, self)
        await client.list_tools()
        return side


@asynccontextmanager
async def tenant() -> AsyncIterator[Made]:
    async with AsyncExitStack() as stack:
        emulator = await stack.enter_async_context(Emulator(profile="tiny", clock=lambda: NOW))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield Made(emulator, session, stack)


async def seeded(side: Side) -> SimpleNamespace:
    side.seeds = await find_seeds(side)
    return side.seeds


async def more_calls(side: Side) -> list[Call]:
    """Calls beside the suite's that return most of what is planted; their arguments are nobody's data."""
    extensions = [one["key"] for one in (await side.ok("de_list", {"page_size": 100}))["items"]]
    calls: list[Call] = [("de_rows", {"key": key, "page_size": ROWS_OF_EACH}) for key in extensions]
    calls += [("de_fields", {"key": key}) for key in extensions]
    assets = (await side.ok("asset_search", {"page_size": 100}))["items"]
    calls += [("asset_get", {"asset_id": one["id"]}) for one in assets[:ASSETS]]
    calls += [("journey_get", {"journey_id": one["id"]}) for one in (await side.ok("journey_list", {}))["items"]]
    for kind in ("sent", "open", "click", "bounce", "unsub"):
        calls.append(("tracking_events", {"type": kind, "since": "2015-01-01", "page_size": ROWS_OF_EACH}))
    return [*calls, ("subscriber_search", {"status": "Active", "page_size": ROWS_OF_EACH})]


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[Leaf]:
    match value:
        case dict():
            for name, one in value.items():
                yield from leaves(one, (*path, name))
        case list():
            for step, one in enumerate(value):
                yield from leaves(one, (*path, step))
        case _:
            yield path, value


def pairs(direct: Outcome, shown: Outcome) -> Iterator[tuple[tuple[str | int, ...], Any, Any]]:
    """The same leaf as both clients saw it."""
    assert direct.result is not None
    assert shown.result is not None
    one, other = dict(leaves(direct.result)), dict(leaves(shown.result))
    assert one.keys() == other.keys(), (direct.call, set(one) ^ set(other))
    for path, value in one.items():
        yield path, value, other[path]


class Restored:
    """Stand-ins and what they stand for, learned leaf by leaf: one stand-in may stand for one value only."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self.problems: list[str] = []

    def learn(self, where: str, real: Any, shown: Any) -> None:
        if real == shown:
            return
        if not isinstance(real, str) or not isinstance(shown, str) or not STAND_IN.search(shown):
            self._put(where, repr(shown), repr(real))  # a stand-in in the form of the value: a number, a date, a phone
            return
        literal = re.split(STAND_IN, shown)
        found = re.fullmatch("(.+?)".join(re.escape(part) for part in literal), real, re.DOTALL)
        if found is None:
            self.problems.append(f"{where}: what stands around a stand-in has changed")
            return
        for stand_in, value in zip(STAND_IN.findall(shown), found.groups(), strict=True):
            self._put(where, stand_in, value)

    def _put(self, where: str, stand_in: str, value: str) -> None:
        if self.known.setdefault(stand_in, value) != value:
            self.problems.append(f"{where}: one stand-in for two values")


def named(path: tuple[str | int, ...]) -> str:
    return "/".join(str(part) for part in path if not isinstance(part, int))


@cache
def mentions(text: str, value: str) -> bool:
    """Whether a value stands in a text as a word of its own, as it is or as JSON or a URL would write it."""
    written = {value, json.dumps(value)[1:-1]}
    return any(re.search(rf"(?<![\w]){re.escape(one)}(?![\w])", text) for one in written)


UNMISTAKABLE = frozenset({"EMAIL_ADDRESS", "PHONE_NUMBER", "IP_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "US_SSN"})
"""Kinds whose values are what they are wherever they stand; a city or a first name is one only where it was planted."""
KEEP_PART = 12
"""A string to keep this long is looked for inside longer texts too."""


THINGS = frozenset(
    {
        ("asset_get", "name"),
        ("asset_search", "items/name"),
        ("campaign_list", "items/name"),
        ("event_definition_list", "items/name"),
        ("journey_get", "name"),
        ("journey_get", "activities/name"),
        ("journey_list", "items/name"),
    }
)
"""Places that say what an asset, a campaign or a journey is called, and never a person. A person of ``truth.jsonl`` is called Summer Sale, and
so are a campaign and a journey: hidden wherever that person's name is returned, and seen here, where it is the thing's. Only a name is
excused: an address or a number seen at these places is seen."""


def _is_of_a_thing(tool: str, path: tuple[str | int, ...]) -> bool:
    """``de_fields`` says what columns are called, which somebody (Mark Field) may be too."""
    return tool == "de_fields" or (tool, named(path)) in THINGS


@dataclass
class Tally:
    """Of everything the direct client saw: what was planted, what was to be kept, and what became of both."""

    truth: dict[str, list[tuple[str, str]]]
    """Kind and field by planted value."""
    keep: frozenset[str]
    planted: set[str] = field(default_factory=set)
    leaked: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """All places where a value was seen: by value and kind."""
    kept: set[str] = field(default_factory=set)
    lost: dict[str, str] = field(default_factory=dict)
    found: dict[str, list[str]] = field(default_factory=dict)
    """Planted values by the text they stand in, looked for once."""

    @classmethod
    def of(cls, emulator: Emulator) -> Tally:
        truth: dict[str, list[tuple[str, str]]] = {}
        for one in emulator.truth():
            places = truth.setdefault(one["value"], [])
            place = (one["kind"], _plain(one["field"].rpartition(".")[2]))
            if place not in places:  # somebody has many events
                places.append(place)
        return cls(truth, frozenset(emulator.keep()))

    def add(self, direct: Outcome, shown: Outcome) -> None:
        assert direct.result is not None
        beside = dict(leaves(direct.result))
        for path, real, seen in pairs(direct, shown):
            where = f"{direct.call[0]}: {named(path)}"
            names = {_plain(str(path[-1]))} | {
                _plain(str(beside.get((*path[:-1], one), ""))) for one in ("name", "Name", "key")
            }
            self._planted(where, set() if _is_of_a_thing(direct.call[0], path) else names, str(real), str(seen))
            self._kept(where, str(real), str(seen))

    def _planted(self, where: str, names: set[str], real: str, seen: str) -> None:
        for value in self._values_in(real):
            for kind, place in self.truth[value]:
                if (kind in UNMISTAKABLE or place in names) and mentions(real, value):
                    self.planted.add(value)
                    if mentions(seen, value):
                        self.leaked.setdefault((value, kind), set()).add(where)

    def _values_in(self, text: str) -> list[str]:
        if text in self.truth:
            return [text]
        known = self.found.get(text)
        if known is None:
            known = self.found[text] = [value for value in self.truth if value in text] if len(text) > 1 else []
        return known

    def _kept(self, where: str, real: str, seen: str) -> None:
        found = {one for one in self.keep if len(one) > KEEP_PART and one in real} | ({real} & self.keep)
        self.kept |= found
        self.lost |= {one: where for one in found if one not in seen}

    @property
    def intact(self) -> float:
        return 1 - len(self.lost) / len(self.kept)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
