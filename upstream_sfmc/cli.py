"""The `upstream-sfmc` command: a server on standard input and output or on loopback HTTP, or the emulator alone.

It reads arguments and the environment and starts things; standard output carries the protocol and nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
from contextlib import AsyncExitStack
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from upstream_sfmc import __version__
from upstream_sfmc.errors import BadSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from upstream_sfmc.emulator import Emulator
    from upstream_sfmc.emulator.tenant import Profile
    from upstream_sfmc.settings import Settings

EPILOG = """environment:
  SFMC_CLIENT_ID, SFMC_CLIENT_SECRET   of a server-to-server package; or with _FILE after the name, the file that
                                       holds it, read again for every token so that a rotated secret is used at once
  SFMC_SUBDOMAIN                       the tenant's subdomain, 28 characters beginning with mc
  SFMC_ACCOUNT_ID                      business unit (MID) of calls that name none; optional
  SFMC_SCOPES                          scopes tokens are asked for, by spaces; default: all the package has
  SFMC_TOOLSETS                        tools to offer, by commas: core (default), all, account, data_extensions,
                                       contacts, subscribers, journeys, messaging, content, automation, tracking,
                                       audit; and rest_get, a GET of any REST path, which `all` does not have
  SFMC_AUTH_URL                        instead of the subdomain, an emulator's address; loopback only

examples:
  upstream-sfmc                             a tenant, on standard input and output
  upstream-sfmc --emulator                  the same with a made-up tenant inside this process
  upstream-sfmc --http 8931                 Streamable HTTP at http://127.0.0.1:8931/mcp
  upstream-sfmc emulator --port 8930        a made-up tenant alone, for other clients

exit codes: 0 done, 2 wrong usage, 78 wrong environment
"""
PROFILES = ("tiny", "demo", "load")


def main(argv: Sequence[str] | None = None) -> int:
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.command is None and arguments.profile and not arguments.emulator:
        parser.error("--profile goes with --emulator")
    _keep_memory_off_disk()
    try:
        if arguments.command == "emulator":
            asyncio.run(_emulate(arguments.port, arguments.profile, arguments.write_truth))
        else:
            asyncio.run(_serve(_settings(use_emulator=arguments.emulator), arguments))
    except BadSettings as problem:
        sys.stderr.write(f"upstream-sfmc: {problem}\n")
        return BadSettings.exit_code
    except KeyboardInterrupt:
        return 0
    return 0


def _keep_memory_off_disk() -> None:
    """No core dump: one would hold the client secret and tokens."""
    try:
        import resource
    except ImportError:  # not a POSIX system
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _settings(*, use_emulator: bool) -> Settings | None:
    from upstream_sfmc.settings import VARIABLES, from_environment

    if not use_emulator:
        return from_environment(os.environ)
    present = [name for name in VARIABLES if os.environ.get(name)]
    if present:
        raise BadSettings(f"--emulator is a made-up tenant, but {', '.join(present)} names one; leave out one of both")
    return None


async def _serve(settings: Settings | None, arguments: argparse.Namespace) -> None:
    # Loading the SDK builds hundreds of models and leaves no garbage: not looking for it saves a tenth of the start.
    gc.disable()
    from upstream_sfmc.api import Sfmc
    from upstream_sfmc.server import build, serve_http, serve_stdio
    from upstream_sfmc.settings import toolsets
    from upstream_sfmc.tools import chosen

    gc.freeze()
    gc.enable()

    tools = chosen(toolsets(os.environ))
    async with AsyncExitStack() as stack:

        async def opening() -> Sfmc:
            return Sfmc(settings or await _made_up(stack, arguments.profile or "demo"))

        if arguments.http is None:
            await serve_stdio(build(opening, tools))
        else:
            await serve_http(build(opening, tools), *arguments.http)


async def _made_up(stack: AsyncExitStack, profile: Profile) -> Settings:
    from upstream_sfmc.settings import Settings

    def construct() -> Emulator:
        from upstream_sfmc.emulator import Emulator

        return Emulator(profile=profile)

    # Inventing thousands of people takes a while: on a thread, so that the server answers meanwhile.
    emulator = await stack.enter_async_context(await asyncio.to_thread(construct))
    return Settings(emulator.client_id, emulator.client_secret, emulator.url.rstrip("/"), str(emulator.account_id))


async def _emulate(port: int, profile: Profile, write_truth: Path | None) -> None:
    from upstream_sfmc.emulator import run

    await run(port=port, profile=profile, write_truth=write_truth)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="upstream-sfmc",
        description="A Salesforce Marketing Cloud Engagement server for the Model Context Protocol.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"upstream-sfmc {__version__}")
    parser.add_argument("--http", type=_address, metavar="[HOST:]PORT", help="serve HTTP on loopback instead of stdio")
    parser.add_argument("--emulator", action="store_true", help="use a made-up tenant inside this process")
    parser.add_argument(
        "--profile", choices=PROFILES, help="size of the made-up tenant: 200, 5,000 (default) or 50,000 people"
    )
    commands = parser.add_subparsers(dest="command", metavar="emulator", title="command")
    emulator = commands.add_parser("emulator", help="run the made-up tenant alone on loopback")
    emulator.add_argument("--port", type=int, default=8930, help="port on 127.0.0.1 (default: 8930)")
    emulator.add_argument("--profile", choices=PROFILES, default="demo", help="200, 5,000 (default) or 50,000 people")
    emulator.add_argument("--write-truth", type=Path, metavar="DIR", help="write what was planted, for measuring")
    return parser


def _address(given: str) -> tuple[str, int]:
    host, _, port = given.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    try:
        is_loopback = host == "localhost" or ip_address(host).is_loopback
        number = int(port)
    except ValueError:
        raise argparse.ArgumentTypeError("expected PORT or HOST:PORT") from None
    if not is_loopback:
        raise argparse.ArgumentTypeError("only loopback: put a proxy with authentication in front for more")
    if not 0 <= number <= 65535:  # noqa: PLR2004 - TCP's range
        raise argparse.ArgumentTypeError("a port is 0 to 65535")
    return ("127.0.0.1" if host == "localhost" else host), number
