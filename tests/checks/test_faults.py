"""One fault gives one message, the right one; a correct host gives none."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import RANDOM, Configure, all_messages, ids, printed_ids
from .faults import CORRECT_HOSTS, FAULTS

PREFIXES = ("sk_test_", "sk_live_", "rk_test_", "rk_live_", "pk_test_", "pk_live_", "whsec_")

pytestmark = pytest.mark.django_db  # two of dj-stripe's checks look into its tables


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_gives_exactly_its_message(configure: Configure, fault: str) -> None:
    changes, expected = FAULTS[fault]
    configure(**changes)
    messages = all_messages()
    assert ids(messages) == [f"django_finances.{expected}"]
    assert messages[0].hint
    assert messages[0].is_serious() is expected.startswith("E")


@pytest.mark.parametrize("host", CORRECT_HOSTS)
def test_a_correct_host_gives_no_message(configure: Configure, host: str) -> None:
    configure(**CORRECT_HOSTS[host])
    assert ids(all_messages()) == []


@pytest.mark.parametrize("debug", [True, False], ids=["with DEBUG", "without DEBUG"])
def test_check_passes_at_its_strictest_on_a_correct_host(configure: Configure, debug: bool) -> None:
    configure(DEBUG=debug)
    assert printed_ids("WARNING") == (True, [])


@pytest.mark.parametrize(
    "fault", ["a live key in the test variable", "mounted elsewhere", "a webhook placeholder", "SQLite as it comes"]
)
def test_the_command_check_prints_the_one_message_and_fails(configure: Configure, fault: str) -> None:
    changes, expected = FAULTS[fault]
    configure(**changes)
    assert printed_ids("WARNING") == (False, [f"django_finances.{expected}"])


def test_without_any_variable_check_passes_but_tells_of_the_two_that_are_missing(configure: Configure) -> None:
    """Images are built, and static files collected, where no secret is."""
    nothing = dict.fromkeys(
        ("STRIPE_TEST_SECRET_KEY", "STRIPE_LIVE_SECRET_KEY", "DJSTRIPE_WEBHOOK_SECRET"),
        "",
    )
    configure(**nothing, REACT_APP_STRIPE_PUBLISHABLE_KEY="")
    assert printed_ids("ERROR") == (True, ["django_finances.W001", "django_finances.W002"])
    assert printed_ids("WARNING") == (False, ["django_finances.W001", "django_finances.W002"])


@pytest.mark.parametrize("fault", FAULTS)
def test_no_message_holds_a_piece_of_a_secret(configure: Configure, fault: str) -> None:
    changes, _expected = FAULTS[fault]
    configure(**changes)
    shown = "".join(f"{message} {message.hint} {message!r}" for message in all_messages())
    assert [RANDOM[start : start + 6] for start in range(len(RANDOM) - 5) if RANDOM[start : start + 6] in shown] == []


@pytest.mark.parametrize("end", ["", "\n", ", ", "...", ">"])
@pytest.mark.parametrize("prefix", [*PREFIXES, "", " ", "your_", "<"])
def test_no_message_holds_a_piece_of_any_value_of_any_variable(configure: Configure, prefix: str, end: str) -> None:
    names = (
        "STRIPE_LIVE_MODE",
        "STRIPE_TEST_SECRET_KEY",
        "STRIPE_LIVE_SECRET_KEY",
        "DJSTRIPE_WEBHOOK_SECRET",
        "REACT_APP_STRIPE_PUBLISHABLE_KEY",
        "STRIPE_API_HOST",
        "FINANCES_WEBHOOK_EXECUTION",
        "FINANCES_WEBHOOK_MAX_BODY",
        "FINANCES_WEBHOOK_TOLERANCE",
    )
    shown = ""
    for name in names:
        configure(**{name: f"{prefix}{RANDOM}{end}"})
        shown += "".join(f"{message} {message.hint} {message!r}" for message in all_messages())
    assert shown
    assert [RANDOM[start : start + 6] for start in range(len(RANDOM) - 5) if RANDOM[start : start + 6] in shown] == []


def test_two_faulty_members_of_the_webhook_secret_are_told_apart(configure: Configure) -> None:
    configure(DJSTRIPE_WEBHOOK_SECRET=f"{RANDOM},whsec_{RANDOM},whsec_...")
    messages = all_messages()
    assert ids(messages) == ["django_finances.E010", "django_finances.E011"]
    assert "Member 1 of the 3" in messages[0].msg
    assert "Member 3 of the 3" in messages[1].msg


def test_an_old_stripe_is_named(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    configure()
    monkeypatch.setattr("stripe.VERSION", "15.5.9")
    assert ids(all_messages()) == ["django_finances.E012"]


@pytest.mark.parametrize("version", ["15.6.0", "15.10.0", "16.0.0b1"])
def test_a_stripe_that_is_new_enough_is_fine(
    configure: Configure, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    configure()
    monkeypatch.setattr("stripe.VERSION", version)
    assert ids(all_messages()) == []


def test_migrations_of_a_newer_djstripe_are_named(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    ours: dict[str, Any] = {"djstripe": "django_finances.djstripe_migrations"}
    monkeypatch.setattr("django_finances.checks.installation.uncovered", lambda: ["0004_2_12"])
    configure(MIGRATION_MODULES=ours)
    messages = all_messages()
    assert ids(messages) == ["django_finances.E017"]
    assert "0004_2_12" in messages[0].msg
    configure(MIGRATION_MODULES={})
    assert ids(all_messages()) == []
