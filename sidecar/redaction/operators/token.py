"""Replaces the value by its reversible token, made by whoever keeps the values; by its label where none can be made.

It keeps nothing and derives nothing itself: ``Context.mint`` does.
"""

from __future__ import annotations

from sidecar.redaction.operators import Context


def apply(text: str, entity: str, context: Context) -> str:
    token = context.mint(entity, text) if context.mint is not None else None
    return token if token is not None else f"<{entity}>"
