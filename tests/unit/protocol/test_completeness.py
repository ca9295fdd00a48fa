"""The tables against the official models: every member of every message is classified, every method is known."""

from __future__ import annotations

from typing import Any

import mcp_types.methods as official
import pytest
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, KNOWN_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS
from pydantic import TypeAdapter

from sidecar.protocol import eras, forms
from sidecar.protocol.methods import BY_METHOD, REVISIONS, ROWS
from sidecar.protocol.surface import _ERROR, _FORMS


def test_the_revisions_are_the_published_ones():
    assert REVISIONS == KNOWN_PROTOCOL_VERSIONS
    assert frozenset(HANDSHAKE_PROTOCOL_VERSIONS) == eras.HANDSHAKE
    assert frozenset(MODERN_PROTOCOL_VERSIONS) == eras.MODERN


@pytest.mark.parametrize(
    ("sender", "requests", "notifications"),
    [
        ("client", official.CLIENT_REQUESTS, official.CLIENT_NOTIFICATIONS),
        ("server", official.SERVER_REQUESTS, official.SERVER_NOTIFICATIONS),
    ],
)
def test_each_side_sends_what_the_official_models_say_in_each_revision(sender, requests, notifications):
    ours = {
        (row.method, revision)
        for row in ROWS
        for revision in REVISIONS
        if eras.exists(row.method, revision, sender) and not row.extension
    }
    assert ours == set(requests) | set(notifications)


def test_the_only_methods_beyond_the_official_models_belong_to_extensions():
    known = set(official.MONOLITH_REQUESTS) | set(official.MONOLITH_NOTIFICATIONS)
    assert {row.method for row in ROWS if not row.extension} == known


def test_a_method_has_one_row():
    assert len(ROWS) == len(BY_METHOD)


def test_the_cacheable_methods_are_the_official_ones_and_those_of_skills():
    ours = {row.method for row in ROWS if eras.may_cache(row.method, "2026-07-28")}
    assert ours >= official.CACHEABLE_METHODS
    assert {BY_METHOD[method].extension for method in ours - official.CACHEABLE_METHODS} == {
        "io.modelcontextprotocol/skills"
    }


def _unclassified(  # noqa: C901, PLR0912, PLR0915 - one dispatch over all forms
    schema: Any, form: forms.Form, root: dict[str, Any], where: str, seen: set[tuple[str, int]]
):
    """Places the model types as something definite that our tables leave to the default rule."""
    while "$ref" in schema:
        if (schema["$ref"], id(form)) in seen:
            return
        seen.add((schema["$ref"], id(form)))
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    branches = schema.get("anyOf", schema.get("oneOf"))
    if branches:
        for branch in branches:
            yield from _unclassified(branch, form, root, where, seen)
        return
    if schema.get("type") == "null":
        return
    match form:
        case forms.OneOf():
            discriminator = schema.get("properties", {}).get(form.member, {})
            mark = discriminator.get("const", discriminator.get("default"))
            if "inputRequests" in schema.get("properties", {}):
                mark = "input_required"  # an open string in the model
            yield from _unclassified(schema, form.cases.get(mark, form.otherwise), root, where, seen)
        case forms.FirstOf():
            marks = set(schema.get("properties", {}))
            chosen = next((inner for names, inner in form.cases if names & marks), None)
            if chosen is None:
                yield f"{where}: no guess"
            else:
                yield from _unclassified(schema, chosen, root, where, seen)
        case forms.Record():
            if schema.get("type", "object") != "object":
                yield f"{where}: a {schema.get('type')} where we expect an object"
            for name, inner in schema.get("properties", {}).items():
                if name not in form.members:
                    yield f"{where}.{name}: unknown"
                else:
                    yield from _unclassified(inner, form.members[name], root, f"{where}.{name}", seen)
        case forms.Array():
            if schema.get("type") == "array":
                yield from _unclassified(schema.get("items", {}), form.item, root, f"{where}[]", seen)
            elif form.or_one:
                yield from _unclassified(schema, form.item, root, where, seen)
            else:
                yield f"{where}: not an array"
        case forms.Map():
            extra = schema.get("additionalProperties")
            if isinstance(extra, dict):
                yield from _unclassified(extra, form.item, root, f"{where}{{}}", seen)
        case forms.Anything():
            if schema.get("properties") or schema.get("const"):
                yield f"{where}: definite, but left to the default rule"
        case forms.Text() | forms.Blob() | forms.IconSource():
            if schema.get("type") not in {"string", None}:
                number = schema.get("type") in {"integer", "number", "boolean"}
                if not (number and "content{}" in where):
                    yield f"{where}: text, but the model says {schema.get('type')}"
        case forms.Fixed():
            if dict not in form.types and schema.get("type") in {"object", "array"}:
                yield f"{where}: never altered, but the model says {schema.get('type')}"
        case forms.Schema() | forms.Revision():
            pass
        case _:
            pytest.fail(f"{where}: a form this test does not know")


def _params(model: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    root = TypeAdapter(model).json_schema(by_alias=True)
    return root, root["properties"].get("params", {})


REQUESTS = {
    **official.CLIENT_REQUESTS,
    **official.SERVER_REQUESTS,
    **official.CLIENT_NOTIFICATIONS,
    **official.SERVER_NOTIFICATIONS,
}
RESULTS = {**official.SERVER_RESULTS, **official.CLIENT_RESULTS}


@pytest.mark.parametrize(("method", "revision"), sorted(REQUESTS))
def test_every_member_of_the_params_is_classified(method, revision):
    root, params = _params(REQUESTS[method, revision])
    assert list(_unclassified(params, _FORMS.of(BY_METHOD[method].params), root, "params", set())) == []


@pytest.mark.parametrize(("method", "revision"), sorted(RESULTS))
def test_every_member_of_the_result_is_classified(method, revision):
    root = TypeAdapter(RESULTS[method, revision]).json_schema(by_alias=True)
    assert list(_unclassified(root, _FORMS.of(BY_METHOD[method].result), root, "result", set())) == []


def test_every_member_of_an_error_is_classified():
    import mcp_types._v2025_11_25 as handshake
    import mcp_types._v2026_07_28 as modern

    for module in (handshake, modern):
        for name in ("Error", "UnsupportedProtocolVersionError", "URLElicitationRequiredError"):
            model = getattr(module, name, None)
            if model is not None:
                root = TypeAdapter(model).json_schema(by_alias=True)
                body = root.get("properties", {}).get("error", root)
                assert list(_unclassified(body, _ERROR, root, "error", set())) == []


def test_every_row_cites_the_specification():
    assert all(row.reference for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.method)
def test_every_row_compiles_and_somebody_may_send_it(row):
    _FORMS.of(row.params)
    _FORMS.of(row.result)
    assert row.client or row.server
