"""Which tools are offered, resources, prompts, and what a list of tools weighs."""

from __future__ import annotations

import json

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from upstream_sfmc.errors import BadSettings
from upstream_sfmc.settings import toolsets
from upstream_sfmc.tools import AREAS, CORE, ESCAPE, TOOLS, TOOLSETS, chosen
from upstream_sfmc.tools.spec import EXPERIMENTAL

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_there_are_68_tools_24_of_them_core_and_the_escape_hatch_is_in_no_other_set():
    assert len(TOOLS) == 68
    assert len(CORE) == len(set(CORE)) == 24
    assert list(ESCAPE) == ["sfmc_rest_get"]
    assert not set(ESCAPE) & set(TOOLSETS["all"])
    assert sum(len(tools) for tools in AREAS.values()) == 68


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("", set(CORE)),
        ("core", set(CORE)),
        ("all", set(TOOLS)),
        ("audit", {"campaign_list", "audit_events", "security_events"}),
        (" core , audit ", {*CORE, "campaign_list", "audit_events", "security_events"}),
        ("audit,rest_get", {"campaign_list", "audit_events", "security_events", "sfmc_rest_get"}),
    ],
)
async def test_toolsets_are_chosen_by_name_and_add_up(variable, expected):
    assert set(chosen(toolsets({"SFMC_TOOLSETS": variable}))) == expected


async def test_an_unknown_toolset_is_refused_with_those_there_are():
    with pytest.raises(BadSettings, match="'everything'; there are core, all, account"):
        chosen(["core", "everything"])


@pytest.mark.parametrize("tools", [None, TOOLS])
async def test_what_is_listed_can_be_called_and_nothing_else(made, tools):
    from upstream_sfmc.server import build

    async def opening():
        raise AssertionError("no call was made")

    async with Client(build(opening, tools)) as client:
        listed = await client.list_tools()
        assert [tool.name for tool in listed.tools] == list(tools or CORE)
        with pytest.raises(MCPError):
            await client.call_tool("sfmc_rest_get", {"path": "/x"})


async def test_the_list_of_core_tools_is_small(made):
    from upstream_sfmc.server import build

    async with Client(build(made.server)) as client:
        listed = await client.list_tools()
    assert len(listed.model_dump_json(by_alias=True, exclude_none=True)) <= 40 * 1024


async def test_every_tool_is_described_and_hinted(made):
    listed = (await made.tools.list_tools()).tools
    for tool in listed:
        spec = (TOOLS | ESCAPE)[tool.name]
        assert tool.description.endswith(EXPERIMENTAL) is spec.is_experimental
        assert 20 < len(spec.says) < 300
        assert tool.title
        assert tool.input_schema["additionalProperties"] is False
        assert tool.input_schema["properties"]["business_unit"]
        assert tool.output_schema["type"] == "object"
        hints = tool.annotations
        assert None not in (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint)
        assert not (hints.read_only_hint and hints.destructive_hint)
        pages = {"page", "page_size", "pages"} & set(tool.input_schema["properties"])
        assert pages == ({"page", "page_size", "pages"} if spec.rows else set()), tool.name
        if spec.rows:
            assert {spec.rows, "next_page", "cut"} <= set(tool.output_schema["required"])


async def test_resources_are_read_by_address(made):
    await made.fresh()
    templates = (await made.tools.list_resource_templates()).resource_templates
    assert [one.uri_template for one in templates] == [
        "sfmc://de/{key}/schema",
        "sfmc://asset/{id}",
        "sfmc://journey/{id}",
    ]
    assert (await made.tools.list_resources()).resources == []
    seeds = made.seeds
    for uri, tool, arguments in (
        (f"sfmc://de/{seeds.extension}/schema", "de_fields", {"key": seeds.extension}),
        (f"sfmc://asset/{seeds.asset}", "asset_get", {"asset_id": seeds.asset}),
        (f"sfmc://journey/{seeds.journey['id']}", "journey_get", {"journey_id": seeds.journey["id"]}),
    ):
        (content,) = (await made.tools.read_resource(uri)).contents
        assert content.mime_type == "application/json"
        assert json.loads(content.text) == await made.ok(tool, arguments)


async def test_a_key_with_signs_in_it_is_a_resource_too(made):
    await made.fresh()
    odd = next(one["key"] for one in (await made.ok("de_list", {}))["items"] if "/" in one["key"])
    from urllib.parse import quote

    (content,) = (await made.tools.read_resource(f"sfmc://de/{quote(odd, safe='')}/schema")).contents
    assert json.loads(content.text)["key"] == odd


@pytest.mark.parametrize(
    "uri",
    [
        "sfmc://de/nothing/schema",
        "sfmc://asset/1",
        "sfmc://asset/x",
        "sfmc://other/1",
        "sfmc://journey/..",
        "file:///x",
    ],
)
async def test_a_resource_that_is_not_there_is_an_error_without_its_address(made, uri):
    await made.fresh()
    with pytest.raises(MCPError) as told:
        await made.tools.read_resource(uri)
    assert uri not in str(told.value.error)


async def test_prompts_name_tools_that_there_are(made):
    prompts = (await made.tools.list_prompts()).prompts
    assert [one.name for one in prompts] == ["segment_summary", "bounce_investigation"]
    shown = await made.tools.get_prompt("segment_summary", {"data_extension": "Orders"})
    assert "Orders" in shown.messages[0].content.text
    shown = await made.tools.get_prompt("bounce_investigation", {})
    for name in ("tracking_events", "subscriber_get"):
        assert name in TOOLS
        assert name in shown.messages[0].content.text
    for name, arguments in (("segment_summary", {}), ("nothing", {})):
        with pytest.raises(MCPError):
            await made.tools.get_prompt(name, arguments)


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "/../x", "/a/./b", "https://evil.example", "/a?b=c", "/a#b", "/a b", ""]
)
async def test_the_escape_hatch_takes_plain_paths_only(made, path):
    await made.fresh()
    before = len(await made.requests())
    assert (await made.error("sfmc_rest_get", {"path": path}))["category"] == "invalid_input"
    assert len(await made.requests()) == before


async def test_the_escape_hatch_reads_what_no_tool_reads_and_cuts_it(made):
    await made.fresh()
    whole = await made.ok("sfmc_rest_get", {"path": "/interaction/v1/interactions", "query": {"$pageSize": 2}})
    assert len(whole["body"]["items"]) == 2
    assert whole["cut"] is None
    part = await made.ok("sfmc_rest_get", {"path": "/interaction/v1/interactions", "max_chars": 100})
    assert len(part["body"]) == 100
    assert part["cut"].startswith("100 of ")
