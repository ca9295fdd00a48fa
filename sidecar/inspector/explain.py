"""Which rule decides at a place of the traffic, and why the ones before it did not. It looks at no message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sidecar.policy.model import MATCH_KEYS, Explanation, Rule
from sidecar.session.asked import where as where_asked
from sidecar.session.context import Kit


def explain(kit: Kit, asked: Mapping[str, str]) -> dict[str, Any]:
    """``asked``: method, tool, path (a pointer), entity, direction, and optionally kind."""
    hint = kit.tools.read_only(asked.get("tool", ""))
    where = where_asked(kit.policy, {"direction": "to_client", **asked}, read_only_hint=hint)
    explanation = kit.policy.explain(where, asked.get("entity", ""))
    decision = explanation.decision
    return {
        "policy": kit.policy.name,
        "where": where._asdict(),
        "operator": decision.operator,
        "rule": decision.rule,
        "is_refused": decision.is_refused,
        "restores": explanation.restores,
        "restore": explanation.restore,
        "reason": explanation.reason,
        "rules": [_rule(rule, explanation) for rule in kit.policy.data.rules],
    }


def _rule(rule: Rule, explanation: Explanation) -> dict[str, Any]:
    is_deciding = rule.name == explanation.decision.rule
    state = "decides" if is_deciding else "passed over" if rule.name in explanation.passed_over else "not reached"
    match = {key: globs for key in MATCH_KEYS if (globs := getattr(rule.match, key))}
    return {"name": rule.name, "match": match, "do": rule.do, "on_write": rule.on_write, "state": state, "at": rule.at}
