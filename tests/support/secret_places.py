"""Places where secrets are kept, on loopback: a Vault that speaks KV version 2, and moto's AWS Secrets Manager."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from aiohttp import web


class Vault:
    """``kept``: (mount, path) → data. ``versions`` count writes, as KV version 2 does. Speaks to ``token`` only."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.kept: dict[tuple[str, str], dict[str, Any]] = {}
        self.reads = 0
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        if request.headers.get("X-Vault-Token") != self.token:
            return web.json_response({"errors": ["permission denied"]}, status=403)
        self.reads += 1
        data = self.kept.get((request.match_info["mount"], request.match_info["path"]))
        if data is None:
            return web.json_response({"errors": []}, status=404)
        return web.json_response({"request_id": "r", "data": {"data": data, "metadata": {"version": 1}}})


@asynccontextmanager
async def vault(token: str) -> AsyncIterator[Vault]:
    server = Vault(token)
    app = web.Application()
    app.router.add_get("/v1/{mount}/data/{path:.+}", server.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


AWS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing-only",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@contextmanager
def secrets_manager(monkeypatch: Any) -> Iterator[Any]:
    """A boto3 client of moto's server; the environment points at it as a deployment's would."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        for name, value in {**AWS, "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{host}:{port}"}.items():
            monkeypatch.setenv(name, value)
        yield boto3.client("secretsmanager")
    finally:
        server.stop()
