"""A server that does what its messages say: each request's method names an act. Standard library only."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any


def write(body: dict[str, Any] | bytes) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode() + b"\n"
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def act(message: dict[str, Any]) -> None:  # noqa: C901, PLR0912 - a table of acts
    params = message.get("params", {})
    reply: dict[str, Any] = {"jsonrpc": "2.0", "id": message.get("id"), "result": params}
    match message.get("method"):
        case "test/silent" | None:
            return
        case "test/die":
            if "signal" in params:
                os.kill(os.getpid(), params["signal"])
            os._exit(params.get("code", 0))
        case "test/progress":
            for step in range(params["steps"]):
                write({"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progress": step}})
        case "test/raw":
            write(params["text"].encode("utf-8", "surrogateescape"))
            return
        case "test/bytewise":
            for byte in json.dumps(reply, ensure_ascii=False).encode() + b"\n":
                os.write(1, bytes([byte]))
            return
        case "test/stderr":
            for line in params["lines"]:
                os.write(2, line.encode("utf-8", "surrogateescape"))
        case "test/flood":
            for number in range(params["count"]):
                os.write(2, b"line %d %s\n" % (number, b"x" * 100))
        case "test/close_stdout":
            os.close(1)
            return
        case "test/ask":
            write({"jsonrpc": "2.0", "id": "s1", "method": "roots/list"})
        case "test/environment":
            reply["result"] = {
                "environment": dict(os.environ),
                "cwd": str(Path.cwd()),
                "argv": sys.argv[1:],
                "fds": open_fds(),
            }
        case "test/grandchild":
            reply["result"] = {"pid": grandchild(**params), "own": os.getpid()}
        case _:
            pass
    write(reply)


def open_fds() -> list[int]:
    found = []
    for fd in range(256):
        try:
            os.fstat(fd)
        except OSError:
            continue
        found.append(fd)
    return found


def grandchild(detached: bool = False, stubborn: bool = False, inherits: bool = False) -> int:
    ignore = "signal.signal(signal.SIGTERM, signal.SIG_IGN);" if stubborn else ""
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", f"import os, signal; {ignore} os.write(1, b'up'); signal.pause()"],
        start_new_session=detached,
        stdin=subprocess.DEVNULL,
        stdout=None if inherits else subprocess.PIPE,
    )
    if process.stdout:
        process.stdout.read(2)
    return process.pid


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ignore-eof", action="store_true")
    parser.add_argument("--ignore-term", action="store_true")
    parser.add_argument("--code", type=int, default=0)
    arguments, _ = parser.parse_known_args()
    if arguments.ignore_term:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for line in sys.stdin.buffer:
        decoded = json.loads(line)
        for message in decoded if isinstance(decoded, list) else [decoded]:
            act(message)
    with suppress(OSError):  # the wrapper may be gone
        os.write(2, b"saw the end of input\n")
    while arguments.ignore_eof:
        signal.pause()
    sys.exit(arguments.code)


if __name__ == "__main__":
    main()
