"""A long run by atheris, guided by coverage: ``python -m tests.fuzz.run TARGET [libFuzzer's options] [CORPUS]``.

atheris is not among the dependencies: ``pip install atheris`` where there is a wheel for the interpreter.
"""

from __future__ import annotations

import sys

from tests.fuzz.targets import TARGETS


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: python -m tests.fuzz.run {'|'.join(TARGETS)} [-max_total_time=3600] [CORPUS]")
    try:
        import atheris  # type: ignore[import-not-found]
    except ImportError:
        sys.exit("atheris is not installed: pip install atheris")
    target = TARGETS[sys.argv.pop(1)]
    atheris.instrument_all()
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
