"""Reads the labelled texts of ``tests/corpora``.

It scores nothing: see ``sidecar.redaction.measure``.
"""

from __future__ import annotations

from pathlib import Path

from sidecar.redaction.labelled import Labelled, parse_line

HERE = Path(__file__).parent
OUTSIDE = ("news", "tweet")
"""Kinds no promise is made for."""


def kinds(split: str) -> list[str]:
    return sorted(path.stem for path in (HERE / split).glob("*.jsonl"))


def load(split: str, kind: str | None = None) -> list[Labelled]:
    """All labelled texts of ``dev`` or ``test``, or those of one kind, in the order of the files."""
    found = []
    for name in [kind] if kind else kinds(split):
        path = HERE / split / f"{name}.jsonl"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            found.append(parse_line(line, f"{path.name}:{number}"))
    return found
