"""A stdio server for tests of the HTTP listener before it: each request's method names an act. Standard library only."""

import json
import os
import sys

HELD = []


def say(body):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **body}) + "\n")
    sys.stdout.flush()


def answer(message, **members):
    say({"id": message["id"], "result": {"pid": os.getpid(), "id_here": message["id"], **members}})


def act(message):  # noqa: C901, PLR0912 - a table of acts
    method, params = message.get("method"), message.get("params", {})
    if method is None:
        answer(HELD.pop(), answered=message["result"])
    elif method == "notifications/cancelled":
        say({"method": "notifications/message", "params": {"data": "cancelled", "of": params["requestId"]}})
    elif method == "test/hold":
        say({"method": "notifications/message", "params": {"data": "holding"}})
        HELD.append(message)
    elif method == "test/quiet":
        HELD.append(message)
    elif method == "test/release":
        answer(HELD.pop())
        answer(message)
    elif method == "test/ask":
        HELD.append(message)
        say({"id": "q", "method": "roots/list"})
    elif method == "test/progress":
        token = params["_meta"]["progressToken"]
        say({"method": "notifications/progress", "params": {"progressToken": token, "progress": 1}})
        answer(message, token_here=token)
    elif method == "subscriptions/listen":
        meta = {"_meta": {"io.modelcontextprotocol/subscriptionId": message["id"]}}
        say({"method": "notifications/subscriptions/acknowledged", "params": meta})
        HELD.append(message)
    elif method == "test/note":
        say({"method": "notifications/resources/updated", "params": {}})
    elif method == "test/error":
        say({"id": message["id"], "error": {"code": params["code"], "message": "as asked"}})
    elif method == "test/die":
        os._exit(3)
    elif method == "tools/list":
        properties = {"region": {"type": "string", "x-mcp-header": "Region"}}
        answer(message, tools=[{"name": "t", "inputSchema": {"type": "object", "properties": properties}}])
    elif "id" in message:
        answer(message, protocolVersion="2025-11-25")


for line in sys.stdin:
    decoded = json.loads(line)
    for each in decoded if isinstance(decoded, list) else [decoded]:
        act(each)
