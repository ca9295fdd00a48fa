"""Leaves the value as it is; nothing is hidden."""

from __future__ import annotations

from sidecar.redaction.operators import Context


def apply(text: str, entity: str, context: Context) -> str:  # noqa: ARG001  every operator has this signature
    return text
