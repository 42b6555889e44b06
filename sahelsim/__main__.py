"""``python -m sahelsim``: the command line, where the ``sahelsim`` script is not on the PATH."""

from __future__ import annotations

import sys

from sahelsim.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
