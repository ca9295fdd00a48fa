"""A tool call's arguments: the tool's own schema, the operator's rules on top, and names of files."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from sidecar.guard.arguments import Arguments
from sidecar.guard.model import Overlay
from sidecar.wire.jsonrpc import Number

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 40},
        "page": {"type": "integer", "minimum": 1},
        "filter": {"type": "object", "properties": {"op": {"enum": ["=", "<"]}}},
    },
    "required": ["name"],
    "additionalProperties": False,
}
BY_SCHEMA = Arguments((), checks_schema=True)
NAMES = Arguments((Overlay(("schema_*",), ("arguments.name",), is_name=True, max_length=100),), checks_schema=False)
MALICIOUS = [
    "../../../etc/passwd",
    "schema;rm -rf /",
    "schema<script>alert('xss')</script>",
    "a" * 1000,
    "schema\x00null",
]


@pytest.mark.parametrize(
    ("arguments", "at"),
    [
        ({"page": 1}, "arguments"),
        (None, "arguments"),
        ([], "arguments"),
        ({"name": 1}, "arguments.name"),
        ({"name": "x" * 41}, "arguments.name"),
        ({"name": "x", "page": 0}, "arguments.page"),
        ({"name": "x", "page": Number("1.5")}, "arguments.page"),
        ({"name": "x", "filter": {"op": "secret value"}}, "arguments.filter (further in)"),
        ({"name": "x", "made up": 1}, "arguments"),
    ],
)
def test_what_the_tools_schema_does_not_allow_is_refused_by_place_and_not_by_value(arguments, at) -> None:
    complaint = BY_SCHEMA.complaint("find", arguments, SCHEMA)
    assert complaint is not None
    assert complaint.at == at
    assert "secret value" not in complaint.says
    assert "made up" not in complaint.says


@pytest.mark.parametrize(
    "arguments", [{"name": "x"}, {"name": "x", "page": 2, "filter": {"op": "="}}, {"name": "x", "page": Number("2.0")}]
)
def test_what_the_schema_allows_passes(arguments) -> None:
    assert BY_SCHEMA.complaint("find", arguments, SCHEMA) is None


@pytest.mark.parametrize(
    "schema",
    [
        None,
        True,
        {"$ref": "https://schemas.example.com/x.json"},
        {"properties": {"a": {"$ref": "other.json#/x"}}},
        {"$ref": "#/$defs/missing"},
        {"type": 12},
        {"pattern": "("},
        {"properties": {"name": {"pattern": "(?<x>["}}},
    ],
)
def test_a_schema_that_is_none_or_points_elsewhere_judges_nothing_and_is_never_fetched(schema) -> None:
    assert BY_SCHEMA.complaint("find", {"name": "x", "a": "y"}, schema) is None


def test_nothing_is_asked_where_a_schema_points_to() -> None:
    asked = []

    class Schemas(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Schemas) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            schema = {"properties": {"a": {"$ref": f"http://127.0.0.1:{server.server_port}/x.json"}}}
            assert BY_SCHEMA.complaint("find", {"a": "y"}, schema) is None
        finally:
            server.shutdown()
            thread.join(30)
    assert asked == []


def test_a_missing_argument_is_named() -> None:
    complaint = BY_SCHEMA.complaint("find", {}, SCHEMA)
    assert complaint is not None
    assert complaint.says == "lacks name, which the tool requires"


@pytest.mark.parametrize("value", MALICIOUS)
def test_a_name_that_is_none_is_refused(value: str) -> None:
    complaint = NAMES.complaint("schema_get", {"name": value}, None)
    assert complaint is not None
    assert value not in complaint.says
    assert NAMES.complaint("other", {"name": value}, None) is None
    assert NAMES.complaint("schema_get", {"name": "Customer_Master-2"}, None) is None


def test_pattern_enum_length_and_folders_hold_wherever_the_path_says() -> None:
    rules = Arguments(
        (
            Overlay(("*",), ("arguments.codes[*]", "arguments.codes[*].id"), pattern=r"[A-Z]{3}"),
            Overlay(("*",), ("arguments.mode",), enum=("fast", "slow")),
            Overlay(("read",), ("arguments.file",), is_path=True, within=("/data",), extensions=(".csv",)),
        ),
        checks_schema=False,
    )
    good = {"codes": ["ABC", {"id": "DEF"}], "mode": "fast", "file": "/data/x.csv"}
    assert rules.complaint("read", good, None) is None
    for wrong in (
        {"codes": ["abc"]},
        {"codes": [{"id": "ABCD"}]},
        {"mode": "x"},
        {"file": "/data/x.txt"},
        {"file": "/data/../x.csv"},
    ):
        assert rules.complaint("read", {**good, **wrong}, None) is not None


@pytest.mark.parametrize(
    "name", ["path", "filePath", "file_path", "source-path", "filename", "fileName", "target_path"]
)
def test_arguments_that_are_called_a_path_may_not_climb(name: str) -> None:
    for text in ("../../config.json", "a/%2e%2e/%2e%2e/b", "x\x00y", "file:///etc/passwd"):
        assert BY_SCHEMA.complaint("any", {name: text}, None) is not None
    for text in ("notes/today.md", "/home/me/notes.md"):
        assert BY_SCHEMA.complaint("any", {name: text}, None) is None


def test_arguments_called_otherwise_may_hold_two_dots() -> None:
    assert BY_SCHEMA.complaint("any", {"text": "../.. is up", "empath": "../x"}, None) is None
