"""The audit log's files: appended to, rotated by size and age, thrown away when too old or too many. It knows no events.

``FILE`` is written; ``FILE.head`` says which line is its last, of those that have stood there for a moment; rotated ones are
``FILE.<first line>-<moment>``. A line is one ``write``: after ``kill -9`` at most the line under way is cut, and it is taken away
when the file is opened again.
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
from sidecar.observe.audit_lines import CLOSED, OPENED, START, Format, Keys, Link, Record, head, line, read, read_head

_DAY_S: Final = 86_400.0
MILLIS: Final = tuple(f".{number:03d}Z" for number in range(1000))
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

    __slots__ = (
        "_clock",
        "_fd",
        "_head_fd",
        "_is_behind",
        "_is_due",
        "_keys",
        "_later",
        "_mac",
        "_max_bytes",
        "_path",
        "_retention",
        "_seq",
        "_size",
        "_style",
        "_turns",
    )

    def __init__(
        self,
        path: str,
        keys: Keys,
        style: Format = "native",
        retention: Retention = Retention(),
        clock: Callable[[], float] = time.time,
        later: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        """Opens it. Raises ``OSError``, and ``ValueError`` where its last lines are not this key's.

        ``later`` calls what it is given in a moment, then the head is written once for many lines; without it, with each.
        """
        self._path: Final = path
        self._keys: Final = keys
        self._style: Final[Format] = style
        self._retention: Final = retention
        self._max_bytes: Final = retention.max_bytes
        self._clock: Final = clock
        self._later: Final = later
        self._is_due = False
        """The head is to be written in a moment."""
        self._is_behind = False
        """It could not be."""
        self._fd = self._head_fd = -1
        self._size = 0
        self._turns = clock() + retention.turn_s
        """When the file is as old as it may be."""
        self._seq, self._mac = 0, START
        """Of the last line."""
        self._open()

    def append(self, record: Record, now: float = 0.0) -> None:
        """One line. ``now``: the clock's time; the file's own lines, which come whatever its age and size, are without."""
        if now:
            if self._fd < 0:
                self._open()
            if self._is_behind:
                self._mark()
            if self._size >= self._max_bytes or now >= self._turns:
                self._rotate()
        text, mac = line(record, self._seq + 1, self._mac, self._keys, self._style)
        written = 0
        try:
            written = os.write(self._fd, text)
        finally:
            if written != len(text):
                with contextlib.suppress(OSError):
                    os.ftruncate(self._fd, self._size)
        if written != len(text):
            raise OSError("the disk took a part of the line")
        self._size += written
        self._seq += 1
        self._mac = mac
        if self._later is None:
            self._mark()
        elif not self._is_due:
            self._is_due = True
            self._later(self._mark_now)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._mark()
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
            self._follow(known or Link())
            self._begin(self._clock())
            return
        found = read(whole[whole[:-1].rfind(b"\n") + 1 :], self._keys)
        if found is None or not found.is_genuine:
            raise ValueError("its last line was not written with this key")
        if known is not None and known.seq > found.link.seq:
            raise ValueError("lines are missing at its end")
        self._follow(found.link)
        self._turns = _began(self._fd, self._clock()) + self._retention.turn_s
        self.append({**self._stamp("log.resumed"), "cut_bytes": cut})

    def _follow(self, last: Link) -> None:
        self._seq, self._mac = last.seq, last.mac

    def _begin(self, now: float) -> None:
        self._turns = now + self._retention.turn_s
        self.append({**self._stamp(OPENED), "sidecar": __version__})
        self.sweep()

    def _rotate(self) -> None:
        self.append(self._stamp(CLOSED))
        name = f"{self._path}.{self._first():018d}-{int(self._clock())}"
        os.fsync(self._fd)
        os.rename(self._path, name)  # noqa: PTH104 - the path is a text here
        self.close()
        self._open()

    def _first(self) -> int:
        raw = os.pread(self._fd, _TAIL, 0)
        found = read(raw[: raw.find(b"\n") + 1], self._keys)
        return found.link.seq if found is not None else 0

    def _mark_now(self) -> None:
        self._is_due = False
        try:
            self._mark()
        except OSError:
            self._is_behind = True  # the next line says so to whoever writes it

    def _mark(self) -> None:
        if self._head_fd >= 0 and self._seq:
            os.pwrite(self._head_fd, head(Link(self._seq, self._mac), self._keys), 0)
        self._is_behind = False

    def _stamp(self, event: str) -> dict[str, object]:
        return {"event": event, **stamped(self._clock())}


def stamp(moment: float) -> tuple[str, int]:
    """As a person reads it, and in milliseconds."""
    time_ms = int(moment * 1000)
    return second(time_ms // 1000) + MILLIS[time_ms % 1000], time_ms


def stamped(moment: float) -> dict[str, object]:
    ts, time_ms = stamp(moment)
    return {"ts": ts, "time_ms": time_ms}


@lru_cache(maxsize=4)
def second(moment: int) -> str:
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
