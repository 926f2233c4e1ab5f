"""The billing layer for Django: Stripe payments that stay right, on dj-stripe's models."""

__version__ = "0.1.0"
