"""An MCP client that works with the server the way an agent would: each call uses what the one before answered.

It speaks the official SDK and knows nothing of what stands between it and the server. One JSON object per call goes to
standard output: ``{"tool", "arguments", "result"}``. For demonstrations and tests::

    python -m upstream_sfmc.tour --url http://127.0.0.1:8931/mcp
    python -m upstream_sfmc.tour -- upstream-sfmc --emulator
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

Answers = dict[str, Any]
Step = tuple[str, Callable[[Answers], Mapping[str, Any]]]

DATA_EXTENSION = "Customer_Master"


def _row(answers: Answers) -> Mapping[str, Any]:
    row: Mapping[str, Any] = answers["de_rows"]["items"][0]["values"]
    return row


def _key(answers: Answers) -> str:
    found = answers["contact_search_by_email"]["channelAddressResponseEntities"][0]
    return str(found["contactKeyDetails"][0]["contactKey"])


def steps(message_key: str) -> Sequence[Step]:
    return (
        ("sfmc_whoami", lambda _: {}),
        ("de_list", lambda _: {"search": "Customer"}),
        ("de_fields", lambda _: {"key": DATA_EXTENSION}),
        ("de_rows", lambda _: {"key": DATA_EXTENSION, "page_size": 3}),
        ("contact_search_by_email", lambda a: {"email": _row(a)["emailaddress"]}),
        ("contact_get", lambda a: {"contact_key": _key(a)}),
        ("subscriber_get", lambda a: {"email": _row(a)["emailaddress"]}),
        ("tracking_events", lambda _: {"type": "bounce", "since": "2020-01-01T00:00:00", "page_size": 2}),
        ("asset_search", lambda _: {"asset_type": "htmlemail", "page_size": 1}),
        (
            "email_send",
            lambda a: {
                "definition_key": "tx_order_confirmation",
                "contact_key": _key(a),
                "to": _row(a)["emailaddress"],
                "message_key": message_key,
            },
        ),
        ("message_status", lambda _: {"message_key": message_key}),
    )


async def walk(client: Client, message_key: str, only: Sequence[str] = ()) -> None:
    """Make the calls in order; a call that cannot be made for want of an answer says so."""
    await client.list_tools()
    answers: Answers = {}
    for tool, arguments in steps(message_key):
        if only and tool not in only:
            continue
        try:
            made = dict(arguments(answers))
        except (KeyError, IndexError, TypeError):
            _say(tool, {}, None, "an earlier answer that this call needs is missing")
            continue
        result = await client.call_tool(tool, made)
        if not result.is_error:
            answers[tool] = result.structured_content
        text = "\n".join(getattr(block, "text", "") for block in result.content)
        _say(tool, made, result.structured_content, text, is_error=bool(result.is_error))


def _say(tool: str, arguments: Mapping[str, Any], structured: Any, text: str, *, is_error: bool = False) -> None:
    line = {"tool": tool, "arguments": arguments, "result": structured, "text": text, "is_error": is_error}
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


async def _tour(url: str | None, command: Sequence[str], message_key: str, only: Sequence[str]) -> None:
    if url is not None:
        async with Client(url) as client:
            await walk(client, message_key, only)
        return
    server = StdioServerParameters(command=command[0], args=list(command[1:]), env=dict(os.environ))
    async with Client(stdio_client(server)) as client:
        await walk(client, message_key, only)


def main(argv: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if argv is None else argv)
    command: list[str] = []
    if "--" in words:
        at = words.index("--")
        words, command = words[:at], words[at + 1 :]
    parser = argparse.ArgumentParser(
        prog="python -m upstream_sfmc.tour", description="Walk through the server as an agent would."
    )
    parser.add_argument("--url", help="an MCP endpoint; else the server's command after --")
    parser.add_argument("--only", action="append", default=[], help="only this tool (again for more)")
    parser.add_argument("--message-key", default="tour-1", help="key of the message that is sent")
    options = parser.parse_args(words)
    if (options.url is None) == (not command):
        parser.error("give either --url or a server's command after --")
    asyncio.run(_tour(options.url, command, options.message_key, options.only))
    return 0


if __name__ == "__main__":
    sys.exit(main())
