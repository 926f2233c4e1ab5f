"""A report as people read it in a terminal, and as programs do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from .findings import Report

STATUS: Final = {0: "healthy", 1: "ill", 2: "unknown"}
MARKS: Final = {"error": "ERROR", "warning": "WARNING", "unknown": "UNKNOWN"}
WIDTH: Final = 10


def as_json(report: Report) -> str:
    """One JSON object; docs/reference/doctor.md names its keys."""
    return json.dumps({"status": STATUS[report.exit_status], **asdict(report)}, indent=2)


def as_text(report: Report) -> str:
    """A table, then what is wrong, each with what to do."""
    return "\n".join([*_table(report), "", *_findings(report)])


def _table(report: Report) -> Iterator[str]:
    yield _row("Mode", report.mode or "not known: STRIPE_LIVE_MODE is invalid")
    yield _row("Account", _account(report))
    yield _row("Webhook", report.path or "not mounted")
    for endpoint in report.webhook_endpoints or []:
        events = "all events" if "*" in endpoint["enabled_events"] else f"{len(endpoint['enabled_events'])} event types"
        version = endpoint["api_version"] or "the account's API version"
        yield _row("Endpoint", f"{endpoint['url']}  {endpoint['status']}, {events}, {version}  ({endpoint['id']})")


def _account(report: Report) -> str:
    if report.account is None:
        return "not known"
    return f"{report.account['id']} {report.account['name']}".strip()


def _findings(report: Report) -> Iterator[str]:
    for finding in report.findings:
        yield f"{MARKS[finding.level]} {finding.code}: {finding.message}"
        if finding.hint:
            yield f"    {finding.hint}"
    if not report.findings:
        yield "All is well."


def _row(name: str, value: str) -> str:
    return f"{name:<{WIDTH}}{value}"
