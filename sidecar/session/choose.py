"""Chooses the stand-in for one found span: what the rule asks for, in a form that fits where it will stand.

At most three tries per leaf: the rule's operator; the token in a spelling the schema accepts; an irreversible surrogate of
the same shape. Else nothing fits and the message is withheld. It keeps no state; the vault remembers tokens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sidecar.policy.model import Operator
from sidecar.protocol.leaf import Kind
from sidecar.protocol.schemas import Declared
from sidecar.redaction import operators
from sidecar.redaction.findings import Finding, Passage
from sidecar.session.seek import SPELT, plain_name
from sidecar.vault import spellings
from sidecar.vault.base import Vault
from sidecar.vault.tokens import Origin

TRIES = 3
_CANDIDATES = 8
"""Surrogates tried for one value: in a small domain another value may have the first."""
_NOTHING_DECLARED = Declared()


@dataclass(frozen=True, slots=True)
class Chooser:
    """``key`` salts irreversible operators: stable per scope, meaningless without it."""

    vault: Vault
    key: bytes
    scope: str
    origin: Origin
    answers: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    """What a store said the tokens of this message stand for."""

    def stand_in(self, passage: Passage, kind: Kind, finding: Finding, operator: Operator) -> str:
        """The replacement of ``passage.text[finding.start:finding.end]``."""
        value = passage.text[finding.start : finding.end]
        if operator == "keep":
            return value
        if passage.json_type in {"integer", "number"}:
            return self._remembered(passage, finding, operator, _NOTHING_DECLARED)
        if operator == "token":
            token = self.token(finding.entity, value)
            return token if token is not None else self.label(finding.entity, kind)
        if operator == "label":
            return self.label(finding.entity, kind)
        return self._operate(operator, value, finding.entity, passage.json_type)

    def token(self, entity: str, value: str) -> str | None:
        """None where the vault takes no such value."""
        return self.vault.mint(self.scope, self.origin, plain_name(entity), value)

    def fitting(
        self,
        passage: Passage,
        finding: Finding,
        operator: Operator,
        declared: Declared = _NOTHING_DECLARED,
        attempt: int = 0,
    ) -> str:
        """Where the first does not satisfy a schema: a spelling of the token, what the vault remembers, what cannot be undone."""
        value = passage.text[finding.start : finding.end]
        if operator == "token" and attempt == 0 and passage.json_type not in {"integer", "number"}:
            token = self.token(finding.entity, value)
            spelt = spellings.spell(token, declared.format, value) if token is not None else None
            if spelt is not None:
                return spelt
        if attempt <= 1:
            return self._remembered(passage, finding, operator, declared)
        return self._operate("surrogate", value, "", passage.json_type)

    def resolve(self, token: str) -> str | None:
        """The value of a token, or of a stand-in only the vault can tell; None: not to be restored here."""
        if self.vault.is_remote:
            return self.answers.get(token)
        if token.startswith(SPELT):
            return self.vault.spelt(self.scope, token[len(SPELT) :])
        return self.vault.resolve(self.scope, token)

    def label(self, entity: str, kind: Kind) -> str:
        """``<EMAIL_ADDRESS>``; without the angle brackets where they are illegal (RFC 3986)."""
        return entity if kind is Kind.URI else f"<{entity}>"

    def _remembered(self, passage: Passage, finding: Finding, operator: Operator, declared: Declared) -> str:
        """A surrogate; under ``token`` one the vault can undo, if the value is a leaf as a whole."""
        value = passage.text[finding.start : finding.end]
        candidates = self._candidates(value, finding.entity, passage.json_type, declared)
        is_whole = finding.start == 0 and finding.end == len(passage.text)
        if operator != "token" or not is_whole:
            return next(candidates)
        if self.vault.spelt(self.scope, value) is not None:
            return value  # it is one already
        spelt = self.vault.spell(self.scope, self.origin, plain_name(finding.entity), value, candidates)
        return spelt if spelt is not None else self._operate("surrogate", value, finding.entity, passage.json_type)

    def _candidates(self, value: str, entity: str, json_type: str, declared: Declared) -> Iterator[str]:
        # A declared pattern is met by the value's own shape more often than by its entity's.
        entity = "" if declared.pattern else entity
        for attempt in range(_CANDIDATES):
            context = operators.Context(
                self.key, f"{self.scope}\x1f{self.origin}", json_type, declared.format, attempt=attempt
            )
            yield operators.load("surrogate").apply(value, entity, context)

    def _operate(self, name: str, value: str, entity: str, json_type: str) -> str:
        context = operators.Context(self.key, self.scope, json_type, mint=self.token)
        return operators.load(name).apply(value, entity, context)
