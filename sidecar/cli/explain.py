"""``explain``: which rule decides at a place of the traffic, and why not the ones before it. It sees no traffic."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sidecar.cli.main import new_parser
from sidecar.cli.options import add_shared, resolve
from sidecar.policy.grammar import CHANNELS, DIRECTIONS, KINDS
from sidecar.policy.model import MATCH_KEYS, Explanation, Rule, Where
from sidecar.policy.policy import Policy
from sidecar.protocol.methods import BY_METHOD
from sidecar.runtime.policies import Sources, load, load_tools, local_policy
from sidecar.session.asked import where as where_asked

_EXAMPLES = """\
  mcp-sidecar explain --entity EMAIL_ADDRESS --tool email_send --path arguments.to
  mcp-sidecar explain --policy p.yaml --entity PERSON --method tools/call --path 'result.content[0].text'"""


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("explain", _EXAMPLES)
    group = parser.add_argument_group("the place")
    group.add_argument("--entity", metavar="E", required=True, help="what was found, such as EMAIL_ADDRESS")
    group.add_argument("--method", metavar="M", default="tools/call", help="default tools/call")
    group.add_argument("--tool", metavar="T", default="", help="the tool called")
    group.add_argument("--path", metavar="P", default="", help="arguments.to, result.content[0].text, uri …")
    group.add_argument("--direction", choices=DIRECTIONS, help="default: to_server for arguments and headers")
    group.add_argument("--kind", choices=KINDS, help="default text, of a header: header")
    group.add_argument("--channel", choices=CHANNELS, help="default: the method's")
    group.add_argument("--field", metavar="F", help="default: the path's last name")
    group.add_argument("--language", metavar="L", default="en", help="default en")
    group.add_argument("--tools", metavar="FILE", help="the answer to tools/list, for readOnlyHint")
    parser.add_argument("--json", action="store_true", help="as JSON")
    add_shared(parser, ("--policy", "--exceptions", "--role"))
    options = parser.parse_args(arguments)
    if command is not None:
        parser.error("takes no server command")
    if options.method not in BY_METHOD:
        parser.error(f"--method: '{options.method[:40]}' is no method of MCP")
    values = resolve(options)
    named = str(values["policy"])
    policy = load(Sources(named, local_policy(named), str(values["exceptions"])))
    tools = load_tools(options.tools) if options.tools else {}
    annotations = tools.get(options.tool, {}).get("annotations")
    hint = annotations.get("readOnlyHint") if isinstance(annotations, dict) else None
    names = ("method", "tool", "path", "direction", "kind", "channel", "field", "language")
    asked = {name: value for name in names if (value := getattr(options, name))} | {"role": str(values["role"])}
    place = where_asked(policy, asked, read_only_hint=hint is True if hint is not None else None)
    explanation = policy.explain(place, options.entity)
    if options.json:
        print(json.dumps(_facts(policy, place, options.entity, explanation)))
    else:
        print("\n".join(_lines(policy, place, options.entity, explanation)))
    return 0


def _facts(policy: Policy, place: Where, entity: str, explanation: Explanation) -> dict[str, Any]:
    return {
        "policy": policy.name,
        "digest": policy.digest,
        "where": place._asdict(),
        "entity": entity,
        "operator": explanation.decision.operator,
        "rule": explanation.decision.rule,
        "is_refused": explanation.decision.is_refused,
        "reason": explanation.reason,
        "restore": explanation.restore,
        "steps": [
            {"rule": step.rule.name, "at": step.rule.at, "do": step.rule.do, "match": _match(step.rule), "miss": step.miss}
            for step in explanation.steps
        ],
    }  # fmt: skip


def _lines(policy: Policy, place: Where, entity: str, explanation: Explanation) -> Iterator[str]:
    decision = explanation.decision
    yield f"policy {policy.name}, digest {policy.digest}"
    tool = f" {place.tool}" if place.tool else ""
    yield f"place  {place.direction} {place.method}{tool} {place.path or '(no path)'}"
    details = {name: getattr(place, name) for name in ("field", "kind", "channel", "language", "role")}
    yield "       " + ", ".join(f"{name} {value}" for name, value in details.items() if value)
    if place.method == "tools/call" and place.direction == "to_server":
        yield "       " + ("a call of a writing tool" if place.is_writing else "a call of a reading tool")
    yield ""
    for step in explanation.steps:
        rule = step.rule
        if step.miss:
            text = entity if step.miss == "entity" else getattr(place, step.miss)
            globs = ", ".join(getattr(rule.match, step.miss))
            yield f"  -  {rule.name} ({rule.at}) does not match: {step.miss} is '{text}', not {globs}"
        elif rule.name == decision.rule:
            yield f"  >  {rule.name} ({rule.at}) decides: {_said(_match(rule))} -> {rule.do}"
        else:
            yield f"  -  {rule.name} ({rule.at}) matches, and the stricter rule of the other policy stands: {rule.do}"
    yield ""
    outcome = "the message is refused" if decision.is_refused or decision.operator == "block" else decision.operator
    yield f"{entity} here: {outcome}" + (f"; {explanation.reason}" if explanation.reason else "")
    if place.direction == "to_server":
        yield (
            f"tokens here: become values, by {explanation.restore}"
            if explanation.restore
            else "tokens here: stay tokens"
        )


def _match(rule: Rule) -> dict[str, list[str]]:
    return {key: list(globs) for key in MATCH_KEYS if (globs := getattr(rule.match, key))}


def _said(match: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(f"{key} {' or '.join(globs)}" for key, globs in match.items()) or "everything"
