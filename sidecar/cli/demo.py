"""``demo``: an unaware Marketing Cloud server, an official-SDK client, and the sidecar between them, on this machine only.

Everything is real but the people: the server, its emulator, the client and the sidecar are processes of their own. The
same client makes the same calls twice, directly and through the sidecar; what it saw is compared.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from sidecar.cli.main import new_parser
from sidecar.errors import BadUsage, SidecarError

_EXAMPLES = """\
  mcp-sidecar demo
  mcp-sidecar demo --profile demo      5,000 invented people instead of 200"""
_TIMEOUT_S: Final = 180
_SHOWN: Final = 4
_WIDEST: Final = 44
_SHORTEST: Final = 4
_PER_CALL: Final = frozenset(("requestId", "messageKey", "timestamp", "compositeId", "next_page", "id"))
"""Differ between any two calls, redacted or not."""
_EXPORT: Final = re.compile(r"^export (SFMC_[A-Z_]+)=(.*)$")
_ADDRESS: Final = re.compile(r"http://127\.0\.0\.1:\d+/\S*")


@dataclass(frozen=True, slots=True)
class Call:
    """One call as the client saw it."""

    tool: str
    arguments: Mapping[str, Any]
    result: Any
    text: str
    is_error: bool


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("demo", _EXAMPLES)
    parser.add_argument("--profile", choices=("tiny", "demo"), default="tiny", help="how many invented people [tiny]")
    options = parser.parse_args(arguments)
    if command is not None:
        raise BadUsage("mcp-sidecar demo: brings its own server")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as running:
        _say("starting a Marketing Cloud emulator with invented people …")
        tenant = _start_tenant(running, options.profile, folder)
        server = [sys.executable, "-m", "upstream_sfmc"]
        _say("calling the server directly, as today …")
        direct = _tour([*_at("direct"), "--", *server], tenant)
        planted = _planted(Path(folder) / "truth.jsonl", direct)
        leaked = 0
        for transport in ("stdio", "HTTP"):
            title = f"the same calls over {transport}, through the sidecar (policy: reversible)"
            print(f"\n{title}\n{'─' * len(title)}")
            key = transport.lower()
            if transport == "stdio":
                wrapped = [
                    sys.executable,
                    "-m",
                    "sidecar",
                    "run",
                    "--policy",
                    "reversible",
                    "--log-level",
                    "warning",
                    "--",
                    *server,
                ]
                protected = _tour([*_at(key), "--", *wrapped], tenant)
            else:
                protected = _tour([*_at(key), "--url", _start_http(running, server, tenant)], tenant)
            _show(direct, protected)
            _show_round_trip(protected, key, server, tenant)
            leaked += len(_seen(planted, protected))
        print(f"\nplanted values seen by the unprotected client: {len(_seen(planted, direct))}")
        print(f"planted values seen by the client behind the sidecar: {leaked}")
    return 1 if leaked else 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _at(key: str) -> list[str]:
    return ["--message-key", f"demo-{key}"]


def _start(running: contextlib.ExitStack, command: Sequence[str], environment: Mapping[str, str]) -> IO[str]:
    """A process that lives until the demo ends; its stderr."""
    process = subprocess.Popen(  # noqa: S603 - our own modules
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    )
    running.callback(_end, process)
    if process.stderr is None:
        raise SidecarError("demo: a process has no stderr")
    return process.stderr


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _start_tenant(running: contextlib.ExitStack, profile: str, folder: str) -> dict[str, str]:
    """The emulator; the environment a server needs to use it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SFMC_", "MCP_SIDECAR_"))}
    command = [
        sys.executable,
        "-m",
        "upstream_sfmc",
        "emulator",
        "--port",
        "0",
        "--profile",
        profile,
        "--write-truth",
        folder,
    ]
    lines = _start(running, command, clean)
    found: dict[str, str] = {}
    for line in lines:
        match = _EXPORT.match(line.strip())
        if match:
            found[match[1]] = match[2]
        if len(found) == 5:  # noqa: PLR2004 - the five variables the emulator announces
            break
    if "SFMC_AUTH_URL" not in found:
        raise SidecarError("demo: the emulator did not start")
    return clean | found


