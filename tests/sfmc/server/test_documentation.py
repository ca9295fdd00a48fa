"""The README's table of tools is made from the tools; run as a script, this writes it there.

.venv/bin/python tests/sfmc/server/test_documentation.py
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from argparse import ArgumentParser, _SubParsersAction
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

ROOT = Path(__file__).resolve().parents[3]
README = ROOT / "README.md"
BLOCK = re.compile(r"(?<=<!-- tools -->\n).*?(?=<!-- /tools -->)", re.DOTALL)


def section() -> str:
    text = README.read_text("utf-8")
    return text[
        text.index("## The Marketing Cloud server") : text.index(
            "\n## ", text.index("## The Marketing Cloud server") + 3
        )
    ]


def table() -> str:
    """One line for each scope of a toolset: tools that read, tools that write, with their marks."""
    from upstream_sfmc.tools import AREAS, CORE, ESCAPE

    lines = ["| toolset | scope | reads | writes |", "|---|---|---|---|"]
    for area, tools in (*AREAS.items(), ("rest_get", tuple(ESCAPE.values()))):
        scopes = list(dict.fromkeys(tool.scopes for tool in tools))
        for place, scope in enumerate(scopes):
            cells: dict[bool, list[str]] = {True: [], False: []}
            for tool in tools:
                if tool.scopes == scope:
                    marks = "*" * (tool.name in CORE) + "!" * (tool.asks is not None) + "?" * tool.is_experimental
                    cells[tool.hints.reads].append(f"`{tool.name}`{marks.replace('*', chr(92) + '*')}")
            needed = ", ".join(scope) or "none"
            lines.append(
                f"| {area if place == 0 else ''} | {needed} | {', '.join(cells[True])} | {', '.join(cells[False])} |"
            )
    return "\n".join(lines) + "\n"


def test_the_table_of_tools_is_the_tools():
    found = BLOCK.search(README.read_text("utf-8"))
    assert found is not None
    assert found.group() == table(), "run this file to write it"


def test_every_variable_and_toolset_stands_in_the_readme_and_the_help():
    from upstream_sfmc.cli import EPILOG
    from upstream_sfmc.settings import SCOPES, VARIABLES
    from upstream_sfmc.settings import TOOLSETS as VARIABLE
    from upstream_sfmc.tools import TOOLSETS

    for name in (*VARIABLES, SCOPES, VARIABLE):
        assert f"`{name}`" in section(), name
        assert name.removesuffix("_FILE") in EPILOG, name
    for name in TOOLSETS:
        assert f"`{name}`" in section() or f"| {name} |" in section(), name
        assert re.search(rf"\b{name}\b", EPILOG), name


def test_every_category_of_error_stands_in_the_readme():
    from upstream_sfmc.errors import Category

    for category in Category:
        assert f"`{category.value}`" in section(), category


def test_the_limits_in_the_readme_are_the_programs():
    from upstream_sfmc.pace import RETRY_AFTER_MAX_S, Limits
    from upstream_sfmc.tools.several import ROWS_MAX

    limits = Limits()
    for said in (
        f"{limits.request_timeout_s:.0f} s a request",
        f"{limits.call_budget_s:.0f} s a call",
        f"{limits.response_max_bytes // 2**20} MiB an answer",
        f"up to {RETRY_AFTER_MAX_S:.0f} s",
        f"{ROWS_MAX:,} rows",
        "/".join(f"{wait:.0f}" for wait in limits.retry_waits_s) + " s",
    ):
        assert said in section(), said


def test_the_sizes_in_the_readme_are_the_tools():
    from mcp_types import ListToolsResult

    from upstream_sfmc.server import _listed
    from upstream_sfmc.tools import CORE, TOOLS

    listed = ListToolsResult(tools=[_listed(TOOLS[name]) for name in CORE])
    kilobytes = len(listed.model_dump_json(by_alias=True, exclude_none=True)) / 1000
    assert f"with {len(TOOLS)} tools" in section()
    assert f"{len(CORE)} tools, {ceil(kilobytes)} KB" in section()
    for tool, argument, key in (
        ("de_rows", "page_size", "maximum"),
        ("de_rows_upsert", "rows", "maxItems"),
        ("de_rows_upsert_async", "rows", "maxItems"),
    ):
        most = TOOLS[tool].input_schema["properties"][argument][key]
        assert re.search(rf"`{tool}` {most:,}\b", section()), tool


def test_every_profile_of_the_emulator_stands_in_the_readme_with_its_people_and_every_option_of_the_command_does():
    from upstream_sfmc.cli import _parser
    from upstream_sfmc.emulator.tenant import SIZES

    for profile, people in SIZES.items():
        assert re.search(rf"`(--profile )?{profile}`[^.]* {people:,}\b", section()), profile
    for option in ("--emulator", "--http", "--profile", "--port", "--write-truth"):
        assert re.search(rf"`[^`]*{option}\b", section()), option
        assert option in _parser().format_help() + _subcommand().format_help(), option


def _subcommand() -> ArgumentParser:
    from upstream_sfmc.cli import _parser

    commands = next(one for one in _parser()._actions if isinstance(one, _SubParsersAction))
    emulator = commands.choices["emulator"]
    assert isinstance(emulator, ArgumentParser)
    return emulator


OTHERS = (
    "Salesforce's own",
    "matheswarwan",
    "abhireddymusku",
    "lucianossj",
    "seuba",
    "salesforcebob",
    "ismaescamillaa",
    "Inefavel",
    "JoernBerkefeld",
)


def test_every_other_server_that_was_looked_at_has_a_line():
    rows = re.findall(r"^\| ([^|]+) \| (?:about )?\d* ?\| [^|]{20,} \|$", section(), re.MULTILINE)
    assert all(any(row.startswith(name) for row in rows) for name in OTHERS), rows


PROGRAMS = {"upstream-sfmc": "upstream_sfmc", "mcp-sidecar": "sidecar"}


def snippets() -> dict[str, dict[str, Any]]:
    """Every configured server of every snippet, by its policy or want of one."""
    found = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", section(), re.DOTALL)]
    servers = [server for one in found for server in (one.get("mcpServers") or one.get("servers")).values()]
    return {" ".join([server["command"], *server.get("args", [])]): server for server in servers}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("line", snippets())
async def test_a_snippet_of_client_configuration_starts_a_server_that_reads_the_tenant(tenant, tmp_path, line):
    from upstream_sfmc.settings import toolsets
    from upstream_sfmc.tools import chosen

    server = snippets()[line]
    command, *arguments = (PROGRAMS.get(word, word) for word in [server["command"], *server.get("args", [])])
    if "upstream_sfmc" in arguments:  # behind the sidecar: the command as this interpreter runs it
        at = arguments.index("upstream_sfmc")
        arguments[at : at + 1] = [sys.executable, "-m", "upstream_sfmc"]
    given = server.get("env", {})
    (tmp_path / "secret").write_text(tenant.emulator.client_secret)
    ours = {
        **tenant.environment,
        "SFMC_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
        "SFMC_SUBDOMAIN": "",
        "SFMC_TOOLSETS": given.get("SFMC_TOOLSETS", ""),
    }
    environment = {name: ours[name] for name in given if ours[name]}
    if "SFMC_SUBDOMAIN" in given:  # the emulator's address in the tenant's place
        environment |= {name: ours[name] for name in ("SFMC_AUTH_URL", "SFMC_ACCOUNT_ID")}
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", command, *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        cwd=tmp_path,
    )
    async with asyncio.timeout(90), Client(stdio_client(parameters)) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        rows = await client.call_tool("de_rows", {"key": "Customer_Master", "page_size": 1})
    assert names == set(chosen(toolsets({"SFMC_TOOLSETS": given.get("SFMC_TOOLSETS", "")})))
    assert not rows.is_error
    is_hidden = re.search(r"PERSON_[a-z2-7]{13}", json.dumps(rows.structured_content)) is not None
    assert is_hidden is (command == "sidecar")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    README.write_text(BLOCK.sub(lambda _: table(), README.read_text("utf-8")), "utf-8")
