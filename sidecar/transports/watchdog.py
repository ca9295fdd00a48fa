"""What ends the server's processes when the sidecar itself is killed and cannot: a second process that waits on a pipe.

It does not watch the server; it knows only that the pipe's write end, which nobody but the sidecar holds, was closed.
The same file is the sidecar's module and, run by path with ``python -I -S``, the second process: standard library only.

What is covered when the sidecar dies by ``kill -9``, a crash or the out-of-memory killer:

- Linux and macOS: every process of the server's process group (``npx``, its shell, its node), and every process that
  left the group or the session but still hangs below a member of it when the watchdog looks, milliseconds after the
  sidecar's death. SIGTERM, two seconds, SIGKILL.
- Linux only: the moment between the start of the server and the report of its group. The server is then found by the
  pipe it has as stdin.
- Not covered: a process in a session of its own whose parent has exited, by daemonising or because the server ended at
  the end of its input before the watchdog looked (it would outlive the server without the sidecar, too), and a kill that
  hits the watchdog as well (a container's or a cgroup's end takes the server with it; ``kill -9`` of both does not).

``PR_SET_PDEATHSIG`` is not used: it has to be set in the server's process before exec (a ``preexec_fn``, unsafe beside
threads), ends with the *thread* that forked, and reaches neither grandchildren nor set-uid programs.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import subprocess

_TERM_WAIT_S: Final = 2.0
_POLL_S: Final = 0.02
_SEARCH_ROUNDS: Final = 10


class Watchdog:
    """Started before the server, told the server's group after, dismissed when the group has been ended in order."""

    def __init__(self, process: subprocess.Popen[bytes], pipe: int) -> None:
        self._process = process
        self._pipe = pipe

    @classmethod
    def start(cls, server_stdin: int) -> Watchdog | None:
        """None where no plain interpreter can be started (a frozen executable). ``server_stdin``: the pipe the server will read."""
        import subprocess

        script = Path(__file__)
        if not sys.executable or getattr(sys, "frozen", False) or script.suffix != ".py" or not script.is_file():
            return None
        read_end, write_end = os.pipe()  # both close on exec
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
                [sys.executable, "-I", "-S", str(script), str(os.fstat(server_stdin).st_ino)],
                stdin=read_end,
                stdout=subprocess.DEVNULL,  # it must not keep the client's pipes open
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,  # out of reach of what is sent to the sidecar's group
            )
        except OSError:
            os.close(write_end)
            return None
        finally:
            os.close(read_end)
        return cls(process, write_end)

    def guard(self, group: int) -> None:
        with suppress(OSError):
            os.write(self._pipe, b"%d\n" % group)

    def dismiss(self) -> None:
        """It holds no state, so it is killed: that also works while it is still starting."""
        self._process.kill()
        self._process.wait()
        os.close(self._pipe)


def family(group: int) -> dict[int, str]:
    """Members of ``group`` and all below them, dead ones left out: pid → when it started, so that a reused pid is told apart."""
    table = _linux_processes() if sys.platform == "linux" else _other_processes()
    found = {pid for pid, (_, pgid, _) in table.items() if pgid == group}
    grew = bool(found)
    while grew:
        below = {pid for pid, (parent, _, _) in table.items() if parent in found} - found
        found |= below
        grew = bool(below)
    return {pid: table[pid][2] for pid in found - {os.getpid()}}


def signal_family(group: int, members: dict[int, str], number: signal.Signals) -> None:
    """The group in one step, then those of ``members`` that are still themselves and outside it."""
    with suppress(OSError):
        os.killpg(group, number)
    for pid in survivors(members):
        with suppress(OSError):
            if os.getpgid(pid) != group:
                os.kill(pid, number)


def survivors(members: dict[int, str]) -> dict[int, str]:
    if not members:
        return {}
    table = _linux_processes() if sys.platform == "linux" else _other_processes()
    return {pid: started for pid, started in members.items() if pid in table and table[pid][2] == started}


def _linux_processes() -> dict[int, tuple[int, int, str]]:
    """Parent, group and start of each pid; see proc_pid_stat(5)."""
    table = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - names only, and no Path for each
        if name.isdigit():
            with suppress(OSError, ValueError, IndexError):
                fields = Path("/proc", name, "stat").read_bytes().rpartition(b")")[2].split()
                if fields[0] not in (b"Z", b"X"):
                    table[int(name)] = (int(fields[1]), int(fields[2]), fields[19].decode())
    return table


def _other_processes() -> dict[int, tuple[int, int, str]]:
    import subprocess

    listing = subprocess.run(
        ["/bin/ps", "-axo", "pid=,ppid=,pgid=,stat=,lstart="], capture_output=True, check=False, timeout=5
    ).stdout
    table = {}
    for line in listing.decode(errors="replace").splitlines():
        with suppress(ValueError):
            pid, parent, group, state, started = line.split(None, 4)
            if not state.startswith("Z"):
                table[int(pid)] = (int(parent), int(group), started)
    return table


def _reader_of(inode: str) -> int:
    """The group of the process that has the pipe ``inode`` as stdin; 0 if there is none."""
    for _ in range(_SEARCH_ROUNDS if sys.platform == "linux" else 0):
        for pid in _linux_processes():
            with suppress(OSError):
                if os.readlink(f"/proc/{pid}/fd/0") == f"pipe:[{inode}]" and os.getpgid(pid) == pid:  # noqa: PTH115
                    return pid
        time.sleep(_POLL_S)
    return 0


def _main(inode: str) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    report = b""
    while chunk := os.read(0, 4096):
        report += chunk
    group = int(report) if report.strip() else _reader_of(inode)
    if group <= 1:
        return
    known = family(group)
    signal_family(group, known, signal.SIGTERM)
    deadline = time.monotonic() + _TERM_WAIT_S
    while survivors(known) and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    signal_family(group, {**known, **family(group)}, signal.SIGKILL)


if __name__ == "__main__":
    _main(sys.argv[1])
