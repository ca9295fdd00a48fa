"""A process of its own: a secret is used, rotated and used again; then everything the interpreter holds is walked for the old one."""

from __future__ import annotations

import asyncio
import gc
import tempfile
from pathlib import Path

from sidecar.config.addresses import endpoint
from sidecar.config.secret_headers import SecretHeaders
from sidecar.config.secret_registry import REGISTRY
from sidecar.config.secrets import Secrets
from sidecar.transports.upstream import Upstream
from tests.leaks.kept import _LETTERS, holders, marker
from tests.support.guarded_server import HEADER, Guarded, guarded


async def _ask(upstream: Upstream) -> int:
    async with upstream.open("POST", "/mcp", (("Content-Type", "application/json"),), b'{"id":1}') as answer:
        await answer.read()
        return answer.status


def _put(path: Path, *parts: str) -> None:
    path.write_text("-".join(parts))
    path.chmod(0o600)


async def _rotate(server: Guarded, path: Path) -> list[str]:
    secrets = Secrets()
    headers = SecretHeaders(secrets, [f"{HEADER}=file:{path}"], "--upstream-header")
    await secrets.load()
    upstream = Upstream(endpoint(server.url), credentials=headers)
    await upstream.start()
    assert await _ask(upstream) == 200
    print("seen before:", bool(holders()))
    _put(path, "another", "one", "entirely")
    server.key = "another-one-entirely"
    assert await _ask(upstream) == 200
    server.seen.clear()
    assert len(REGISTRY) == 1
    gc.collect()
    found = holders()
    await upstream.close()
    return found


async def _main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "key"
        _put(path, "s3cr3t", marker(_LETTERS), "old")
        async with guarded("") as server:
            server.key = path.read_text()
            print("seen after:", await _rotate(server, path))


if __name__ == "__main__":
    asyncio.run(_main())
