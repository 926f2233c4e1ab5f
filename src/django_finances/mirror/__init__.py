"""The one door in to dj-stripe's tables.

Every object of Stripe's that enters the database, whoever brought it, passes `apply`, which decides by Stripe's
clock whether it is news and writes it from the payload it was given. Read on in this order: `freshness` (is it
news?), `versions` (the row that remembers), `apply` (the decision carried out), `drafts` (payload to rows), `write`
(rows to tables), and `settle` for what only Stripe can decide.
"""

from .answers import apply_answer, set_subscriber
from .apply import Applied, apply
from .events import apply_event, key_of_event
from .freshness import AsOf, Verdict
from .observers import observe
from .queries import get, real
from .settle import Fetched, Unsettled, fetch
from .versions import ObjectKey

__all__ = [
    "Applied",
    "AsOf",
    "Fetched",
    "ObjectKey",
    "Unsettled",
    "Verdict",
    "apply",
    "apply_answer",
    "apply_event",
    "fetch",
    "get",
    "key_of_event",
    "observe",
    "real",
    "set_subscriber",
]
