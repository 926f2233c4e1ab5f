"""``python3 example_project/stripe_standin --port 12111``, with any Python from 3.11 on."""

import sys
from pathlib import Path

if __package__ in {None, ""}:
    # Started as a folder: Python put the folder itself on the path, where its modules hide the standard library's.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from stripe_standin.launcher import main

sys.exit(main())
