"""How fresh each mirrored object is: one row per object, locked by whoever is about to write it."""

from __future__ import annotations

from django.db import models


class ObjectVersion(models.Model):
    """What was applied last, as an interval on Stripe's clock, and how often something was applied."""

    account = models.CharField(max_length=255, blank=True, default="")
    livemode = models.BooleanField()
    object = models.CharField(max_length=255)
    object_id = models.CharField(max_length=255)
    earliest = models.BigIntegerField(default=0, help_text="Seconds since 1970 (UTC), Stripe's clock.")
    latest = models.BigIntegerField(default=0, help_text="Seconds since 1970 (UTC), Stripe's clock.")
    generation = models.PositiveBigIntegerField(default=0, help_text="Raised by every write; 0: nothing applied yet.")
    digest = models.CharField(max_length=64, blank=True, default="", help_text="SHA-256 of the payload applied last.")
    deleted = models.BooleanField(default=False, help_text="Gone at Stripe: nothing older or equal brings it back.")
    api_version = models.CharField(max_length=64, blank=True, default="")
    refresh_due = models.BooleanField(
        default=False,
        help_text="Applied from an API version that our fixtures don't cover: fetch it when there is time.",
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "object version"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "livemode", "object", "object_id"], name="django_finances_version_once"
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(refresh_due=True), name="django_finances_refresh_due")
        ]

    def __str__(self) -> str:
        return f"{self.object} {self.object_id}, generation {self.generation}"
