"""Takes personal data out of MCP traffic, in both directions, without either side noticing.

The tree is the way of a message::

    errors, events      what can go wrong, what is worth recording (never a value)
    wire                bytes ↔ JSON-RPC: framing, decoding with limits, the tree editor, spans of JSON in text
    protocol            what MCP messages mean: where text lives in every method of every revision
    redaction           passages → findings → text: field names, Presidio, names, texts inside texts, operators
    policy              what to do with what was found
    vault               token ↔ value
    session             the state machine: messages in → actions out
    transports          the edges: stdio, HTTP; pump and pool drive the session
    observe, inspector, admin   events as lines and numbers; the dev page; health
    config, runtime, cli        reads the policy, builds everything, starts it

As a library::

    from sidecar import Redactor
    value, report = Redactor.from_policy("strict").redact({"email": "jane@example.com"})
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["Redactor", "__version__"]

if TYPE_CHECKING:
    from sidecar.runtime.redactor import Redactor


def __getattr__(name: str) -> object:
    """``Redactor`` is loaded on first use, so that the command line starts without it."""
    if name == "Redactor":
        from sidecar.runtime.redactor import Redactor

        return Redactor
    raise AttributeError(name)
