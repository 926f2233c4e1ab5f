"""A PostgreSQL server for the tests: the one at the usual local address, or one that they start themselves.

The server of the usual address is taken as it is (`PGHOST`, `PGPORT`, `PGUSER` and `PGPASSWORD` are honoured). Where
none answers, one is started from the system's binaries, in a folder of its own and on a free port of loopback, and
stopped when the process that started it ends.
"""

from __future__ import annotations

import atexit
import getpass
import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

STARTED = "DJANGO_FINANCES_TESTS_POSTGRESQL"


def ensure_server() -> dict[str, Any]:
    """Django's HOST, PORT, USER and PASSWORD of a server on which the tests may make databases."""
    usual = {
        "HOST": os.environ.get("PGHOST", "127.0.0.1"),
        "PORT": os.environ.get("PGPORT", "5432"),
        "USER": os.environ.get("PGUSER", "postgres"),
        "PASSWORD": os.environ.get("PGPASSWORD", ""),
    }
    if _answers(usual):
        return usual
    if port := os.environ.get(STARTED):  # a worker of pytest-xdist: its parent has started one
        return _of_our_own(port)
    return _start()


def _answers(server: dict[str, Any]) -> bool:
    import psycopg

    try:
        psycopg.connect(
            host=server["HOST"],
            port=server["PORT"],
            user=server["USER"],
            password=server["PASSWORD"] or None,
            dbname="postgres",
            connect_timeout=3,
        ).close()
    except psycopg.OperationalError:
        return False
    return True


def _of_our_own(port: str) -> dict[str, Any]:
    return {"HOST": "127.0.0.1", "PORT": port, "USER": "postgres", "PASSWORD": ""}


def _start() -> dict[str, Any]:
    binaries = _binaries()
    folder = Path(mkdtemp(prefix="django-finances-postgresql-"))
    data = folder / "data"
    owner = _owner()
    if owner != getpass.getuser():
        shutil.chown(folder, owner)
    port = str(_free_port())

    def run(*command: str) -> None:
        as_owner = ["runuser", "-u", owner, "--"] if owner != getpass.getuser() else []
        subprocess.run([*as_owner, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    run(str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c max_connections=200"
    run(str(binaries / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")

    def stop() -> None:
        run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    os.environ[STARTED] = port
    return _of_our_own(port)


def _owner() -> str:
    """Who runs the server: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise RuntimeError("PostgreSQL doesn't run as root, and there is neither a user postgres nor nobody.")


def _binaries() -> Path:
    for folder in _candidates():
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise RuntimeError(
        "No PostgreSQL answers at 127.0.0.1:5432, and there are no binaries to start one from. "
        "Install it (apt-get install postgresql, brew install postgresql), or point PGHOST and PGPORT at a server."
    )


def _candidates() -> Iterable[Path]:
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    yield from sorted(Path("/usr/local/opt").glob("postgresql*/bin"), reverse=True)
    yield from sorted(Path("/opt/homebrew/opt").glob("postgresql*/bin"), reverse=True)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
