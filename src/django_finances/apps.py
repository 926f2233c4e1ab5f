"""The app. Importing this module fills the settings, before any model of any app is imported."""

from __future__ import annotations

from django.apps import AppConfig

from . import conf

# Django imports every app's `apps` module before any app's models: the one moment at which settings can still
# reach the default arguments of dj-stripe's models, in whichever order the two apps stand. `ready` is too late.
conf.fill_from_environment()


class DjangoFinancesConfig(AppConfig):
    name = "django_finances"
    label = "django_finances"
    verbose_name = "Finances"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers itself; needs the app registry
