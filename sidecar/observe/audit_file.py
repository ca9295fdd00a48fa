"""The audit log's files: appended to, rotated by size and age, thrown away when too old or too many. It knows no events.

``FILE`` is written; ``FILE.head`` says which line is its last; rotated ones are ``FILE.<first line>-<moment>``. A line
is one ``write``: after ``kill -9`` at most the line under way is cut, and it is taken away when the file is opened again.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from sidecar import __version__
from sidecar.observe.audit_lines import CLOSED, OPENED, Format, Keys, Link, Record, head, line, read, read_head

_DAY_S: Final = 86_400.0
_MILLIS: Final = tuple(f".{number:03d}Z" for number in range(1000))
_TAIL: Final = 256 * 1024
_MODE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Retention:
    """A file is closed at ``max_bytes`` or after ``turn_s``; closed ones go after ``days``, or beyond ``keep_bytes`` in all."""

    max_bytes: int = 16 * 1024 * 1024
    turn_s: float = _DAY_S
    days: float = 30
    keep_bytes: int = 1024 * 1024 * 1024


class AuditFile:
    """Raises ``OSError`` where the disk refuses; then the file is as it was before, and the next ``append`` tries anew."""

    def __init__(
        self,
        path: str,
        keys: Keys,
        style: Format = "native",
        retention: Retention = Retention(),
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Opens it. Raises ``OSError``, and ``ValueError`` where its last lines are not this key's."""
        self._path: Final = path
        self._keys: Final = keys
        self._style: Final[Format] = style
        self._retention: Final = retention
        self._clock: Final = clock
        self._fd = self._head_fd = -1
        self._size = 0
        self._turns = clock() + retention.turn_s
        """When the file is as old as it may be."""
        self._link = Link()
        self._open()

    @property
    def link(self) -> Link:
        """The last line."""
        return self._link

    def append(self, record: Record, now: float | None = None) -> None:
        """``now``: the clock's time, where it was asked already."""
        if self._fd < 0:
            self._open()
        if self._size >= self._retention.max_bytes or (self._clock() if now is None else now) >= self._turns:
            self._rotate()
        self._write(record)

    def close(self) -> None:
        for fd in (self._fd, self._head_fd):
            if fd >= 0:
                os.close(fd)
        self._fd = self._head_fd = -1

    def sweep(self) -> None:
        """Throw away closed files that are too old, or more than may be kept, the oldest first."""
        now = self._clock()
        kept = 0
        for _, path in sorted(self._closed(), reverse=True):
            size = path.stat().st_size
            moment = float(path.name.rpartition("-")[2])
            kept += size
            if now - moment > self._retention.days * _DAY_S or kept > self._retention.keep_bytes:
                path.unlink()

    def _closed(self) -> list[tuple[int, Path]]:
        own = Path(self._path)
        found = []
        for path in own.parent.glob(f"{own.name}.*-*"):
            first, _, moment = path.name.removeprefix(f"{own.name}.").partition("-")
            if first.isdigit() and moment.isdigit():
                found.append((int(first), path))
        return found

    def _open(self) -> None:
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, _MODE)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)  # two writers would fork the chain
            self._head_fd = os.open(f"{self._path}.head", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _MODE)
            self._resume()
        except BaseException:
            self.close()
            raise

    def _resume(self) -> None:
        """Go on after the last whole line; without one, after the last line of the file before this one."""
        known = read_head(os.pread(self._head_fd, 1024, 0), self._keys)
        self._size = os.fstat(self._fd).st_size
        start = max(0, self._size - _TAIL)
        tail = os.pread(self._fd, _TAIL, start)
        whole = tail[: tail.rfind(b"\n") + 1]
        cut = len(tail) - len(whole)
        if cut:
            self._size -= cut
            os.ftruncate(self._fd, self._size)
        if not self._size:
            self._link = known or Link()
            self._begin(self._clock())
            return
        found = read(whole[whole[:-1].rfind(b"\n") + 1 :], self._keys)
        if found is None or not found.is_genuine:
            raise ValueError("its last line was not written with this key")
        if known is not None and known.seq > found.link.seq:
            raise ValueError("lines are missing at its end")
        self._link = found.link
        self._turns = _began(self._fd, self._clock()) + self._retention.turn_s
        self._write({**self._stamp("log.resumed"), "cut_bytes": cut})

    def _begin(self, now: float) -> None:
        self._turns = now + self._retention.turn_s
        self._write({**self._stamp(OPENED), "sidecar": __version__})
        self.sweep()

    def _rotate(self) -> None:
        self._write(self._stamp(CLOSED))
        name = f"{self._path}.{self._first():018d}-{int(self._clock())}"
        os.fsync(self._fd)
        os.rename(self._path, name)  # noqa: PTH104 - the path is a text here
        self.close()
        self._open()

    def _first(self) -> int:
        raw = os.pread(self._fd, _TAIL, 0)
        found = read(raw[: raw.find(b"\n") + 1], self._keys)
        return found.link.seq if found is not None else 0

    def _write(self, record: Record) -> None:
        text, link = line(record, self._link, self._keys, self._style)
        written = 0
        try:
            written = os.write(self._fd, text)
        finally:
            if written != len(text):
                with contextlib.suppress(OSError):
                    os.ftruncate(self._fd, self._size)
        if written != len(text):
            raise OSError("the disk took a part of the line")
        self._size += len(text)
        self._link = link
        os.pwrite(self._head_fd, head(link, self._keys), 0)

    def _stamp(self, event: str) -> dict[str, object]:
        return {"event": event, **stamped(self._clock())}


def stamp(moment: float) -> tuple[str, int]:
    """As a person reads it, and in milliseconds."""
    time_ms = int(moment * 1000)
    return _second(time_ms // 1000) + _MILLIS[time_ms % 1000], time_ms


def stamped(moment: float) -> dict[str, object]:
    ts, time_ms = stamp(moment)
    return {"ts": ts, "time_ms": time_ms}


@lru_cache(maxsize=4)
def _second(moment: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment))


def _began(fd: int, now: float) -> float:
    """When the first line was written, as far as that can be told: a sealed line does not say."""
    import json

    raw = os.pread(fd, 4096, 0).partition(b"\n")[0]
    with contextlib.suppress(ValueError):
        found = json.loads(raw)
        moment = found.get("time_ms") or found.get("time")
        if isinstance(moment, int):
            return moment / 1000
    return now
