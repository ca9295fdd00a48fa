"""A long run by atheris, guided by coverage: ``python -m tests.fuzz.run TARGET [libFuzzer's options] [CORPUS]``.

atheris is not among the dependencies: ``pip install atheris`` where there is a wheel for the interpreter. Only the
sidecar's own code is instrumented: to instrument all that is loaded takes minutes before the first execution.
"""

from __future__ import annotations

import sys


def main() -> None:
    try:
        import atheris  # type: ignore[import-not-found]
    except ImportError:
        sys.exit("atheris is not installed: pip install atheris")
    with atheris.instrument_imports(include=["sidecar"]):
        from tests.fuzz.targets import TARGETS
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: python -m tests.fuzz.run {'|'.join(TARGETS)} [-max_total_time=3600] [CORPUS]")
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
