"""A stand-in for Stripe's API on 127.0.0.1, for demos and tests. See README.md."""
