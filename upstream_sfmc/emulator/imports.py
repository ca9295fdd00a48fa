"""Files imported into a data extension: their rows read, written or rejected. It speaks no HTTP and opens no file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from .errors import Refusal
from .rows import merge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .extension import Extension
    from .tenant import Tenant

CODES: Final = {"InvalidValue": 1, "ColumnCount": 2}
_SEEDED: Final = "preference_center_delta.csv"


def seeded_files(tenant: Tenant) -> dict[str, str]:
    """One file is there from the start: new preferences of the first ten people, in the order of the fields."""
    rows = [(p.key, p.email, "False", "True", "Monthly", p.locale[:2]) for p in tenant.people[:10]]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(
        (("SubscriberKey", "Email Address", "Newsletter", "Offers", "Frequency", "Language"), *rows)
    )
    return {_SEEDED: out.getvalue()}


def load(extension: Extension, text: str, delimiter: str, about: dict[str, Any], *, by_name: bool) -> None:
    """Write a file's rows as `about["update"]` says; counts and rejected rows are told in `about`."""
    if about["update"] == "Overwrite":
        extension.clear()
    counts, seen = about["counts"], set()
    for number, cells, line in _records(extension, text, delimiter, by_name=by_name):
        try:
            row = None if cells is None else merge(extension, cells, {})
        except Refusal:
            about["rejected"].append(_rejected(number, "InvalidValue", line))
            continue
        if row is None:
            about["rejected"].append(_rejected(number, "ColumnCount", line))
            continue
        key = extension.key_of(row)
        counts["duplicate"] += bool(key) and key in seen
        seen.add(key)
        is_there = bool(key) and extension.find(key) is not None
        if about["update"] == ("AddAndDoNotUpdate" if is_there else "UpdateButDoNotAdd"):
            counts["passed over"] += 1
        else:
            extension.write(row)
            counts["good"] += 1


def _rejected(number: int, kind: str, line: str) -> dict[str, Any]:
    code = CODES[kind]
    return {
        "rowId": number,
        "validationErrorType": kind,
        "validationErrorCodeId": code,
        "validationErrorDetails": line,
    }


def _records(
    extension: Extension, text: str, delimiter: str, *, by_name: bool
) -> Iterator[tuple[int, dict[str, Any] | None, str]]:
    """Number, cells by field name (none where their number is wrong) and the line as it was."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = next(lines, []) if by_name else [column.name for column in extension.table.fields]
    for number, cells in enumerate(lines, 1):
        line = delimiter.join(cells)
        yield number, dict(zip(names, cells, strict=True)) if len(cells) == len(names) else None, line
