"""``exec:COMMAND ARGS``: what a command prints, such as a cloud's own command line. No shell reads the text.

What it writes to stderr is dropped: it may hold the secret, and our stderr is a log.
"""

from __future__ import annotations

import asyncio
import shlex
from typing import Final

from sidecar.errors import BadConfig

_LARGEST: Final = 64 * 1024


async def read(place: str) -> str:
    try:
        words = shlex.split(place)
    except ValueError:
        raise BadConfig("the command's quotes do not match") from None
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LARGEST,
        )
    except (OSError, ValueError):
        raise BadConfig("the command cannot be started") from None
    try:
        found = await _all(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise BadConfig(f"the command ended with code {process.returncode}")
    try:
        return found.decode("utf-8")
    except UnicodeDecodeError:
        raise BadConfig("what the command printed is not UTF-8") from None


def files(_place: str) -> tuple[str, ...]:
    return ()


async def _all(process: asyncio.subprocess.Process) -> bytes:
    if process.stdout is None:
        return b""
    found = b""
    while chunk := await process.stdout.read(_LARGEST):
        found += chunk
        if len(found) > _LARGEST:
            raise BadConfig(f"the command printed more than {_LARGEST} bytes")
    await process.wait()
    return found
