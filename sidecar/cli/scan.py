"""``scan``: what would be found in a file, as JSON lines without the values.

JSON is walked as a message would be; every other text is read as one. Nothing is changed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from sidecar.cli.main import new_parser
from sidecar.cli.options import add_shared, resolve
from sidecar.errors import BadUsage, Malformed
from sidecar.wire.jsonrpc import loads

_EXAMPLES = """\
  mcp-sidecar scan contacts.json
  grep -h note *.log | mcp-sidecar scan --fail-on-findings -"""
_SHARED = ("--policy", "--engine", "--analyzer-config")


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("scan", _EXAMPLES)
    parser.add_argument("file", metavar="FILE", help="a file, or - for standard input")
    parser.add_argument("--fail-on-findings", action="store_true", help="exit 1 when anything was found")
    parser.add_argument("--json", action="store_true", help="also print a last line with counts per entity")
    add_shared(parser, _SHARED)
    options = parser.parse_args(arguments)
    if command is not None:
        parser.error("takes no server command")
    values = resolve(options)
    from sidecar import Redactor

    # Presets other than the caller's choice of rules do not matter: a scan reports, whatever would be done.
    redactor = Redactor.from_policy(
        str(values["policy"]), engine=str(values["engine"]), analyzer_config=str(values["analyzer_config"])
    )
    _, report = redactor.redact_json(_read(options.file))
    for finding in report.findings:
        print(
            json.dumps(
                {
                    "pointer": finding.pointer,
                    "entity": finding.entity,
                    "score": round(finding.score, 3),
                    "recognizer": finding.recognizer,
                    "operator": finding.operator,
                    "rule": finding.rule,
                }
            )
        )
    if options.json:
        counts: dict[str, int] = {}
        for change in report.changes:
            counts[change.entity] = counts.get(change.entity, 0) + change.count
        print(json.dumps({"counts": counts}))
    return 1 if options.fail_on_findings and report.findings else 0


def _read(name: str) -> str:
    """The file as JSON text: as it is when it is JSON, else as one string."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise BadUsage(f"mcp-sidecar scan: {name}: {error.strerror or 'cannot be read'}") from None
    text = data.decode("utf-8", "replace")
    try:
        loads(text)
    except Malformed:
        return json.dumps(text)
    return text
