"""What the doctor has found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Level = Literal["error", "warning", "unknown"]

HEALTHY, ILL, UNKNOWN = 0, 1, 2


@dataclass(frozen=True)
class Finding:
    """One thing that isn't as it should be.

    Attributes:
        code: A stable word: a system check's id, or one of those in docs/reference/doctor.md.
        level: ``unknown`` means that it couldn't be found out.
        message: What is wrong. Holds no secret.
        hint: What to do.
    """

    code: str
    level: Level
    message: str
    hint: str = ""


@dataclass
class Report:
    """All that was found out.

    Attributes:
        mode: ``live``, ``test``, or an empty string when STRIPE_LIVE_MODE is invalid.
        path: The path of our webhook in this site, or an empty string when it isn't mounted.
        account: ``id`` and ``name`` of the account at Stripe, or None when it couldn't be asked.
        webhook_endpoints: The endpoints at Stripe that lead to us, or None when they couldn't be asked.
        findings: In the order in which they were found; empty when all is well.
    """

    mode: str = ""
    path: str = ""
    account: dict[str, str] | None = None
    webhook_endpoints: list[dict[str, Any]] | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def exit_status(self) -> int:
        """0: all is well. 1: something is wrong. 2: something couldn't be found out."""
        levels = {finding.level for finding in self.findings}
        if "unknown" in levels:
            return UNKNOWN
        return ILL if levels else HEALTHY
