"""A FastMCP server with text, structured content, resources and prompts: a peer from another library."""

from __future__ import annotations

import hashlib
import sys
from typing import Any

from fastmcp import FastMCP

server: FastMCP[Any] = FastMCP("fast")


@server.tool(annotations={"readOnlyHint": True})
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@server.tool(annotations={"readOnlyHint": True})
def owner(record: str) -> dict[str, str]:
    """Who owns a record?"""
    return {"record": record, "email": "maria.lindqvist@example.com"}


@server.tool
def assign(record: str, email: str) -> str:
    """Give a record to someone. Answers with the digest of what was stored."""
    return f"{record}: {hashlib.sha256(email.encode()).hexdigest()}"


@server.resource("memo://today", mime_type="text/plain")
def memo() -> str:
    return "Call maria.lindqvist@example.com about the invoice."


@server.resource("memo://by/{day}", mime_type="text/plain")
def by_day(day: str) -> str:
    return f"Nothing on {day}."


@server.prompt
def greet(name: str) -> str:
    return f"Greet {name}."


def main() -> None:
    if sys.argv[1:] != ["--http"]:
        server.run("stdio", show_banner=False)
        return
    import socket

    import uvicorn

    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}/mcp", file=sys.stderr, flush=True)
        uvicorn.Server(uvicorn.Config(server.http_app(path="/mcp"), log_level="critical")).run(sockets=[listener])


if __name__ == "__main__":
    main()
