"""``keys``: the file tokens are made with: new, rotated, shown. Secrets are never printed."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sidecar.cli.main import new_parser
from sidecar.config.document import suggestion
from sidecar.errors import BadUsage
from sidecar.runtime import key_files
from sidecar.vault.keys import Keys

_EXAMPLES = """\
  mcp-sidecar keys new tokens.key
  mcp-sidecar keys rotate --prepare tokens.key    (roll out, then again without --prepare)

The first key writes, both read; 'rotate' drops the one before the last, and its tokens are unknown from then on."""
_ACTIONS = ("new", "rotate", "show")


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("keys", _EXAMPLES)
    parser.add_argument("action", metavar="ACTION", help="new, rotate or show")
    parser.add_argument(
        "file", metavar="FILE", help="the key file; made with mode 600, refused when others may read it"
    )
    parser.add_argument("--tenant", metavar="PRINCIPAL", default="", help="keys of this principal's own")
    parser.add_argument(
        "--prepare", action="store_true", help="with rotate: the new key only reads yet, until the next rotate"
    )
    parser.add_argument("--json", action="store_true", help="letters as JSON lines")
    options = parser.parse_args(arguments)
    if command is not None:
        parser.error("takes no server command")
    if options.action not in _ACTIONS:
        raise BadUsage(f"mcp-sidecar keys: expected new, rotate or show{suggestion(options.action, _ACTIONS)}")
    if options.prepare and options.action != "rotate":
        raise BadUsage("mcp-sidecar keys: --prepare belongs to rotate")
    match options.action:
        case "new":
            key_files.create(options.file, options.tenant)
        case "rotate":
            key_files.rotate(options.file, options.tenant, is_prepared=options.prepare)
        case _:
            pass
    ring = key_files.read(options.file)
    for name, keys in [("", ring.common), *ring.tenants.items()]:
        if options.action == "show" or name == options.tenant:
            print(_line(name, keys, as_json=options.json))
    return 0


def _line(name: str, keys: Keys, *, as_json: bool) -> str:
    writes, reads = keys.first.version, [key.version for key in keys.all]
    if as_json:
        return json.dumps({"tenant": name or None, "writes": writes, "reads": reads})
    return f"{name or 'everybody'}: writes {writes}, reads {', '.join(reads)}"
