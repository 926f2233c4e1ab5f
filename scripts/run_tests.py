"""``make test`` and ``make test-all``: choose the legs of tox's matrix, provide what they need, run them, sum them up.

Exit status: 0 all passed; 1 something failed; 2 something that can't be done without is missing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

from tools import ROOT, environment, fail, interpreters, require_python

#: Which Django runs on which Python.
DJANGO = {"5.2": ("3.11", "3.12", "3.13", "3.14"), "6.0": ("3.12", "3.13", "3.14"), "6.1": ("3.12", "3.13", "3.14")}
DATABASES = ("sqlite", "postgresql")
ALONE = ["lint", "types", "docs", "packaging", "standin", "e2e"]
SLOW = ["djstripe-migrations"]
#: Those whose work pytest doesn't count.
WITHOUT_REPORT = {"lint", "types"}
REPORTS = ROOT / ".tox/reports"


def main() -> int:
    """Run one half of the matrix."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("half", choices=["chosen", "rest"], help="what `make test` runs, or everything else")
    parser.add_argument("--list", action="store_true", help="only print the legs")
    options = parser.parse_args()
    require_python()
    found = interpreters()
    legs = choose(options.half, sorted(found, key=lambda version: int(version.split(".")[1])))
    tell(found, legs)
    if options.list:
        return 0
    provide_postgresql()
    if "e2e" in legs:
        provide_chromium()
    tox = environment(ROOT / ".tools/venv", ["tox>=4.30"], say="Installing tox into .tools/venv …")
    return run(tox, legs, list(found.values()))


def choose(half: str, versions: list[str]) -> list[str]:
    """The names of tox's environments: the oldest and the newest pair with both databases, or all the others."""
    pairs = [(python, django) for django in DJANGO for python in versions if python in DJANGO[django]]
    if not pairs:
        fail(f"No Python from 3.11 to 3.14 that Django runs on was found; there are: {', '.join(versions)}.")
    first = list(dict.fromkeys([pairs[0], pairs[-1]]))
    rest = [pair for pair in pairs if pair not in first]
    if half == "chosen":
        return [*ALONE, *(name(pair, database) for pair in first for database in DATABASES)]
    return [*SLOW, *(name(pair, database) for pair in rest for database in DATABASES)]


def name(pair: tuple[str, str], database: str) -> str:
    python, django = pair
    return f"py{python.replace('.', '')}-django{django.replace('.', '')}-{database}"


def tell(found: dict[str, Path], legs: list[str]) -> None:
    """What will run, and what can't."""
    for version, path in found.items():
        print(f"Python {version}: {path}")
    for version in DJANGO["5.2"]:
        if version not in found:
            print(f"Python {version}: NOT HERE, its legs are left out")
    print("Legs:", " ".join(legs), flush=True)


def provide_postgresql() -> None:
    """A server at the usual address, or binaries that the tests can start one from; else install them, or say so."""
    host, port = os.environ.get("PGHOST", "127.0.0.1"), int(os.environ.get("PGPORT", "5432"))
    with socket.socket() as probe:
        probe.settimeout(3)
        if probe.connect_ex((host, port)) == 0:
            return
    if shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return
    if not apt_install("postgresql"):
        fail(
            "PostgreSQL is missing: no server at 127.0.0.1:5432 and no binaries to start one from. "
            "Install it (apt-get install postgresql, brew install postgresql) or point PGHOST and PGPORT at a server."
        )


def provide_chromium() -> None:
    """The system's Chromium; Playwright's own where that can be downloaded."""
    if any(shutil.which(command) for command in ("chromium", "chromium-browser", "google-chrome")):
        return
    if not apt_install("chromium"):
        fail("A browser is missing: install Chromium (apt-get install chromium, brew install chromium).")


def apt_install(package: str) -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing {package} …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "install", "-y", "-qq", package], ["apt-get", "update", "-qq"]) * 2:
        done = subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if command[1] == "install" and done.returncode == 0:
            return True
    return False


def run(tox: Path, legs: list[str], pythons: list[Path]) -> int:
    """Run the legs one after another; then one line that sums them up, as pytest's."""
    started = time.monotonic()
    for report in REPORTS.glob("*.xml"):
        if report.stem in legs:
            report.unlink()
    outcomes = {}
    for leg in legs:
        print(f"\n=== {leg}", flush=True)
        begun = time.monotonic()
        command = [str(tox), "-m", "tox", "run", "-q", "-e", leg, "--skip-missing-interpreters", "false"]
        environment = {**os.environ, "TOX_DISCOVER": os.pathsep.join(map(str, pythons))}
        outcomes[leg] = subprocess.run(command, cwd=ROOT, env=environment).returncode, time.monotonic() - begun
    return sum_up(outcomes, time.monotonic() - started)


def sum_up(outcomes: dict[str, tuple[int, float]], seconds: float) -> int:
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    broken = []
    print()
    for leg, (status, took) in outcomes.items():
        counts = counts_of(leg)
        # A leg that ran no test at all has proved nothing.
        good = status == 0 and (leg in WITHOUT_REPORT or counts["tests"] > 0)
        if not good:
            broken.append(leg)
        for key in totals:
            totals[key] += counts[key]
        print(f"{'ok    ' if good else 'FAILED'} {leg:32} {counts['tests']:5} tests {took:6.0f} s")
    bad = totals["failures"] + totals["errors"]
    parts = [f"{totals['tests'] - bad - totals['skipped']} passed"]
    parts += [f"{bad} failed"] * bool(bad)
    parts += [f"{totals['skipped']} skipped"] * bool(totals["skipped"])
    if broken:
        print(f"Failed legs: {' '.join(broken)}")
    print(f"===== {', '.join(parts)} in {seconds:.2f}s =====", flush=True)
    return 1 if broken else 0


def counts_of(leg: str) -> dict[str, int]:
    report = REPORTS / f"{leg}.xml"
    counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    if report.exists():
        for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 - our own file
            for key in counts:
                counts[key] += int(suite.get(key, 0))
    return counts


if __name__ == "__main__":
    sys.exit(main())
