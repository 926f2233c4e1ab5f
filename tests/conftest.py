"""What every test stands on: no network but loopback, and no silent skips in CI."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

# Where a machine truly can't: (a part of the test's name, why). CI lets these skips pass; every other one fails.
ALLOWED_SKIPS: tuple[tuple[str, str], ...] = ()

#: Folders whose tests need more than Python and a database: tox runs each in a leg of its own.
MARKERS = {
    "djstripe_migrations": pytest.mark.djstripe_migrations,
    "docs": pytest.mark.docs_site,
    "e2e": pytest.mark.e2e,
    "packaging": pytest.mark.packaging,
    "standin": pytest.mark.standin,
}


class NetworkBlocked(RuntimeError):
    """A test tried to reach something that isn't this machine."""


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a socket of the file system
    host = str(address[0])
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and not _is_local(arguments[1]):
        raise NetworkBlocked(f"A test wanted to connect to {arguments[1]!r}; tests talk to this machine only.")
    if event == "socket.getaddrinfo" and str(arguments[0]).endswith(".invalid"):
        raise socket.gaierror(socket.EAI_NONAME, "a name that no network knows (RFC 6761)")
    if event == "socket.getaddrinfo" and not _is_local((arguments[0] or "",)):
        raise NetworkBlocked(f"A test wanted to look up {arguments[0]!r}; tests talk to this machine only.")


def pytest_configure(config: pytest.Config) -> None:
    # An audit hook sees every connection, whatever library makes it, and can't be undone by a test.
    # Programs that a test starts (pip, in tests/packaging) are processes of their own, with their own rules.
    sys.addaudithook(_refuse)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(here).parts[0]
        if folder in MARKERS:
            item.add_marker(MARKERS[folder])
            # One worker for each file: what such a folder starts is started once.
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """In CI a skipped test is a failing test, unless the machine truly can't and ALLOWED_SKIPS says why."""
    outcome = yield
    report = outcome.get_result()
    if not report.skipped or hasattr(report, "wasxfail") or not os.environ.get("CI"):
        return
    if not any(part in item.nodeid for part, _ in ALLOWED_SKIPS):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI takes for a failure: {report.longrepr}"


@pytest.fixture
def free_port() -> int:
    """A port of loopback that nobody listens on at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
