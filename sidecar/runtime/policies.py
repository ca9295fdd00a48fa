"""Where the policy in force comes from: a preset or file, a file in the working directory that may only tighten it, and exceptions.

It decides nothing and watches nothing (``reload``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sidecar.config.load import read_file, read_preset
from sidecar.config.secret_file import read_private, read_private_bytes
from sidecar.errors import BadConfig
from sidecar.policy.exceptions import Exceptions, Exempt, parse_exceptions, read_key
from sidecar.policy.model import PolicyData
from sidecar.policy.parse import PRESETS, parse
from sidecar.policy.policy import Policy
from sidecar.policy.tighten import tightened

LOCAL: Final = "mcp-sidecar.yaml"
"""A policy of this name in the working directory tightens the user's."""
KEY_SUFFIX: Final = ".key"
_MOST_EXCEPTIONS: Final = 4 * 1024 * 1024
"""Bytes: some fifty thousand."""


@dataclass(frozen=True, slots=True)
class Sources:
    """``policy``: a preset or a file; ``local``: a file that may only tighten it; ``exceptions``: values that are nobody's data."""

    policy: str = "strict"
    local: str = ""
    exceptions: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """What has to be watched."""
        policy = "" if self.policy in PRESETS else self.policy
        key = f"{self.exceptions}{KEY_SUFFIX}" if self.exceptions else ""
        return tuple(filter(None, (policy, self.local, self.exceptions, key)))


def load_policy(name_or_path: str) -> PolicyData:
    """A preset by name, else a file. Raises ``BadConfig`` with file:line:column."""
    if name_or_path in PRESETS:
        return parse(read_preset(name_or_path), f"preset {name_or_path}", name_or_path, read_preset)
    if not Path(name_or_path).is_file():
        raise BadConfig(f"'{name_or_path}' is neither a preset ({', '.join(PRESETS)}) nor a file")
    stem = Path(name_or_path).stem
    name = f"file-{stem}" if stem in PRESETS else stem
    return parse(read_file(name_or_path), name_or_path, name, read_preset)


def load(sources: Sources) -> Policy:
    """Raises ``BadConfig``."""
    data = load_policy(sources.policy)
    if sources.local:
        data = tightened(data, load_policy(sources.local))
    return Policy(data, load_exceptions(sources.exceptions) if sources.exceptions else None)


def load_exceptions(path: str) -> Exceptions:
    """The file and, beside it, its key (``FILE.key``); others may read or change neither. Raises ``BadConfig``."""
    entries = read_exceptions(path)
    return Exceptions(read_key(read_private_bytes(f"{path}{KEY_SUFFIX}"), f"{path}{KEY_SUFFIX}"), entries)


def read_exceptions(path: str) -> tuple[Exempt, ...]:
    """Raises ``BadConfig``."""
    return parse_exceptions(read_private(path, largest=_MOST_EXCEPTIONS), path)


def local_policy(policy: str, directory: str | os.PathLike[str] = ".") -> str:
    """The working directory's policy file, unless it is the one already named; empty if there is none."""
    path = Path(directory) / LOCAL
    if not path.is_file() or (Path(policy).is_file() and path.samefile(policy)):
        return ""
    return str(path)


def load_tools(path: str) -> Mapping[str, Mapping[str, object]]:
    """Tools by name, from what ``tools/list`` answers: the message, its result, or the list. Raises ``BadConfig``."""
    try:
        found = json.loads(read_file(path))
    except ValueError:
        raise BadConfig(f"{path}: not JSON") from None
    for key in ("result", "tools"):
        if isinstance(found, dict) and key in found:
            found = found[key]
    if not isinstance(found, list) or not all(
        isinstance(one, dict) and isinstance(one.get("name"), str) for one in found
    ):
        raise BadConfig(f"{path}: expected the answer to tools/list: a list of tools, each with a name")
    return {one["name"]: one for one in found}


def arguments_of(tool: Mapping[str, object]) -> Collection[str]:
    schema = tool.get("inputSchema")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return tuple(properties) if isinstance(properties, dict) else ()
