"""Process what is due in the inbox: what a request left behind, or everything with ``--watch``."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ... import webhooks


class Command(BaseCommand):
    help = (
        "Process webhook events and deliveries that are due, until none is left. "
        "Run it every few minutes beside FINANCES_WEBHOOK_EXECUTION = 'inline' (an event that had to wait for "
        "Stripe is finished by it), or with --watch as the worker of 'worker'."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch", action="store_true", help="Stay, and look again until stopped (SIGTERM, Ctrl-C)."
        )
        parser.add_argument("--interval", type=float, default=1.0, help="Seconds between two looks. Default: 1.")

    def handle(self, *, watch: bool, interval: float, **options: Any) -> None:
        finished = self._drain()
        if watch:
            stopped = _stop_signal()
            while not stopped.wait(interval):
                finished += self._drain()
        self.stdout.write(f"Finished {finished}.")

    def _drain(self) -> int:
        total = 0
        while done := webhooks.process_due():
            total += done
        return total


def _stop_signal() -> threading.Event:
    """An event that SIGTERM and Ctrl-C set: the piece of work at hand is finished first."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    return stopped
