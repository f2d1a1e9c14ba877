"""`python -m tests.bench`: measure, check, print; with --write, fill docs/performance.md."""

from __future__ import annotations

import os

# One core: before numpy and numba are loaded, and for every process that is started from here.
for _name in ("OPENBLAS", "OMP", "MKL", "NUMBA"):
    os.environ[f"{_name}_NUM_THREADS"] = "1"

if __name__ == "__main__":
    from tests.bench.command import main

    main()
