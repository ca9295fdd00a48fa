"""Lets nothing of the message pass that holds the value.

The session refuses the message before it asks for a stand-in; whoever asks all the same gets the refusal as an error.
"""

from __future__ import annotations

from sidecar.errors import Withheld
from sidecar.redaction.operators import Context


def apply(text: str, entity: str, context: Context) -> str:  # noqa: ARG001  every operator has this signature
    raise Withheld(f"Withheld: {entity} is blocked.")
