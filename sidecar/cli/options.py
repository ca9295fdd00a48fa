"""Options several subcommands share, their environment names, and what they become.

Precedence: flag, then environment, then default. An unknown ``MCP_SIDECAR_*`` variable is an error, because a
misspelt one would silently switch something off.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NoReturn

from sidecar.config.document import suggestion
from sidecar.errors import BadUsage
from sidecar.observe.logs import LEVELS
from sidecar.redaction.names import ENGINES

PREFIX: Final = "MCP_SIDECAR_"
_LARGEST: Final = 1e12
_LAST_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class Option:
    """One shared option. ``kind``: text, seconds, bytes or a choice."""

    flag: str
    default: str
    help: str
    metavar: str
    kind: Literal["text", "seconds", "bytes", "choice", "url"] = "text"
    choices: Sequence[str] = ()
    is_rare: bool = False
    """Left out of --help, which has to fit one screen; the README has it."""

    @property
    def environment(self) -> str:
        return PREFIX + self.flag.removeprefix("--").replace("-", "_").upper()


SHARED: Final[tuple[Option, ...]] = (
    Option("--policy", "strict", "strict, reversible, sfmc, observe or a file", "P"),
    Option("--exceptions", "", "values that are nobody's ('mcp-sidecar except')", "FILE"),
    Option("--role", "", "the callers' role, for rules that match one", "R"),
    Option(
        "--engine",
        "rampart",
        "names: rampart, spacy, both, none, presidio",
        "E",
        "choice",
        (*ENGINES, "presidio"),
    ),
    Option("--analyzer-config", "", "with presidio: its YAML files, comma-separated", "F"),
    Option("--deadline-s", "30", "withhold what takes longer to analyse", "S", "seconds"),
    Option("--max-text", "131072", "withhold texts with more characters", "N", "bytes"),
    Option("--vault", "memory", "tokens: memory, sealed, redis://HOST:PORT/DB", "V", "url"),
    Option("--vault-ttl-s", "86400", "how long a token can be turned back", "S", "seconds", is_rare=True),
    Option(
        "--vault-max-bytes", str(64 * 1024 * 1024), "with memory: how much values may take", "N", "bytes", is_rare=True
    ),
    Option("--key-file", "", "keys of tokens, made by 'mcp-sidecar keys'", "FILE"),
    Option("--scope-group", "", "share tokens with servers that name the same group", "G"),
    Option("--max-message-bytes", str(16 * 1024 * 1024), "refuse larger messages", "N", "bytes"),
    Option("--max-depth", "128", "refuse messages nested deeper, at most 200", "N", "bytes", is_rare=True),
    Option(
        "--max-line-bytes",
        str(10 * 1024 * 1024),
        "withhold what stand-ins make longer for a stdio client",
        "N",
        "bytes",
        is_rare=True,
    ),
    Option(
        "--max-event-bytes",
        str(1024 * 1024),
        "withhold what stand-ins make longer in an HTTP event",
        "N",
        "bytes",
        is_rare=True,
    ),
    Option("--max-header-bytes", str(64 * 1024), "refuse longer HTTP header fields", "N", "bytes", is_rare=True),
    Option("--guard", "", "limits, rates, callers, roles, screens: a YAML file", "FILE"),
    Option("--records", "", "audit log, alerts and traces: a YAML file", "FILE"),
    Option("--log-level", "info", "debug, info, warning, error, none", "L", "choice", tuple(LEVELS)),
    Option("--log-format", "auto", "json, text, or auto, by terminal", "F", "choice", ("auto", "json", "text")),
)


class Parser(argparse.ArgumentParser):
    """argparse that raises ``BadUsage`` instead of exiting, and never guesses from abbreviations."""

    def error(self, message: str) -> NoReturn:
        raise BadUsage(f"{self.prog}: {message}\nTry '{self.prog} --help'.")

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What is left over is an error with a hint: a near option, or that ``--`` is missing."""
        options, rest = self.parse_known_args(args, namespace)
        if rest:
            word = rest[0].partition("=")[0]
            known = [name for action in self._actions for name in action.option_strings]
            is_option = word.startswith("-")
            hint = suggestion(word, known) if is_option else "; a server's command goes after '--'"
            self.error(f"{'unknown option' if is_option else 'unexpected'} '{word[:40]}'{hint}")
        return options


def add_shared(parser: argparse.ArgumentParser, flags: Sequence[str] | None = None) -> None:
    group = parser.add_argument_group(
        "redaction and logs", "each is a variable too: --log-level is MCP_SIDECAR_LOG_LEVEL; [default]"
    )
    for option in SHARED:
        if flags is None or option.flag in flags:
            group.add_argument(
                option.flag,
                metavar=option.metavar,
                default=None,
                help=argparse.SUPPRESS
                if option.is_rare
                else f"{option.help} [{option.default}]"
                if option.default
                else option.help,
            )


def resolve(options: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> dict[str, str | float | int]:
    """Values of the shared options, checked. Raises ``BadUsage`` naming flag or variable."""
    known = {option.environment for option in SHARED}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            raise BadUsage(f"unknown environment variable {name}{suggestion(name, known)}")
    values: dict[str, str | float | int] = {}
    for option in SHARED:
        attribute = option.flag.removeprefix("--").replace("-", "_")
        given = getattr(options, attribute, None)
        name = option.flag if given is not None else option.environment
        text = given if given is not None else environment.get(option.environment, option.default)
        values[attribute] = _checked(option, text, name)
    return values


def _checked(option: Option, text: str, name: str) -> str | float | int:
    match option.kind:
        case "choice":
            text = text.lower() if text.lower() in option.choices else text
            if text not in option.choices:
                raise BadUsage(f"{name}: not one of {', '.join(option.choices)}{suggestion(text, option.choices)}")
            return text
        case "seconds" | "bytes":
            return _number(text, name, integer=option.kind == "bytes")
        case "url" if name.startswith("--") and "@" in text:
            raise BadUsage(f"{name}: a password on the command line can be seen by others; use {option.environment}")
        case _:
            return text


def _number(text: str, name: str, *, integer: bool) -> float | int:
    try:
        value: float | int = int(text) if integer else float(text)
    except ValueError:
        value = 0
    if not 0 < value < _LARGEST:
        raise BadUsage(f"{name}: expected a positive {'whole number' if integer else 'number of seconds'}")
    return value


def address(text: str, name: str) -> tuple[str, int]:
    """``HOST:PORT``, ``[::1]:PORT`` or ``PORT`` (loopback) → (host, port). Raises ``BadUsage``."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or "127.0.0.1"
    if not port.isdigit() or int(port) > _LAST_PORT:
        raise BadUsage(f"{name}: expected HOST:PORT")
    return host, int(port)
