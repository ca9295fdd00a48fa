"""``vault:MOUNT/PATH#KEY``: HashiCorp Vault's KV engine, version 2, over its HTTP interface.

Address, token and namespace come from Vault's own variables: VAULT_ADDR, VAULT_TOKEN (or VAULT_TOKEN_FILE),
VAULT_NAMESPACE, VAULT_CACERT. The library ``hvac`` is not used: it brings a second HTTP stack, for one GET request.
"""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from sidecar.config import secret_env
from sidecar.config.addresses import endpoint
from sidecar.config.secret_registry import REGISTRY
from sidecar.config.secrets import member
from sidecar.errors import BadConfig

if TYPE_CHECKING:
    import aiohttp

_TIMEOUT_S: Final = 10.0
_LARGEST: Final = 1024 * 1024
_OK: Final = 200
_TOKEN: Final = "VAULT_TOKEN"  # noqa: S105 - a variable's name


async def read(place: str) -> str:
    path, _, key = place.partition("#")
    mount, _, rest = path.strip("/").partition("/")
    rest = rest.removeprefix("data/")
    if not mount or not rest or not key:
        raise BadConfig("expected vault:MOUNT/PATH#KEY")
    url = f"{_address()}/v1/{quote(mount)}/data/{quote(rest)}"
    token = (await secret_env.read(_TOKEN)).strip()
    REGISTRY.add(token)
    try:
        data = await _get(url, token)
    finally:
        REGISTRY.drop(token)
    inner = data.get("data") if isinstance(data, dict) else None
    return member(inner.get("data") if isinstance(inner, dict) else None, key, "the Vault path")


def files(_place: str) -> tuple[str, ...]:
    return secret_env.files(_TOKEN)


def _address() -> str:
    address = os.environ.get("VAULT_ADDR", "").rstrip("/")
    if not address:
        raise BadConfig("VAULT_ADDR is not set")
    try:
        where = endpoint(f"{address}/v1")
    except BadConfig:
        raise BadConfig("VAULT_ADDR: expected https://HOST:PORT") from None
    if not where.is_tls and not where.at.is_local:
        raise BadConfig("VAULT_ADDR: plain http only to loopback; use https://")
    return address


async def _get(url: str, token: str) -> object:
    import aiohttp

    headers = {"X-Vault-Token": token, "X-Vault-Request": "true"}
    if namespace := os.environ.get("VAULT_NAMESPACE"):
        headers["X-Vault-Namespace"] = namespace
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=False, connector=_connector(url)) as session,
            session.get(url, headers=headers, allow_redirects=False) as answer,
        ):
            if answer.status != _OK:
                raise BadConfig(f"Vault answered with status {answer.status}")
            body = await answer.content.read(_LARGEST)
    except (aiohttp.ClientError, OSError, TimeoutError):
        raise BadConfig("Vault cannot be reached") from None
    import json

    try:
        found: object = json.loads(body)
    except ValueError:
        raise BadConfig("Vault's answer is not JSON") from None
    return found


def _connector(url: str) -> aiohttp.TCPConnector:
    import aiohttp

    if not url.startswith("https:"):
        return aiohttp.TCPConnector()
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authority := os.environ.get("VAULT_CACERT"):
        try:
            context.load_verify_locations(cafile=authority)
        except OSError:
            raise BadConfig("VAULT_CACERT: no certificates can be read from it") from None
    return aiohttp.TCPConnector(ssl=context)
