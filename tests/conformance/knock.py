"""The command the suite starts as a client: it hands its order to the test that is waiting for it, and is done with it.

It knows no MCP; what it costs is a Python without imports worth mentioning, thirty times at once.
"""

import json
import os
import socket
import sys

order = {
    "scenario": os.environ["MCP_CONFORMANCE_SCENARIO"],
    "version": os.environ["MCP_CONFORMANCE_PROTOCOL_VERSION"],
    "context": json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT", "{}")),
    "url": sys.argv[1],
}
with socket.create_connection(("127.0.0.1", int(os.environ["TEST_CLIENT_PORT"]))) as door:
    door.sendall(json.dumps(order).encode() + b"\n")
    answer = door.makefile().readline()
sys.exit(0 if answer == "done\n" else 1)
