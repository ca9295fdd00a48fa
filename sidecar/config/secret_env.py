"""``env:NAME``: the variable NAME, or the file that NAME_FILE names, as images and Compose files have it.

A variable cannot change while the process runs; the file can.
"""

from __future__ import annotations

import os

from sidecar.config.secret_file import read_private
from sidecar.errors import BadConfig

SUFFIX = "_FILE"


async def read(place: str) -> str:
    value, file = os.environ.get(place), os.environ.get(place + SUFFIX)
    if value is not None and file:
        raise BadConfig(f"both {place} and {place}{SUFFIX} are set")
    if file:
        return read_private(file)
    if value is None:
        raise BadConfig(f"neither {place} nor {place}{SUFFIX} is set")
    return value


def files(place: str) -> tuple[str, ...]:
    file = os.environ.get(place + SUFFIX)
    return (file,) if file else ()
