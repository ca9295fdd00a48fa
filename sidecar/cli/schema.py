"""``schema``: the JSON schema of a policy file, for editors. It checks no file; ``check`` does."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sidecar.cli.main import new_parser
from sidecar.policy.schema import schema

_EXAMPLES = """\
  mcp-sidecar schema > policy.schema.json
  # and on the first line of a policy file, for editors with a YAML language server:
  # yaml-language-server: $schema=policy.schema.json"""


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("schema", _EXAMPLES)
    parser.parse_args(arguments)
    if command is not None:
        parser.error("takes no server command")
    print(json.dumps(schema(), indent=2))
    return 0
