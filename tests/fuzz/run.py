"""A long run by atheris, guided by coverage: ``python -m tests.fuzz.run TARGET [libFuzzer's options] [CORPUS]``.

atheris is not among the dependencies: ``pip install atheris`` where there is a wheel for the interpreter. It begins with the
seeds of ``seeds`` and follows coverage in the modules the target is about: in all that is loaded it would be lost, and slow.
"""

from __future__ import annotations

import pkgutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Final

WATCHED: Final = {
    "newline": ("sidecar.wire",),
    "sse": ("sidecar.wire",),
    "jsonrpc": ("sidecar.wire",),
    "headers": ("sidecar.wire",),
    "encodings": ("sidecar.transports.encoded",),
    "embedded": ("sidecar.redaction.embedded", "sidecar.redaction.disguise", "sidecar.wire"),
    "planted": ("sidecar.redaction.embedded", "sidecar.redaction.disguise", "sidecar.redaction.within", "sidecar.redaction.uris", "sidecar.session"),
}  # fmt: skip
"""Whose coverage leads a target."""
MAX_LEN: Final = {"planted": 128}
"""Bytes of an input, unless ``-max_len`` says otherwise; detection is what takes time in a long one."""


def others(watched: tuple[str, ...]) -> list[str]:
    """Modules of ours that are not watched."""
    spec = find_spec("sidecar")
    assert spec is not None
    names = _modules([Path(place) for place in spec.submodule_search_locations or ()], "sidecar.")
    return [name for name in names if not any(name == one or name.startswith(f"{one}.") for one in watched)]


def _modules(folders: list[Path], prefix: str) -> list[str]:
    """Found without importing any."""
    found = [prefix.rstrip(".")]
    for info in pkgutil.iter_modules(map(str, folders), prefix):
        found.append(info.name)
        if info.ispkg:
            inner = [folder / info.name.rpartition(".")[2] for folder in folders]
            found += _modules(inner, f"{info.name}.")
    return found


def main() -> None:
    try:
        import atheris  # type: ignore[import-not-found]
    except ImportError:
        sys.exit("atheris is not installed: pip install atheris")
    if len(sys.argv) < 2 or sys.argv[1] not in WATCHED:
        sys.exit(f"usage: python -m tests.fuzz.run {'|'.join(WATCHED)} [-max_total_time=3600] [CORPUS]")
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=["sidecar"], exclude=others(WATCHED[name])):
        from tests.fuzz.seeds import write
        from tests.fuzz.targets import TARGETS
    with tempfile.TemporaryDirectory() as folder:
        words = write(name, Path(folder))
        given = [word for word in sys.argv[1:] if word.startswith("-")]
        corpora = [word for word in sys.argv[1:] if not word.startswith("-")]
        ours = [f"-dict={words}", f"-max_len={MAX_LEN.get(name, 4096)}", "-len_control=0"]
        atheris.Setup([sys.argv[0], *ours, *given, *corpora, str(words.with_name("seeds"))], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
