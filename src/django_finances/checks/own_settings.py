"""The settings that begin with FINANCES_."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

EXECUTIONS: Final = ("inline", "worker")
#: Bytes. Events of a few hundred KiB are known; the upper bound is what anybody may make a worker read.
BODY: Final = (64 * 1024, 64 * 1024 * 1024)
#: Seconds. Clocks differ by some; in the upper bound an event that was recorded on its way could be sent again.
TOLERANCE: Final = (30, 3600)


@register("django_finances")
def check_own_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    messages: list[CheckMessage] = []
    if settings.FINANCES_WEBHOOK_EXECUTION not in EXECUTIONS:
        messages.append(
            Error(
                "FINANCES_WEBHOOK_EXECUTION is neither 'inline' nor 'worker': nobody would process events.",
                hint="'inline' processes an event in its own request; 'worker' leaves it to "
                "`manage.py finances_process_webhooks --watch`.",
                id="django_finances.E014",
            )
        )
    if not _within(settings.FINANCES_WEBHOOK_MAX_BODY, BODY):
        messages.append(
            Error(
                f"FINANCES_WEBHOOK_MAX_BODY is not a number of bytes between {BODY[0]} and {BODY[1]}.",
                hint="Leave it out for 1048576 (1 MiB). Below the range real events are refused; above it anybody "
                "can make a worker read too much.",
                id="django_finances.E015",
            )
        )
    if not _within(settings.FINANCES_WEBHOOK_TOLERANCE, TOLERANCE):
        messages.append(
            Error(
                f"FINANCES_WEBHOOK_TOLERANCE is not a number of seconds between {TOLERANCE[0]} and {TOLERANCE[1]}.",
                hint="Leave it out for 300. With 0 or a very long time a recorded event could be sent again and again; "
                "with a very short one clocks that differ a little refuse real events.",
                id="django_finances.E016",
            )
        )
    return messages


def _within(value: object, bounds: tuple[int, int]) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and bounds[0] <= value <= bounds[1]
