import asyncio
import os
import socket
import sys

import aiohttp

from tests.k8s import facts

BOUND_S = 60
MAIN = "import sys; from upstream_sfmc.cli import main; sys.exit(main())"
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "k8s-test", "version": "1"},
    },
}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def test_devs_upstream_command_starts_and_answers_where_the_sidecar_looks(dev):
    sidecar, upstream = facts.sidecar_and_upstream(next(facts.pods(dev))[1])
    assert upstream["command"] == ["upstream-sfmc"]
    port = str(_free_port())
    arguments = [each.replace("9000", port) for each in upstream["args"]]
    url = sidecar["args"][sidecar["args"].index("--upstream") + 1].replace("9000", port)
    # The emulator refuses to start beside a tenant's credentials.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SFMC_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", MAIN, *arguments, env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        assert process.stderr
        line = await asyncio.wait_for(process.stderr.readline(), BOUND_S)
        assert port.encode() in line
        headers = {"Accept": "application/json, text/event-stream"}
        async with (
            asyncio.timeout(BOUND_S),
            aiohttp.ClientSession() as client,
            client.post(url, json=INITIALIZE, headers=headers) as answer,
        ):
            assert answer.status == 200
            assert '"serverInfo"' in await answer.text()
    finally:
        process.terminate()
        await asyncio.wait_for(process.communicate(), BOUND_S)
