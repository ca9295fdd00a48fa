"""The server's process and everything it started: started, signalled, waited for, and gone when we are done.

It moves no bytes. The server gets our environment whole, our working directory, and its own session: what is sent to our
process group (Ctrl-C in a terminal, a host that ends us) reaches it only in the order that ``stdio`` decides.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from typing import Final

from sidecar.errors import SidecarError
from sidecar.transports.watchdog import Watchdog, family, signal_family, survivors

_FOUND_NOT_EXECUTABLE: Final = 126
_NOT_FOUND: Final = 127
_SIGNAL_BASE: Final = 128
_POLL_S: Final = 0.02
_KILL_WAIT_S: Final = 1.0


class CannotStart(SidecarError):
    """``status`` is 126 (found but not executable) or 127 (not found), as ``env`` and ``timeout`` of coreutils have it."""

    def __init__(self, name: str, error: OSError) -> None:
        super().__init__(f"cannot run {name!r}: {os.strerror(error.errno or 0)}")
        is_missing = isinstance(error, (FileNotFoundError, NotADirectoryError))
        self.status = _NOT_FOUND if is_missing else _FOUND_NOT_EXECUTABLE


class Child:
    """``stdin``, ``stdout`` and ``stderr`` are our ends of its pipes; whoever takes one closes it."""

    def __init__(
        self, process: subprocess.Popen[bytes], pipes: tuple[int, int, int], watchdog: Watchdog | None
    ) -> None:
        self.exited = asyncio.Event()
        self.stdin, self.stdout, self.stderr = pipes
        self.has_watchdog = watchdog is not None
        self._process = process
        self._watchdog = watchdog
        self._known: dict[int, str] = {}
        self._is_reaped = False
        threading.Thread(target=self._wait, args=(asyncio.get_running_loop(),), daemon=True, name="child").start()

    @classmethod
    def start(cls, command: Sequence[str]) -> Child:
        """Raises ``CannotStart``. No shell: the arguments arrive as they are."""
        (theirs_in, ours_in), (ours_out, theirs_out), (ours_err, theirs_err) = os.pipe(), os.pipe(), os.pipe()
        watchdog = Watchdog.start(theirs_in)
        try:
            process = subprocess.Popen(  # noqa: S603 - the command is what the user asked us to run
                list(command), stdin=theirs_in, stdout=theirs_out, stderr=theirs_err, start_new_session=True
            )
        except OSError as error:
            for fd in (ours_in, ours_out, ours_err):
                os.close(fd)
            if watchdog is not None:
                watchdog.dismiss()
            raise CannotStart(command[0], error) from None
        finally:
            for fd in (theirs_in, theirs_out, theirs_err):
                os.close(fd)
        if watchdog is not None:
            watchdog.guard(process.pid)
        return cls(process, (ours_in, ours_out, ours_err), watchdog)

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        if hasattr(os, "waitid"):
            # Not reaped yet: as long as it is a zombie nobody else can get its pid, which names the group.
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(self.exited.set)

    def terminate(self) -> None:
        self._known = family(self._process.pid)
        signal_family(self._process.pid, self._known, signal.SIGTERM)

    def kill(self) -> None:
        if self._is_reaped:  # the pid may be another's by now
            return
        self._known.update(family(self._process.pid))
        signal_family(self._process.pid, self._known, signal.SIGKILL)

    async def end_rest(self, grace_s: float) -> None:
        """What the server left behind in its group, or hanging below it, ends too."""
        self._known.update(family(self._process.pid))
        if not self._known:
            return
        signal_family(self._process.pid, self._known, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace_s):
                while survivors(self._known):  # noqa: ASYNC110 - no event tells of other people's children
                    await asyncio.sleep(_POLL_S)
                return
        self.kill()

    async def code(self) -> int:
        """Its own exit code, 128 + n when signal n ended it. Reaps it and dismisses the watchdog: nothing may be left to end."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.exited.wait(), _KILL_WAIT_S)
        status = self._process.wait() if self.exited.is_set() else -signal.SIGKILL
        self._is_reaped = self.exited.is_set()
        if self._watchdog is not None:
            self._watchdog.dismiss()
            self._watchdog = None
        return status if status >= 0 else _SIGNAL_BASE - status
