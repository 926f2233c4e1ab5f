"""Newer writes, older doesn't, and where Stripe's clock can't tell, Stripe is asked."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from djstripe.models import Customer, Product

from django_finances import mirror
from django_finances.exceptions import NotFound, StripeUnavailable
from django_finances.mirror import AsOf, Verdict
from django_finances.models import ObjectVersion, StripeObject

from ..fixtures.validate import fixture
from .conftest import NOON, Stripe, answer, row_of, tell, version_of

pytestmark = pytest.mark.django_db


def product(name: str) -> dict[str, Any]:
    return fixture("product") | {"name": name}


def name() -> str:
    return str(Product.objects.get(id="prod_1").name)


def ask(payload: dict[str, Any], first: int, last: int, **options: Any) -> Verdict:
    """Apply an answer of Stripe's."""
    return mirror.apply_answer(answer(payload, first, last), livemode=False, **options).verdict


def test_newer_writes() -> None:
    tell(product("old"), NOON)
    assert tell(product("new"), NOON + 1).verdict is Verdict.APPLIED
    assert name() == "new"


def test_older_doesnt_write() -> None:
    tell(product("new"), NOON)
    applied = tell(product("old"), NOON - 1)
    assert (applied.verdict, applied.row, applied.settled) == (Verdict.STALE, None, True)
    assert name() == "new"


def test_the_same_second_is_a_tie_and_nothing_is_written() -> None:
    tell(product("one"), NOON)
    before = version_of(product("one"))
    applied = tell(product("other"), NOON)
    assert (applied.verdict, applied.row, applied.settled) == (Verdict.TIED, None, False)
    assert name() == "one"
    assert version_of(product("one")).generation == before.generation


def test_the_same_payload_in_the_same_second_is_no_tie_however_its_keys_are_ordered() -> None:
    tell(product("one"), NOON)
    backwards = dict(reversed(product("one").items()))
    assert tell(backwards, NOON).verdict is Verdict.UNCHANGED
    assert version_of(backwards).generation == 1


def test_the_same_payload_of_an_older_second_is_unchanged() -> None:
    tell(product("one"), NOON)
    assert tell(product("one"), NOON - 1).verdict is Verdict.UNCHANGED


def test_the_same_payload_of_a_newer_second_moves_the_clock() -> None:
    tell(product("one"), NOON)
    tell(product("one"), NOON + 10)
    assert tell(product("late"), NOON + 5).verdict is Verdict.STALE
    assert name() == "one"


@pytest.mark.parametrize(
    ("second", "verdict"),
    [
        (NOON - 1, Verdict.STALE),
        (NOON, Verdict.TIED),
        (NOON + 2, Verdict.TIED),
        (NOON + 4, Verdict.TIED),
        (NOON + 5, Verdict.APPLIED),
    ],
)
def test_an_event_beside_an_answer_is_judged_by_the_answers_interval(second: int, verdict: Verdict) -> None:
    assert ask(product("answered"), NOON, NOON + 4) is Verdict.APPLIED
    assert tell(product("told"), second).verdict is verdict


@pytest.mark.parametrize(
    ("interval", "verdict"),
    [
        ((NOON - 4, NOON - 1), Verdict.STALE),
        ((NOON - 4, NOON), Verdict.TIED),
        ((NOON, NOON), Verdict.TIED),
        ((NOON, NOON + 4), Verdict.TIED),
        ((NOON + 1, NOON + 4), Verdict.APPLIED),
    ],
)
def test_an_answer_beside_an_event_is_judged_by_its_interval(interval: tuple[int, int], verdict: Verdict) -> None:
    tell(product("told"), NOON)
    assert ask(product("answered"), *interval) is verdict


def test_a_replayed_answer_never_overwrites_what_is_known() -> None:
    tell(product("told"), NOON)
    assert ask(product("replayed"), 0, NOON + 10) is Verdict.TIED
    assert name() == "told"


def test_what_was_asked_for_is_news_if_nobody_has_written_since() -> None:
    tell(product("one"), NOON)
    generation = mirror.versions.generation(mirror.ObjectKey("product", "prod_1", False))
    assert ask(product("asked"), NOON, NOON, unless_changed_since=generation) is Verdict.APPLIED
    assert name() == "asked"


def test_what_was_asked_for_is_a_tie_if_somebody_has_written_since() -> None:
    tell(product("one"), NOON)
    generation = mirror.versions.generation(mirror.ObjectKey("product", "prod_1", False))
    tell(product("meanwhile"), NOON + 1)
    assert ask(product("asked"), NOON + 9, NOON + 9, unless_changed_since=generation) is Verdict.TIED
    assert name() == "meanwhile"


def test_a_replayed_answer_is_no_news_even_if_nobody_has_written_since() -> None:
    tell(product("told"), NOON)
    generation = mirror.versions.generation(mirror.ObjectKey("product", "prod_1", False))
    replayed = replace(answer(product("stored long ago"), 0, NOON + 10), replayed=True)
    applied = mirror.apply_answer(replayed, livemode=False, unless_changed_since=generation)
    assert applied.verdict is Verdict.TIED
    assert name() == "told"


def test_what_was_asked_for_first_is_news_if_it_is_still_unknown() -> None:
    assert ask(product("asked"), NOON, NOON, unless_changed_since=0) is Verdict.APPLIED


