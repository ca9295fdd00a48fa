"""The README's table of tools is made from the tools; run as a script, this writes it there.

.venv/bin/python tests/sfmc/server/test_documentation.py
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

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


def test_the_snippets_of_client_configuration_start_the_server():
    from upstream_sfmc.settings import from_environment

    snippets = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", section(), re.DOTALL)]
    assert len(snippets) >= 2
    for snippet in snippets:
        servers = snippet.get("mcpServers") or snippet.get("servers")
        for server in servers.values():
            command = [server["command"], *server.get("args", [])]
            assert "upstream-sfmc" in command
            assert command[0] in {"upstream-sfmc", "mcp-sidecar"}
            environment = {name: value.replace("…", "x") for name, value in server["env"].items()}
            assert all(name.startswith("SFMC_") for name in environment)
            environment = {name: value for name, value in environment.items() if not name.endswith("_FILE")}
            from_environment(environment | {"SFMC_CLIENT_SECRET": "x"})


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    README.write_text(BLOCK.sub(lambda _: table(), README.read_text("utf-8")), "utf-8")
