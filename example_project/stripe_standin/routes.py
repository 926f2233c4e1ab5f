"""The calls that this package answers itself. All others go to the base package."""

from __future__ import annotations

import re
from typing import Final

from . import account_api, customers, invoice_payments, webhook_endpoints
from .call import Handler
from .checkout import sessions

ID: Final = "([A-Za-z0-9_]+)"
ROUTES: Final[list[tuple[str, re.Pattern[str], Handler]]] = [
    (method, re.compile(pattern.replace("{id}", ID)), handler)
    for method, pattern, handler in (
        ("GET", "/v1/account", account_api.retrieve),
        ("GET", "/v1/accounts/{id}", account_api.retrieve),
        ("POST", "/v1/customers", customers.create),
        ("DELETE", "/v1/customers/{id}", customers.delete),
        ("GET", "/v1/invoice_payments", invoice_payments.list_),
        ("GET", "/v1/invoice_payments/{id}", invoice_payments.retrieve),
        ("POST", "/v1/webhook_endpoints", webhook_endpoints.create),
        ("GET", "/v1/webhook_endpoints", webhook_endpoints.list_),
        ("GET", "/v1/webhook_endpoints/{id}", webhook_endpoints.retrieve),
        ("POST", "/v1/webhook_endpoints/{id}", webhook_endpoints.update),
        ("DELETE", "/v1/webhook_endpoints/{id}", webhook_endpoints.delete),
        ("POST", "/v1/checkout/sessions", sessions.create),
        ("GET", "/v1/checkout/sessions", sessions.list_),
        ("GET", "/v1/checkout/sessions/{id}", sessions.retrieve),
        ("GET", "/v1/checkout/sessions/{id}/line_items", sessions.list_line_items),
        ("POST", "/v1/checkout/sessions/{id}/expire", sessions.expire),
    )
]


def find(method: str, path: str) -> tuple[Handler, tuple[str, ...]] | None:
    """The handler of a call and the ids in its path."""
    for each, pattern, handler in ROUTES:
        if each == method and (match := pattern.fullmatch(path)):
            return handler, match.groups()
    return None
