"""The Marketing Cloud server: from its start to the first answer, and one page of 2,500 rows beside the bare fetch of it.

The tenant is a process of its own. A page is fetched in turn by a program that knows the address, and through the server: wall time is the
shortest of each, and CPU time (from Linux's /proc) leaves out what else the machine does.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
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


@dataclass
class Cost:
    """Of one page: seconds of the clock, of each time, and of CPU, of all times."""

    wall_s: list[float] = field(default_factory=list)
    cpu_s: float = 0.0

    @property
    def wall_ms(self) -> float:
        return min(self.wall_s) * 1000

    @property
    def cpu_ms(self) -> float:
        return self.cpu_s * 1000 / len(self.wall_s)


class Bare:
    """A program that knows the address and has a token: fetch, parse, write as JSON again."""

    def __init__(self, session: aiohttp.ClientSession, tenant: dict[str, str]) -> None:
        self._session = session
        self._tenant = tenant
        self._headers: dict[str, str] = {}

    async def open(self) -> None:
        grant = {
            "grant_type": "client_credentials",
            "client_id": self._tenant["SFMC_CLIENT_ID"],
            "client_secret": self._tenant["SFMC_CLIENT_SECRET"],
            "account_id": self._tenant["SFMC_ACCOUNT_ID"],
        }
        async with self._session.post(f"{self._tenant['SFMC_AUTH_URL']}/v2/token", json=grant) as response:
            self._headers = {"Authorization": f"Bearer {(await response.json())['access_token']}"}

    async def fetch(self) -> None:
        where = f"/data/v1/customobjectdata/key/Customer_Master/rowset?$page=1&$pagesize={ROWS}"
        async with self._session.get(self._tenant["SFMC_AUTH_URL"] + where, headers=self._headers) as response:
            page = json.loads(await response.read())
        assert len(page["items"]) == ROWS
        json.dumps(page)


async def _page() -> tuple[float, Cost, Cost]:
    """What the tenant needs of CPU for a page, in ms; then the bare fetch, and the server."""
    process, tenant = _tenant()
    bare, served = Cost(), Cost()
    try:
        async with aiohttp.ClientSession() as session:
            program = Bare(session, tenant)
            await program.open()
            with Server(**tenant) as server:
                call = {"name": "de_rows", "arguments": {"key": "Customer_Master", "page_size": ROWS}}
                for _ in range(2):  # the first of each opens connections and loads code
                    await program.fetch()
                    assert b'"isError":true' not in server.ask("tools/call", call)
                before = cpu_s(process.pid)
                for _ in range(REPEATS):
                    started, worked = time.perf_counter(), time.process_time()
                    await program.fetch()
                    bare.wall_s.append(time.perf_counter() - started)
                    bare.cpu_s += time.process_time() - worked
                    worked = cpu_s(server.process.pid)
                    started = time.perf_counter()
                    server.ask("tools/call", call)
                    served.wall_s.append(time.perf_counter() - started)
                    served.cpu_s += cpu_s(server.process.pid) - worked
                return (cpu_s(process.pid) - before) * 1000 / (2 * REPEATS), bare, served
    finally:
        process.terminate()
        process.wait(20)
        assert process.stderr is not None
        process.stderr.close()


def main() -> None:
    start_s, start_cpu_s = _starts()
    tenant_ms, bare, served = asyncio.run(_page())
    print(f"medians of {STARTS} starts; of {REPEATS} pages of {ROWS} rows the shortest time and the mean CPU, ms")
    table(
        ("", "", ""),
        [
            ("start to the first answer, s", start_s, f"limit {START_MAX_S}"),
            ("CPU of that, s", start_cpu_s, ""),
            ("fetch a page, parse it, write it as JSON", bare.wall_ms, ""),
            ("de_rows: the same, checked and written twice", served.wall_ms, _ratio(served.wall_ms, bare.wall_ms)),
            ("CPU of the tenant for a page", tenant_ms, ""),
            ("CPU of the bare fetch", bare.cpu_ms, ""),
            ("CPU of the server", served.cpu_ms, _ratio(served.cpu_ms, bare.cpu_ms)),
        ],
    )


def _ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f} x, limit {RATIO_MAX}"
