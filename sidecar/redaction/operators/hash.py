"""Replaces the value by its SHA-256 salted with the scope's key, with presidio-anonymizer's Hash; equal values stay equal within a scope.

Without that salt the operator would draw a new one each call.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any

from sidecar.redaction.operators import Context


@cache
def _operator() -> Any:
    from presidio_anonymizer.operators import Hash

    return Hash()


def apply(text: str, entity: str, context: Context) -> str:  # noqa: ARG001  every operator has this signature
    salt = sha256(b"hash\0" + context.scope.encode() + b"\0" + context.key).digest()
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return str(_operator().operate(text, {"hash_type": "sha256", "salt": salt}))
