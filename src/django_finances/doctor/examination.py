"""The questions, in order: the checks, the key and its account, the webhook endpoints."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.checks import WARNING, run_checks
from django.urls import NoReverseMatch, reverse

from .. import conf, stripe_api
from ..exceptions import AuthenticationFailed, ConfigurationError, FinancesError, InvalidRequest, PermissionDenied
from . import endpoints
from .findings import Finding, Report


def examine(url: str = "") -> Report:
    """Look at the settings, then ask Stripe.

    Args:
        url: Where Stripe reaches this site, such as ``https://example.com``, or the webhook's full URL. Without it,
            every endpoint with our path is looked at.
    """
    report = Report(mode=_mode(), path=_path(), findings=_checks())
    if _ask_account(report):
        _ask_endpoints(report, url)
    return report


def create_webhook(url: str) -> dict[str, Any]:
    """Make the webhook endpoint for this site at Stripe: all events, in the API version that we speak.

    Returns Stripe's object. Its ``secret`` is shown this once.

    Raises:
        ConfigurationError: No usable ``url``, or the webhook isn't mounted.
        InvalidRequest: There is an endpoint for this URL already (``webhook_exists``); or what Stripe says.
        FinancesError: See `stripe_api.post`.
    """
    target = _target(url)
    existing = endpoints.leading_to(endpoints.all_at_stripe(), path="", url=target)
    if existing:
        raise InvalidRequest(
            f"Stripe has an endpoint for {target} already ({existing[0]['id']}), and tells its signing secret on the "
            "dashboard only (Developers, Webhooks). Copy it from there, or delete the endpoint and try again.",
            code="webhook_exists",
        )
    params = {"url": target, "enabled_events": ["*"], "api_version": stripe_api.API_VERSION}
    return stripe_api.post("/v1/webhook_endpoints", params).object


def _target(url: str) -> str:
    path = _path()
    if not path:
        raise ConfigurationError("The webhook isn't mounted, so there is no URL to give to Stripe. See `check`.")
    target = endpoints.url_of(url, path)
    parts = urlsplit(target)
    local = parts.hostname in {"localhost", "127.0.0.1"} and not conf.api_host_is_stripe()
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise ConfigurationError(
            "Say where Stripe reaches this site: --url https://<your domain>. It must be https. For a laptop use "
            "`stripe listen --forward-to` instead of an endpoint.",
            code="webhook_url_invalid",
        )
    return target


def _mode() -> str:
    if conf.live_mode_is_invalid():
        return ""
    return "live" if conf.live_mode() else "test"


def _path() -> str:
    try:
        return reverse("django_finances:stripe-webhook")
    except NoReverseMatch:
        return ""


def _checks() -> list[Finding]:
    """What ``manage.py check --tag django_finances`` says, silenced ones left out."""
    return [
        Finding(
            code=str(message.id),
            level="error" if message.level > WARNING else "warning",
            message=str(message.msg),
            hint=str(message.hint or ""),
        )
        for message in run_checks(tags=["django_finances"])
        if not message.is_silenced()
    ]


def _ask_account(report: Report) -> bool:
    """Whether Stripe knows the key, and whose it is."""
    try:
        account = stripe_api.get("/v1/account").object
    except AuthenticationFailed:
        name = conf.secret_key_name()
        message = f"Stripe doesn't know the key in {name}."
        hint = "Copy the key of this mode from Stripe's dashboard, page 'API keys'. It may have been rolled or revoked."
        report.findings.append(Finding("key_unknown", "error", message, hint))
        return False
    except PermissionDenied:
        hint = "Allow the restricted key to read Accounts if you want to see its name here."
        report.findings.append(Finding("account_hidden", "warning", "The key may not read its account.", hint))
        return True
    except FinancesError as error:
        report.findings.append(_not_found_out(error))
        return False
    report.account = {"id": str(account.get("id", "")), "name": _name(account)}
    return True


def _name(account: dict[str, Any]) -> str:
    dashboard = (account.get("settings") or {}).get("dashboard") or {}
    profile = account.get("business_profile") or {}
    return str(dashboard.get("display_name") or profile.get("name") or "")


def _ask_endpoints(report: Report, url: str) -> None:
    if not report.path and not url:
        return  # a check has said that the webhook isn't mounted
    target = endpoints.url_of(url, report.path) if url else ""
    try:
        found = endpoints.leading_to(endpoints.all_at_stripe(), path=report.path, url=target)
    except FinancesError as error:
        report.findings.append(_not_found_out(error))
        return
    report.webhook_endpoints = [endpoints.shown(each) for each in found]
    report.findings += endpoints.faults(found, url=target)


def _not_found_out(error: FinancesError) -> Finding:
    return Finding(error.code, "unknown", str(error))
