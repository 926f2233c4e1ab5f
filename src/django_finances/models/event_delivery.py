"""Deliveries: an event on its way to one handler that runs after the commit."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from .inbox_event import InboxEvent
from .work import Status, Work, WorkQuerySet


class EventDelivery(Work):
    """Written in the transaction that applies the event; run outside any; retried and parked by itself."""

    event = models.ForeignKey(InboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=255, help_text="Where the handler stands: module and name.")

    objects: ClassVar[WorkQuerySet[EventDelivery]] = WorkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "event delivery"
        verbose_name_plural = "event deliveries"
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="django_finances_delivery_once")]
        indexes = [
            models.Index(
                fields=["run_at", "id"], condition=models.Q(status=Status.PENDING), name="django_finances_delivery_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.handler}"