def test_a_fetch_settles_a_tie(stripe: Stripe) -> None:
    stripe.objects["prod_1"] = product("true")
    tell(product("one"), NOON)
    tell(product("other"), NOON)
    fetched = mirror.fetch(mirror.ObjectKey("product", "prod_1", False))
    applied = mirror.apply(
        fetched.payload, as_of=fetched.as_of, livemode=False, unless_changed_since=fetched.generation
    )
    assert applied.verdict is Verdict.APPLIED
    assert name() == "true"


def test_a_fetch_while_stripe_is_down_says_so(stripe: Stripe, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*args: Any, **options: Any) -> Any:
        raise StripeUnavailable("Stripe can't be reached.")

    monkeypatch.setattr(mirror.settle.stripe_api, "retrieve", down)
    with pytest.raises(mirror.Unsettled, match="can't be reached"):
        mirror.fetch(mirror.ObjectKey("product", "prod_1", False))


def test_a_fetch_that_finds_nothing_is_no_deletion(stripe: Stripe) -> None:
    tell(fixture("customer"))
    with pytest.raises(NotFound):
        mirror.fetch(mirror.ObjectKey("customer", "cus_1", False))
    assert mirror.get(Customer, "cus_1").date_purged is None
    assert version_of(fixture("customer")).deleted is False


def test_under_a_test_clock_every_event_after_the_first_is_a_tie() -> None:
    customer = fixture("customer") | {"test_clock": "clock_1"}
    assert tell(customer, NOON).verdict is Verdict.APPLIED
    for second in (NOON - 86400, NOON, NOON + 86400):
        assert tell(customer | {"name": str(second)}, second).verdict is Verdict.TIED


def test_what_stripe_cant_be_asked_for_goes_to_who_comes_last() -> None:
    line = fixture("line_item")
    tell(line, NOON)
    assert tell(line | {"description": "other"}, NOON).verdict is Verdict.APPLIED


def test_objects_without_an_id_are_not_kept() -> None:
    applied = tell({"object": "balance", "available": [], "livemode": False})
    assert applied.verdict is Verdict.NOT_MIRRORED
    assert not ObjectVersion.objects.exists()


def test_an_objects_id_counts_within_its_account_and_mode() -> None:
    for options in ({}, {"account": "acct_1"}, {"account": "acct_2"}, {"livemode": True}):
        assert tell(product("x"), NOON, **options).verdict is Verdict.APPLIED
    assert ObjectVersion.objects.count() == 4


@pytest.mark.parametrize(
    "options", [{"account": "acct_1"}, {"livemode": True}, {"livemode": True, "account": "acct_1"}]
)
def test_only_the_platforms_objects_of_the_active_mode_enter_djstripes_tables(options: dict[str, Any]) -> None:
    applied = tell(product("x") | {"livemode": options.get("livemode", False)}, **options)
    assert isinstance(applied.row, StripeObject)
    assert (applied.row.account, applied.row.livemode) == (options.get("account", ""), options.get("livemode", False))
    assert not Product._base_manager.exists()


def test_in_live_mode_live_objects_enter_djstripes_tables(settings: Any) -> None:
    settings.STRIPE_LIVE_MODE = True
    assert isinstance(tell(product("x") | {"livemode": True}, livemode=True).row, Product)
    assert isinstance(tell(product("y") | {"id": "prod_2"}, livemode=False).row, StripeObject)


def test_the_objects_of_connected_accounts_follow_the_same_rules() -> None:
    def told(text: str, second: int) -> Verdict:
        return tell(product(text), second, account="acct_1").verdict

    assert told("one", NOON) is Verdict.APPLIED
    assert told("old", NOON - 1) is Verdict.STALE
    assert told("new", NOON + 1) is Verdict.APPLIED
    assert StripeObject.objects.get(account="acct_1").data["name"] == "new"


def test_a_tie_of_a_connected_accounts_object_goes_to_who_comes_last() -> None:
    # The platform's key would find the platform's object of that id, or none; we don't act for other accounts.
    tell(fixture("coupon"), account="acct_1")
    assert tell(fixture("coupon") | {"name": "last"}, account="acct_1").verdict is Verdict.APPLIED
    assert StripeObject.objects.get(account="acct_1").data["name"] == "last"


def test_the_secret_that_a_new_webhook_endpoint_tells_is_never_kept() -> None:
    tell(fixture("webhook_endpoint") | {"secret": "whsec_told_once"})
    assert "secret" not in row_of(fixture("webhook_endpoint")).data


def test_what_a_database_cant_hold_is_replaced() -> None:
    tell(product("a\x00b\ud800c") | {"metadata": {"\x00": "\udfff"}})
    row = Product.objects.get(id="prod_1")
    assert row.name == "a\ufffdb\ufffdc"
    assert row.stripe_data["metadata"] == {"\ufffd": "\ufffd"}


def test_what_is_newest_wins_in_every_order() -> None:
    states = [(NOON + second, str(second)) for second in range(6)]
    for seed in range(20):
        order = random.Random(seed).sample(states, len(states))
        for second, text in order:
            tell(product(text) | {"id": f"prod_{seed}"}, second)
        assert Product.objects.get(id=f"prod_{seed}").name == "5"


def test_the_subscriber_of_a_customer_survives_every_payload(django_user_model: Any) -> None:
    user = django_user_model.objects.create(username="ada")
    tell(fixture("customer"))
    mirror.set_subscriber("cus_1", user)
    tell(fixture("customer") | {"name": "B"}, NOON + 1)
    customer = Customer.objects.get(id="cus_1")
    assert (customer.subscriber, customer.name) == (user, "B")


def test_as_of_an_event_is_one_second() -> None:
    assert AsOf.event(NOON) == AsOf.answer((NOON, NOON))
