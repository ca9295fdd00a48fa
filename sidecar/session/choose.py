"""Chooses the stand-in for one found span: what the rule asks for, in a form that fits where it will stand.

Tries per leaf: the rule's operator; the token in a spelling the schema accepts; a surrogate, which the vault remembers where it
stands for a whole leaf. Else nothing fits and the message is withheld. It keeps no state; the vault remembers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableMapping
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

TRIES = 2
_CANDIDATES = 16
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
    doubtful: MutableMapping[str, None] = field(default_factory=dict, repr=False, compare=False)
    """Stand-ins of small domains that the server said too: nobody can tell whether it meant the value it hides or itself."""

    def stand_in(self, passage: Passage, kind: Kind, finding: Finding, operator: Operator) -> str:
        """The replacement of ``passage.text[finding.start:finding.end]``; for a number it may be none, which fits nowhere."""
        value = passage.text[finding.start : finding.end]
        if operator == "keep":
            return value
        if passage.json_type in {"integer", "number"}:
            number = self._remembered(passage, finding, operator, _NOTHING_DECLARED, None)
            return number if number is not None else self.label(finding.entity, kind)
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
        accepts: Callable[[str], bool] | None = None,
    ) -> str | None:
        """Where the first does not satisfy a schema: a spelling of the token, what the vault remembers, what cannot be undone.

        ``accepts`` says what does, where the finding is the whole leaf.
        """
        value = passage.text[finding.start : finding.end]
        if operator == "token" and attempt == 0 and passage.json_type not in {"integer", "number"}:
            token = self.token(finding.entity, value)
            spelt = spellings.spell(token, declared.format, value) if token is not None else None
            if spelt is not None:
                return spelt
        return self._remembered(passage, finding, operator, declared, accepts)

    def remembered(self, finding: Finding, value: str, candidates: Iterable[str]) -> str | None:
        """The first of ``candidates`` that stands for no other value; the vault can undo it."""
        return self.vault.spell(self.scope, self.origin, plain_name(finding.entity), value, candidates)

    def resolve(self, token: str) -> str | None:
        """The value of a token, or of a stand-in only the vault can tell; None: not to be restored here."""
        if token.startswith(SPELT) and token[len(SPELT) :] in self.doubtful:
            return None
        if self.vault.is_remote:
            return self.answers.get(token)
        if token.startswith(SPELT):
            return self.vault.spelt(self.scope, token[len(SPELT) :])
        return self.vault.resolve(self.scope, token)

    def label(self, entity: str, kind: Kind) -> str:
        """``<EMAIL_ADDRESS>``; without the angle brackets where they are illegal (RFC 3986)."""
        return entity if kind is Kind.URI else f"<{entity}>"

    def _remembered(
        self,
        passage: Passage,
        finding: Finding,
        operator: Operator,
        declared: Declared,
        accepts: Callable[[str], bool] | None,
    ) -> str | None:
        """A surrogate; under ``token`` one the vault can undo, if the value is a leaf as a whole.

        None where each stands for another value already: one that is turned back must not be shown for two.
        """
        value = passage.text[finding.start : finding.end]
        is_whole = finding.start == 0 and finding.end == len(passage.text)
        made = self._candidates(value, finding.entity, passage.json_type, declared)
        candidates = made if accepts is None else filter(accepts, made)
        if operator != "token" or not is_whole:
            return next(candidates, None)
        if self.vault.spelt(self.scope, value) is not None:
            if self.origin == "server":
                self.doubtful[value] = None
            return value  # it is one already, or a value that happens to look like one
        if self.vault.is_sealed:
            return next(candidates, None)
        return self.remembered(finding, value, candidates)

    def _candidates(self, value: str, entity: str, json_type: str, declared: Declared) -> Iterator[str]:
        """Of the format, or the entity's shape, else, for patterns, of the value's own."""
        surrogate = operators.load("surrogate")
        for attempt in range(_CANDIDATES):
            for format_ in (declared.format, "pattern") if declared.pattern else (declared.format,):
                context = operators.Context(
                    self.key, f"{self.scope}\x1f{self.origin}", json_type, format_, attempt=attempt
                )
                yield surrogate.apply(value, entity, context)

    def _operate(self, name: str, value: str, entity: str, json_type: str) -> str:
        context = operators.Context(self.key, self.scope, json_type, mint=self.token)
        return operators.load(name).apply(value, entity, context)
