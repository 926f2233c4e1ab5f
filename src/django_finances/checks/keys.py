"""Stripe's API keys: of the right kind, of the right mode, in the right variable. https://docs.stripe.com/keys"""

from __future__ import annotations

from typing import Any, Final

from django.core.checks import CheckMessage, Error, Warning, register

from .. import conf
from ..keys import Fault, publishable_key_fault, secret_key_fault

PUBLISHABLE: Final = "REACT_APP_STRIPE_PUBLISHABLE_KEY"

WHAT_IT_HOLDS: Final = {
    Fault.PUBLISHABLE: "a publishable key (pk_…)",
    Fault.SECRET: "a secret key",
    Fault.SIGNING_SECRET: "a webhook's signing secret (whsec_…)",
    Fault.OTHER_MODE: "a key of the other mode",
    Fault.PLACEHOLDER: "a placeholder",
    Fault.BLANK: "nothing but blanks",
    Fault.PADDED: "a key with blanks or line ends around it",
    Fault.UNKNOWN: "something that is no key of Stripe",
}


@register("django_finances")
def check_secret_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The secret key of the active mode."""
    if conf.live_mode_is_invalid():
        return []  # which of the two is in use isn't known; E001 speaks
    livemode = conf.live_mode()
    name = conf.secret_key_name(livemode)
    fault = secret_key_fault(conf.secret_key(livemode), livemode=livemode)
    if fault is None:
        return []
    if fault is Fault.MISSING:
        return [
            Warning(
                f"{name} is not set: Stripe can't be asked for anything.",
                hint=f"Set it to the secret key of {_mode(livemode)} mode, {_example(livemode)} "
                f"(dashboard, page 'API keys'). Building an image needs no key.",
                id="django_finances.W001",
            )
        ]
    hints = {
        Fault.OTHER_MODE: f"Keys of {_mode(not livemode)} mode belong into {conf.secret_key_name(not livemode)}. The "
        "mode follows from STRIPE_LIVE_MODE alone, never from a key.",
        Fault.PLACEHOLDER: f"Replace it by the secret key of {_mode(livemode)} mode from the dashboard, page "
        "'API keys'.",
        Fault.BLANK: "Set the key, or remove the variable.",
        Fault.PADDED: "Remove the blanks and line ends: files with secrets often end with one.",
    }
    ids = {Fault.OTHER_MODE: "E004", Fault.PLACEHOLDER: "E005", Fault.BLANK: "E006", Fault.PADDED: "E006"}
    return [
        Error(
            f"{name} holds {WHAT_IT_HOLDS[fault]}; each call to Stripe would be refused.",
            hint=hints.get(fault, f"Set it to the secret key of {_mode(livemode)} mode, {_example(livemode)}."),
            id=f"django_finances.{ids.get(fault, 'E003')}",
        )
    ]


@register("django_finances")
def check_unused_secret_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The secret key of the mode that is not active: it may be missing, but what is there must be right."""
    if conf.live_mode_is_invalid():
        return []
    livemode = not conf.live_mode()
    name = conf.secret_key_name(livemode)
    fault = secret_key_fault(conf.secret_key(livemode), livemode=livemode)
    if fault is None or fault is Fault.MISSING:
        return []
    return [
        Warning(
            f"{name} holds {WHAT_IT_HOLDS[fault]}. It isn't used in {_mode(not livemode)} mode, "
            f"but will fail once STRIPE_LIVE_MODE is {livemode}.",
            hint=f"Set it to the secret key of {_mode(livemode)} mode, {_example(livemode)}, or remove the variable.",
            id="django_finances.W003",
        )
    ]


@register("django_finances")
def check_publishable_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The key that a web app is built with. A site without a web app has none."""
    livemode = not conf.live_mode_is_invalid() and conf.live_mode()
    fault = publishable_key_fault(conf.publishable_key(), livemode=livemode)
    if fault is Fault.SECRET:
        return [
            Error(
                f"{PUBLISHABLE} holds a secret key: it would be published in the web app's bundle, and whoever reads "
                "it there can refund, charge and read all customers.",
                hint="Set it to the publishable key (pk_…). If a bundle was ever built with it, roll the secret key "
                "in Stripe's dashboard now.",
                id="django_finances.E007",
            )
        ]
    if conf.live_mode_is_invalid() or fault is None or fault is Fault.MISSING:
        return []
    if fault is Fault.OTHER_MODE:
        return [
            Error(
                f"{PUBLISHABLE} is of {_mode(not livemode)} mode, but the site runs in {_mode(livemode)} mode: "
                "the browser would look for payments where they aren't.",
                hint=f"Set it to the publishable key of {_mode(livemode)} mode, or change STRIPE_LIVE_MODE.",
                id="django_finances.E009",
            )
        ]
    return [
        Warning(
            f"{PUBLISHABLE} holds {WHAT_IT_HOLDS[fault]}: Stripe.js won't start in the browser.",
            hint=f"Set it to the publishable key of {_mode(livemode)} mode (pk_{_mode(livemode)}_…) and nothing else.",
            id="django_finances.W004",
        )
    ]


def _mode(livemode: bool) -> str:
    return "live" if livemode else "test"


def _example(livemode: bool) -> str:
    return f"sk_{_mode(livemode)}_… or rk_{_mode(livemode)}_…"
