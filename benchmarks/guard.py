"""What the guard, callers, argument checks, the injection screen, audit log, metrics, alerts and traces add to a warm call.

Real ``serve`` processes in front of one small HTTP server: twice a bare one (the difference of the two is the noise), one with each part,
one with everything on, one whose audit log is required too (then a message waits for its line), one with an OpenTelemetry SDK that records
beside that. One client asks them in turn, some calls at a time, in an order that changes. All of it several times, because two equal
processes differ by as much as what is measured here for as long as they live; where there are two processors, the proxies have one and
client and server the other.

Without that difference: one more process with everything, in which all of it is taken out and put back between some calls and the next.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks._peers import ENVIRONMENT, cpu_s
from benchmarks._table import percentile, table

STARTS = 5
WARM = 150
ROUNDS = 400
TOGETHER = 25
SETTLE = 6
IDLE_CPU_S = 0.03
KEY = "a-key-that-opens-nothing-else"  # not a secret: made up here, and known to nobody else
BARE, AGAIN, METRICS, GUARD, RECORDS = "bare", "bare, again", "metrics", "metrics, guard", "metrics, records"
ALL, REQUIRED, SPANS = "everything", "everything, the log required", "everything, an SDK's spans"
NAMES = (BARE, AGAIN, METRICS, GUARD, RECORDS, ALL, REQUIRED, SPANS)
SWITCHED = "everything, in and out of one process"
IN, OUT = signal.SIGUSR2, signal.SIGUSR1
PROCESSORS = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []
_SCHEMA = {
    "type": "object",
    "required": ["query"],
    "properties": {"query": {"type": "string", "maxLength": 200}, "page": {"type": "integer", "minimum": 0}},
    "additionalProperties": False,
}
_TOOLS = [
    {"name": name, "description": "Looks something up.", "inputSchema": _SCHEMA, "annotations": {"readOnlyHint": True}}
    for name in ("orders_find", "orders_count", "contacts_find")
]
_RESULT = {
    "content": [{"type": "text", "text": "3 orders are open; the oldest is of last Tuesday and waits for the carrier."}],
    "structuredContent": {"items": [{"OrderID": f"A-{n}", "Status": "open", "EmailAddress": f"p{n}@example.com"} for n in range(3)]},
}  # fmt: skip
_SERVER = f"""
import asyncio, json
from aiohttp import web
TOOLS = b'{{"tools":' + {json.dumps(_TOOLS).encode()!r} + b'}}'
RESULT = {json.dumps(_RESULT).encode()!r}
async def post(request):
    message = json.loads(await request.read())
    result = TOOLS if message["method"] == "tools/list" else RESULT
    return web.Response(body=b'{{"jsonrpc":"2.0","id":%d,"result":%s}}' % (message["id"], result), content_type="application/json")
async def main():
    app = web.Application(); app.router.add_post("/mcp", post)
    runner = web.AppRunner(app, access_log=None); await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0); await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""
_MAIN = "import sys; from sidecar.cli.main import main; sys.exit(main())"
_UNTIMED = """
from sidecar.observe.operations import Operations
TIMED = {name: getattr(Operations, name) for name in ("asked", "forwarded", "replied", "answered")}
UNTIMED = {name: lambda self, message: None for name in TIMED} | {"asked": lambda self, message: message}
def use(methods):
    for name, method in methods.items():
        setattr(Operations, name, method)
"""
_WITHOUT_METRICS = f"""{_UNTIMED}
from sidecar.observe.metrics import MetricsSink
MetricsSink.__call__ = lambda self, event: None
use(UNTIMED)
"""
"""``serve`` always has its metrics, and times operations for them: what they cost is to be seen."""
_SWITCHABLE = f"""{_UNTIMED}
import signal
from dataclasses import replace
from sidecar.observe.watch import Observing
from sidecar.observe.telling import Telling
from sidecar.runtime import build
class App(build.App):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.all = {{}}
        signal.signal(signal.SIGUSR1, self.out)
        signal.signal(signal.SIGUSR2, self.back)
    def out(self, *_):
        kit = replace(self.kit, guard=None)
        bare = dict(gate=None, guarding=None, kit=kit, _kits={{}}, _observing=Observing())
        bare |= dict(_telling=Telling((), self._digest, self._later))
        self.all = self.all or {{name: getattr(self, name) for name in bare}}
        vars(self).update(bare)
        use(UNTIMED)
    def back(self, *_):
        vars(self).update(self.all)
        use(TIMED)
build.App = App
"""
_WITH_SDK = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
trace.set_tracer_provider(TracerProvider())
"""
_GUARD = f"""\
version: 1
rates: {{per_caller: 100000000, in_all: 100000000}}
networks: [127.0.0.0/8, "::1/128"]
callers:
  keys:
    - {{name: bench, sha256: {hashlib.sha256(KEY.encode()).hexdigest()}, role: reader}}
    - {{name: other, sha256: {hashlib.sha256(b"another").hexdigest()}, role: admin}}
