"""The admin shows what came in and what became of it. Nothing is edited there."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ..models import EventDelivery, InboxEvent, ObjectVersion, StripeObject


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To look at: what stands here is what happened."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DeliveryInline(admin.TabularInline):  # type: ignore[type-arg]
    model = EventDelivery
    fields = ("handler", "status", "attempts", "run_at", "finished_at", "last_error")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(InboxEvent)
class InboxEventAdmin(ReadOnlyAdmin):
    list_display = ("event_id", "type", "object_id", "status", "attempts", "received_at", "finished_at")
    list_filter = ("status", "livemode", "received_at")
    search_fields = ("event_id", "object_id", "type")
    date_hierarchy = "received_at"
    ordering = ("-id",)
    inlines = (DeliveryInline,)


@admin.register(EventDelivery)
class EventDeliveryAdmin(ReadOnlyAdmin):
    list_display = ("event", "handler", "status", "attempts", "run_at", "finished_at")
    list_filter = ("status",)
    list_select_related = ("event",)
    search_fields = ("event__event_id", "handler")
    ordering = ("-id",)


@admin.register(ObjectVersion)
class ObjectVersionAdmin(ReadOnlyAdmin):
    list_display = ("object_id", "object", "generation", "deleted", "refresh_due", "api_version", "updated_at")
    list_filter = ("deleted", "refresh_due", "livemode")
    search_fields = ("object_id",)
    ordering = ("-id",)


@admin.register(StripeObject)
class StripeObjectAdmin(ReadOnlyAdmin):
    list_display = ("object_id", "object", "account", "livemode", "deleted", "updated_at")
    list_filter = ("deleted", "livemode")
    search_fields = ("object_id", "object")
    ordering = ("-id",)
