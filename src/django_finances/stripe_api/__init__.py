"""The one door out: every call to Stripe passes here.

    answer = stripe_api.get(stripe_api.path("customers", customer_id))
    answer = stripe_api.post("/v1/customers", {"email": "a@example.com"}, idempotency_key="signup-7")
    answer.object      # a plain dict, in the shapes of API_VERSION

A call in order: `client` (the flow) → `transactions` (not inside one) → `credentials` (the key of the mode) →
`retries` (which attempts, until when) → `transport` (one attempt over HTTP) → `answers`, or `errors`.
"""

from .answers import Answer
from .client import API_VERSION, delete, get, post, retrieve
from .paths import NotRetrievable, is_retrievable, path
from .transactions import allow_in_transaction

__all__ = [
    "API_VERSION",
    "Answer",
    "NotRetrievable",
    "allow_in_transaction",
    "delete",
    "get",
    "is_retrievable",
    "path",
    "post",
    "retrieve",
]
