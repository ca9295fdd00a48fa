"""Which rule decides at a place of the traffic, and why the ones before it did not. It looks at no message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sidecar.policy.model import MATCH_KEYS, Rule, Where
from sidecar.protocol.leaf import Channel
from sidecar.protocol.methods import BY_METHOD
from sidecar.session.context import Kit


def explain(kit: Kit, asked: Mapping[str, str]) -> dict[str, Any]:
    """``asked``: method, tool, path (a pointer), entity, direction, and optionally kind."""
    where = _where(kit, asked)
    explanation = kit.policy.explain(where, asked.get("entity", ""))
    decision = explanation.decision
    return {
        "policy": kit.policy.name,
        "where": where._asdict(),
        "operator": decision.operator,
        "rule": decision.rule,
        "is_refused": decision.is_refused,
        "restores": explanation.restores,
        "rules": [_rule(rule, explanation.passed_over, decision.rule) for rule in kit.policy.data.rules],
    }


def _where(kit: Kit, asked: Mapping[str, str]) -> Where:
    """The same place as the session would see there."""
    method, tool = asked.get("method", ""), asked.get("tool", "")
    direction = "to_server" if asked.get("direction") == "to_server" else "to_client"
    path = asked.get("path", "").removeprefix("params.")
    row = BY_METHOD.get(method)
    is_argument = method == "tools/call" and path.partition(".")[0] in {"arguments", "headers"}
    return Where(
        direction=direction,
        method=method,
        tool=tool,
        path=path,
        field=path.rpartition(".")[2].partition("[")[0],
        kind=asked.get("kind") or "text",
        channel=(row.channel if row else Channel.MODEL).value,
        is_writing=is_argument and not kit.policy.is_reading(tool, read_only_hint=kit.tools.read_only(tool)),
    )


def _rule(rule: Rule, passed_over: tuple[str, ...], deciding: str) -> dict[str, Any]:
    state = "decides" if rule.name == deciding else "passed over" if rule.name in passed_over else "not reached"
    match = {key: globs for key in MATCH_KEYS if (globs := getattr(rule.match, key))}
    return {"name": rule.name, "match": match, "do": rule.do, "on_write": rule.on_write, "state": state}
