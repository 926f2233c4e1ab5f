"""The webhook, nothing else. Mount it: ``path("api/finances/", include("django_finances.urls"))``."""

from __future__ import annotations

from django.urls import path

from .webhooks.endpoint import stripe_webhook

app_name = "django_finances"

urlpatterns = [
    path("stripe/webhook/", stripe_webhook, name="stripe-webhook"),
    # Without the last slash too: the redirect that APPEND_SLASH sends is a failure to Stripe.
    path("stripe/webhook", stripe_webhook),
]
