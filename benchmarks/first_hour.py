"""How often does a preset refuse what a developer ordinarily does in the first hour? Sixty calls, a table, the reasons.

Twenty calls each to server-everything, server-filesystem and the Marketing Cloud server. A call is *refused* when the
sidecar answers in the server's place, *changed* when something in its result was replaced. It measures no time.

    python -m benchmarks.first_hour [--policy strict]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sidecar.errors import Forbidden, Malformed, RateLimited, TooLarge, Unanalysable, UpstreamGone, Withheld
from tests.clients.peers import Command, everything, filesystem, sfmc, wrapped
from tests.clients.speakers import Step, speak_sdk

REFUSAL_CODES = {
    error.code for error in (Withheld, Unanalysable, TooLarge, Malformed, UpstreamGone, RateLimited, Forbidden)
}
_REFUSAL = re.compile(r"^(?:Not sent|Withheld|Not analysed): ")
_STAND_IN = re.compile(r"<[A-Z]{2,}(?:_[A-Z]+)*>|withheld: it cannot be checked|[A-Z]{2,}_[a-z2-7]{12}[a-z2-7]")


@dataclass
class Hour:
    """What became of one server's calls."""

    name: str
    calls: int = 0
    changed: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    """By the server's own doing: the sidecar passed call and answer on."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """(call, reason)"""

    @property
    def share(self) -> float:
        return len(self.refused) / self.calls


def call(name: str, /, **arguments: Any) -> Step:
    return "tools/call", {"name": name, "arguments": arguments}


EVERYTHING: list[Step] = [
    call("echo", message="hello"),
    call("echo", message="Is the sidecar there?"),
    call("echo", message="Deploy finished on 2026-05-04 at 10:32, build 4711"),
    call("get-sum", a=2, b=3),
    call("get-sum", a=1e6, b=-0.5),
    call("get-env"),
    call("get-annotated-message", messageType="success"),
    call("get-annotated-message", messageType="error", includeImage=True),
    call("get-structured-content", location="New York"),
    call("get-structured-content", location="Chicago"),
    call("get-tiny-image"),
    call("get-resource-links", count=3),
    call("get-resource-reference", resourceType="Text", resourceId=1),
    call("trigger-long-running-operation", duration=0.2, steps=2),
    call("trigger-sampling-request", prompt="Write a haiku about proxies", maxTokens=50),
    call("get-roots-list"),
    ("resources/read", {"uri": "demo://resource/dynamic/text/1"}),
    ("resources/read", {"uri": "demo://resource/static/document/features.md"}),
    ("prompts/get", {"name": "simple-prompt"}),
    ("prompts/get", {"name": "args-prompt", "arguments": {"city": "Boston"}}),
]

README = """# Parcel

Parcel computes shipping prices. See `docs/` for the tariff tables.

## Usage

    python -m parcel --weight 1.2 --zone EU

Maintained by the platform team; questions to platform@example.com.
"""
CODE = '''"""Shipping prices."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Parcel:
    weight_kg: float
    zone: str = "EU"

    def price(self) -> float:
        """Price in euros; 4.90 up to a kilogram, 1.20 for each further one."""
        return round(4.90 + max(0.0, self.weight_kg - 1.0) * 1.20, 2)
