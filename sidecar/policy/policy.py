"""Decides what happens to a finding at a place. It reads nothing and keeps no state.

Precedence, one test per number:

1. The first rule that matches entity and place decides; a file's rules stand before its preset's.
2. No rule matches: ``label``. Silence never lets a value pass.
3. Definition lists (``tools/list`` …) never get tokens: ``token`` becomes the policy's ``lists`` operator, except in URIs.
4. Logs never get tokens: ``token`` becomes ``label``.
5. In arguments of a writing tool anything but ``keep`` is refused, unless the rule or the policy says ``on_write: redact``.
6. A tool is reading when a policy line says so, else when its ``readOnlyHint`` is true and annotations are trusted;
   ``writing_tools`` wins over both.
"""

from __future__ import annotations

from typing import Final

from sidecar.policy.model import Decision, Explanation, Operator, PolicyData, Where, matches

_IRREVERSIBLE_FALLBACK: Final[Operator] = "label"


class Policy:
    def __init__(self, data: PolicyData) -> None:
        self.data = data
        self.reads_paths = any(rule.match.path for rule in data.rules)
        """Whether two elements of one array may be decided differently."""

    @property
    def name(self) -> str:
        return self.data.name

    @property
    def digest(self) -> str:
        return self.data.digest

    def scans(self, where: Where) -> bool:
        """Opaque values (cursors, requestState) are never scanned; everything else always is."""
        return where.kind != "opaque"

    def decide(self, where: Where, entity: str) -> Decision:
        for rule in self.data.rules:
            if rule.match.covers(where, entity):
                operator = self.fit_channel(where, rule.do)
                on_write = rule.on_write or self.data.on_write
                return Decision(operator, rule.name, self._is_refused(where, operator, on_write))
        return Decision(
            _IRREVERSIBLE_FALLBACK, "default", self._is_refused(where, _IRREVERSIBLE_FALLBACK, self.data.on_write)
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
        return where.direction == "to_server" and any(
            (not rule.tool or any(matches(glob, where.tool) for glob in rule.tool))
            and (not rule.path or any(matches(glob, where.path) for glob in rule.path))
            and (not rule.method or any(matches(glob, where.method) for glob in rule.method))
            for rule in self.data.restore
        )

    def is_reading(self, tool: str, *, read_only_hint: bool | None) -> bool:
        if any(matches(glob, tool) for glob in self.data.writing_tools):
            return False
        if any(matches(glob, tool) for glob in self.data.reading_tools):
            return True
        return bool(self.data.trust_annotations and read_only_hint)

    def explain(self, where: Where, entity: str) -> Explanation:
        passed: list[str] = []
        for rule in self.data.rules:
            if rule.match.covers(where, entity):
                break
            passed.append(rule.name)
        return Explanation(self.decide(where, entity), tuple(passed), self.restores(where))