roles:
  reader: {{tools: ["orders_*"]}}
  admin: {{}}
"""
"""Everything else as it is where others reach the listener: sizes, bans, arguments by schema, the screen, pins."""


@contextmanager
def _running(code: str, arguments: tuple[str, ...], *, is_proxy: bool) -> Iterator[tuple[int, int]]:
    """The port it says it listens on, and its process id."""
    command = (sys.executable, "-c", code, *arguments)
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    stream = process.stderr if is_proxy else process.stdout
    assert stream is not None
    try:
        line = next(text for text in iter(stream.readline, b"") if not is_proxy or b" listening on " in text).decode()
        yield int(line.rpartition(":")[2].partition("/")[0]), process.pid
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _records(folder: Path, name: str, *, is_required: bool = False) -> str:
    key = folder / "key"
    key.write_text("a key of more than sixteen characters", "utf-8")
    key.chmod(0o600)
    records = folder / f"{name}.yaml"
    records.write_text(
        f"version: 1\naudit: {{file: {folder / name}.jsonl, key: 'file:{key}', required: {str(is_required).lower()}}}\n"
        "alerts: {command: 'true'}\ntraces: true\n",
        "utf-8",
    )
    return str(records)


class _Client:
    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "Authorization": f"Bearer {KEY}",
        }

    def ask(self, number: int, method: str, params: Mapping[str, object]) -> tuple[float, bytes]:
        """Milliseconds, and the answer."""
        body = json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode()
        started = time.perf_counter()
        self._connection.request("POST", "/mcp", body, self._headers)
        reply = self._connection.getresponse()
        data = reply.read()
        taken = (time.perf_counter() - started) * 1000
        assert reply.status == 200, data
        return taken, data

    def call(self, number: int) -> float:
        arguments = {"query": "orders that are still open", "page": number % 7}
        taken, data = self.ask(number, "tools/call", {"name": "orders_find", "arguments": arguments})
        assert b"EMAIL_ADDRESS" in data, data
        return taken

    def close(self) -> None:
        self._connection.close()


def _alone(pid: int, processor: int) -> None:
    """All threads of the process on one processor, where there are two."""
    if len(PROCESSORS) > 1:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(thread.name), {PROCESSORS[processor]})


def _settle(pids: Collection[int]) -> None:
    """Until none of them loads models any more."""
    deadline = time.monotonic() + 120
    spent: dict[int, float] = {}
    while True:
        before, spent = spent, {pid: cpu_s(pid) for pid in pids}
        if before and all(spent[pid] - before[pid] < IDLE_CPU_S for pid in pids):
            return
        assert time.monotonic() < deadline, "they never come to rest"
        time.sleep(0.5)


def _switch(client: _Client, pid: int, log: Path) -> tuple[list[float], list[float]]:
    """Milliseconds of the calls of each block without and with everything, of one process: the medians."""
    medians: dict[signal.Signals, list[float]] = {OUT: [], IN: []}
    for number in range(WARM):
        client.call(number)
    for block in range(2 * ROUNDS // TOGETHER):
        for state in (IN, OUT) if block % 2 else (OUT, IN):
            os.kill(pid, state)
            for number in range(SETTLE):
                client.call(number)
            before = log.stat().st_size
            medians[state].append(statistics.median(client.call(number) for number in range(TOGETHER)))
            assert (log.stat().st_size > before) is (state is IN), "what is out writes no line"
    os.kill(pid, IN)
    return medians[OUT], medians[IN]


def _start(pick: random.Random) -> tuple[dict[str, tuple[list[float], float]], tuple[list[float], list[float]]]:
    """Of each of the processes, all started anew: milliseconds a call, and processor time of all of them; and ``_switch``'s."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        upstream, pid = stack.enter_context(_running(_SERVER, (), is_proxy=False))
        _alone(pid, 1)
        shared = ("serve", "--listen", "127.0.0.1:0", "--upstream", f"http://127.0.0.1:{upstream}/mcp", "--log-level", "none")  # fmt: skip
        guard = folder / "guard.yaml"
        guard.write_text(_GUARD, "utf-8")
        guarded = ("--guard", str(guard))
        everything = (*shared, *guarded, "--admin", "127.0.0.1:0", "--records")
        codes = {
            BARE: (_WITHOUT_METRICS + _MAIN, shared),
            AGAIN: (_WITHOUT_METRICS + _MAIN, shared),
            METRICS: (_MAIN, shared),
            GUARD: (_MAIN, (*shared, *guarded)),
            RECORDS: (_MAIN, (*shared, "--records", _records(folder, "records"))),
            ALL: (_MAIN, (*everything, _records(folder, "audit"))),
            REQUIRED: (_MAIN, (*everything, _records(folder, "required", is_required=True))),
            SPANS: (_WITH_SDK + _MAIN, (*everything, _records(folder, "spans"))),
            SWITCHED: (_SWITCHABLE + _MAIN, (*everything, _records(folder, "switched"))),
        }
        clients: dict[str, _Client] = {}
        pids: dict[str, int] = {}
        names = [*NAMES, SWITCHED]
        pick.shuffle(names)  # whichever is started first has other luck with memory
        for name in names:
            code, arguments = codes[name]
            port, pids[name] = stack.enter_context(_running(code, arguments, is_proxy=True))
            _alone(pids[name], 0)
            clients[name] = _Client(port)
            stack.callback(clients[name].close)
            shown = clients[name].ask(0, "tools/list", {})[1]
            assert (b"contacts_find" in shown) == (name in {BARE, AGAIN, METRICS, RECORDS}), "the role hides it"
        _settle(pids.values())
        names.remove(SWITCHED)
        switched = _switch(clients[SWITCHED], pids[SWITCHED], folder / "switched.jsonl")
        spent: dict[str, float] = {}
        taken: dict[str, list[float]] = {name: [] for name in names}
        for block in range((WARM + ROUNDS) // TOGETHER):
            if block * TOGETHER == WARM:
                spent = {name: cpu_s(pid) for name, pid in pids.items()}
            pick.shuffle(names)
            for name in names:
                found = [clients[name].call(block * TOGETHER + number) for number in range(1, TOGETHER + 1)]
                if spent:
                    taken[name] += found
        lines = (folder / "audit.jsonl").read_bytes().count(b"message.passed")
        assert lines >= ROUNDS, f"the audit log tells of {lines} calls"
        return {name: (taken[name], (cpu_s(pids[name]) - spent[name]) * 1000 / ROUNDS) for name in NAMES}, switched


def main() -> None:
    pick = random.Random(7)  # noqa: S311
    _alone(os.getpid(), 1)
    starts, switched = zip(*(_start(pick) for _ in range(STARTS)), strict=True)
    bare = [(percentile(start[BARE][0], 0.5) + percentile(start[AGAIN][0], 0.5)) / 2 for start in starts]
    rows: list[list[object]] = []
    for name in NAMES:
        p50, p95 = ([percentile(start[name][0], share) for start in starts] for share in (0.5, 0.95))
        more = sorted(one - other for one, other in zip(p50, bare, strict=True))
        cpu = statistics.median(start[name][1] for start in starts)
        rows.append(
            [name, statistics.median(p50), statistics.median(p95), statistics.median(more), more[0], more[-1], cpu]
        )
    print(
        f"ms per warm tools/call over HTTP, medians of {STARTS} starts of {ROUNDS} calls; "
        "more: p50 of a start beyond that of the two bare ones"
    )
    table(("", "p50", "p95", "more", "least", "most", "CPU of it"), rows)
    more = sorted(
        statistics.median(one - other for one, other in zip(with_it, without, strict=True))
        for without, with_it in switched
    )
    without = statistics.median(statistics.median(start[0]) for start in switched)
    print(f"\nthe same, {SWITCHED} every {TOGETHER} calls: p50 of a block beyond that of the block beside it, without")
    table(
        ("", "p50 without", "more", "least", "most"), [[SWITCHED, without, statistics.median(more), more[0], more[-1]]]
    )
