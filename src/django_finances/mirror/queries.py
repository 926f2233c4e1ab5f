"""Reading the mirror. A placeholder, which holds a reference's place, is never taken for the object itself."""

from __future__ import annotations

from typing import TypeVar

from django.db import models

from .marks import PLACEHOLDER_LOOKUP

_Model = TypeVar("_Model", bound=models.Model)


def real(queryset: models.QuerySet[_Model]) -> models.QuerySet[_Model]:
    """Those rows of dj-stripe's that hold an object of Stripe's, not just its place."""
    # Not `exclude(…=True)`: in SQL that is neither true nor false for a row without the key.
    return queryset.filter(**{f"{PLACEHOLDER_LOOKUP}__isnull": True})


def get(model: type[_Model], stripe_id: str) -> _Model:
    """The mirrored object with a Stripe id. Calls nothing.

    Raises:
        model.DoesNotExist: The mirror doesn't have it (yet).
    """
    return real(model._base_manager.all()).get(id=stripe_id)
