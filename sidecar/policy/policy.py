"""Decides what happens to a finding at a place. It reads nothing and keeps no state.

Precedence, one test per number:

1. The first rule that matches entity and place decides; a file's rules stand before its preset's.
2. No rule matches: ``label``. Silence never lets a value pass.
3. Definition lists (``tools/list`` …) never get tokens: ``token`` becomes the policy's ``lists`` operator, except in URIs.
4. Logs never get tokens: ``token`` becomes ``label``.
5. In arguments of a writing tool anything but ``keep`` is refused, unless the rule or the policy says ``on_write: redact``.
6. A tool is reading when a policy line says so, else when its ``readOnlyHint`` is true and annotations are trusted;
   ``writing_tools`` wins over both.
7. Where a second policy may only tighten this one, the stricter of both decisions stands, and tokens become values only
   where both say so.
8. A value on the list of exceptions, or of one of the policy's ``shapes``, is nobody's data: it stays, whatever the rules say.
"""

from __future__ import annotations

from typing import Final

from sidecar.policy.exceptions import Exceptions
from sidecar.policy.globs import matches
from sidecar.policy.model import (
    STRICTNESS,
    Decision,
    Explanation,
    Operator,
    PolicyData,
    Restore,
    Rule,
    Step,
    Where,
)

_IRREVERSIBLE_FALLBACK: Final[Operator] = "label"
_DEFAULT: Final = "default"
_FOREIGN: Final = STRICTNESS["mask"]
"""Nobody knows how much of a value another package's operator lets through: ours but ``keep`` are preferred."""
EXCEPTED: Final = Decision("keep", "exception")


def _strictness(operator: Operator) -> int:
    return STRICTNESS.get(operator, _FOREIGN)


class Policy:
    """``exceptions``: values that are nobody's data, whatever a recognizer says."""

    def __init__(self, data: PolicyData, exceptions: Exceptions | None = None) -> None:
        self.data = data
        self.exceptions = exceptions if exceptions is not None and len(exceptions) else None
        self.digest = data.digest if exceptions is None else exceptions.digest(data.digest)
        self._is_valueless = self.exceptions is None and not data.shapes
        self._tighter = Policy(data.tighter) if data.tighter is not None else None
        self.reads_paths: bool = any(rule.match.path for rule in data.rules) or bool(
            self._tighter and self._tighter.reads_paths
        )
        """Whether two elements of one array may be decided differently."""

    @property
    def name(self) -> str:
        return self.data.name

    @property
    def makes_tokens(self) -> bool:
        """Whether any rule does: then whoever may call may also turn tokens back."""
        return any(rule.do == "token" for rule in self.data.rules)

    def scans(self, where: Where) -> bool:
        """Opaque values (cursors, requestState) are never scanned; everything else always is."""
        return where.kind != "opaque"

    def excepts(self, entity: str, value: str) -> bool:
        """Rule 8."""
        return (self.exceptions is not None and self.exceptions.has(entity, value)) or any(
            shape.covers(entity, value) for shape in self.data.shapes
        )

    def reads_values(self, entity: str) -> bool:
        """Whether two values of one entity at one place may be decided differently, by rule 8."""
        if self._is_valueless:
            return False
        exceptions = self.exceptions.entries if self.exceptions is not None else ()
        return any(one.entity in {entity, "*"} for one in exceptions) or any(
            matches(shape.entity, entity) for shape in self.data.shapes
        )

    def decide(self, where: Where, entity: str) -> Decision:
        decision = self._decide(where, self._first(where, entity))
        if self._tighter is None:
            return decision
        other = self._tighter.decide(where, entity)
        is_refused = decision.is_refused or other.is_refused
        stricter = other if _strictness(other.operator) > _strictness(decision.operator) else decision
        if is_refused and not stricter.is_refused:
            stricter = stricter._replace(is_refused=True)
        return stricter

    def _first(self, where: Where, entity: str) -> Rule | None:
        for rule in self.data.rules:
            if rule.match.covers(where, entity):
                return rule
        return None

    def _decide(self, where: Where, rule: Rule | None) -> Decision:
        wanted = rule.do if rule is not None else _IRREVERSIBLE_FALLBACK
        operator = self.fit_channel(where, wanted)
        on_write = (rule.on_write if rule is not None else None) or self.data.on_write
        return Decision(
            operator, rule.name if rule is not None else _DEFAULT, self._is_refused(where, operator, on_write)
        )

    def fit_channel(self, where: Where, operator: Operator) -> Operator:
        """What ``operator`` becomes where tokens have no place (rules 3 and 4)."""
        if operator != "token":
            return operator
        if where.channel == "list" and where.kind != "uri":
            return self.data.lists
        return _IRREVERSIBLE_FALLBACK if where.channel == "log" else operator

    def _is_refused(self, where: Where, operator: Operator, on_write: str) -> bool:
        return where.is_writing and where.direction == "to_server" and operator != "keep" and on_write == "refuse"

    def restores(self, where: Where) -> bool:
        """Whether a token at this place of a request becomes its value."""
        return self.restore_rule(where) is not None

    def restore_rule(self, where: Where) -> Restore | None:
        if where.direction != "to_server" or (self._tighter is not None and not self._tighter.restores(where)):
            return None
        return next((rule for rule in self.data.restore if rule.covers(where)), None)

    def is_reading(self, tool: str, *, read_only_hint: bool | None) -> bool:
        if self._tighter is not None and not self._tighter.is_reading(tool, read_only_hint=read_only_hint):
            return False
        if any(matches(glob, tool) for glob in self.data.writing_tools):
            return False
        if any(matches(glob, tool) for glob in self.data.reading_tools):
            return True
        return bool(self.data.trust_annotations and read_only_hint)

    def explain(self, where: Where, entity: str) -> Explanation:
        steps: list[Step] = []
        for rule in self.data.rules:
            steps.append(Step(rule, rule.match.miss(where, entity)))
            if not steps[-1].miss:
                break
        own, decision = self._decide(where, self._first(where, entity)), self.decide(where, entity)
        if decision.rule != own.rule and self._tighter is not None:
            steps += self._tighter.explain(where, entity).steps
        restore = self.restore_rule(where)
        wanted = next((step.rule.do for step in steps if step.rule.name == decision.rule), _IRREVERSIBLE_FALLBACK)
        return Explanation(
            decision, tuple(steps), restore.name if restore else "", self._reason(where, decision, wanted)
        )

    def _reason(self, where: Where, decision: Decision, wanted: Operator) -> str:
        if decision.is_refused:
            return "a writing tool's call that would carry a stand-in made from it is refused (on_write: refuse)"
        if decision.rule == _DEFAULT:
            return "no rule matches: what no rule covers is labelled"
        if decision.operator != wanted:
            what = "definition lists hold no tokens (lists)" if where.channel == "list" else "logs hold no tokens"
            return f"{wanted} becomes {decision.operator}: {what}"
        return ""
