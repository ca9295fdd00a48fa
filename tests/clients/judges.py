"""The official clients as judges of structured results: each says what it has against a result, or nothing.

They are asked over their own transports within a process, because what is judged are results, not how they travel.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import anyio
from mcp.client.session import ClientSession
from mcp.shared.memory import create_client_server_memory_streams
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCResponse

from tests.clients.peers import HERE, NODE, WAIT_S, environment


async def judged_by_python(tools: list[dict[str, Any]], results: list[dict[str, Any]]) -> list[str]:
    said: list[str] = []
    async with create_client_server_memory_streams() as (near, far), anyio.create_task_group() as group:
        group.start_soon(_serve, far, tools, results)
        async with ClientSession(*near) as session:
            await session.initialize()
            await session.list_tools()
            for tool in tools:
                try:
                    await session.call_tool(tool["name"], {})
                except RuntimeError as error:
                    said.append(str(error)[:300] or "refused")
                else:
                    said.append("")
        group.cancel_scope.cancel()
    return said


async def _serve(streams: Any, tools: list[dict[str, Any]], results: list[dict[str, Any]]) -> None:
    read, write = streams
    async for packed in read:
        request = packed.message
        if getattr(request, "id", None) is None:
            continue
        match request.method:
            case "initialize":
                result: dict[str, Any] = {
                    "protocolVersion": request.params["protocolVersion"],
                    "capabilities": {"tools": {}},
                    "serverInfo": {"name": "cases", "version": "1"},
                }
            case "tools/list":
                result = {"tools": tools}
            case _:
                result = results[int(request.params["name"][1:])]
        await write.send(SessionMessage(JSONRPCResponse(jsonrpc="2.0", id=request.id, result=result)))


async def judged_by_typescript(tools: list[dict[str, Any]], results: list[dict[str, Any]]) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        NODE,
        str(HERE / "node" / "judge.mjs"),
        env=environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        order = json.dumps({"tools": tools, "results": results}).encode()
        out, err = await asyncio.wait_for(process.communicate(order), WAIT_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, err.decode()[-3000:]
    return list(json.loads(out))
