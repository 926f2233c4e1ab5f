"""``make demo``: make the demo's environment, then become the demo."""

from __future__ import annotations

import os

from tools import ROOT, environment, require_python


def main() -> None:
    """Doesn't return: the demo takes over this process, so that Ctrl-C reaches it alone."""
    require_python()
    python = environment(
        ROOT / ".demo/venv",
        ["--editable", "."],
        inputs=[ROOT / "pyproject.toml"],
        say="demo: installing django-finances and what it needs into .demo/venv (the first start only) …",
    )
    os.execv(python, [str(python), str(ROOT / "example_project/demo.py")])  # noqa: S606


if __name__ == "__main__":
    main()
