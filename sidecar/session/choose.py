"""Chooses the stand-in for one found span: what the rule asks for, in a form that fits where it will stand.

At most three tries per leaf: the rule's operator, an irreversible surrogate of the same shape, else nothing fits and
the message is withheld. It keeps no state; the vault remembers tokens.
"""

from __future__ import annotations

from dataclasses import dataclass

from sidecar.policy.model import Operator
from sidecar.protocol.leaf import Kind
from sidecar.redaction import operators
from sidecar.redaction.findings import Finding, Passage
from sidecar.vault.memory import Vault
from sidecar.vault.tokens import Origin, as_mail


@dataclass(frozen=True, slots=True)
class Chooser:
    """``key`` salts irreversible operators: stable per scope, meaningless without it."""

    vault: Vault
    key: bytes
    scope: str
    origin: Origin

    def stand_in(self, passage: Passage, kind: Kind, finding: Finding, operator: Operator) -> str:
        """The replacement of ``passage.text[finding.start:finding.end]``."""
        value = passage.text[finding.start : finding.end]
        if operator == "keep":
            return value
        if passage.json_type in {"integer", "number"}:
            return self._operate("surrogate", value, finding.entity, passage.json_type)
        if operator == "token":
            token = self.token(finding.entity, value)
            return token if token is not None else self.label(finding.entity, kind)
        if operator == "label":
            return self.label(finding.entity, kind)
        return self._operate(operator, value, finding.entity, passage.json_type)

    def token(self, entity: str, value: str) -> str | None:
        """None where the vault takes no such value."""
        return self.vault.mint(self.scope, self.origin, entity, value)

    def fitting(self, passage: Passage, finding: Finding, operator: Operator) -> str:
        """The second try, where the first does not satisfy a schema: the token's own spelling, else a surrogate."""
        value = passage.text[finding.start : finding.end]
        if operator == "token":
            token = self.token(finding.entity, value)
            spelt = as_mail(token) if token is not None else None
            if spelt is not None:
                return spelt
        return self._operate("surrogate", value, finding.entity, passage.json_type)

    def label(self, entity: str, kind: Kind) -> str:
        """``<EMAIL_ADDRESS>``; without the angle brackets where they are illegal (RFC 3986)."""
        return entity if kind is Kind.URI else f"<{entity}>"

    def _operate(self, name: Operator, value: str, entity: str, json_type: str) -> str:
        context = operators.Context(key=self.key, scope=self.scope, json_type=json_type)
        return operators.load(name).apply(value, entity, context)
