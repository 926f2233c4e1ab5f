"""Find a Python that can run the stand-in, make its environment on the first start, and become the server."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn

from .environment import CannotInstall, ensure_environment
from .interpreters import NoInterpreter, find_interpreter

PACKAGE_PARENT = Path(__file__).resolve().parent.parent


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line, which the launcher and the server share."""
    parser = argparse.ArgumentParser(
        prog="stripe_standin", description="A stand-in for Stripe's API on 127.0.0.1, for demos and tests."
    )
    parser.add_argument("--port", type=int, default=12111, help="the port on 127.0.0.1 (12111)")
    parser.add_argument(
        "--prepare", action="store_true", help="only make the environment that the server runs in, then exit"
    )
    parser.add_argument("--quiet", action="store_true", help="no line for each request")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Run the server in an environment of its own; returns an exit status only if that can't be had, or to prepare."""
    argv = sys.argv[1:] if argv is None else argv
    options = arguments(argv)
    try:
        python = ensure_environment(find_interpreter, _say)
    except (NoInterpreter, CannotInstall) as error:
        print(f"stripe_standin: {error}", file=sys.stderr)
        return 2
    if options.prepare:
        return 0
    _become_server(python, argv)


def _say(text: str) -> None:
    print(f"stripe_standin: {text}", file=sys.stderr, flush=True)


def _become_server(python: Path, argv: list[str]) -> NoReturn:
    # No Python setting of the caller's (PYTHONPATH, PYTHONHOME) belongs into the server's own environment.
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    surroundings["PYTHONPATH"] = str(PACKAGE_PARENT)
    os.execve(python, [str(python), "-m", "stripe_standin.serve", *argv], surroundings)  # noqa: S606
