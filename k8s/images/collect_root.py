"""Copies a virtual environment and everything it needs to run into an empty directory, which becomes an image's root.

It installs nothing and copies no shell, no package manager and no test suite: what is not listed here is not there.

Run by the build stage of the Containerfiles: `python collect_root.py VENV ROOT`. A shared library that cannot be found
ends the build.
"""
# ruff: noqa: INP001  # a script beside the Containerfiles that run it, in no package

import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

UID = 65532
LEFT_OUT = (
    "test",
    "tests",
    "idlelib",
    "ensurepip",
    "turtledemo",
    "tkinter",
    "_tkinter*",
    "lib2to3",
    "site-packages",
    "config-*",
)
"""Parts of the standard library an application never imports, and the build interpreter's own packages (pip)."""

SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/ssl/certs/ca-certificates.crt", "/etc/services", "/etc/protocols")
"""Copied where they exist: where libraries are, whom TLS trusts, and what `getaddrinfo` reads."""


def collect(venv: Path, root: Path) -> None:
    stdlib = Path(sysconfig.get_path("stdlib"))
    shutil.copytree(venv, _inside(root, venv), symlinks=True)
    for interpreter in (venv / "bin/python", Path(sys.executable)):
        _copy_with_links(interpreter, root)
    leave_out = shutil.ignore_patterns(*LEFT_OUT)
    shutil.copytree(stdlib, _inside(root, stdlib), symlinks=True, dirs_exist_ok=True, ignore=leave_out)
    for name in SYSTEM_FILES:
        if Path(name).exists():
            _copy(Path(name), root)
    for library in sorted({needed for binary in _binaries(root) for needed in _libraries(binary, root)}):
        if not _inside(root, library).exists():
            _copy(library, root)
    _write_accounts(root)


def _inside(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def _copy(source: Path, root: Path) -> None:
    target = _inside(root, source)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def _copy_with_links(path: Path, root: Path) -> None:
    """The file and each symbolic link on the way to it, because a virtual environment finds its home by them."""
    while path.is_symlink():
        target = _inside(root, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.symlink_to(path.readlink())
        path = path.parent / path.readlink()
    _copy(path, root)


def _binaries(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def _libraries(binary: Path, root: Path) -> Iterator[Path]:
    listing = subprocess.run(["ldd", binary], capture_output=True, text=True, check=False).stdout  # noqa: S603, S607
    for line in listing.splitlines():
        if "not found" in line:
            sys.exit(f"{binary.relative_to(root)}: {line.strip()}")
        # "libz.so.1 => /lib/…/libz.so.1 (0x…)", and the loader's own line, which has no arrow.
        found = re.search(r"(?:=>\s+|^\s*)(/\S+)\s+\(0x", line)
        if found and not Path(found[1]).is_relative_to(root):
            yield Path(found[1])


def _write_accounts(root: Path) -> None:
    etc = root / "etc"
    etc.mkdir(exist_ok=True)
    (etc / "passwd").write_text(f"root:x:0:0::/:\nnonroot:x:{UID}:{UID}::/tmp:\n")
    (etc / "group").write_text(f"root:x:0:\nnonroot:x:{UID}:\n")
    (etc / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")
    temporary = root / "tmp"
    temporary.mkdir(exist_ok=True)
    temporary.chmod(0o1777)


if __name__ == "__main__":
    collect(Path(sys.argv[1]), Path(sys.argv[2]))
