"""Stripe's objects that dj-stripe has no model for (credit notes, quotes, meters…), or whose row it couldn't hold."""

from __future__ import annotations

from django.db import models


class StripeObject(models.Model):
    """One object as Stripe sent it, under the mirror's own rules of freshness."""

    account = models.CharField(max_length=255, blank=True, default="")
    livemode = models.BooleanField()
    object = models.CharField(max_length=255)
    object_id = models.CharField(max_length=255)
    data = models.JSONField(help_text="The object as Stripe sent it.")
    deleted = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "Stripe object"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "livemode", "object", "object_id"], name="django_finances_object_once"
            )
        ]
        indexes = [models.Index(fields=["object_id"], name="django_finances_object_id")]

    def __str__(self) -> str:
        return f"{self.object} {self.object_id}"
