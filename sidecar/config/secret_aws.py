"""``aws:NAME#KEY``: AWS Secrets Manager through boto3, which finds credentials, region and endpoint its own way.

Without ``#KEY`` the whole text is the secret. boto3 blocks, so it runs on a thread.
"""

from __future__ import annotations

import asyncio

from sidecar.config.secrets import picked
from sidecar.errors import BadConfig


async def read(place: str) -> str:
    name, _, key = place.partition("#")
    return picked(await asyncio.to_thread(_fetch, name), key, "the AWS secret")


def files(_place: str) -> tuple[str, ...]:
    return ()


def _fetch(name: str) -> str:
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        raise BadConfig("aws: needs boto3: install mcp-sidecar[aws]") from None
    settings = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2})
    try:
        answer = boto3.session.Session().client("secretsmanager", config=settings).get_secret_value(SecretId=name)
    except ClientError as error:  # its text may repeat what was asked
        raise BadConfig(f"AWS Secrets Manager refused: {error.response['Error'].get('Code', 'failed')}") from None
    except BotoCoreError as error:
        raise BadConfig(f"AWS Secrets Manager cannot be asked: {type(error).__name__}") from None
    text = answer.get("SecretString")
    return str(text) if text is not None else bytes(answer["SecretBinary"]).decode("utf-8")
