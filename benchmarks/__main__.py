"""``python -m benchmarks [NAME…]``: runs all, or the named ones, each in a process of its own."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path


def main() -> int:
    here = Path(__file__).parent
    known = [
        module.name
        for module in pkgutil.iter_modules([str(here)])
        if not module.name.startswith("_") and "def main(" in (here / f"{module.name}.py").read_text("utf-8")
    ]
    wanted = sys.argv[1:] or known
    if unknown := set(wanted) - set(known):
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    worst = 0
    for name in wanted:
        print(f"\n── {name} " + "─" * (76 - len(name)), flush=True)
        code = f"from benchmarks.{name} import main; main()"
        worst = max(worst, subprocess.run([sys.executable, "-c", code], cwd=here.parent, check=False).returncode)
    return worst


sys.exit(main())
