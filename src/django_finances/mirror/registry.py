"""Which of dj-stripe's models holds which of Stripe's objects."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import models

#: Objects whose name dj-stripe's models give twice, wrongly or not at all.
_NAMED_BY_US: Final = {
    "discount": "Discount",
    "file_upload": "File",
    "invoice": "Invoice",
    "transfer": "Transfer",
    "transfer_reversal": "TransferReversal",
    "v2.core.account": "AccountV2",
}
#: Not mirrored into dj-stripe's tables: rows that only dj-stripe's own webhook needs (with a signing secret in
#: clear, and system checks that misread ours), events (see `djstripe_event`), and what has no id.
_NOT_MIRRORED: Final = frozenset({"webhook_endpoint", "event", "country_spec"})


@cache
def _models() -> dict[str, type[models.Model]]:
    config = apps.get_app_config("djstripe")
    named = {_object_name(model): model for model in config.get_models()}
    named |= {name: config.get_model(model) for name, model in _NAMED_BY_US.items()}
    return {name: model for name, model in named.items() if name and name not in _NOT_MIRRORED}


def _object_name(model: Any) -> str:
    return getattr(getattr(model, "stripe_class", None), "OBJECT_NAME", "")


@cache
def object_name_of(model: type[models.Model]) -> str:
    """Stripe's name of the objects that one of dj-stripe's models holds; empty for helper tables."""
    return next((name for name, held in _models().items() if held is model), "")


def model_for(object_name: str) -> type[models.Model] | None:
    """dj-stripe's model for Stripe's ``object``, or None: then it goes into `StripeObject`."""
    return _models().get(object_name)


def all_models() -> dict[str, type[models.Model]]:
    """Every object name with its model."""
    return dict(_models())
