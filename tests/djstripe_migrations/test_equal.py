"""Our one migration makes the tables that dj-stripe's own make, and a database may go from one to the other.

dj-stripe's own take more than a minute for each database, so they have a leg of tox to themselves.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..postgres import ensure_server

ROOT = Path(__file__).resolve().parents[2]
OURS = "django_finances.djstripe_migrations"
SETTINGS = """
import json, os
SECRET_KEY = "x"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "djstripe", "django_finances"]
DATABASES = {"default": json.loads(os.environ["DATABASE"])}
MIGRATION_MODULES = {"djstripe": os.environ["MIGRATIONS"]} if os.environ["MIGRATIONS"] else {}
"""
#: Each table with its columns, indexes and constraints, as Django's own introspection reads them.
DESCRIBE = """
import json
from django.db import connection
described = {}
with connection.cursor() as cursor:
    for table in connection.introspection.table_names(cursor):
        if table.startswith("djstripe_"):
            found = connection.introspection.get_table_description(cursor, table)
            columns = [tuple(map(str, column)) for column in found]
            constraints = connection.introspection.get_constraints(cursor, table).values()
            for constraint in constraints:
                constraint.pop("definition", None)
            described[table] = [sorted(columns), sorted(json.dumps(each, sort_keys=True) for each in constraints)]
print(json.dumps(described, sort_keys=True, indent=1))
"""


class Database:
    """An empty database and a host that uses it."""

    def __init__(self, folder: Path, django: dict[str, Any]) -> None:
        self.folder, self.django = folder, django
        (folder / "equal_settings.py").write_text(SETTINGS)

    def manage(self, *arguments: str, migrations: str) -> str:
        import json

        environment = {
            **os.environ,
            "DATABASE": json.dumps(self.django),
            "DJANGO_SETTINGS_MODULE": "equal_settings",
            "MIGRATIONS": migrations,
            "PYTHONPATH": str(self.folder),
            "PYTHONWARNINGS": "ignore",
        }
        outcome = subprocess.run(
            [sys.executable, "-m", "django", *arguments], env=environment, capture_output=True, text=True, timeout=600
        )
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr
        return outcome.stdout

    def describe(self, migrations: str) -> str:
        return self.manage("shell", "--verbosity", "0", "-c", DESCRIBE, migrations=migrations)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> list[Database]:
    """Two empty databases of one kind."""
    folders = [tmp_path / "ours", tmp_path / "theirs"]
    for folder in folders:
        folder.mkdir()
    if request.param == "sqlite":
        return [
            Database(folder, {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "db.sqlite3")})
            for folder in folders
        ]
    import psycopg

    server = ensure_server()
    names = [f"django_finances_{os.getpid()}_{folder.name}" for folder in folders]
    credentials = {
        "host": server["HOST"],
        "port": server["PORT"],
        "user": server["USER"],
        "password": server["PASSWORD"] or None,
    }
    with psycopg.connect(dbname="postgres", autocommit=True, **credentials) as connection:
        for name in names:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"')  # type: ignore[call-overload]
            connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]

    def drop() -> None:
        with psycopg.connect(dbname="postgres", autocommit=True, **credentials) as connection:
            for name in names:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[call-overload]

    request.addfinalizer(drop)
    engine = "django.db.backends.postgresql"
    return [
        Database(folder, {"ENGINE": engine, "NAME": name, **server})
        for folder, name in zip(folders, names, strict=True)
    ]


def test_both_ways_make_the_same_tables_and_either_takes_over_from_the_other(databases: list[Database]) -> None:
    ours, theirs = databases
    ours.manage("migrate", "--verbosity", "0", migrations=OURS)
    theirs.manage("migrate", "--verbosity", "0", migrations="")
    described = ours.describe(OURS)
    assert described.count("djstripe_") > 40
    assert described == theirs.describe("")
    assert "No migrations to apply" in ours.manage("migrate", migrations="")
    assert "No migrations to apply" in theirs.manage("migrate", migrations=OURS)


def test_the_migration_is_what_its_script_makes() -> None:
    script = [sys.executable, str(ROOT / "scripts/make_djstripe_migration.py"), "--check"]
    outcome = subprocess.run(script, env={**os.environ, "PYTHONWARNINGS": "ignore"}, timeout=120)
    assert outcome.returncode == 0, "run scripts/make_djstripe_migration.py"
