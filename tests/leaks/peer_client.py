"""A client that says what the surface table says to the real sidecar, over pipes or HTTP, and keeps every byte it receives.

It checks nothing. ``drive`` runs one sidecar process through all slots and returns what each side got.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import ssl
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol

import aiohttp

from tests.leaks.plants import Scanner
from tests.leaks.rows import AGAIN, VERSIONS, Body, Era, Slot, envelope, header_value
from tests.leaks.surfaces import key_of, slots
from tests.support.tls_files import Authority

ROOT: Final = Path(__file__).parents[2]
WAIT_S: Final = 180.0
DEADLINE_S: Final = 150
"""For detection: on a busy machine the models may take longer to load than an operator would wait."""
REST_S: Final = 5.0
"""For notifications and requests that come on another stream than the response."""
LINE_BYTES: Final = 2**24
_NAMED: Final = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}


@dataclass(frozen=True)
class Recording:
    """``client``, ``server``: all bytes that side received. ``errors``: the sidecar's stderr, the child's in it."""

    client: bytes
    server: bytes
    errors: bytes
    metrics: bytes

    @cached_property
    def scanners(self) -> dict[str, Scanner]:
        return {part: Scanner(getattr(self, part)) for part in ("client", "server", "errors", "metrics", "log")}

    @cached_property
    def arrived(self) -> dict[str, dict[str, list[Body]]]:
        """Messages by the side that received them and their slot's key."""
        found: dict[str, dict[str, list[Body]]] = {"client": {}, "server": {}}
        for side, by_key in found.items():
            for message in messages(getattr(self, side)):
                by_key.setdefault(key_of(message).removesuffix(AGAIN), []).append(message)
        return found

    @property
    def log(self) -> bytes:
        """The sidecar's own lines."""
        lines = self.errors.split(b"\n")
        return b"\n".join(line for line in lines if line.startswith((b'{"ts"', b"mcp-sidecar")))


def messages(data: bytes) -> list[Body]:
    """Every JSON object that is a line or the data of an event."""
    lines = [line.removeprefix(b"data: ") for line in data.split(b"\n")]
    return [json.loads(line) for line in lines if line.startswith(b"{")]


class Wire(Protocol):
    received: bytearray

    async def send(self, message: Body, slot: Slot | None) -> None: ...

    async def until(self, key: str, count: int) -> list[Body]:
        """The messages of ``key`` received, once the response and ``count`` of them are there, or did not come in time."""


class _Inbox:
    """Bytes as received, and the messages in them by key."""

    def __init__(self) -> None:
        self.received = bytearray()
        self._by_key: dict[str, list[Body]] = {}
        self._changed = asyncio.Condition()

    async def take(self, data: bytes) -> None:
        self.received += data
        async with self._changed:
            for message in messages(data):
                self._by_key.setdefault(key_of(message), []).append(message)
            self._changed.notify_all()

    async def until(self, key: str, count: int) -> list[Body]:
        found = self._by_key.setdefault(key, [])
        async with self._changed:
            try:
                async with asyncio.timeout(WAIT_S):
                    await self._changed.wait_for(lambda: any("method" not in message for message in found))
            except TimeoutError:
                raise TimeoutError(f"{key}: no response") from None
            with contextlib.suppress(TimeoutError):  # what is missing then is for the test to say
                async with asyncio.timeout(REST_S):
                    await self._changed.wait_for(lambda: len(found) >= count)
        return found


class StdioWire(_Inbox):
    def __init__(self, process: Process) -> None:
        super().__init__()
        self._process = process

    async def read(self) -> None:
        assert self._process.stdout
        while line := await self._process.stdout.readline():
            await self.take(line)

    async def send(self, message: Body, slot: Slot | None) -> None:
        assert self._process.stdin
        self._process.stdin.write(_encoded(message) + b"\n")
        await self._process.stdin.drain()


