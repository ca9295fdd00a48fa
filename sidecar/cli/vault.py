"""``vault``: what a token store holds of one person: listed or erased, by a value or a token.

It works on a store only. The memory vault ends with its process and is at rest nowhere; the sealed one keeps nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

from sidecar.cli.main import new_parser
from sidecar.cli.options import add_shared, resolve
from sidecar.cli.run import vault_from
from sidecar.config.document import suggestion
from sidecar.errors import BadUsage
from sidecar.runtime import key_files
from sidecar.runtime.vaults import VaultSettings
from sidecar.stores.subjects import Held, Subjects

_EXAMPLES = """\
  printf %s jane@example.com | mcp-sidecar vault erase --subject - --vault redis://127.0.0.1:6379/0 --key-file tokens.key
  mcp-sidecar vault export --subject PERSON_b7k2q7xw3fav4 --vault redis://127.0.0.1:6379/0 --key-file tokens.key

export prints values: whoever has the keys and the store can read it. 'memory' ends with its process; of 'sealed' nothing
is kept, and taking away its keys ('mcp-sidecar keys rotate', twice) ends all its tokens."""
_ACTIONS = ("erase", "export")
_LONGEST = 4096


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("vault", _EXAMPLES)
    parser.add_argument("action", metavar="ACTION", help="erase or export")
    parser.add_argument(
        "--subject", metavar="VALUE|TOKEN", help="whose; - reads it from standard input, where nobody else sees it"
    )
    parser.add_argument("value", nargs="*", help=argparse.SUPPRESS)
    add_shared(parser, ("--vault", "--key-file"))
    options = parser.parse_args(arguments)
    if command is not None:
        parser.error("takes no server command")
    if options.value:
        raise BadUsage("mcp-sidecar vault: whose goes after --subject; with - it is read from standard input")
    if options.action not in _ACTIONS:
        raise BadUsage(f"mcp-sidecar vault: expected erase or export{suggestion(options.action, _ACTIONS)}")
    settings = vault_from(resolve(options))
    if not settings.is_store:
        raise BadUsage(
            f"mcp-sidecar vault: '{settings.name}' keeps nothing outside a process, so there is nothing to {options.action}; "
            "name the store with --vault redis://…"
        )
    if not settings.key_file:
        raise BadUsage("mcp-sidecar vault: --key-file is missing; without the keys nobody can tell whose a record is")
    subject = _subject(options.subject)
    return asyncio.run(_erase(settings, subject) if options.action == "erase" else _export(settings, subject))


def _subject(given: str | None) -> str:
    text = sys.stdin.readline(_LONGEST).rstrip("\r\n") if given == "-" else given or ""
    if not text.strip():
        raise BadUsage("mcp-sidecar vault: --subject VALUE, TOKEN or - is missing")
    return text


async def _erase(settings: VaultSettings, subject: str) -> int:
    subjects = Subjects(settings.kind, key_files.read(settings.key_file))
    try:
        print(json.dumps({"erased": await subjects.erase(subject)}))
    finally:
        await subjects.close()
    return 0


async def _export(settings: VaultSettings, subject: str) -> int:
    subjects = Subjects(settings.kind, key_files.read(settings.key_file))
    try:
        for one in await subjects.held(subject):
            print(json.dumps(_shown(one), ensure_ascii=False))
    finally:
        await subjects.close()
    return 0


def _shown(one: Held) -> dict[str, str | int]:
    entry = one.entry
    owner, _, principal = entry.scope.rpartition("\x1f")
    spelt = entry.handle.removeprefix("=")
    return {
        "stands_in": spelt if entry.handle.startswith("=") else f"{entry.entity}_{entry.handle}",
        "entity": entry.entity,
        "value": entry.value,
        "sent_by": entry.origin,
        "upstream": owner.replace("\x1e", " ").replace("\x1f", " "),
        "principal": principal,
        "expires_in_s": one.ttl_s,
    }
