"""What the inbox's rows and the deliveries' rows share: work that is claimed, retried, and at last done or parked."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any, Final, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

#: How long a claim holds. Whoever is killed meanwhile loses the row to the next worker after this time.
LEASE: Final = timedelta(minutes=2)
#: Failures after which a row is parked for a person to see.
MAX_ATTEMPTS: Final = 10
_FIRST_PAUSE: Final = 10.0  # seconds
_LONGEST_PAUSE: Final = 3600.0  # seconds
_LONGEST_ERROR: Final = 2000  # characters

_Work = TypeVar("_Work", bound="Work")


class Status(models.TextChoices):
    PENDING = "pending", "pending"
    DONE = "done", "done"
    IGNORED = "ignored", "ignored"
    DEAD = "dead", "parked"


def pause_after(attempts: int) -> timedelta:
    """How long to wait after a number of failures: doubling, at most an hour, spread so that rows don't go in step."""
    longest = min(_FIRST_PAUSE * 2 ** max(attempts - 1, 0), _LONGEST_PAUSE)
    return timedelta(seconds=random.uniform(longest / 2, longest))  # noqa: S311 - spreads load, guards nothing


class WorkQuerySet(models.QuerySet[_Work]):
    """Rows of work. Every change of a row's state is one ``UPDATE`` that names the state it expects."""

    def due(self) -> Self:
        """Pending rows whose time has come and that nobody holds, oldest first."""
        now = timezone.now()
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        return self.filter(free, status=Status.PENDING, run_at__lte=now).order_by("run_at", "pk")

    def claim(self, pk: int) -> bool:
        """Take a due row for `LEASE`, in a statement of its own. False: somebody else has it, or it isn't due.

        The attempt is counted here, before the work: a row that kills its worker still ends as parked.
        """
        taken = self.due().order_by().filter(pk=pk)
        return bool(taken.update(attempts=F("attempts") + 1, leased_until=timezone.now() + LEASE))


class Work(models.Model):
    """One piece of work and what became of it. Times are UTC."""

    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    run_at = models.DateTimeField(default=timezone.now, help_text="Not before this time.")
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def finish(self, status: Status = Status.DONE, **changes: Any) -> None:
        """Mark as done (or ignored). Belongs into the transaction that did the work."""
        self._change(status=status, finished_at=timezone.now(), leased_until=None, last_error="", **changes)

    def fail(self, error: BaseException) -> None:
        """Note a failure: try again after a pause, or park the row when it has failed `MAX_ATTEMPTS` times."""
        dead = self.attempts >= MAX_ATTEMPTS
        self._change(
            status=Status.DEAD if dead else Status.PENDING,
            finished_at=timezone.now() if dead else None,
            run_at=timezone.now() + pause_after(self.attempts),
            leased_until=None,
            last_error=describe(error),
        )

    def wait(self, reason: BaseException, until: datetime | None = None) -> None:
        """Put the row back for later through no fault of its own; the attempt isn't counted."""
        attempts = max(self.attempts - 1, 0)
        run_at = until or timezone.now() + min(pause_after(self.attempts), timedelta(minutes=5))
        self._change(attempts=attempts, run_at=run_at, leased_until=None, last_error=describe(reason))

    def _change(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=list(changes))


def describe(error: BaseException) -> str:
    """An error as text for a row: its type and message, never a traceback, whose lines hold values."""
    return f"{type(error).__name__}: {error}".replace("\x00", "\ufffd")[:_LONGEST_ERROR]