class HttpWire(_Inbox):
    def __init__(self, session: aiohttp.ClientSession, url: str, era: Era) -> None:
        super().__init__()
        self._session = session
        self._url = url
        self._era = era
        self._session_id = ""

    def _headers(self, message: Body, slot: Slot | None) -> list[tuple[str, str]]:
        headers = [
            ("Content-Type", "application/json"),
            ("Accept", "application/json, text/event-stream"),
            ("MCP-Protocol-Version", VERSIONS[self._era]),
        ]
        if self._session_id:
            headers.append(("Mcp-Session-Id", self._session_id))
        if self._era == "modern" and "method" in message:
            headers.append(("Mcp-Method", message["method"]))
            if message["method"] in _NAMED:
                headers.append(("Mcp-Name", header_value(message["params"][_NAMED[message["method"]]])))
        if slot is not None and slot.row.header is not None:
            headers.append(slot.row.header(slot))
        return headers

    async def send(self, message: Body, slot: Slot | None) -> None:
        headers = self._headers(message, slot)
        async with self._session.post(self._url, data=_encoded(message), headers=headers) as answer:
            self._session_id = self._session_id or answer.headers.get("Mcp-Session-Id", "")
            await self._keep(answer)

    async def stand(self, ready: asyncio.Event) -> None:
        """The standing stream of the legacy era."""
        headers = {
            "Accept": "text/event-stream",
            "Mcp-Session-Id": self._session_id,
            "MCP-Protocol-Version": VERSIONS[self._era],
        }
        async with self._session.get(self._url, headers=headers) as answer:
            assert answer.status == 200
            ready.set()
            await self._keep(answer)

    async def _keep(self, answer: aiohttp.ClientResponse) -> None:
        self.received += f"HTTP {answer.status} {answer.reason}\n".encode()
        self.received += b"".join(b"%s: %s\n" % field for field in answer.raw_headers) + b"\n"
        while line := await answer.content.readline():
            await self.take(line)
        self.received += b"\n"


def _encoded(message: Body) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()


async def _talk(wire: Wire, transport: str, era: Era, policy: str) -> None:
    """All slots, one after the other."""
    for slot in slots(transport, era):
        for message in slot.row.ask(slot):
            await wire.send(message, slot)
        found = await wire.until(slot.key, slot.coming(policy))
        if slot.row.answer is not None:
            await _answer(wire, slot, found)


async def _answer(wire: Wire, slot: Slot, found: Sequence[Body]) -> None:
    assert slot.row.answer
    answer = slot.row.answer(slot)
    if slot.era == "legacy":
        if any("method" in message for message in found):
            part = answer if "error" in answer else {"result": answer}
            await wire.send({"jsonrpc": "2.0", "id": slot.key, **part}, slot)
        return
    more = {"inputResponses": {"ask": answer}, "requestState": "state-1"}
    await wire.send(slot.request("tools/call", {"name": slot.row.id, "arguments": {}, **more}, AGAIN), slot)
    await wire.until(slot.key + AGAIN, 1)


def _setup(era: Era) -> list[Body]:
    if era == "modern":
        return [{"jsonrpc": "2.0", "id": "list", "method": "tools/list", "params": {"_meta": envelope()}}]
    about = {"name": "client", "version": "1"}
    params = {"protocolVersion": VERSIONS["legacy"], "capabilities": {}, "clientInfo": about}
    return [
        {"jsonrpc": "2.0", "id": "hello", "method": "initialize", "params": params},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": "list", "method": "tools/list", "params": {}},
    ]


async def begin(wire: Wire, era: Era) -> None:
    for message in _setup(era):
        await wire.send(message, None)
    (listed,) = await wire.until("list", 1)
    assert "result" in listed, "without its tools known, a server's reading tools count as writing"


