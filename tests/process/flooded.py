"""A process of its own that listens with limits and callers, and little patience: what ``test_floods`` floods.

``python -m tests.process.flooded UPSTREAM GUARD_FILE HEAD_S PART_S`` prints its port and lives until its stdin ends.
"""

from __future__ import annotations

import asyncio
import sys

import uvloop

from sidecar.runtime.build import App, Settings
from sidecar.transports import connections
from sidecar.transports.http import HttpProxy, HttpSettings


class Cold(App):
    """No message here has a text; what the models take would look like growth."""

    def warm(self) -> None:
        pass


async def listen(upstream: str, guard: str, head_s: float) -> None:
    app = Cold(Settings(policy="observe", engine="none", upstream=upstream, guard=guard), [])
    proxy = HttpProxy(app, HttpSettings(upstream, head_s=head_s, drain_s=0.2))
    print(await proxy.start(), flush=True)
    await asyncio.to_thread(sys.stdin.buffer.read)
    await proxy.stop()
    await app.close()


if __name__ == "__main__":
    connections.PART_S = float(sys.argv[4])  # type: ignore[misc]  # nobody waits for half a minute
    uvloop.run(listen(sys.argv[1], sys.argv[2], float(sys.argv[3])))
