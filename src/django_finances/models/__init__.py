"""Our own tables. None has a foreign key to dj-stripe's: they keep Stripe's ids, so our migrations stand alone."""

from .event_delivery import EventDelivery
from .inbox_event import InboxEvent
from .object_version import ObjectVersion
from .stripe_object import StripeObject

__all__ = ["EventDelivery", "InboxEvent", "ObjectVersion", "StripeObject"]
