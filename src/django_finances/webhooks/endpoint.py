"""The webhook's view: read, verify, store, answer. Everything else comes after the event is safe.

https://docs.stripe.com/webhooks
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .. import conf
from . import inbox, signature, worker

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponse]


def non_atomic_everywhere(view: View) -> View:
    """Keep ATOMIC_REQUESTS of every database off a view: it commits the event before it works on it."""
    for alias in connections:
        view = transaction.non_atomic_requests(using=alias)(view)
    return view


@csrf_exempt
@non_atomic_everywhere
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Take in one event.

    Answers 200 once the event is stored (also when it was before, and when processing it then fails), 400 to what
    isn't verified or no event, 413 to what is too large, 503 when nothing can be verified or stored right now.
    Stripe takes all but 2xx as "send it again".
    """
    secrets = conf.webhook_secrets()
    if not secrets or conf.live_mode_is_invalid():
        logger.error("Refused a webhook: set %s (see `manage.py check`).", _missing(secrets))
        return _answer(503, "This site isn't ready for webhooks; its log says why.")
    if _announced_length(request) > settings.FINANCES_WEBHOOK_MAX_BODY:
        return _refuse(413, "the body is larger than FINANCES_WEBHOOK_MAX_BODY")
    try:
        body = request.read(settings.FINANCES_WEBHOOK_MAX_BODY + 1)
    except UnreadablePostError:
        return _refuse(400, "the body ended early")
    if len(body) > settings.FINANCES_WEBHOOK_MAX_BODY:
        return _refuse(413, "the body is larger than FINANCES_WEBHOOK_MAX_BODY")
    try:
        signature.verify(
            body,
            request.META.get("HTTP_STRIPE_SIGNATURE", ""),
            secrets=secrets,
            tolerance=settings.FINANCES_WEBHOOK_TOLERANCE,
        )
        incoming = inbox.parse(body)
    except (signature.NotVerified, inbox.NotAnEvent) as error:
        return _refuse(400, str(error))
    try:
        event = inbox.store(incoming)
    except (DatabaseError, InterfaceError) as error:
        logger.error("Could not store an event of type %r: %s", incoming.type, type(error).__name__)  # noqa: TRY400
        return _answer(503, "The event could not be stored. Send it again.")
    if event is not None and settings.FINANCES_WEBHOOK_EXECUTION == "inline":
        worker.process_now(event)
    return _answer(200, "Received.")


def _announced_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _missing(secrets: list[str]) -> str:
    return "STRIPE_LIVE_MODE" if secrets else "DJSTRIPE_WEBHOOK_SECRET"


def _refuse(status: int, reason: str) -> HttpResponse:
    logger.warning("Refused a webhook: %s.", reason)
    return _answer(status, "Refused.")


def _answer(status: int, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
