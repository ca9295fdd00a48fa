"""``check``: is a policy file right, and which of its rules can never decide. It changes nothing and sees no traffic."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

from sidecar.cli.main import new_parser
from sidecar.cli.options import add_shared, resolve
from sidecar.policy.lint import Known, Warned, check
from sidecar.protocol.methods import BY_METHOD
from sidecar.redaction.detector import PresidioDetector
from sidecar.runtime.policies import arguments_of, load_exceptions, load_policy, load_tools

_EXAMPLES = """\
  mcp-sidecar check policy.yaml
  mcp-sidecar check --tools tools.json --fail-on-warnings policy.yaml

exit codes: 0 it can be used, 1 it has warnings (with --fail-on-warnings), 78 it cannot be used"""


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("check", _EXAMPLES)
    parser.add_argument("file", metavar="FILE", nargs="?", help="a policy file or preset; default: --policy")
    parser.add_argument(
        "--tools", metavar="FILE", help="what the server answered to tools/list, as JSON: are the tools there?"
    )
    parser.add_argument("--fail-on-warnings", action="store_true", help="exit 1 when there is a warning")
    parser.add_argument("--json", action="store_true", help="one JSON object per warning, and one for the policy")
    add_shared(parser, ("--policy", "--exceptions"))
    options = parser.parse_args(arguments)
    if command is not None:
        parser.error("takes no server command")
    values = resolve(options)
    data = load_policy(options.file or str(values["policy"]))
    exempt = len(load_exceptions(str(values["exceptions"]))) if values["exceptions"] else 0
    tools = load_tools(options.tools) if options.tools else None
    known = Known(
        entities=sorted(PresidioDetector().entities),
        methods=sorted(BY_METHOD),
        tools=None if tools is None else {name: arguments_of(tool) for name, tool in tools.items()},
    )
    warnings = check(data, known)
    own = sum(rule.name.startswith(f"{data.name}#") for rule in data.rules)
    if options.json:
        for warned in warnings:
            print(json.dumps(dataclasses.asdict(warned)))
        facts = {"policy": data.name, "digest": data.digest, "stands_on": data.preset, "rules": own}
        print(json.dumps({**facts, "exceptions": exempt, "warnings": len(warnings)}))
    else:
        for warned in warnings:
            print(_line(warned))
        print(
            f"{data.name}: {own} rules, then those of {data.preset}; {exempt} exceptions; digest {data.digest}; "
            f"{len(warnings)} warnings"
        )
    return 1 if warnings and options.fail_on_warnings else 0


def _line(warned: Warned) -> str:
    return f"{warned.at + ' ' if warned.at else ''}{warned.rule}: {warned.kind}: {warned.text}"
