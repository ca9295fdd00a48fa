"""Unix sockets to listen on: made for their owner alone, in place of a dead one but never of a live one.

It serves nothing. Two processes that start at once are kept apart by a lock on the socket's folder, which leaves no file behind.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_BACKLOG: Final = 128
_OWNER_ONLY: Final = 0o177
"""The umask that leaves 600."""
_PROBE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Bound:
    listener: socket.socket
    path: str
    made: tuple[int, int, int]
    """Inode numbers are given out again at once; the time tells two sockets of one number apart."""

    def remove(self) -> None:
        """Take the name away, unless another process has put its own there."""
        with contextlib.suppress(OSError), _locked(Path(self.path).parent):
            found = os.lstat(self.path)
            if _identity(found) == self.made:
                Path(self.path).unlink()


def bind(path: str) -> Bound:
    """Raises ``OSError``: EADDRINUSE when somebody listens there, EEXIST when something is there that is no socket."""
    with _locked(Path(path).parent):
        _clear(path)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(_OWNER_ONLY)
        try:
            listener.bind(path)
            listener.listen(_BACKLOG)
            listener.setblocking(False)
        except OSError:
            listener.close()
            raise
        finally:
            os.umask(before)
        made = os.lstat(path)
    return Bound(listener, path, _identity(made))


def _identity(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_dev, found.st_ino, found.st_mtime_ns


def _clear(path: str) -> None:
    """Remove a socket nobody listens on any more."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_S)
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            Path(path).unlink()
            return
        except OSError as error:  # it is not ours to open, or its queue is full: it is alive
            if error.errno == errno.ENOENT:
                return
    raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)