'''
TEST = "from parcel import Parcel\n\n\ndef test_a_kilogram_costs_the_base_price():\n    assert Parcel(1.0).price() == 4.90\n"
CONFIG = (
    "[server]\nhost = 127.0.0.1\nport = 8080\nlog_level = info\n\n[tariff]\nfile = data/tariff.csv\ncurrency = EUR\n"
)
PACKAGE = json.dumps({"name": "parcel", "version": "1.4.2", "scripts": {"test": "vitest"}, "license": "MIT"}, indent=2)
TARIFF = "zone,max_kg,price_eur\nEU,1,4.90\nEU,5,9.70\nUK,1,7.90\nUS,1,14.90\n"
CHANGES = "# Changelog\n\n## 1.4.2 - 2026-04-11\n\n- Prices above 30 kg are refused (#218)\n- Faster start-up\n"


def files(folder: Path) -> list[Step]:
    def at(name: str) -> str:
        return str(folder / name)

    return [
        call("list_allowed_directories"),
        call("list_directory", path=str(folder)),
        call("create_directory", path=at("src")),
        call("create_directory", path=at("data")),
        call("write_file", path=at("README.md"), content=README),
        call("write_file", path=at("src/parcel.py"), content=CODE),
        call("write_file", path=at("src/test_parcel.py"), content=TEST),
        call("write_file", path=at("settings.ini"), content=CONFIG),
        call("write_file", path=at("package.json"), content=PACKAGE),
        call("write_file", path=at("data/tariff.csv"), content=TARIFF),
        call("write_file", path=at("CHANGELOG.md"), content=CHANGES),
        call("edit_file", path=at("src/parcel.py"), edits=[{"oldText": '"EU"', "newText": '"UK"'}]),
        call("read_text_file", path=at("src/parcel.py")),
        call("read_text_file", path=at("settings.ini"), head=3),
        call("read_multiple_files", paths=[at("data/tariff.csv"), at("CHANGELOG.md")]),
        call("directory_tree", path=str(folder)),
        call("search_files", path=str(folder), pattern="**/*.py"),
        call("get_file_info", path=at("package.json")),
        call("move_file", source=at("CHANGELOG.md"), destination=at("CHANGES.md")),
        call("list_directory_with_sizes", path=str(folder), sortBy="size"),
    ]


SFMC: list[Step] = [
    call("sfmc_whoami"),
    call("sfmc_list_business_units"),
    call("de_list"),
    call("de_list", search="Order"),
    call("de_fields", key="Customer_Master"),
    call("de_fields", key="Orders"),
    call("de_rows", key="Customer_Master", page_size=10),
    call("de_rows", key="Orders", page_size=10),
    call("de_rows", key="Customer_Master", page_size=5, page=2),
    call("contact_search_by_email", email="maria.lindqvist@example.com"),
    call("subscriber_get", email="maria.lindqvist@example.com"),
    call("journey_list"),
    call("journey_list", name="Welcome"),
    call("asset_search"),
    call("asset_search", name="Welcome"),
    call("automation_list"),
    call("tracking_events", type="open", since="2026-01-01", page_size=10),
    call("tracking_events", type="bounce", since="2026-01-01", page_size=10),
    call("list_subscribers", list_id=1),
    call("journey_contact_membership", contact_keys=["C-1001"]),
]


async def spend(name: str, policy: str, command: Command, script: Sequence[Step]) -> Hour:
    """Run the calls as a client would: it lists the tools first, then calls."""
    opening: list[Step] = [("tools/list", {})]
    if name == "server-everything":
        opening.append(("wait", {"for": "roots/list"}))
    with tempfile.TemporaryFile("w+") as errors:
        seen = await speak_sdk(wrapped(policy, command), [*opening, *script], errors=errors)
        errors.seek(0)
        withheld = sum('"event":"MessageWithheld"' in line for line in errors)
    hour = Hour(name)
    for (method, params), (_, result) in zip(script, seen.results[1:], strict=True):
        hour.calls += 1
        reason = _refusal(result)
        if reason is not None:
            hour.refused.append((_title(method, params), reason))
        elif "error" in result or result.get("isError"):
            hour.failed.append((_title(method, params), _message(result)))
        elif _STAND_IN.search(json.dumps(result)):
            hour.changed += 1
    if withheld != len(hour.refused):
        raise AssertionError(f"{name}: the sidecar logged {withheld} refusals, the client met {len(hour.refused)}")
    return hour


def _refusal(result: dict[str, Any]) -> str | None:
    if "error" in result:
        return str(result["error"]["message"]) if result["error"]["code"] in REFUSAL_CODES else None
    if result.get("isError"):
        return _message(result) if _REFUSAL.match(_message(result)) else None
    return None


def _message(result: dict[str, Any]) -> str:
    return str(result["error"]["message"] if "error" in result else result["content"][0].get("text", ""))


def _title(method: str, params: dict[str, Any]) -> str:
    if method != "tools/call":
        return f"{method} {params.get('uri') or params.get('name')}"
    path = params["arguments"].get("path")
    return f"{params['name']} {Path(path).name}" if path else str(params["name"])


async def first_hour(policy: str) -> list[Hour]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "parcel"
        folder.mkdir()
        return [
            await spend("server-everything", policy, everything(), EVERYTHING),
            await spend("server-filesystem", policy, filesystem(folder), files(folder)),
            await spend("upstream-sfmc", policy, sfmc(), SFMC),
        ]


def table(hours: Sequence[Hour], policy: str) -> str:
    lines = [
        f"first hour under '{policy}'",
        f"{'server':<20}{'calls':>6}{'refused':>9}{'share':>7}{'changed':>9}{'failed':>8}",
    ]
    lines += [
        f"{hour.name:<20}{hour.calls:>6}{len(hour.refused):>9}{hour.share:>7.0%}{hour.changed:>9}{len(hour.failed):>8}"
        for hour in hours
    ]
    for hour in hours:
        lines += [f"  refused  {hour.name}: {what}: {why}" for what, why in hour.refused]
        lines += [f"  failed   {hour.name}: {what}: {why[:160]}" for what, why in hour.failed]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Count refused calls of a first hour.")
    parser.add_argument("--policy", default="strict")
    policy = parser.parse_args().policy
    print(table(asyncio.run(first_hour(policy)), policy))


if __name__ == "__main__":
    main()
