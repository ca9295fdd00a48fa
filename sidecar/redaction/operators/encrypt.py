"""Replaces the value by its AES-CBC ciphertext under the scope's key, with presidio-anonymizer's Encrypt; another text at every call.

Never claimed idempotent: use it toward the client only.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any

from sidecar.redaction.operators import Context


@cache
def _operator() -> Any:
    from presidio_anonymizer.operators import Encrypt

    return Encrypt()


def key_for(context: Context) -> bytes:
    """The 256-bit key of the context's scope; what presidio-anonymizer's Decrypt needs."""
    return sha256(b"encrypt\0" + context.scope.encode() + b"\0" + context.key).digest()


def apply(text: str, entity: str, context: Context) -> str:  # noqa: ARG001  every operator has this signature
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return str(_operator().operate(text, {"key": key_for(context)}))
