"""Is everything set up? The system checks, then what Stripe says."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ... import doctor
from ...doctor import rendering
from ...exceptions import FinancesError


class Command(BaseCommand):
    help = (
        "Look at the settings, ask Stripe about the key, its account and the webhook endpoint, and say what is "
        "wrong. Exit status: 0 all is well, 1 something is wrong, 2 it couldn't be found out."
    )
    # They are what it reports: it has to run when they fail.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="", help="Where Stripe reaches this site: https://example.com")
        parser.add_argument("--json", action="store_true", dest="as_json", help="Print one JSON object.")
        parser.add_argument(
            "--create-webhook",
            action="store_true",
            help="Make the webhook endpoint at Stripe (needs --url) and print its signing secret, once.",
        )

    def handle(self, *, url: str, as_json: bool, create_webhook: bool, **options: Any) -> None:
        if create_webhook:
            self._create_webhook(url)
            return
        report = doctor.examine(url)
        self.stdout.write(rendering.as_json(report) if as_json else rendering.as_text(report))
        if report.exit_status:
            sys.exit(report.exit_status)

    def _create_webhook(self, url: str) -> None:
        try:
            endpoint = doctor.create_webhook(url)
        except FinancesError as error:
            raise CommandError(f"{error} ({error.code})", returncode=1) from None
        self.stdout.write(
            f"Made {endpoint['id']} for {endpoint['url']}.\n"
            "Its signing secret, which isn't shown again; put it into the environment:\n\n"
            f"DJSTRIPE_WEBHOOK_SECRET={endpoint['secret']}\n"
        )
