"""A pins file: the hashes of tool definitions from run to run, written whole or not at all, mode 600.

It holds names and hashes, never a definition; what a changed hash means is ``guard.pins``'s. One server, one file. Several processes in
front of that server may share it: what another one wrote first stays.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sidecar.config.document import Part, parse
from sidecar.config.secret_file import check_mode
from sidecar.errors import BadConfig
from sidecar.guard.pins import Pins, written

_VERSION: Final = 1
_LARGEST: Final = 4 * 1024 * 1024
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_DIGESTED: Final = re.compile(r"sha256:[0-9a-f]{64}")


def pins_of(path: str, *, is_closed: bool) -> Pins:
    """The pins of an earlier run, kept up to date in the file unless they are closed. Raises ``BadConfig``."""
    known = read(path)
    if is_closed:
        if known is None:
            raise BadConfig(f"{path} is not there: pins are closed once a run without 'closed' has made the file")
        return Pins(known, is_closed=True)
    write(path, known or {})  # what cannot be written is better known before there is something to write
    return Pins(known, keep=lambda hashes: _kept(path, hashes))


def read(path: str) -> dict[str, str] | None:
    """Name → hash; None where there is no file. Raises ``BadConfig`` with file:line:column."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - the mode is asked of the open file
            check_mode(path, os.fstat(file.fileno()))
            found = file.read(_LARGEST + 1)
        if len(found) > _LARGEST:
            raise BadConfig(f"{path} is larger than {_LARGEST} bytes")
        text = found.decode("utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadConfig(f"{path} cannot be read: {error.strerror or 'failed'}") from None
    except UnicodeDecodeError:
        raise BadConfig(f"{path}:1:1 not UTF-8") from None
    known = _as_written(text)
    return known if known is not None else _with_places(text, path)


def _as_written(text: str) -> dict[str, str] | None:
    """What ``write`` wrote, in milliseconds. None: somebody has edited it, or it is broken."""
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    tools = found.get("tools") if isinstance(found, dict) and found.keys() == {"version", "tools"} else None
    if not isinstance(tools, dict) or found["version"] != _VERSION:
        return None
    is_right = all(
        isinstance(value, str) and _HASH.fullmatch(value) and _is_name(name) for name, value in tools.items()
    )
    return tools if is_right else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _with_places(text: str, path: str) -> dict[str, str]:
    keys = parse(text, path).members(("version", "tools"))
    for name in ("version", "tools"):
        if name not in keys:
            raise BadConfig(f"{path}:1:1 '{name}' is missing: not a pins file, or a broken one")
    if keys["version"].scalar() != _VERSION:
        keys["version"].fail("this program reads version 1")
    return {name: _hash(name, part) for name, part in keys["tools"].mapping().items()}


def write(path: str, hashes: Mapping[str, str]) -> None:
    """Raises ``BadConfig``; then the file is as it was."""
    target = Path(os.path.realpath(path))
    text = json.dumps({"version": _VERSION, "tools": dict(sorted(hashes.items()))}, indent=1)
    beside = ""
    try:
        number, beside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)  # mode 600
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(f"{text}\n")
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(target)
    except OSError as error:
        if beside:
            with contextlib.suppress(OSError):
                Path(beside).unlink()
        raise BadConfig(f"{path} cannot be written: {error.strerror or 'failed'}") from None


def _kept(path: str, hashes: Mapping[str, str]) -> bool:
    try:
        write(path, {**hashes, **(read(path) or {})})
    except BadConfig:
        return False
    return True


def _hash(name: str, part: Part) -> str:
    value = part.text()
    if _HASH.fullmatch(value) is None:
        part.fail("expected a hash of 64 hexadecimal digits")
    if not _is_name(name):
        part.fail("not a tool's name")
    return value


def _is_name(name: str) -> bool:
    return written(name) == name or _DIGESTED.fullmatch(name) is not None
