"""Reads policy files and presets from disk.

It interprets nothing; ``sidecar.policy.parse`` does.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from sidecar.errors import BadConfig


def read_preset(name: str) -> str:
    return (files("sidecar.policy") / "presets" / f"{name}.yaml").read_text("utf-8")


def read_file(path: str) -> str:
    """The text of a configuration file. Raises ``BadConfig`` naming the path and the reason."""
    try:
        return Path(path).read_text("utf-8")
    except UnicodeDecodeError:
        raise BadConfig(f"{path}:1:1 not UTF-8") from None
    except OSError as error:
        raise BadConfig(f"{path}: cannot be read: {error.strerror or 'failed'}") from None
