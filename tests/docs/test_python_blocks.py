"""Every Python block is run: settings and URLs in a process that loads them, the rest here, against the stand-in."""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import include, path

from ..standin.process import StandIn
from .blocks import Block, blocks_of, pages

PYTHON = [block for page in pages() for block in blocks_of(page) if block.language in {"python", "py"}]
#: Run, as a whole project, by tests/docs/test_tutorial.py and tests/packaging/test_host.py.
PROJECTS = ("docs/tutorial/first-payment.md", "docs/how-to/install.md")


@pytest.fixture(scope="module")
def process() -> Iterator[StandIn]:
    with StandIn() as standin:
        yield standin


@pytest.fixture
def names(process: StandIn, settings: Any, django_user_model: Any, transactional_db: None) -> dict[str, Any]:
    """What a page takes for granted: a user, their customer, a price; and Stripe, which is the stand-in."""
    settings.STRIPE_API_HOST = process.origin
    settings.STRIPE_TEST_SECRET_KEY = process.key
    product = process.post("/v1/products", name="Pro")
    price = process.post(
        "/v1/prices", unit_amount=1200, currency="eur", recurring={"interval": "month"}, product=product["id"]
    )
    from django_finances.services import customers

    user = django_user_model.objects.create_user("somebody", "somebody@example.com")
    return {"user": user, "customer": customers.get_or_create(user), "price_id": price["id"]}


@pytest.fixture(autouse=True)
def forget_what_a_block_registers() -> Iterator[None]:
    from djstripe.signals import WEBHOOK_SIGNALS

    from django_finances.webhooks import handlers

    kept = {name: list(registered) for name, registered in handlers._registered.items()}
    receivers = {signal: list(signal.receivers) for signal in WEBHOOK_SIGNALS.values()}
    yield
    handlers._registered.clear()
    handlers._registered.update(kept)
    for signal, kept_receivers in receivers.items():
        signal.receivers = kept_receivers
        signal.sender_receivers_cache.clear()


@pytest.mark.parametrize("block", PYTHON, ids=str)
def test_every_python_block_is_python(block: Block) -> None:
    ast.parse(block.code)


@pytest.mark.parametrize("block", [each for each in PYTHON if str(each.page) not in PROJECTS], ids=str)
def test_every_python_block_runs(block: Block, names: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType(f"documented_block_{block.line}")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    vars(module).update(names, INSTALLED_APPS=[], urlpatterns=[], path=path, include=include, DATABASES={"default": {}})
    exec(compile(block.code, str(block), "exec"), vars(module))
    if "FINANCES_WEBHOOK_EXECUTION" in vars(module):
        assert vars(module)["FINANCES_WEBHOOK_EXECUTION"] in {"inline", "worker"}


def test_the_test_that_hosts_copy_passes(names: dict[str, Any], settings: Any) -> None:
    (block,) = [each for each in PYTHON if each.caption == "members/tests.py"]
    namespace: dict[str, Any] = {}
    exec(compile(block.code, str(block), "exec"), namespace)
    namespace["test_a_customer_of_stripes_is_ours"](settings)


def test_the_handlers_that_hosts_copy_are_called(
    names: dict[str, Any], client: Any, settings: Any, mailoutbox: Any
) -> None:
    import json

    from django_finances.testing import make_event, signature_header

    settings.DJSTRIPE_WEBHOOK_SECRET = "whsec_OfTheTests"
    (block,) = [each for each in PYTHON if each.caption == "members/handlers.py"]
    exec(compile(block.code, str(block), "exec"), vars(types.ModuleType("documented_handlers")))
    invoice = {"id": "in_1", "object": "invoice", "created": 1_790_000_000, "currency": "eur", "livemode": False}
    body = json.dumps(make_event("invoice.paid", {**invoice, "status": "paid", "amount_paid": 500})).encode()
    answer = client.post(
        "/api/finances/stripe/webhook/",
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signature_header(body, "whsec_OfTheTests")},
    )
    assert answer.status_code == 200
    assert [mail.body for mail in mailoutbox] == ["Invoice in_1"]
