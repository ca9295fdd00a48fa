"""Replaces every character of the value by an asterisk with presidio-anonymizer's Mask; keeps the length."""

from __future__ import annotations

from functools import cache
from typing import Any

from sidecar.redaction.operators import Context


@cache
def _operator() -> Any:
    from presidio_anonymizer.operators import Mask

    return Mask()


def apply(text: str, entity: str, context: Context) -> str:  # noqa: ARG001  every operator has this signature
    params = {"masking_char": "*", "chars_to_mask": len(text), "from_end": False}
    return str(_operator().operate(text, params))
