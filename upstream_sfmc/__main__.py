"""`python -m upstream_sfmc` is the `upstream-sfmc` command. It holds no logic of its own."""

from upstream_sfmc.cli import main

raise SystemExit(main())
