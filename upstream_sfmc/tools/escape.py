"""The way round the tools: a GET of any REST path. It is offered only where the operator names it, and writes nothing."""

from __future__ import annotations

import json
import re

from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools.schemas import CELLS, TEXT, gives, takes, text, whole
from upstream_sfmc.tools.spec import Call, Json, ToolSpec

BODY_CHARS = 50_000
_PATH = re.compile(r"/(?:[\w.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2}|/)+")


async def rest_get(call: Call) -> Json:
    where = call.arguments["path"]
    if not _PATH.fullmatch(where) or "//" in where or any(part in {".", ".."} for part in where.split("/")):
        raise Failure(Category.INVALID_INPUT, "input", "/path is no plain absolute path; the query goes into /query.")
    answer = await call.sfmc.rest("GET", where, query=call.get("query", {}), mid=call.mid, may_be_text=True)
    most = call.get("max_chars", BODY_CHARS)
    whole_text = json.dumps(answer, ensure_ascii=False)
    if len(whole_text) <= most:
        return {"body": answer, "cut": None}
    return {"body": whole_text[:most], "cut": f"{most} of {len(whole_text)} characters, as text"}


TOOLS = (
    ToolSpec(
        "sfmc_rest_get",
        "GET any REST path",
        "Read any path of the REST API that no other tool reads, e.g. /platform/v1/endpoints. The answer comes as it is; "
        "a long one is cut and then text.",
        takes(
            ("path",),
            path=text("Absolute path, percent-encoded, without query", max_length=1000),
            query={**CELLS, "maxProperties": 20, "description": "Query parameters"},
            max_chars=whole("Longest answer to give back", 100, 500_000) | {"default": BODY_CHARS},
        ),
        gives(("body", "cut"), cut=TEXT),
        rest_get,
        is_experimental=True,
    ),
)
