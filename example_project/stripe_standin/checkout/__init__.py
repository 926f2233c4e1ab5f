"""Stripe Checkout: sessions, and the hosted page on which a person pays."""
