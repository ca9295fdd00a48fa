"""Makes and changes key files: whole or not at all, mode 600, nobody else at the same time.

What is in them is ``vault.keys``'s; where their text comes from is ``config.secret_file``'s.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sidecar.config.secret_file import read_private
from sidecar.errors import BadConfig
from sidecar.vault.keys import VERSIONS, KeyRing, Keys, dump, new_key, parse, prepared, rotated

_MODE: Final = 0o600


def create(path: str, tenant: str = "") -> KeyRing:
    """A new file; with ``tenant`` keys of a principal's own in a file that is there. Raises ``BadConfig``."""
    if not tenant:
        ring = KeyRing(Keys(new_key(_drawn())))
        _write(path, ring, is_new=True)
        return ring
    ring = read(path)
    _check_tenant(tenant)
    if tenant in ring.tenants:
        raise BadConfig(f"{path}: this tenant has keys already; 'keys rotate' makes new ones")
    made = KeyRing(ring.common, {**ring.tenants, tenant: Keys(new_key(_drawn()))})
    _write(path, made)
    return made


def rotate(path: str, tenant: str = "", *, is_prepared: bool = False) -> Keys:
    """A new first key, or with ``is_prepared`` one that only reads yet. Raises ``BadConfig``."""
    change: Callable[[Keys], Keys] = prepared if is_prepared else rotated
    ring = read(path)
    if not tenant:
        keys = change(ring.common)
        _write(path, KeyRing(keys, ring.tenants))
        return keys
    if tenant not in ring.tenants:
        raise BadConfig(f"{path}: this tenant has no keys of its own; 'keys new --tenant' makes them")
    keys = change(ring.tenants[tenant])
    _write(path, KeyRing(ring.common, {**ring.tenants, tenant: keys}))
    return keys


def read(path: str) -> KeyRing:
    return parse(read_private(path), path)


def _drawn() -> str:
    """A first letter by chance: two installations that never met mostly have different ones."""
    return VERSIONS[os.urandom(1)[0] % len(VERSIONS)]


def _check_tenant(name: str) -> None:
    if not name.isprintable() or name != name.strip() or "[" in name or "]" in name:
        raise BadConfig("a tenant's name is a principal: printable, without brackets, not padded with spaces")


def _write(path: str, ring: KeyRing, *, is_new: bool = False) -> None:
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{target.name}.new")
    try:
        if is_new and target.exists():
            raise BadConfig(f"{path} is there already; 'keys rotate' makes new keys in it")
        # The file beside is the lock too: two at a time would lose one's keys.
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "w", encoding="utf-8") as file:
            file.write(dump(ring))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except FileExistsError:
        raise BadConfig(
            f"{beside} is there: somebody else is changing the keys, or was stopped while doing so"
        ) from None
    except OSError as error:
        raise BadConfig(f"{path} cannot be written: {error.strerror or 'failed'}") from None
