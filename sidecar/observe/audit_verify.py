"""Is an audit log whole: every line genuine, in its place, none missing. It changes nothing.

What is found, by number:

1. A byte that was changed: the line's mac is not what the key makes of it, or it is no line any more.
2. A line that was taken out, put in, moved or written twice: it does not follow the one before.
3. A beginning that was cut off: the first line of each file says that it is one.
4. An end that was cut off: the head beside the file names a later line. Half a line at the very end, after the line the
   head names, is what a killed process leaves.
5. A file missing between two others, or given in the wrong order; the last line of a rotated file says that it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sidecar.observe.audit_lines import CLOSED, OPENED, Keys, Link, Record, event_of, read, read_head

_MOST_PROBLEMS: Final = 100
_ROTATED: Final = re.compile(r"\.[0-9]{18}-[0-9]+\Z")


@dataclass(frozen=True, slots=True)
class Problem:
    """``line`` counts from 1; 0 is the file as a whole."""

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Verified:
    lines: int
    last: Link
    is_cut: bool
    """The last line was being written when the process ended."""
    problems: tuple[Problem, ...]


def is_rotated(path: str) -> bool:
    return _ROTATED.search(Path(path).name) is not None


def in_order(paths: Sequence[str]) -> list[str]:
    """Closed files before the one that is written, by their first lines' numbers."""
    return sorted(paths, key=lambda path: (not is_rotated(path), Path(path).suffix, path))


def verify(paths: Sequence[str], keys: Keys) -> Verified:
    """``paths`` in the order they were written, ``FILE`` itself last. Raises ``OSError``."""
    problems: list[Problem] = []
    link: Link | None = None
    count = 0
    is_cut = False
    for place, path in enumerate(paths):
        raw = Path(path).read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        is_cut = len(whole) != len(raw)
        if is_cut and place + 1 < len(paths):
            problems.append(Problem(path, 0, "ends in the middle of a line, and another file follows"))
        if not whole and (place + 1 < len(paths) or is_rotated(path)):  # the newest may just have been begun
            problems.append(Problem(path, 0, "has no whole line"))
        is_closed = False
        for number, text in enumerate(whole.splitlines(keepends=True), 1):
            found = read(text, keys)
            count += 1
            if found is None:
                problems.append(Problem(path, number, "is no audit line"))
                continue
            problems += _checked(path, number, text, link, keys)
            link = found.link
            is_closed = event_of(found) == CLOSED
        if not is_closed and (place + 1 < len(paths) or is_rotated(path)):
            problems.append(Problem(path, 0, "the end of the file is missing"))
        if len(problems) >= _MOST_PROBLEMS:
            break
    if paths and not is_rotated(paths[-1]):
        problems += _ended(paths[-1], link or Link(), keys)
    return Verified(count, link or Link(), is_cut, tuple(problems[:_MOST_PROBLEMS]))


def _checked(path: str, number: int, text: bytes, before: Link | None, keys: Keys) -> Iterator[Problem]:
    found = read(text, keys)
    if found is None:
        return
    if not found.is_genuine:
        yield Problem(path, number, "was changed, or written with another key")
    is_start = event_of(found) == OPENED
    if number == 1 and not is_start:
        yield Problem(path, number, "the beginning of the file is missing")
    if before is not None and (found.prev != before.mac or found.link.seq != before.seq + 1):
        yield Problem(path, number, "does not follow the line before: lines are missing, moved or doubled")


def _ended(path: str, last: Link, keys: Keys) -> Iterator[Problem]:
    try:
        known = read_head(Path(f"{path}.head").read_bytes(), keys)
    except OSError:
        yield Problem(path, 0, f"{Path(path).name}.head is missing: whether the end was cut cannot be told")
        return
    if known is None:
        yield Problem(path, 0, "the head was changed, or written with another key")
    elif known.seq > last.seq or (known.seq == last.seq and known.mac != last.mac):
        yield Problem(path, 0, "the end is missing: the head names a later line")


def records(path: str, keys: Keys) -> Iterator[Record]:
    """What the lines say, opened where they are sealed and the keys can. Raises ``OSError``."""
    for text in Path(path).read_bytes().splitlines(keepends=True):
        found = read(text, keys)
        if found is not None:
            yield found.record
