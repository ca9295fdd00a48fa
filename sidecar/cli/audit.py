"""``audit``: is an audit log whole, and what does it say. It changes nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from sidecar.cli.main import new_parser
from sidecar.config.secrets import Secrets
from sidecar.errors import BadConfig, BadUsage
from sidecar.observe import audit_verify
from sidecar.observe.audit_lines import Keys
from sidecar.observe.audit_verify import Verified

_EXAMPLES = """\
  mcp-sidecar audit verify --key file:/etc/mcp-sidecar/audit.key /var/log/mcp-sidecar/audit.jsonl*
  mcp-sidecar audit show --key env:AUDIT_KEY --seal env:AUDIT_SEAL audit.jsonl

exit codes: 0 it is whole, 1 it is not, 78 the key or a file cannot be read"""


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("audit", _EXAMPLES)
    parser.add_argument(
        "what", metavar="verify|show", choices=("verify", "show"), help="prove it, or print its records"
    )
    parser.add_argument("file", metavar="FILE", nargs="+", help="the log, and the closed files before it")
    parser.add_argument("--key", metavar="REF", required=True, help="the key of the chain: env:VAR, file:PATH, …")
    parser.add_argument("--seal", metavar="REF", default="", help="the key records are encrypted with, to show them")
    parser.add_argument("--json", action="store_true", help="one JSON object per problem, and one for the whole")
    options = parser.parse_args(arguments)
    if command is not None:
        raise BadUsage("mcp-sidecar audit: takes no server command")
    secrets = Secrets()
    key = secrets.refer(options.key, "--key")
    seal = secrets.refer(options.seal, "--seal") if options.seal else None
    asyncio.run(secrets.load())
    files = [path for path in audit_verify.in_order(options.file) if not path.endswith(".head")]
    if not files:
        raise BadUsage("mcp-sidecar audit: a head is no log: name the log's files")
    try:
        keys = Keys.derive(key.value, seal.value if seal else "")
        if options.what == "show":
            for path in files:
                for record in audit_verify.records(path, keys):
                    print(json.dumps(record))
            return 0
        found = audit_verify.verify(files, keys)
    except OSError as error:
        raise BadConfig(f"{error.filename or 'a file'} cannot be read: {error.strerror or 'failed'}") from None
    except ValueError as error:
        raise BadConfig(f"--key: {error}") from None
    _tell(found, as_json=options.json)
    return 1 if found.problems else 0


def _tell(found: Verified, *, as_json: bool) -> None:
    for problem in found.problems:
        if as_json:
            print(json.dumps({"file": problem.file, "line": problem.line, "problem": problem.text}))
        else:
            print(f"{problem.file}:{problem.line}: {problem.text}")
    if as_json:
        facts = {"lines": found.lines, "last": found.last.seq, "cut": found.is_cut, "problems": len(found.problems)}
        print(json.dumps(facts))
        return
    cut = "; the last line was under way when the process ended" if found.is_cut else ""
    print(f"{found.lines} lines to number {found.last.seq}: {'NOT whole' if found.problems else 'whole'}{cut}")
