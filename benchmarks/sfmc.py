"""The Marketing Cloud server: from its start to the first answer, and one page of 2,500 rows beside the bare fetch of it.

Times of a page are CPU times of the processes that work for it, added up: what else the machine does must not count.
Reading them needs Linux's /proc.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import aiohttp

from benchmarks._peers import ENVIRONMENT
from benchmarks._table import table

ROWS = 2500
REPEATS = 9
STARTS = 5
START_MAX_S = 1.5
RATIO_MAX = 1.5
COMMAND = (sys.executable, "-m", "upstream_sfmc")


class Server:
    """A server over standard input and output, and a client that reads a line and looks no closer."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            (*COMMAND, *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**ENVIRONMENT, **environment},
        )
        hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}
        assert b'"result"' in self.ask("initialize", hello)
        self.answered_s = time.perf_counter() - self.started
        self.answered_cpu_s = cpu_s(self.process.pid)
        self._write({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def ask(self, method: str, params: dict[str, Any]) -> bytes:
        self._write({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def _write(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()


def cpu_s(pid: int) -> float:
    """What a process has used, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _starts() -> tuple[float, float]:
    """Medians: seconds of the clock, and of CPU."""
    taken = []
    for _ in range(STARTS):
        with Server("--emulator") as server:
            taken.append((server.answered_s, server.answered_cpu_s))
    return statistics.median(one for one, _ in taken), statistics.median(two for _, two in taken)


def _tenant() -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    process = subprocess.Popen((*COMMAND, "emulator", "--port", "0"), stderr=subprocess.PIPE, env=ENVIRONMENT)
    assert process.stderr is not None
    told: dict[str, str] = {}
    while "SFMC_ACCOUNT_ID" not in told:
        name, _, value = process.stderr.readline().decode().strip().removeprefix("export ").partition("=")
        told[name] = value
    return process, {name: told[name] for name in ENVIRONMENT_NAMES}


ENVIRONMENT_NAMES = ("SFMC_AUTH_URL", "SFMC_CLIENT_ID", "SFMC_CLIENT_SECRET", "SFMC_ACCOUNT_ID")


async def _bare(tenant: dict[str, str], repeats: int) -> None:
    """A program that knows the address and has a token: fetch, parse, write as JSON again."""
    async with aiohttp.ClientSession() as session:
        grant = {
            "grant_type": "client_credentials",
            "client_id": tenant["SFMC_CLIENT_ID"],
            "client_secret": tenant["SFMC_CLIENT_SECRET"],
            "account_id": tenant["SFMC_ACCOUNT_ID"],
        }
        async with session.post(f"{tenant['SFMC_AUTH_URL']}/v2/token", json=grant) as response:
            token = (await response.json())["access_token"]
        where = f"/data/v1/customobjectdata/key/Customer_Master/rowset?$page=1&$pagesize={ROWS}"
        for _ in range(repeats):
            async with session.get(
                tenant["SFMC_AUTH_URL"] + where, headers={"Authorization": f"Bearer {token}"}
            ) as response:
                page = json.loads(await response.read())
            assert len(page["items"]) == ROWS
            json.dumps(page)


def _page_ms() -> tuple[float, float, float]:
    """CPU of the tenant, of the bare fetch and of the server, for one page."""
    process, tenant = _tenant()
    try:
        asyncio.run(_bare(tenant, 2))
        theirs, ours = cpu_s(process.pid), time.process_time()
        asyncio.run(_bare(tenant, REPEATS))
        served_ms = (cpu_s(process.pid) - theirs) * 1000 / REPEATS
        bare_ms = (time.process_time() - ours) * 1000 / REPEATS
        with Server(**tenant) as server:
            page = {"name": "de_rows", "arguments": {"key": "Customer_Master", "page_size": ROWS}}
            for _ in range(2):
                assert b'"isError":true' not in server.ask("tools/call", page)
            before = cpu_s(server.process.pid)
            for _ in range(REPEATS):
                server.ask("tools/call", page)
            return served_ms, bare_ms, (cpu_s(server.process.pid) - before) * 1000 / REPEATS
    finally:
        process.terminate()
        process.wait(20)
        assert process.stderr is not None
        process.stderr.close()


def main() -> None:
    start_s, start_cpu_s = _starts()
    tenant_ms, bare_ms, server_ms = _page_ms()
    ratio = (tenant_ms + server_ms) / (tenant_ms + bare_ms)
    print(f"medians of {STARTS} starts; means of {REPEATS} pages of {ROWS} rows, CPU ms")
    table(
        ("", "", ""),
        [
            ("start to the first answer, s", start_s, f"limit {START_MAX_S}"),
            ("CPU of that, s", start_cpu_s, ""),
            ("the tenant makes the page", tenant_ms, ""),
            ("fetch, parse, write as JSON", bare_ms, ""),
            ("de_rows: fetch, check, write twice as JSON", server_ms, f"{server_ms / bare_ms:.2f} x"),
            ("both with the tenant's part", tenant_ms + server_ms, f"{ratio:.2f} x, limit {RATIO_MAX}"),
        ],
    )
