"""A client secret that is rotated while the server runs."""

from __future__ import annotations

from dataclasses import replace

import pytest
import pytest_asyncio
from mcp import Client

from tests.sfmc.server.bench import bench, kept

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def made():
    """A tenant of its own: other tests go on with the secret theirs began with."""
    async with kept(bench()) as one:
        yield one


async def test_a_rotated_secret_in_a_file_is_used_when_the_next_token_is_needed(made, tmp_path):
    await made.fresh()
    file = tmp_path / "secret"
    file.write_text(made.emulator.client_secret)
    settings = replace(made.settings, client_secret=file)
    async with Client(made.server(settings)) as client:
        await made.ok("sfmc_whoami", {}, client)
        rotated = (await made.control("POST", "secret/rotate"))["client_secret"]
        await made.ok("sfmc_whoami", {}, client)  # the token lives on
        await made.control("POST", "clock/advance", seconds=1080)
        error = await made.error("sfmc_whoami", {}, client)
        assert (error["category"], error["code"]) == ("authentication", "invalid_client")
        file.write_text(rotated + "\n")
        await made.ok("sfmc_whoami", {}, client)


async def test_a_secret_rotated_between_reading_and_asking_is_tried_once_more(made, tmp_path):
    """The file is changed while the refusal of the old secret is on its way."""
    file = tmp_path / "secret"
    file.write_text("old")

    class Changing(type(file)):  # type: ignore[misc]
        reads = 0

        def read_text(self, *given, **more):
            Changing.reads += 1
            return "old" if Changing.reads == 1 else made.emulator.client_secret

    before = await made.issued()
    async with Client(made.server(replace(made.settings, client_secret=Changing(file)))) as client:
        await made.ok("sfmc_whoami", {}, client)
    assert await made.issued() == before + 1
    assert Changing.reads == 2
