"""Writes the file of exceptions and its key: the one place where a value becomes a digest of itself. It keeps no value."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from sidecar.config.secret_file import read_private_bytes
from sidecar.errors import BadConfig
from sidecar.policy.exceptions import KEY_BYTES, Exempt, digest_of, read_key
from sidecar.runtime.policies import KEY_SUFFIX, read_exceptions

_MODE: Final = 0o600
_HEAD: Final = """\
# Values that are nobody's data, as keyed digests (the key is beside this file). Written by 'mcp-sidecar except'.
version: 1
exceptions:
"""


def entries(path: str) -> tuple[Exempt, ...]:
    """None yet if there is no file. Raises ``BadConfig``."""
    return read_exceptions(path) if Path(path).exists() else ()


def add(path: str, value: str, entity: str, until: date | None) -> Exempt:
    """One more, or another day for one that is there; file and key are made when they are missing. Raises ``BadConfig``."""
    if not value.strip():
        raise BadConfig("the value is empty")
    known = entries(path)
    exempt = Exempt(digest_of(_key(f"{path}{KEY_SUFFIX}"), value), entity, until)
    kept = [one for one in known if (one.digest, one.entity) != (exempt.digest, exempt.entity)]
    _write(path, [*kept, exempt])
    return exempt


def remove(path: str, digest: str) -> int:
    """How many were taken out; ``digest`` may be its beginning. Raises ``BadConfig``."""
    known = entries(path)
    kept = [one for one in known if not one.digest.startswith(digest)]
    if len(kept) < len(known):
        _write(path, kept)
    return len(known) - len(kept)


def _key(path: str) -> bytes:
    if not Path(path).exists():
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
        except OSError as error:
            raise BadConfig(f"{path}: cannot be written: {error.strerror or 'failed'}") from None
    return read_key(read_private_bytes(path), path)


def _write(path: str, all_of: Sequence[Exempt]) -> None:
    """At once or not at all: a proxy may be reading it."""
    text = _HEAD + "".join(map(Exempt.line, all_of)) if all_of else _HEAD.replace("exceptions:\n", "exceptions: []\n")
    beside = f"{path}.new"
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, _MODE)  # one that lay there already keeps its own otherwise
            file.write(text)
        Path(beside).replace(path)
    except OSError as error:
        raise BadConfig(f"{path}: cannot be written: {error.strerror or 'failed'}") from None
