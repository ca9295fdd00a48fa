"""``file:PATH``: a secret in a file only its owner may read; also the one place that says which modes will do.

A file's mode is judged on the open file, so that it cannot be exchanged in between:

1. 600 and 400 (no bit for group or others, not executable) will do.
2. What a container engine mounts (``/run/secrets``) or Kubernetes (behind its ``..data`` link) has a mode of the
   mount's choosing, mostly 444: group and others may read it, since the container is the boundary; none may write it.
3. Everything else is refused.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from sidecar.errors import BadConfig

_LARGEST: Final = 64 * 1024
_MOUNTS: Final = ("/run/secrets/", "/var/run/secrets/")
_PRIVATE: Final = 0o177
"""Bits that must be off: execution, and everything of group and others."""
_SHARED: Final = 0o133
"""The same for a mount: reading is all right."""


async def read(place: str) -> str:
    return read_private(place)


def files(place: str) -> tuple[str, ...]:
    return (place,)


def read_private(path: str, *, largest: int = _LARGEST) -> str:
    """The text of a file whose mode will do. Raises ``BadConfig`` naming the path."""
    try:
        return read_private_bytes(path, largest=largest).decode("utf-8")
    except UnicodeDecodeError:
        raise BadConfig(f"{path} is not UTF-8") from None


def read_private_bytes(path: str, *, largest: int = _LARGEST) -> bytes:
    """The same for what is no text. Raises ``BadConfig`` naming the path."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - the mode is asked of the open file
            check_mode(path, os.fstat(file.fileno()))
            found = file.read(largest + 1)
    except OSError as error:
        raise BadConfig(f"{path} cannot be read: {error.strerror or 'failed'}") from None
    if len(found) > largest:
        raise BadConfig(f"{path} is larger than {largest} bytes")
    return found


def check_private(path: str) -> None:
    """For files that somebody else reads, such as a TLS key. Raises ``BadConfig`` naming the path."""
    try:
        check_mode(path, os.stat(path))  # noqa: PTH116 - one call, beside fstat above
    except OSError as error:
        raise BadConfig(f"{path} cannot be read: {error.strerror or 'failed'}") from None


def check_mode(path: str, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise BadConfig(f"{path} is not a file")
    allowed = _SHARED if _is_mounted(path) else _PRIVATE
    if stat.S_IMODE(found.st_mode) & allowed:
        raise BadConfig(
            f"{path} has mode {stat.S_IMODE(found.st_mode):o}: others could read or change it; chmod 600 or 400"
        )


def _is_mounted(path: str) -> bool:
    if os.path.abspath(path).startswith(_MOUNTS):  # noqa: PTH100 - links must not be followed yet
        return True
    # Kubernetes' volumes: NAME is a link to ..data/NAME, and ..data one to a directory named after the moment.
    return any(part.startswith("..") for part in Path(os.path.realpath(path)).parent.parts)
