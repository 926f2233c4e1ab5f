"""No id changes where a request goes."""

from __future__ import annotations

import importlib

import pytest
import stripe
from stripe._object_classes import OBJECT_CLASSES

from django_finances import stripe_api
from django_finances.stripe_api import paths

from .conftest import Loopback


@pytest.mark.parametrize(
    ("object_id", "expected"),
    [
        ("cus_1", "/v1/customers/cus_1"),
        ("cus_1/sources", "/v1/customers/cus_1%2Fsources"),
        ("cus_1?expand[]=x", "/v1/customers/cus_1%3Fexpand%5B%5D%3Dx"),
        ("25 % off", "/v1/customers/25%20%25%20off"),
        ("../charges", "/v1/customers/..%2Fcharges"),
        ("a#b", "/v1/customers/a%23b"),
        ("é\r\nHost: x", "/v1/customers/%C3%A9%0D%0AHost%3A%20x"),
    ],
)
def test_an_id_stays_one_segment_whatever_it_holds(object_id: str, expected: str) -> None:
    path = stripe_api.path("customers", object_id)
    assert path == expected
    assert paths.checked(path) == path


@pytest.mark.parametrize("object_id", ["", ".", ".."])
def test_an_id_that_cannot_be_escaped_is_refused(object_id: str) -> None:
    with pytest.raises(ValueError, match="segment"):
        stripe_api.path("customers", object_id)


@pytest.mark.parametrize(
    "path",
    [
        "customers",
        "/customers",
        "https://evil.example/v1/customers",
        "//evil.example/v1/customers",
        "@evil.example/v1/customers",
        "/v1/",
        "/v1/customers/",
        "/v1/customers//sources",
        "/v1/customers/../charges",
        "/v1/./charges",
        "/v1/customers?limit=1",
        "/v1/customers#x",
        "/v1/customers/a b",
        "/v1/customers/a\\b",
        "/v1/customers/a\r\nHost: x",
        "/v1/customers\n",
        "/v3/customers",
    ],
)
def test_a_path_that_is_not_what_it_looks_like_is_refused_before_anything_is_sent(
    stripe_server: Loopback, path: str
) -> None:
    with pytest.raises(ValueError, match="Not a path"):
        stripe_api.get(path)
    assert stripe_server.requests == []


def test_a_name_without_a_path_of_its_own_says_so() -> None:
    with pytest.raises(stripe_api.NotRetrievable, match="line_item"):
        stripe_api.retrieve("line_item", "il_1")


def test_the_second_generation_has_its_own_paths() -> None:
    assert paths.retrieval_path("v2.core.account", "acct_1") == "/v2/core/accounts/acct_1"


def _of_the_sdk() -> dict[str, str]:
    """Object name and path of each class of the SDK that can be retrieved."""
    found = {}
    for name, (module, class_name) in OBJECT_CLASSES.items():
        value = getattr(importlib.import_module(module), class_name)
        if issubclass(value, stripe.APIResource) and "retrieve" in vars(value):
            found[name] = value.class_url()
    return found


def test_the_paths_are_those_of_the_sdk() -> None:
    known = _of_the_sdk()
    ours = {name: f"/v1/{path}" for name, path in paths.COLLECTIONS.items()}
    assert len(set(ours) & set(known)) > 60
    assert {name: ours[name] for name in ours if name in known} == {name: known[name] for name in known if name in ours}


def test_whatever_the_sdk_retrieves_by_id_we_retrieve_too() -> None:
    without_an_id = {"balance", "balance_settings", "billing.credit_balance_summary", "tax.settings"}
    inside_another = {
        "bank_account",
        "capability",
        "card",
        "customer_balance_transaction",
        "fee_refund",
        "person",
        "transfer_reversal",
    }
    other_names = {"file_upload"}
    assert set(_of_the_sdk()) - set(paths.COLLECTIONS) == without_an_id | inside_another | other_names
