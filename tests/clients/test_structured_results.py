"""Redacted results stay what their output schemas say: the official clients take every one, and no original is left."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from sidecar.session.actions import Refuse, Side
from tests.clients.judges import judged_by_python, judged_by_typescript
from tests.clients.structured_cases import Case, Planted, cases
from tests.playbook import Playbook, body, outcome

CI, NIGHTLY = 250, 4000
_UNUSABLE = "Invalid schema for tool"
"""A schema that a client cannot read at all takes no result, redacted or not: ``\\p{…}`` for Python, endless references for both."""
_MOST_WITHHELD = 0.05
"""Of all results: a pattern nobody can make another value for, or bounds that leave none."""


def corpus(size: int) -> list[Case]:
    """The same every time: what is drawn depends on the strategies only."""
    drawn: list[Case] = []

    @settings(
        max_examples=size, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(cases())
    def draw(case: Case) -> None:
        drawn.append(case)

    draw()
    return drawn


def redacted(policy: str, case: Case) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tool and its result as the client sees them."""
    play = Playbook(policy, detector=Planted(case.planted))
    schema = {"type": "object", "properties": {"it": case.schema}, "required": ["it"], "$defs": case.definitions}
    tool = {"name": "t", "inputSchema": {"type": "object"}, "outputSchema": schema}
    play.client({"jsonrpc": "2.0", "id": "list", "method": "tools/list"})
    listed = body(play.server({"jsonrpc": "2.0", "id": "list", "result": {"tools": [tool]}}))
    structured = {"it": case.value}
    result = {"content": [{"type": "text", "text": json.dumps(structured)}], "structuredContent": structured}
    play.client({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "t", "arguments": {}}})
    answered = outcome(play.raw(Side.SERVER, {"jsonrpc": "2.0", "id": 1, "result": result}))
    assert not isinstance(answered, Refuse) or body(answered)["result"]["isError"] is True
    return listed["result"]["tools"][0], body(answered)["result"]


def leftovers(case: Case, result: dict[str, Any]) -> list[str]:
    """Planted values that stand in the result, in its structured part or in the text beside it."""
    texts = list(_scalars(result))
    return [value for value in case.planted if any(_shows(value, text) for text in texts)]


def _shows(value: str, text: str) -> bool:
    return value == text if value.isdigit() else value in text


def _scalars(value: Any) -> Any:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _scalars(item)
    elif isinstance(value, list):
        for item in value:
            yield from _scalars(item)
    elif not isinstance(value, bool) and value is not None:
        yield str(value)


def _is_hard(schema: Any) -> bool:
    written = json.dumps(schema)
    return "\\\\p{" in written or "$ref" in written


async def _judge(policy: str, size: int) -> None:
    drawn = corpus(size)
    tools, results = [], []
    for number, case in enumerate(drawn):
        tool, result = redacted(policy, case)
        tools.append({**tool, "name": f"t{number}"})
        results.append(result)
    left = [(case.schema, leftovers(case, result)) for case, result in zip(drawn, results, strict=True)]
    assert [found for found in left if found[1]] == []
    for judge in (judged_by_python, judged_by_typescript):
        said = await judge(tools, results)
        against = [
            (words, drawn[n].schema, results[n])
            for n, words in enumerate(said)
            if words and not (words.startswith(_UNUSABLE) and _is_hard(drawn[n].schema))
        ]
        assert len(said) == len(drawn)
        assert against == []
    withheld = sum(result.get("isError") is True for result in results)
    assert withheld <= _MOST_WITHHELD * len(drawn), Counter(
        json.dumps(case.schema) for case, result in zip(drawn, results, strict=True) if result.get("isError")
    )


@pytest.mark.usefixtures("node_peers")
@pytest.mark.parametrize("policy", ["strict", "reversible"])
async def test_both_clients_take_every_redacted_result_and_nothing_planted_is_left(policy: str) -> None:
    await _judge(policy, CI)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("node_peers")
@pytest.mark.parametrize("policy", ["strict", "reversible"])
async def test_both_clients_take_every_redacted_result_of_a_large_corpus(policy: str) -> None:
    await _judge(policy, NIGHTLY)
