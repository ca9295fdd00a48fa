"""Waiting for the first of several things, without leaving the others behind.

It starts nothing that outlives the call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def first(*waited: Coroutine[Any, Any, Any], timeout_s: float | None = None) -> None:
    """Until one of them is done or the time is up; the others end."""
    tasks = [asyncio.ensure_future(each) for each in waited]
    try:
        await asyncio.wait(tasks, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def settled(task: asyncio.Task[None]) -> None:
    """Until it is done; ending this wait does not end it."""
    await asyncio.wait((task,))
