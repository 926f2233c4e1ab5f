"""Where the webhook is mounted: once, at the usual address, and without dj-stripe's own beside it."""

from __future__ import annotations

from typing import Any, Final

from django.core.checks import CheckMessage, Warning, register

from .mounts import CANONICAL, Mount, find_mounts

MOUNT: Final = 'path("api/finances/", include("django_finances.urls"))'


@register("django_finances")
def check_webhook_url(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    mounts = find_mounts()
    if mounts.broken:
        return [
            Warning(
                f"ROOT_URLCONF can't be loaded ({mounts.broken}), so it isn't known whether the webhook is mounted.",
                hint="Mend the URLconf: `manage.py check --tag urls` shows where it fails.",
                id="django_finances.W010",
            )
        ]
    if not mounts.ours:
        return [_not_mounted(instead=bool(mounts.djstripe))]
    messages = [*_place(mounts.ours)]
    if mounts.djstripe:
        messages.append(
            Warning(
                f"dj-stripe's own webhook is mounted besides ours, at {mounts.djstripe[0].address}: with an endpoint "
                "for each at Stripe every event would be processed twice. Under DEBUG it lets anybody forge events.",
                hint='Remove include("djstripe.urls") from the URLconf, and delete its endpoint at Stripe. '
                "Receivers of dj-stripe's signals keep working with our webhook.",
                id="django_finances.W008",
            )
        )
    return messages


def _not_mounted(*, instead: bool) -> CheckMessage:
    without = 'in place of include("djstripe.urls")' if instead else "to the URLconf of the site"
    return Warning(
        "The webhook is not mounted: no event of Stripe can arrive.",
        hint=f"Add {MOUNT} {without}; its address is then {CANONICAL}.",
        id="django_finances.W005",
    )


def _place(mounts: list[Mount]) -> list[CheckMessage]:
    """What is wrong with where our webhook is mounted; the gravest only."""
    addresses = ", ".join(mount.address for mount in mounts)
    if len(mounts) > 1:
        return [
            Warning(
                f"The webhook is mounted {len(mounts)} times: {addresses}. An endpoint at Stripe for each would "
                "deliver every event as often.",
                hint=f"Keep one, best {MOUNT}.",
                id="django_finances.W007",
            )
        ]
    if not mounts[0].reached:
        return [
            Warning(
                f"The webhook at {addresses} is not reached: another pattern above it takes its requests.",
                hint=f"Move {MOUNT} above that pattern, usually one that takes every path for a web app.",
                id="django_finances.W009",
            )
        ]
    if mounts[0].path != CANONICAL:
        return [
            Warning(
                f"The webhook is mounted at {addresses}, not at {CANONICAL}: this is the path of the URL to give to "
                "Stripe.",
                hint=f"Give Stripe https://<your domain>{addresses}, or mount it with {MOUNT}. If it shall stay there, "
                "put 'django_finances.W006' into SILENCED_SYSTEM_CHECKS.",
                id="django_finances.W006",
            )
        ]
    return []
