"""What a MIME type says of a text: code, text or binary, and its charset. It reads no text."""

from __future__ import annotations

import re
from typing import Final

_CODE_TYPES: Final = frozenset(
    (
        "text/javascript", "application/javascript", "application/x-javascript", "application/ecmascript", "text/css",
        "application/typescript", "text/typescript", "application/x-sh", "application/wasm", "application/x-python",
        "text/html;profile=mcp-app",
    )
)  # fmt: skip
_TEXT_TYPES: Final = frozenset(
    (
        "application/json", "application/xml", "application/yaml", "application/x-yaml", "application/x-ndjson",
        "application/jsonl", "application/csv", "application/sql", "application/toml", "application/graphql",
        "application/x-www-form-urlencoded", "image/svg+xml", "message/rfc822", "application/rtf",
    )
)  # fmt: skip


def _essence(mime: str) -> str:
    return mime.partition(";")[0].strip().lower()


def is_code(mime: str) -> bool:
    """Source code and app pages: e-mail-like and name-like words in them are syntax."""
    essence = _essence(mime)
    return (
        essence in _CODE_TYPES
        or mime.replace(" ", "").lower() in _CODE_TYPES
        or essence.startswith(("text/x-python", "text/x-c", "text/x-java", "text/x-rust", "text/x-go", "text/x-script"))
    )


def is_text(mime: str) -> bool:
    essence = _essence(mime)
    return (
        essence.startswith("text/")
        or essence in _TEXT_TYPES
        or essence in _CODE_TYPES
        or essence.endswith(("+json", "+xml", "+yaml"))
    )


def charset(mime: str) -> str:
    match = re.search(r"charset\s*=\s*\"?([\w.:-]{1,40})", mime, re.IGNORECASE)
    return match.group(1) if match else "utf-8"