def _start_http(running: contextlib.ExitStack, server: Sequence[str], tenant: Mapping[str, str]) -> str:
    """The server over HTTP and the sidecar in front of it; the sidecar's URL."""
    upstream = _address(_start(running, [*server, "--http", "127.0.0.1:0"], tenant))
    sidecar = [sys.executable, "-m", "sidecar", "serve", "--listen", "127.0.0.1:0", "--upstream", upstream]
    return _address(_start(running, [*sidecar, "--policy", "reversible", "--log-level", "none"], tenant))


def _address(lines: IO[str]) -> str:
    for line in lines:
        match = _ADDRESS.search(line)
        if match:
            return match[0]
    raise SidecarError("demo: a server did not start")


def _tour(arguments: Sequence[str], environment: Mapping[str, str]) -> list[Call]:
    command = [sys.executable, "-m", "upstream_sfmc.tour", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - our own modules
            command, capture_output=True, text=True, env=dict(environment), timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise SidecarError("demo: the client did not finish") from None
    if done.returncode:
        raise SidecarError(f"demo: the client ended with code {done.returncode}")
    return [Call(**json.loads(line)) for line in done.stdout.splitlines()]


def _planted(path: Path, calls: Sequence[Call]) -> frozenset[str]:
    """Every planted value of the people these calls are about: those whose address or number came back.

    Others only share a word with a product ("Summer Sale" is also somebody's name here) and would be miscounted.
    """
    with path.open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    contacts = frozenset(str(r["value"]) for r in records if r["kind"] in {"EMAIL_ADDRESS", "PHONE_NUMBER"})
    present = _seen(contacts, calls)
    people = {r["person_id"] for r in records if str(r["value"]) in present}
    values = (str(r["value"]) for r in records if r["person_id"] in people)
    return frozenset(value for value in values if len(value) >= _SHORTEST)


def _seen(planted: frozenset[str], calls: Sequence[Call]) -> set[str]:
    """Planted values in what came back, as whole words."""
    text = json.dumps([[call.result, call.text] for call in calls], ensure_ascii=False)
    return {value for value in planted if value in text and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text)}


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    match value:
        case dict():
            label = value.get("name", value.get("Name"))
            for key, item in value.items():
                yield from _leaves(item, str(label) if key in {"value", "Value"} and label else str(key))
        case list():
            for item in value:
                yield from _leaves(item, name)
        case _:
            yield name, value


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _show(direct: Sequence[Call], protected: Sequence[Call]) -> None:
    for before, after in zip(direct, protected, strict=True):
        arguments = ", ".join(f"{key}={_short(value)}" for key, value in after.arguments.items())
        print(f"\n{after.tool}({arguments})" + ("  → refused" if after.is_error else ""))
        pairs = zip(_leaves(before.result), _leaves(after.result), strict=False)
        differing = [(name, _short(a), _short(b)) for (name, a), (_, b) in pairs if a != b and name not in _PER_CALL]
        changed = list(dict.fromkeys(differing))
        for name, a, b in changed[:_SHOWN]:
            print(f"  {_short(name):<20.20} {a:<{_WIDEST}} │ {b}")
        if len(changed) > _SHOWN:
            print(f"  … and {len(changed) - _SHOWN} more")
        if not changed:
            print("  nothing to hide")


def _show_round_trip(protected: Sequence[Call], key: str, server: Sequence[str], tenant: Mapping[str, str]) -> None:
    """Ask the server directly whom the message went to."""
    sent = next(call for call in protected if call.tool == "email_send")
    status = _tour([*_at(key), "--only", "message_status", "--", *server], tenant)[0]
    to = status.result["info"]["to"] if isinstance(status.result, dict) else "nobody"
    print(f"\nround trip: the client sent to {sent.arguments.get('to')}; the server wrote to {to}")
