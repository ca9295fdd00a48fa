import copy
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.k8s.facts import Object

K8S = Path(__file__).parents[2] / "k8s"
Render = Callable[[Path], list[Object]]


@pytest.fixture(scope="session")
def kubectl() -> str:
    found = shutil.which("kubectl")
    if found is None:
        reason = "kubectl is not installed; Kustomize comes with it (1.27 or newer)"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and CI must not skip these tests")
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def render(kubectl) -> Render:
    def rendered(folder: Path) -> list[Object]:
        # Kustomize prints what it deprecates on stderr and exits 0: that is a failure here.
        done = subprocess.run([kubectl, "kustomize", folder], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return [each for each in yaml.safe_load_all(done.stdout) if each]

    return rendered


@pytest.fixture(scope="session")
def provided() -> set[str]:
    """What the README says the user provides, as `Kind/name`."""
    section = re.search(r"^## What you provide\n(.*?)^## ", (K8S / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert section
    return set(re.findall(r"`((?:Namespace|Secret|ConfigMap|ServiceAccount)/[a-z0-9-]+)`", section[1]))


@pytest.fixture(scope="session")
def tenant_overlay(tmp_path_factory) -> Path:
    """The README's overlay for a real tenant, written out as its reader would."""
    tree = tmp_path_factory.mktemp("tenant") / "k8s"
    shutil.copytree(K8S, tree)
    snippet = re.search(
        r"^```yaml\n# overlays/sfmc/kustomization\.yaml\n(.*?)^```",
        (K8S / "README.md").read_text(),
        re.MULTILINE | re.DOTALL,
    )
    assert snippet
    folder = tree / "overlays/sfmc"
    folder.mkdir()
    (folder / "kustomization.yaml").write_text(snippet[1])
    return folder


@pytest.fixture(scope="session", params=["dev", "bring-your-own-server", "sfmc, from the README"])
def overlay(request, tenant_overlay) -> Path:
    return tenant_overlay if request.param.startswith("sfmc") else K8S / "overlays" / request.param


@pytest.fixture(scope="session")
def rendered_overlay(render, overlay) -> list[Object]:
    return render(overlay)


@pytest.fixture
def objects(rendered_overlay) -> list[Object]:
    """A render a test may change."""
    return copy.deepcopy(rendered_overlay)


@pytest.fixture(scope="session")
def rendered_dev(render) -> list[Object]:
    return render(K8S / "overlays/dev")


@pytest.fixture
def dev(rendered_dev) -> list[Object]:
    """The dev overlay's render, which a test may change."""
    return copy.deepcopy(rendered_dev)
