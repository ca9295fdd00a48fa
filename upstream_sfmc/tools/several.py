"""Several pages in one call: the same tool again with the `next_page` it gave, its progress told after each.

It knows no tool. A page that fails fails the call: rows that are missing would look like rows that are not there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from upstream_sfmc.tools.spec import Call, Json, ToolSpec

ROWS_MAX = 10_000
"""No call gathers more: an agent cannot read them, and the answer would pass what clients take."""


async def run(spec: ToolSpec, call: Call) -> Json:
    wanted = int(call.get("pages", 1))
    result = await spec.run(call)
    if spec.rows is None or wanted == 1:
        return result
    gathered, read = list(result[spec.rows]), 1
    await call.progress(read, wanted)
    while result["next_page"] is not None and read < wanted and len(gathered) < ROWS_MAX:
        result = await spec.run(replace(call, arguments=call.arguments | {"page": result["next_page"]}))
        gathered += result[spec.rows]
        read += 1
        await call.progress(read, wanted)
    cut = None if result["cut"] is None else f"{len(gathered)} shown from {read} pages, there are more"
    return result | {spec.rows: gathered, "cut": cut}
