"""The address that the checks print is the one to give to Stripe."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.core.checks import run_checks
from django.core.management import call_command
from django.urls import include, path, re_path, set_script_prefix

from django_finances.checks.mounts import find_mounts

from .conftest import MOUNT, Configure, ids, urlconf

OURS = include("django_finances.urls")


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        (path("billing/", OURS), "/billing/stripe/webhook/"),
        (re_path(r"^billing/v\d+/", OURS), "/billing/v0/stripe/webhook/"),
        (re_path(r"^(?P<tenant>[a-z]+)/pay/", OURS), "/<tenant>/pay/stripe/webhook/"),
        (path("<slug:tenant>/", OURS), "/<slug:tenant>/stripe/webhook/"),
        (re_path(r"^(?:a|b)/", OURS), "/^(?:a|b)/stripe/webhook/"),
        (re_path(r"^100%/", OURS), "/^100%/stripe/webhook/"),
        (path("a/", include([path("b/", include([re_path(r"^c/", OURS)]))])), "/a/b/c/stripe/webhook/"),
    ],
)
def test_the_warning_prints_the_actual_address(configure: Configure, pattern: Any, address: str) -> None:
    configure(ROOT_URLCONF=urlconf(pattern))
    [message] = run_checks(tags=["django_finances"])
    assert message.id == "django_finances.W006"
    assert f"mounted at {address}," in message.msg
    assert f"https://<your domain>{address}" in str(message.hint)


def test_the_language_is_part_of_the_address(configure: Configure) -> None:
    configure(ROOT_URLCONF=urlconf(*i18n_patterns(MOUNT)), LANGUAGE_CODE="de")
    [message] = run_checks(tags=["django_finances"])
    assert "/api/finances/stripe/webhook/ " not in message.msg
    assert "/api/finances/stripe/webhook/," in message.msg


def test_the_script_name_is_part_of_the_address(configure: Configure) -> None:
    configure(ROOT_URLCONF=urlconf(path("billing/", OURS)))
    set_script_prefix("/shop/")
    try:
        [message] = run_checks(tags=["django_finances"])
    finally:
        set_script_prefix("/")
    assert "mounted at /shop/billing/stripe/webhook/," in message.msg


def test_a_broken_urlconf_is_reported_by_name(configure: Configure) -> None:
    """Django's own check ends in the exception itself; ours must not add a second one."""
    configure(ROOT_URLCONF="a_module_that_is_not_there")
    [message] = run_checks(tags=["django_finances"])
    assert message.id == "django_finances.W010"
    assert "ModuleNotFoundError" in message.msg


def test_a_urlconf_without_patterns_is_reported(configure: Configure) -> None:
    configure(ROOT_URLCONF="django_finances.money")
    assert ids(run_checks(tags=["django_finances"])) == ["django_finances.W010"]


def test_strange_things_in_a_urlconf_do_not_matter(configure: Configure) -> None:
    class Callable:
        """No function, no class with a name of its own."""

        def __call__(self, request: Any) -> None: ...

    configure(ROOT_URLCONF=urlconf(path("odd/", Callable()), path("odder/", MOUNT.callback or Callable()), MOUNT))
    assert [mount.path for mount in find_mounts().ours] == ["/api/finances/stripe/webhook/"]


@pytest.mark.django_db
def test_djstripes_own_webhook_inside_a_decorator_is_found(configure: Configure) -> None:
    from django.views.decorators.cache import never_cache
    from djstripe.views import ProcessWebhookView

    configure(ROOT_URLCONF=urlconf(MOUNT, path("old/<uuid:uuid>/", never_cache(ProcessWebhookView.as_view()))))
    [message] = run_checks(tags=["django_finances"])
    assert message.id == "django_finances.W008"
    assert "/old/<uuid:uuid>/" in message.msg


@pytest.mark.django_db
def test_check_of_our_tag_alone_works_from_the_command_line(
    configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(ROOT_URLCONF=urlconf(path("billing/", OURS)))
    call_command("check", tags=["django_finances"])
    assert "https://<your domain>/billing/stripe/webhook/" in capsys.readouterr().err
