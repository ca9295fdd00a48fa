"""What a process leaves when it breaks: one line that names the fault and its place, no text of it, and no core.

Exceptions' texts and tracebacks may hold values, so nothing of the standard library may print them either: not asyncio
for a task nobody waited for, not a thread, not a destructor, not a library's log. It catches nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from sidecar.config.secret_registry import REGISTRY
from sidecar.observe.sanitise import bare

_ROOT: Final = Path(__file__).parents[2]
_NOT_DUMPABLE: Final = 4
"""PR_SET_DUMPABLE of prctl(2), with 0: no core, and no other process of the same user may read our memory."""


def place(at: TracebackType | None) -> str:
    """``file:line`` of where it was raised; the path begins at the package, since where that lies is nobody's business."""
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    if at is None:
        return "unknown"
    path = Path(at.tb_frame.f_code.co_filename)
    with contextlib.suppress(ValueError):
        return f"{path.relative_to(_ROOT)}:{at.tb_lineno}"
    return f"{'/'.join(path.parts[-2:])}:{at.tb_lineno}"


def fault(error: BaseException) -> str:
    return f"internal error: {type(error).__name__} at {place(error.__traceback__)}"


def shown(text: str) -> str:
    """A line for stderr: without our secrets, without control characters; its lines stay lines."""
    return REGISTRY.hide("\n".join(bare(part) for part in text.split("\n")))


def install() -> None:
    """For a process that carries traffic; once, before the first message."""
    sys.excepthook = lambda _type, error, _at: _say(fault(error))
    threading.excepthook = lambda found: _say(_of(found.exc_value))
    sys.unraisablehook = lambda found: _say(_of(found.exc_value))
    logging.disable(logging.CRITICAL)
    logging.lastResort = None
    warnings.simplefilter("ignore")
    without_core()


def on_loop(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """For ``loop.set_exception_handler``."""
    error = context.get("exception")
    _say(_of(error if isinstance(error, BaseException) else None))


def without_core() -> None:
    """The soft limit alone: a wrapped server inherits it and may raise it for itself."""
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_NOT_DUMPABLE, 0, 0, 0, 0)


def _of(error: BaseException | None) -> str:
    return fault(error) if error is not None else "internal error: unknown"


def _say(text: str) -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"mcp-sidecar: {text}\n")
        sys.stderr.flush()
