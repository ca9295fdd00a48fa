# ruff: noqa: N999  the file is called as its command
"""``except``: a value some recognizer takes for personal data and is none. Only a keyed digest of it is written down.

The value is read from standard input: arguments are seen by every process of the machine and kept by shells.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sidecar.cli.main import new_parser
from sidecar.cli.options import add_shared, resolve
from sidecar.errors import BadUsage
from sidecar.policy.exceptions import Exempt, is_entity
from sidecar.runtime.exempting import add, entries, remove

_EXAMPLES = """\
  printf %s 'Rose Garden' | mcp-sidecar except --exceptions ours.yaml --entity PERSON --days 180
  mcp-sidecar except --exceptions ours.yaml --list
  mcp-sidecar run --exceptions ours.yaml -- upstream-sfmc

Its key stands beside it (ours.yaml.key): without it the digests say nothing, and whoever has both can test guesses."""
_DAYS = 90
_LONGEST = 4096


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("except", _EXAMPLES)
    parser.add_argument("--entity", metavar="E", default="*", help="only when it is taken for this; default any")
    parser.add_argument("--days", metavar="N", help=f"how long it holds [{_DAYS}]")
    parser.add_argument("--until", metavar="DAY", help="the last day it holds, such as 2027-01-31")
    parser.add_argument("--forever", action="store_true", help="it does not expire")
    parser.add_argument("--list", action="store_true", help="what is excepted, as digests")
    parser.add_argument("--remove", metavar="DIGEST", help="take one out, by the beginning of its digest")
    parser.add_argument("--json", action="store_true", help="as JSON lines")
    parser.add_argument("value", nargs="*", help=argparse.SUPPRESS)
    add_shared(parser, ("--exceptions",))
    options = parser.parse_args(arguments)
    if command is not None:
        parser.error("takes no server command")
    if options.value:
        raise BadUsage("mcp-sidecar except: the value is read from standard input; arguments are seen by others")
    path = str(resolve(options)["exceptions"])
    if not path:
        raise BadUsage("mcp-sidecar except: --exceptions FILE is missing")
    if not is_entity(options.entity):
        raise BadUsage("mcp-sidecar except: --entity: expected capitals, such as PERSON")
    today = datetime.now(UTC).date()
    if options.list:
        for one in entries(path):
            print(_line(one, today, as_json=options.json))
        return 0
    if options.remove is not None:
        count = remove(path, options.remove) if options.remove else 0
        print(f"{count} removed")
        return 0 if count else 1
    if sys.stdin.isatty():
        print("The value, then Enter:", file=sys.stderr)
    value = sys.stdin.readline(_LONGEST).rstrip("\r\n")
    if not value.strip():
        raise BadUsage("mcp-sidecar except: the value is read from standard input, and there was none")
    print(_line(add(path, value, options.entity, _until(options, today)), today, as_json=options.json))
    return 0


def _until(options: argparse.Namespace, today: date) -> date | None:
    given = [name for name in ("days", "until", "forever") if getattr(options, name)]
    if len(given) > 1:
        raise BadUsage(f"mcp-sidecar except: --{given[0]} and --{given[1]} contradict each other")
    if options.forever:
        return None
    try:
        day = date.fromisoformat(options.until) if options.until else today + timedelta(days=int(options.days or _DAYS))
    except (ValueError, OverflowError):
        raise BadUsage("mcp-sidecar except: expected --days N or --until YYYY-MM-DD") from None
    if day < today:
        raise BadUsage("mcp-sidecar except: that day is past")
    return day


def _line(one: Exempt, today: date, *, as_json: bool) -> str:
    until = one.until.isoformat() if one.until else ""
    has_expired = one.until is not None and one.until < today
    if as_json:
        return json.dumps({"digest": one.digest, "entity": one.entity, "until": until or None, "expired": has_expired})
    state = "expired" if has_expired else "until" if until else "for ever"
    return f"{one.digest}  {one.entity:<20} {state} {until}".rstrip()
