import asyncio
import sys
from dataclasses import dataclass

import pytest

from sidecar.admin import AdminState, start_admin
from tests.k8s import facts


@dataclass
class Pod:
    """A started sidecar's latches with `calls` in flight."""

    calls: int
    draining: bool = False
    watchdog_fresh = config_valid = models_warm = listener_bound = upstream_reachable = vault_usable = (
        selfcheck_clean
    ) = True

    def in_flight(self) -> int:
        return self.calls

    def start_draining(self) -> None:
        self.draining = True


@pytest.mark.parametrize(("calls", "exit_code"), [(0, 0), (1, 1)])
async def test_the_prestop_command_drains_the_real_admin_port(dev, calls, exit_code):
    _, spec = next(facts.pods(dev))
    sidecar, _ = facts.sidecar_and_upstream(spec)
    program, *arguments = sidecar["lifecycle"]["preStop"]["exec"]["command"]
    assert program == "python"
    health = Pod(calls)
    # The wildcard address, as in the pod: a loopback caller must be known as one there too.
    runner = await start_admin(AdminState(health, lambda: b"", drain_deadline_s=0.05), "0.0.0.0", 0)  # noqa: S104
    try:
        arguments[-1] = arguments[-1].replace("9901", str(runner.addresses[0][1]))
        process = await asyncio.create_subprocess_exec(sys.executable, *arguments)
        assert await asyncio.wait_for(process.wait(), 30) == exit_code
    finally:
        await runner.cleanup()
    assert health.draining


async def test_the_probes_of_the_render_are_paths_the_admin_port_answers(dev):
    _, spec = next(facts.pods(dev))
    sidecar, _ = facts.sidecar_and_upstream(spec)
    runner = await start_admin(AdminState(Pod(0), lambda: b""), "127.0.0.1", 0)
    try:
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            reader, writer = await asyncio.open_connection(*runner.addresses[0][:2])
            path = sidecar[probe]["httpGet"]["path"]
            writer.write(f"GET {path} HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n".encode())
            assert (await asyncio.wait_for(reader.readline(), 10)).split()[1] == b"200"
            writer.close()
            await writer.wait_closed()
    finally:
        await runner.cleanup()
