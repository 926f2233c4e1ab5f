"""DJSTRIPE_WEBHOOK_SECRET: what proves that an event comes from Stripe. https://docs.stripe.com/webhooks/signature"""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from .. import conf
from ..keys import Fault, signing_secret_fault

NAME: Final = "DJSTRIPE_WEBHOOK_SECRET"
WHERE: Final = (
    "Copy the signing secret (whsec_…) of the endpoint from Stripe's dashboard, page 'Webhooks'; "
    "`manage.py finances_doctor --create-webhook` makes an endpoint and prints it."
)

WHAT_IT_IS: Final = {
    Fault.MISSING: "is empty",
    Fault.SECRET: "is an API key",
    Fault.PUBLISHABLE: "is a publishable key",
    Fault.PLACEHOLDER: "is a placeholder",
    Fault.UNKNOWN: "has blanks or other strange characters in it",
    None: "doesn't begin with whsec_",
}


@register("django_finances")
def check_webhook_secret(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Each member of the comma-separated list; more than one is there while a secret is rolled."""
    members = conf.webhook_secret_members()
    if not members:
        return [_blank() if getattr(settings, NAME, "") else _missing()]
    messages: list[CheckMessage] = []
    for number, member in enumerate(members, start=1):
        fault = signing_secret_fault(member)
        if fault is None:
            continue
        which = NAME if len(members) == 1 else f"Member {number} of the {len(members)} in {NAME}"
        what = WHAT_IT_IS[None if fault is Fault.UNKNOWN and not member.startswith("whsec_") else fault]
        hint = f"Remove it or the comma. {WHERE}" if fault is Fault.MISSING else WHERE
        id = "E011" if fault is Fault.PLACEHOLDER else "E010"
        messages.append(Error(f"{which} {what}: it verifies no event.", hint=hint, id=f"django_finances.{id}"))
    return messages


def _missing() -> CheckMessage:
    return Warning(
        f"{NAME} is not set: the webhook answers 503 to every event, and nothing of what happens at Stripe arrives.",
        hint=f"{WHERE} Building an image needs no secret.",
        id="django_finances.W002",
    )


def _blank() -> CheckMessage:
    return Error(
        f"{NAME} holds no secret, only blanks or something that is no text: it verifies no event.",
        hint=WHERE,
        id="django_finances.E010",
    )
