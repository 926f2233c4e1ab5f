"""How dj-stripe's tables come into a database: by its own migrations, or by our one in their place."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Final

from django.conf import settings

#: What ``MIGRATION_MODULES["djstripe"]`` is set to in a host that chooses the one migration.
OURS: Final = "django_finances.djstripe_migrations"


def is_ours() -> bool:
    """Whether the host has chosen our migration in place of dj-stripe's."""
    return getattr(settings, "MIGRATION_MODULES", {}).get("djstripe") == OURS


def covered() -> set[str]:
    """The names of dj-stripe's migrations that ours stands for."""
    replaces: list[tuple[str, str]] = import_module(f"{OURS}.0001_dj_stripe_2_11").Migration.replaces
    return {name for _, name in replaces}


def uncovered() -> list[str]:
    """The names of migrations that the installed dj-stripe has and ours doesn't stand for: its schema has moved on."""
    package = import_module("djstripe.migrations")
    installed = {module.name for module in pkgutil.iter_modules(package.__path__) if not module.name.startswith("_")}
    return sorted(installed - covered())
