"""The file of tool definitions' hashes, written by a real process: no word of a definition is in it, and the next run reads it."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path

from tests.unit.cli.cli import LIMIT_S, PROGRAM, cli, environment

JANE = "canary.person@example.com"
SERVER = """
import json, sys
tools = json.load(open(sys.argv[1]))
for line in sys.stdin:
    body = json.loads(line)
    result = {'tools': tools} if body['method'] == 'tools/list' else {'content': []}
    print(json.dumps({'jsonrpc': '2.0', 'id': body['id'], 'result': result}), flush=True)
"""
ASKED = [
    {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
    {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "rows", "arguments": {}}},
]
TOOLS = [
    {"name": "rows", "title": f"CANARY {JANE}", "description": f"CANARY of {JANE}", "inputSchema": {"title": JANE}},
    {"name": f"CANARY for {JANE}", "description": "CANARY", "inputSchema": {}},
]


async def listed(folder: Path, tools: object) -> tuple[dict[str, object], str]:
    """The answer to a call made once the tools were listed, and stderr."""
    (folder / "tools.json").write_text(json.dumps(tools))
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "run", "--engine", "none", "--policy", "observe", "--log-level", "debug", "--guard", str(folder / "guard.yaml"),
        "--", sys.executable, "-c", SERVER, str(folder / "tools.json"),
        stdin=-1, stdout=-1, stderr=-1, env=environment(),
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    answers = []
    try:
        for body in ASKED:
            process.stdin.write(json.dumps(body).encode() + b"\n")
            answers.append(json.loads(await asyncio.wait_for(process.stdout.readline(), LIMIT_S)))
        process.stdin.close()
        _, err = await asyncio.wait_for(process.communicate(), LIMIT_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert answers[0]["result"]["tools"] == tools
    return answers[1], err.decode()


async def test_the_pins_file_holds_hashes_and_names_and_the_next_run_blocks_what_changed(tmp_path: Path) -> None:
    pins = tmp_path / "pins.json"
    (tmp_path / "guard.yaml").write_text(f"version: 1\ndefaults: none\npins: {{do: block, file: '{pins}'}}\n")
    called, err = await listed(tmp_path, TOOLS)
    assert called["result"] == {"content": []}
    assert "tool." not in err
    text = pins.read_text()
    assert "CANARY" not in text
    assert JANE not in text
    assert re.fullmatch(
        r'[\s{}]*"version": 1,\s*"tools": \{(\s*"(rows|sha256:[0-9a-f]{64})": "[0-9a-f]{64}",?){2}[\s}]*', text
    )
    assert pins.stat().st_mode & 0o777 == 0o600

    changed = [{**TOOLS[0], "description": f"CANARY of {JANE} and more"}, TOOLS[1]]
    called, err = await listed(tmp_path, changed)
    assert "definition has changed" in json.dumps(called)
    assert '"kind":"tool.changed"' in err
    assert pins.read_text() == text
    assert "CANARY" not in err
    assert JANE not in err


async def test_a_broken_pins_file_is_told_of_by_place_and_nothing_starts(tmp_path: Path) -> None:
    pins = tmp_path / "pins.json"
    pins.write_text('{"version": 1,\n "tools": {\n  "rows": "abc"\n }}')
    pins.chmod(0o600)
    (tmp_path / "guard.yaml").write_text(f"version: 1\npins: {{do: log, file: '{pins}'}}\n")
    done = await cli(
        "run", "--engine", "none", "--guard", str(tmp_path / "guard.yaml"), "--", sys.executable, "-c", SERVER, "x"
    )
    assert done.code == 78
    assert f"{pins}:3:11 tools.rows: expected a hash of 64 hexadecimal digits" in done.err
