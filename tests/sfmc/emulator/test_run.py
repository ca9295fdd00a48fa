"""The emulator as a process of its own, and what it may import."""

from __future__ import annotations

import ast
import asyncio
import json
import sys
from pathlib import Path

import aiohttp

import upstream_sfmc

START = """
import asyncio, sys
from pathlib import Path
from upstream_sfmc.emulator import run
asyncio.run(run(profile="tiny", write_truth=Path(sys.argv[1])))
"""


async def test_run_prints_an_environment_that_works_and_writes_the_manifest(tmp_path):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", START, str(tmp_path)), stderr=asyncio.subprocess.PIPE
    )
    try:
        environment: dict[str, str] = {}
        async with asyncio.timeout(30):
            while "SFMC_EMULATOR_CONTROL_KEY" not in environment:
                line = (await process.stderr.readline()).decode()
                assert line, "the emulator ended"
                name, _, value = line.removeprefix("export ").strip().partition("=")
                environment[name] = value
            form = {
                "grant_type": "client_credentials",
                "client_id": environment["SFMC_CLIENT_ID"],
                "client_secret": environment["SFMC_CLIENT_SECRET"],
                "account_id": environment["SFMC_ACCOUNT_ID"],
            }
            url = environment["SFMC_AUTH_URL"]
            async with aiohttp.ClientSession() as session, session.post(f"{url}/v2/token", json=form) as answer:
                assert answer.status == 200
                assert (await answer.json())["rest_instance_url"] == f"{url}/"
    finally:
        process.terminate()
        async with asyncio.timeout(10):
            await process.wait()
    lines = (tmp_path / "truth.jsonl").read_text("utf-8").splitlines()
    assert len(lines) > 1000
    assert json.loads(lines[0])["value"]


def test_no_module_of_the_package_imports_sidecar():
    modules = list(Path(upstream_sfmc.__file__).parent.rglob("*.py"))
    assert len(modules) > 30
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0] == "sidecar" for name in names), module.name


def test_no_module_of_the_emulator_is_over_400_lines():
    for module in (Path(upstream_sfmc.__file__).parent / "emulator").rglob("*.py"):
        assert len(module.read_text("utf-8").splitlines()) <= 400, module.name
