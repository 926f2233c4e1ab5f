"""What a host calls: one module per resource, named as Stripe names it."""

from . import checkout, customers

__all__ = ["checkout", "customers"]
