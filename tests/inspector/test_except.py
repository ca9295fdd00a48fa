"""A finding on the dev page can be called nobody's data: a keyed digest goes to the file, never the value."""

from __future__ import annotations

import aiohttp
import pytest

from sidecar.inspector.app import Inspector, inspecting
from sidecar.inspector.ring import Ring
from sidecar.runtime.build import App, Settings
from sidecar.runtime.exempting import add, entries
from tests.support.raw_http import within


async def _post(access, body):
    async with aiohttp.ClientSession(cookies={access.cookie: access.token}) as client:
        headers = {"Origin": access.origin}
        async with client.post(f"{access.origin}/except", json=body, headers=headers) as answer:
            return answer.status, await answer.json()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"value": "Rose Garden", "entity": "PERSON"}, 200),
        ({"value": " ", "entity": "PERSON"}, 400),
        ({"value": "x", "entity": "NOBODY"}, 400),
        (["x"], 400),
    ],
)
async def test_an_exception_is_made_from_the_page(tmp_path, body, status):
    path = str(tmp_path / "ours.yaml")
    ring = Ring()
    app = App(Settings(engine="none"), [ring.record], ring.add)
    made = Inspector(
        ring, lambda: app.kit, app.pool.detect, lambda value, entity: add(path, value, entity, None).digest
    )
    async with inspecting(made, "127.0.0.1", 0) as access:
        got, answer = await within(_post(access, body))
    assert got == status
    assert [one.entity for one in entries(path)] == (["PERSON"] if status == 200 else [])
    if status == 200:
        assert entries(path)[0].digest == answer["digest"]
        assert "rose" not in (tmp_path / "ours.yaml").read_text().lower()
    await app.close()


async def test_without_a_file_of_exceptions_the_page_says_how_to_get_one():
    ring = Ring()
    app = App(Settings(engine="none"), [ring.record], ring.add)
    async with inspecting(Inspector(ring, lambda: app.kit, app.pool.detect), "127.0.0.1", 0) as access:
        status, answer = await within(_post(access, {"value": "x", "entity": "PERSON"}))
    assert status == 404
    assert "--exceptions" in answer["error"]
    await app.close()
