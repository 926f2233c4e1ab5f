"""`manage.py finances_doctor`: the system checks, then what only Stripe can tell.

Read on in this order: `examination` (what is asked, and what is found), `endpoints` (webhook endpoints at Stripe and
what is wrong with them), `findings` (the report), `rendering` (as people and as programs read it).
"""

from .examination import create_webhook, examine
from .findings import Finding, Report

__all__ = ["Finding", "Report", "create_webhook", "examine"]