def _environment() -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("MCP_SIDECAR_")}
    return {**inherited, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


class Errors:
    """A process's stderr, kept."""

    def __init__(self, process: Process) -> None:
        self.data = bytearray()
        self._process = process
        self._changed = asyncio.Condition()

    async def read(self) -> None:
        assert self._process.stderr
        while data := await self._process.stderr.read(65536):
            self.data += data
            async with self._changed:
                self._changed.notify_all()

    async def line_with(self, part: bytes) -> str:
        def found() -> list[bytes]:
            return [line for line in bytes(self.data).split(b"\n")[:-1] if part in line]

        async with asyncio.timeout(WAIT_S), self._changed:
            await self._changed.wait_for(found)
        return found()[0].decode()


@asynccontextmanager
async def process(*command: str, **pipes: Any) -> AsyncIterator[tuple[Process, Errors]]:
    """Its stderr is read all the time; it gets SIGTERM at the end, and is given time to end."""
    started = await asyncio.create_subprocess_exec(
        *command, stderr=PIPE, limit=LINE_BYTES, cwd=ROOT, env=_environment(), **pipes
    )
    errors = Errors(started)
    reading = asyncio.create_task(errors.read())
    try:
        yield started, errors
    finally:
        if started.returncode is None:
            started.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(started.wait(), WAIT_S)
        except TimeoutError:
            started.kill()
        await reading


class OldWire(_Inbox):
    """HTTP+SSE: posts go where the stream's first event says."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        super().__init__()
        self._session = session
        self._url = url
        self._endpoint: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def send(self, message: Body, slot: Slot | None) -> None:
        url = self._url.rpartition("/")[0] + await asyncio.wait_for(self._endpoint, WAIT_S)
        headers = [("Content-Type", "application/json")]
        if slot is not None and slot.row.header is not None:
            headers.append(slot.row.header(slot))
        async with self._session.post(url, data=_encoded(message), headers=headers) as answer:
            self.received += b"".join(b"%s: %s\n" % field for field in answer.raw_headers) + await answer.read() + b"\n"
            assert answer.status == 202

    async def stand(self) -> None:
        async with self._session.get(self._url, headers={"Accept": "text/event-stream"}) as answer:
            while line := await answer.content.readline():
                if line.startswith(b"data: /"):
                    self._endpoint.set_result(line.decode().removeprefix("data: ").strip())
                await self.take(line)


def sidecar(subcommand: str, policy: str, *more: str) -> Iterable[str]:
    logs = ("--log-level", "debug", "--log-format", "json")
    options = ("--policy", policy, "--deadline-s", str(DEADLINE_S), *logs)
    return (sys.executable, "-m", "sidecar", subcommand, *options, *more)


def peer(form: str, era: Era, record: Path, *where: str) -> Sequence[str]:
    return (sys.executable, "-m", "tests.leaks.peer_server", form, era, str(record), *where)


def _recorded(record: Path) -> bytes:
    """What the peer server received; it has ended."""
    return record.read_bytes()


async def drive_stdio(era: Era, policy: str, record: Path) -> Recording:
    return await _drive_pipes(sidecar("run", policy, "--", *peer("stdio", era, record)), "stdio", era, policy, record)


async def drive_pipe_http(era: Era, policy: str, record: Path) -> Recording:
    """A stdio client, a server that speaks HTTP."""
    async with process(*peer("sse", era, record), stdout=PIPE) as (running, _):
        url = f"http://127.0.0.1:{await _port(running)}/mcp"
        return await _drive_pipes(sidecar("run", policy, "--url", url), "pipe-http", era, policy, record)


async def _port(running: Process) -> int:
    assert running.stdout
    return int(await asyncio.wait_for(running.stdout.readline(), WAIT_S))


async def _drive_pipes(command: Iterable[str], transport: str, era: Era, policy: str, record: Path) -> Recording:
    async with process(*command, stdin=PIPE, stdout=PIPE) as (running, errors):
        wire = StdioWire(running)
        reading = asyncio.create_task(wire.read())
        await begin(wire, era)
        await _talk(wire, transport, era, policy)
        assert running.stdin
        running.stdin.close()
        await asyncio.wait_for(running.wait(), WAIT_S)
        await reading
    return Recording(bytes(wire.received), _recorded(record), bytes(errors.data), b"")


@asynccontextmanager
async def served(
    url: str, policy: str, *more: str, listen: str = "127.0.0.1:0"
) -> AsyncIterator[tuple[str, str, Errors]]:
    """A sidecar before ``url``, or before a command if that is empty: its own URL, its admin's, its stderr."""
    upstream = ("--upstream", url) if url else ()
    command = sidecar("serve", policy, "--listen", listen, "--admin", "127.0.0.1:0", *upstream, *more)
    async with process(*command) as (_, errors):
        own = (await errors.line_with(b"listening on ")).rpartition(" ")[2]
        admin = (await errors.line_with(b"admin on ")).rpartition(" ")[2]
        yield own, admin, errors


async def drive_http(form: str, era: Era, policy: str, record: Path) -> Recording:
    async with process(*peer(form, era, record), stdout=PIPE) as (running, _):
        url = f"http://127.0.0.1:{await _port(running)}/mcp"
        async with served(url, policy) as (own, admin, errors):
            wire, metrics = await _drive_requests(own, admin, f"http-{form}", era, policy)
    return Recording(bytes(wire.received), _recorded(record), bytes(errors.data), metrics)


async def drive_http_pipe(era: Era, policy: str, record: Path) -> Recording:
    """HTTP clients, a server that speaks stdio."""
    async with served("", policy, "--", *peer("stdio", era, record)) as (own, admin, errors):
        wire, metrics = await _drive_requests(own, admin, "http-pipe", era, policy)
    return Recording(bytes(wire.received), _recorded(record), bytes(errors.data), metrics)


async def drive_mtls_unix(era: Era, policy: str, record: Path) -> Recording:
    """A client with a certificate, a server on a unix socket."""
    with tempfile.TemporaryDirectory(prefix="l", dir="/tmp") as short:
        authority = Authority(Path(short), "authority")
        own, client = authority.issue("sidecar"), authority.issue("client")
        context = ssl.create_default_context(cafile=authority.file)
        context.load_cert_chain(client.cert, client.key)
        tls = ("--tls", f"{own.cert},{own.key},{authority.file}")
        async with process(*peer("sse", era, record, f"{short}/s"), stdout=PIPE) as (running, _):
            await _port(running)
            async with served(f"unix:{short}/s:/mcp", policy, *tls) as (url, admin, errors):
                connector = aiohttp.TCPConnector(ssl=context)
                wire, metrics = await _drive_requests(url, admin, "mtls-unix", era, policy, connector)
    return Recording(bytes(wire.received), _recorded(record), bytes(errors.data), metrics)


async def drive_unix_tls(era: Era, policy: str, record: Path) -> Recording:
    """A client on a unix socket, a server behind TLS."""
    with tempfile.TemporaryDirectory(prefix="l", dir="/tmp") as short:
        authority = Authority(Path(short), "authority")
        pair = authority.issue("server")
        async with process(*peer("sse", era, record, pair.cert, pair.key), stdout=PIPE) as (running, _):
            url = f"https://127.0.0.1:{await _port(running)}/mcp"
            trust = ("--upstream-ca", authority.file)
            async with served(url, policy, *trust, listen=f"unix:{short}/l") as (_, admin, errors):
                connector = aiohttp.UnixConnector(f"{short}/l")
                wire, metrics = await _drive_requests("http://localhost/mcp", admin, "unix-tls", era, policy, connector)
    return Recording(bytes(wire.received), _recorded(record), bytes(errors.data), metrics)


async def drive_old(era: Era, policy: str, record: Path) -> Recording:
    """HTTP+SSE on both sides."""
    async with process(*peer("old", era, record), stdout=PIPE) as (running, _):
        upstream = f"http://127.0.0.1:{await _port(running)}/sse"
        async with served(upstream, policy) as (url, admin, errors), _session() as session:
            wire = OldWire(session, url)
            standing = asyncio.create_task(wire.stand())
            await begin(wire, era)
            await _talk(wire, "sse", era, policy)
            async with session.get(f"{admin}/metrics") as answer:
                metrics = await answer.read()
            standing.cancel()
            await asyncio.gather(standing, return_exceptions=True)
    return Recording(bytes(wire.received), _recorded(record), bytes(errors.data), metrics)


def _session(connector: aiohttp.BaseConnector | None = None) -> aiohttp.ClientSession:
    timeout = aiohttp.ClientTimeout(total=None)
    return aiohttp.ClientSession(connector=connector, timeout=timeout, read_bufsize=LINE_BYTES)


async def _drive_requests(
    url: str, admin: str, transport: str, era: Era, policy: str, connector: aiohttp.BaseConnector | None = None
) -> tuple[HttpWire, bytes]:
    """The client's end, and the sidecar's metrics after it."""
    async with _session(connector) as session:
        wire = HttpWire(session, url, era)
        await begin(wire, era)
        standing = None
        if era == "legacy":
            ready = asyncio.Event()
            standing = asyncio.create_task(wire.stand(ready))
            await asyncio.wait_for(ready.wait(), WAIT_S)
        await _talk(wire, transport, era, policy)
        async with _session() as other, other.get(f"{admin}/metrics") as answer:
            metrics = await answer.read()
        if standing is not None:
            standing.cancel()
            await asyncio.gather(standing, return_exceptions=True)
    return wire, metrics


_DRIVERS: Final = {
    "stdio": drive_stdio,
    "pipe-http": drive_pipe_http,
    "http-pipe": drive_http_pipe,
    "mtls-unix": drive_mtls_unix,
    "unix-tls": drive_unix_tls,
    "sse": drive_old,
}


async def drive(transport: str, era: Era, policy: str, record: Path) -> Recording:
    if transport in _DRIVERS:
        return await _DRIVERS[transport](era, policy, record)
    return await drive_http(transport.removeprefix("http-"), era, policy, record)
