"""Round trips over loopback HTTP: a server directly, and the same server through ``mcp-sidecar serve``."""

from __future__ import annotations

import http.client
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks._peers import ENVIRONMENT, HTTP, PROGRAM, call
from benchmarks._table import percentile, table

REPEATS = 200
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


@contextmanager
def _running(command: tuple[str, ...], *, is_proxy: bool) -> Iterator[int]:
    """The port it says it listens on."""
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    stream = process.stderr if is_proxy else process.stdout
    assert stream is not None
    try:
        line = stream.readline().decode()
        yield int(line.rpartition(":")[2].partition("/")[0])
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _ask(client: http.client.HTTPConnection, body: bytes) -> None:
    client.request("POST", "/mcp", body, HEADERS)
    reply = client.getresponse()
    data = reply.read()
    assert reply.status == 200, data


def main() -> None:
    rows: list[tuple[object, ...]] = []
    with ExitStack() as stack:
        upstream = stack.enter_context(_running(HTTP, is_proxy=False))
        ports = {"direct": upstream}
        for policy in ("strict", "observe"):
            command = (
                PROGRAM, "serve", "--listen", "127.0.0.1:0", "--upstream", f"http://127.0.0.1:{upstream}/mcp",
                "--log-level", "none", "--policy", policy,
            )  # fmt: skip
            ports[f"through serve, {policy}"] = stack.enter_context(_running(command, is_proxy=True))
        clients = {name: http.client.HTTPConnection("127.0.0.1", port, timeout=30) for name, port in ports.items()}
        for size, count in (("small", 0), ("20 KB", 50)):
            taken: dict[str, list[float]] = {name: [] for name in clients}
            for number in range(-20, REPEATS):
                for name, client in clients.items():
                    started = time.perf_counter()
                    _ask(client, call(number + 20, count))
                    if number >= 0:
                        taken[name].append((time.perf_counter() - started) * 1000)
            floor = percentile(taken["direct"], 0.5)
            for name, found in taken.items():
                middle = percentile(found, 0.5)
                rows.append((f"{size}, {name}", middle, percentile(found, 0.95), middle - floor))
        for client in clients.values():
            client.close()
    print(f"ms per round trip, {REPEATS} each")
    table(("", "p50", "p95", "p50 more than direct"), rows)
