"""``mcp-sidecar``: finds the subcommand, loads only that, turns errors into one line and an exit code.

``--`` has one meaning everywhere: the rest is the server's command, verbatim. Whatever is left unparsed is an error.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Final, Protocol, cast

from sidecar import __version__
from sidecar.cli.options import Parser
from sidecar.config.document import suggestion
from sidecar.errors import BadUsage, SidecarError

COMMANDS: Final[dict[str, str]] = {
    "run": "wrap a stdio MCP server: mcp-sidecar run -- COMMAND ARGS…",
    "serve": "stand in front of an HTTP MCP server",
    "dev": "run or serve, plus a live page: before | after | why",
    "scan": "report what would be found in a file",
    "check": "is a policy file right, and which of its rules never decide",
    "explain": "which rule decides at a place of the traffic, and why",
    "except": "say that a value is nobody's data, without writing it down",
    "selfcheck": "send synthetic people through the policy and the detector",
    "keys": "make and rotate the keys of tokens",
    "vault": "list or erase what a token store holds of one person",
    "schema": "print the JSON schema of a policy file",
    "audit": "prove that an audit log is whole, or print what it says",
    "eval": "measure how well labelled texts of your own are redacted",
    "demo": "see it work on an embedded Marketing Cloud server",
    "version": "print versions",
}

_EXAMPLES: Final = """\
examples:
  mcp-sidecar run -- npx -y @modelcontextprotocol/server-filesystem ~/notes
  mcp-sidecar serve --listen 127.0.0.1:8080 --upstream http://127.0.0.1:9000/mcp --policy reversible

exit codes: the server's own; 128+n if signal n ended it; 125 the sidecar failed, 126 not executable, 127 not found,
2 usage, 78 configuration, 130 interrupted
"""


class Command(Protocol):
    """What a subcommand's module offers."""

    def run(self, arguments: Sequence[str], command: Sequence[str] | None) -> int: ...


def overview() -> str:
    width = max(map(len, COMMANDS))
    lines = "\n".join(f"  {name:<{width}}  {text}" for name, text in COMMANDS.items())
    return (
        "usage: mcp-sidecar COMMAND [options] [-- SERVER ARGS…]\n\n"
        "Takes personal data out of MCP traffic, in both directions.\n\n"
        f"commands:\n{lines}\n\n'mcp-sidecar COMMAND --help' explains one; 'mcp-sidecar -- SERVER' is 'mcp-sidecar run -- SERVER'.\n\n"
        f"{_EXAMPLES}"
    )


_HELP_AT: Final = 25
"""The column where what options are for begins: one line each on a terminal of 80."""


def new_parser(name: str, examples: str) -> Parser:
    """A parser in the house style: one screen, examples at the end."""
    import argparse

    return Parser(
        prog=f"mcp-sidecar {name}",
        description=COMMANDS[name],
        epilog=f"examples:\n{examples}",
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, max_help_position=_HELP_AT),
        allow_abbrev=False,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code. Nothing but the answer asked for goes to stdout."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    server: list[str] | None = None
    if "--" in words:
        at = words.index("--")
        words, server = words[:at], words[at + 1 :]
    try:
        return _dispatch(words, server)
    except SystemExit as leaving:  # argparse after --help
        return leaving.code if isinstance(leaving.code, int) else 0
    except SidecarError as error:
        print(_shown(f"mcp-sidecar: {str(error).removeprefix('mcp-sidecar ')}"), file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        return 141
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - a traceback may show a value; its last place never does
        print(f"mcp-sidecar: {_fault(error)}", file=sys.stderr)
        return SidecarError.exit_code


def _shown(text: str) -> str:
    from sidecar.observe.crash import shown

    return shown(text)


def _fault(error: Exception) -> str:
    from sidecar.observe.crash import fault

    return fault(error)


def _dispatch(words: list[str], server: list[str] | None) -> int:
    if not words and server:
        words = ["run"]
    if not words or words[0] in {"-h", "--help", "help"}:
        print(overview(), end="")
        return 0 if words else 2
    if words[0] == "--version":
        print(f"mcp-sidecar {__version__}")
        return 0
    name = words[0]
    if name not in COMMANDS:
        raise BadUsage(f"'{name[:40]}' is not a command{suggestion(name, COMMANDS)}; try 'mcp-sidecar --help'")
    command = cast("Command", importlib.import_module(f"sidecar.cli.{name}"))
    return command.run(words[1:], server)
