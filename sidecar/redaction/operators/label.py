"""Replaces the value by its entity's name, ``<EMAIL_ADDRESS>``; cannot be undone."""

from __future__ import annotations

from sidecar.redaction.operators import Context


def apply(text: str, entity: str, context: Context) -> str:  # noqa: ARG001  every operator has this signature
    return f"<{entity}>"
