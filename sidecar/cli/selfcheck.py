"""``selfcheck``: synthetic people through the policy and the detector, as ``serve`` does it at start. It sees no traffic."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sidecar.cli.main import new_parser
from sidecar.cli.options import add_shared, resolve
from sidecar.cli.run import run_loop, settings_from
from sidecar.runtime.build import App
from sidecar.runtime.selfcheck import Report

_SHARED = ("--policy", "--exceptions", "--role", "--engine", "--analyzer-config", "--max-text")
_EXAMPLES = """\
  mcp-sidecar selfcheck
  mcp-sidecar selfcheck --policy policy.yaml --engine none --json

CLEAN: everything that could be tried was hidden, or a rule keeps it. LEAK: something crossed that no rule keeps.
NOT MEASURED: nothing could be tried. Exit code 0 for CLEAN, 1 for the others."""


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("selfcheck", _EXAMPLES)
    parser.add_argument("--json", action="store_true", help="as JSON")
    add_shared(parser, _SHARED)
    options = parser.parse_args(arguments)
    if command is not None:
        parser.error("takes no server command")
    app = App(settings_from(resolve(options), "selfcheck"), [])

    async def measured() -> int:
        try:
            await app.pool.warm()
            report = await app.selfcheck()
        finally:
            await app.close()
        _print(report, as_json=options.json)
        return 0 if report.state == "clean" else 1

    return run_loop(measured())


def _print(report: Report, *, as_json: bool) -> None:
    if as_json:
        for one in report.tried:
            print(json.dumps({"entity": one.entity, "where": one.where, "state": one.state}))
        print(json.dumps({"state": report.state}))
        return
    for one in report.tried:
        print(f"{one.state:<11} {one.entity:<16} in {'a field' if one.where == 'field' else 'prose'}")
    print(report.state.replace("_", " ").upper())
