"""Why a message is not sent, and what to do instead: texts for models and people, without a value. It decides nothing."""

from __future__ import annotations

from sidecar.errors import TooLarge, Withheld
from sidecar.policy.model import Decision


def blocked(at: str, entity: str, decision: Decision) -> Withheld:
    return Withheld(f"Withheld: {at} holds {entity}, which rule {decision.rule} blocks.")


def written(at: str, entity: str, policy: str, decision: Decision) -> Withheld:
    """Personal data in a call of a tool that may write."""
    return Withheld(
        f"Not sent: {at} holds {entity}, and this tool may write. Under policy '{policy}' personal "
        "data is not sent to tools that write. Use a record id or a placeholder you were given, or ask the operator "
        f"for a rule that lets this argument pass (rule {decision.rule} decided)."
    )


def unknown_token(at: str) -> Withheld:
    return Withheld(
        f"Not sent: {at} holds a placeholder this session cannot turn back into a value "
        "(unknown, expired, mistyped or of another server). Ask the server for the record again and "
        "use the placeholder from that answer, exactly as written."
    )


def label(at: str, text: str) -> Withheld:
    return Withheld(
        f"Not sent: {at} holds {text}, which stands for a value you cannot see. It must not "
        "be written into the system. Leave it out, or use the record's id."
    )


def unfitting(at: str) -> Withheld:
    return Withheld(f"Withheld: {at} holds personal data and nothing else satisfies the schema announced for it.")


def skill(at: str, entity: str) -> Withheld:
    """A skill's file: changed, the client would take it for forged."""
    return Withheld(f"Withheld: {at} of a skill holds {entity}.")


def size(after: int, limit: int) -> TooLarge:
    return TooLarge(f"Withheld: with its stand-ins the message has {after} bytes, and its reader takes {limit}.")


def left_over() -> Withheld:
    """The residual scan found what should be gone."""
    return Withheld("Withheld: a value that was to be hidden still stood somewhere in the message.")
