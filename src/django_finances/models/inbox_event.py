"""The inbox: every verified event, once, in the host's own database, before Stripe gets its answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from .work import Status, Work, WorkQuerySet


class InboxEvent(Work):
    """A verified event of Stripe's: https://docs.stripe.com/api/events/object

    Handlers receive it. No header, cookie or address of the request is kept.
    """

    account = models.CharField(
        max_length=255,
        blank=True,
        default="",  # not NULL: NULLs are distinct, and would let twins in
        help_text="Connected account that the event is of; empty for the platform's own.",
    )
    event_id = models.CharField(max_length=255)
    type = models.CharField(max_length=255)
    livemode = models.BooleanField()
    api_version = models.CharField(max_length=64, blank=True, default="")
    created = models.BigIntegerField(help_text="Stripe's clock, in whole seconds since 1970 (UTC).")
    object = models.CharField(max_length=255, blank=True, default="", help_text="Kind of object that the event is of.")
    object_id = models.CharField(max_length=255, blank=True, default="")
    payload = models.TextField(help_text="The body as Stripe sent it.")
    received_at = models.DateTimeField(default=timezone.now)
    mirrored_at = models.DateTimeField(
        null=True, blank=True, help_text="When the mirror had taken the object in; retries then run the handlers only."
    )

    objects: ClassVar[WorkQuerySet[InboxEvent]] = WorkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "inbox event"
        constraints = [
            models.UniqueConstraint(fields=["account", "event_id"], name="django_finances_event_once"),
            models.CheckConstraint(
                name="django_finances_event_finished_iff_final",
                condition=models.Q(status=Status.PENDING, finished_at=None)
                | models.Q(~models.Q(status=Status.PENDING), finished_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["run_at", "id"], condition=models.Q(status=Status.PENDING), name="django_finances_event_due"
            ),
            models.Index(fields=["object_id"], name="django_finances_event_object"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} ({self.type})"

    @cached_property
    def body(self) -> dict[str, Any]:
        """The whole event as Stripe sent it."""
        parsed: dict[str, Any] = json.loads(self.payload)
        return parsed

    @property
    def data(self) -> dict[str, Any]:
        """``data.object`` and, in updates, ``data.previous_attributes``: the object as it was when this event happened.

        It may be older than the mirror. Ask the mirror for what is true now.
        """
        data: dict[str, Any] = self.body.get("data") or {}
        return data

    @property
    def created_at(self) -> datetime:
        """When Stripe made the event (UTC; whole seconds)."""
        return datetime.fromtimestamp(self.created, UTC)
