"""What breaks is named by its kind and place, whoever would have printed its text."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sidecar.config.secret_registry import REGISTRY
from sidecar.observe.crash import fault, place, shown

CANARY = "canary.person@example.com"
BREAKS = {
    "the main thread": "raise ValueError(WHO)",
    "a thread": "t = threading.Thread(target=broken); t.start(); t.join()",
    "a destructor": "class A:\n    def __del__(self): broken()\nA()",
    "a task nobody waits for": "async def main():\n"
    "    asyncio.get_running_loop().set_exception_handler(crash.on_loop)\n"
    "    t = asyncio.create_task(later()); await asyncio.sleep(0); await asyncio.sleep(0); del t; gc.collect()\n"
    "asyncio.run(main())",
    "a callback": "async def main():\n"
    "    asyncio.get_running_loop().set_exception_handler(crash.on_loop)\n"
    "    asyncio.get_running_loop().call_soon(broken); await asyncio.sleep(0); await asyncio.sleep(0)\n"
    "asyncio.run(main())",
    "a library's log": "logging.getLogger('asyncio').error(WHO); logging.getLogger().critical(WHO); broken()",
    "a warning": "warnings.warn(WHO); broken()",
}
PROGRAM = """
import asyncio, gc, logging, threading, warnings
from sidecar.observe import crash
WHO = 'canary.person' + chr(64) + 'example.com'
def broken(): raise ValueError(WHO)
async def later(): raise ValueError(WHO)
crash.install()
"""


@pytest.mark.parametrize("where", BREAKS)
def test_a_fault_is_one_line_without_its_text(where):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + BREAKS[where]], capture_output=True, text=True, timeout=60, check=False
    )
    assert CANARY not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("mcp-sidecar: internal error: ValueError at ")


def test_a_place_begins_at_the_package_and_names_no_folder_above_it():
    with pytest.raises(ValueError, match="canary") as raised:
        int(CANARY)
    told = fault(raised.value)
    assert told.startswith("internal error: ValueError at tests/unit/observe/test_crash.py:")
    assert place(None) == "unknown"


def test_a_line_for_stderr_has_no_secret_and_no_control_character():
    REGISTRY.add("s3cr3t-CANARY-1")
    try:
        assert shown("a\x1b[2Jb s3cr3t-CANARY-1\nnext") == "ab [REDACTED]\nnext"
    finally:
        REGISTRY.drop("s3cr3t-CANARY-1")
