"""Paths of Stripe's API: built from segments, so that no id can change where a request goes."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

_SAFE_PATH: Final = re.compile(r"/v[12](?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~%:@!$'()*+,;=-]+)+")

#: Where an object of each name is retrieved by its id alone. https://docs.stripe.com/api
COLLECTIONS: Final = {
    "account": "accounts",
    "apple_pay_domain": "apple_pay/domains",
    "application_fee": "application_fees",
    "balance_transaction": "balance_transactions",
    "billing.alert": "billing/alerts",
    "billing.credit_balance_transaction": "billing/credit_balance_transactions",
    "billing.credit_grant": "billing/credit_grants",
    "billing.feedback_option": "billing/feedback_options",
    "billing.meter": "billing/meters",
    "billing_portal.configuration": "billing_portal/configurations",
    "charge": "charges",
    "checkout.session": "checkout/sessions",
    "climate.order": "climate/orders",
    "climate.product": "climate/products",
    "climate.supplier": "climate/suppliers",
    "confirmation_token": "confirmation_tokens",
    "country_spec": "country_specs",
    "coupon": "coupons",
    "credit_note": "credit_notes",
    "customer": "customers",
    "dispute": "disputes",
    "entitlements.active_entitlement": "entitlements/active_entitlements",
    "entitlements.feature": "entitlements/features",
    "event": "events",
    "exchange_rate": "exchange_rates",
    "file": "files",
    "file_link": "file_links",
    "financial_connections.account": "financial_connections/accounts",
    "financial_connections.session": "financial_connections/sessions",
    "financial_connections.transaction": "financial_connections/transactions",
    "forwarding.request": "forwarding/requests",
    "identity.verification_report": "identity/verification_reports",
    "identity.verification_session": "identity/verification_sessions",
    "invoice": "invoices",
    "invoice_payment": "invoice_payments",
    "invoice_rendering_template": "invoice_rendering_templates",
    "invoiceitem": "invoiceitems",
    "issuing.authorization": "issuing/authorizations",
    "issuing.card": "issuing/cards",
    "issuing.cardholder": "issuing/cardholders",
    "issuing.dispute": "issuing/disputes",
    "issuing.personalization_design": "issuing/personalization_designs",
    "issuing.physical_bundle": "issuing/physical_bundles",
    "issuing.token": "issuing/tokens",
    "issuing.transaction": "issuing/transactions",
    "mandate": "mandates",
    "payment_attempt_record": "payment_attempt_records",
    "payment_intent": "payment_intents",
    "payment_link": "payment_links",
    "payment_method": "payment_methods",
    "payment_method_configuration": "payment_method_configurations",
    "payment_method_domain": "payment_method_domains",
    "payment_record": "payment_records",
    "payout": "payouts",
    "plan": "plans",
    "price": "prices",
    "product": "products",
    "promotion_code": "promotion_codes",
    "quote": "quotes",
    "radar.early_fraud_warning": "radar/early_fraud_warnings",
    "radar.value_list": "radar/value_lists",
    "radar.value_list_item": "radar/value_list_items",
    "refund": "refunds",
    "reporting.report_run": "reporting/report_runs",
    "reporting.report_type": "reporting/report_types",
    "review": "reviews",
    "scheduled_query_run": "sigma/scheduled_query_runs",
    "setup_intent": "setup_intents",
    "shipping_rate": "shipping_rates",
    "source": "sources",
    "subscription": "subscriptions",
    "subscription_item": "subscription_items",
    "subscription_schedule": "subscription_schedules",
    "tax.calculation": "tax/calculations",
    "tax.registration": "tax/registrations",
    "tax.transaction": "tax/transactions",
    "tax_code": "tax_codes",
    "tax_id": "tax_ids",
    "tax_rate": "tax_rates",
    "terminal.configuration": "terminal/configurations",
    "terminal.location": "terminal/locations",
    "terminal.reader": "terminal/readers",
    "test_helpers.test_clock": "test_helpers/test_clocks",
    "token": "tokens",
    "topup": "topups",
    "transfer": "transfers",
    "treasury.credit_reversal": "treasury/credit_reversals",
    "treasury.debit_reversal": "treasury/debit_reversals",
    "treasury.financial_account": "treasury/financial_accounts",
    "treasury.inbound_transfer": "treasury/inbound_transfers",
    "treasury.outbound_payment": "treasury/outbound_payments",
    "treasury.outbound_transfer": "treasury/outbound_transfers",
    "treasury.received_credit": "treasury/received_credits",
    "treasury.received_debit": "treasury/received_debits",
    "treasury.transaction": "treasury/transactions",
    "treasury.transaction_entry": "treasury/transaction_entries",
    "webhook_endpoint": "webhook_endpoints",
}

#: The same for the second generation of the API: https://docs.stripe.com/api-v2-overview
COLLECTIONS_V2: Final = {
    "v2.core.account": "core/accounts",
    "v2.core.event": "core/events",
    "v2.core.event_destination": "core/event_destinations",
}


class NotRetrievable(LookupError):
    """Objects of this name can't be retrieved by their id alone: Stripe has them only inside another object.

    An error of the caller's code, not of Stripe's answer; therefore no `FinancesError`.
    """

    def __init__(self, object_name: str) -> None:
        self.object_name = object_name
        super().__init__(
            f"Stripe's API retrieves no {object_name!r} by its id alone. Retrieve the object that it is a part of."
        )


def path(*segments: str, version: str = "v1") -> str:
    """A path of the API: ``path("customers", customer_id)`` is ``/v1/customers/cus_…``.

    Each segment stays one segment, whatever it holds: ids of coupons are free text. Only the first may name a
    collection of two words, such as ``checkout/sessions``.

    Raises:
        ValueError: a segment is empty, or ``.`` or ``..``.
    """
    collection, *rest = segments
    parts = [*collection.split("/"), *rest]
    if any(part in {"", ".", ".."} for part in parts):
        raise ValueError(f"An empty or relative segment in a path of Stripe's API: {segments!r}.")
    return "/".join(["", version, *(quote(part, safe="") for part in parts)])


def retrieval_path(object_name: str, object_id: str) -> str:
    """Where the object with this name and id is retrieved.

    Raises:
        NotRetrievable: Stripe has no such path.
    """
    if object_name in COLLECTIONS:
        return path(COLLECTIONS[object_name], object_id)
    if object_name in COLLECTIONS_V2:
        return path(COLLECTIONS_V2[object_name], object_id, version="v2")
    raise NotRetrievable(object_name)


def is_retrievable(object_name: str) -> bool:
    """Whether objects of this name can be retrieved by their id alone."""
    return object_name in COLLECTIONS or object_name in COLLECTIONS_V2


def checked(path: str) -> str:
    """*path* itself, if it can only be what it looks like: no query, no fragment, no host, nothing relative.

    Raises:
        ValueError: it isn't; most likely an id was put into it unescaped. `path` escapes.
    """
    if not _SAFE_PATH.fullmatch(path):
        raise ValueError(f"Not a path of Stripe's API: {path!r}. Build it with stripe_api.path('customers', an_id).")
    return path
