"""Failures on demand, of calls and of webhooks, and what was called how often."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
from typing import Any

import pytest

from .listener import Listener
from .process import StandIn

CUSTOMERS = {"method": "POST", "path": "^/v1/customers$"}


def count(standin: StandIn) -> int:
    return len(standin.get("/v1/customers")["data"])


def create(standin: StandIn, key: str = "one") -> tuple[int, dict[str, str], Any]:
    return standin.request("POST", "/v1/customers", {"email": "a@example.com"}, headers={"Idempotency-Key": key})


@pytest.mark.parametrize(
    ("kind", "status", "made"),
    [
        ("400", 400, 0),
        ("402", 402, 0),
        ("409", 409, 0),
        ("429", 429, 0),
        ("429_lock", 429, 0),
        ("500", 500, 0),
        ("500_after", 500, 1),
        ("503", 503, 0),
    ],
)
def test_an_error_on_demand_comes_once_before_or_after_the_effect(
    standin: StandIn, kind: str, status: int, made: int
) -> None:
    standin.control("faults", faults=[{"kind": kind, **CUSTOMERS}])
    assert create(standin)[0] == status
    assert count(standin) == made
    again = create(standin)
    assert again[0] == 200
    assert again[1].get("idempotent-replayed") == ("true" if made else None)
    assert count(standin) == 1


@pytest.mark.parametrize(
    ("kind", "made"), [("hang_up_before", 0), ("hang_up_after", 1), ("silence_before", 0), ("silence_after", 1)]
)
def test_an_answer_that_never_comes_leaves_open_what_was_done(standin: StandIn, kind: str, made: int) -> None:
    standin.control("faults", faults=[{"kind": kind, "seconds": 0.1, **CUSTOMERS}])
    with pytest.raises((urllib.error.URLError, http.client.HTTPException, ConnectionError)):
        create(standin)
    assert count(standin) == made
    assert create(standin)[0] == 200
    assert count(standin) == 1


def test_an_answer_may_break_off_half_way(standin: StandIn) -> None:
    standin.control("faults", faults=[{"kind": "half_an_answer", **CUSTOMERS}])
    with pytest.raises(http.client.IncompleteRead):
        create(standin)
    assert count(standin) == 1


def test_an_answer_may_be_somebody_elses(standin: StandIn) -> None:
    standin.control("faults", faults=[{"kind": "malformed", **CUSTOMERS}])
    with pytest.raises(json.JSONDecodeError):
        create(standin)


def test_an_answer_may_be_slow(standin: StandIn) -> None:
    standin.control("faults", faults=[{"kind": "slow", "seconds": 0.3, **CUSTOMERS}])
    begun = time.monotonic()
    assert create(standin)[0] == 200
    assert time.monotonic() - begun >= 0.3


def test_a_fault_meets_only_what_it_names_and_as_often_as_it_says(standin: StandIn) -> None:
    standin.control("faults", faults=[{"kind": "500", "times": 2, **CUSTOMERS}])
    assert standin.request("GET", "/v1/customers")[0] == 200
    assert [create(standin, key)[0] for key in ("a", "b", "c")] == [500, 500, 200]
    standin.control("faults", faults=[{"kind": "500", "times": 5, **CUSTOMERS}])
    standin.control("faults", faults=[])
    assert create(standin, "d")[0] == 200


@pytest.mark.parametrize(
    "faults", [None, [{"kind": "flood"}], [{"kind": "500", "colour": 1}], [{"kind": "500", "path": "("}]]
)
def test_a_fault_that_cant_be_is_refused(standin: StandIn, faults: Any) -> None:
    assert standin.try_control("faults", faults=faults)[0] == 400


def products(standin: StandIn, number: int) -> None:
    for place in range(number):
        standin.post("/v1/products", name=f"Product {place}")


def names(listener: Listener, number: int) -> list[str]:
    return [json.loads(body)["data"]["object"]["name"] for _, body in listener.wait_for(number)]


def test_events_are_dropped_and_doubled_on_demand(standin: StandIn, listener: Listener) -> None:
    standin.post("/v1/webhook_endpoints", url=listener.url, enabled_events=["*"])
    standin.control("webhooks", drop=2)
    products(standin, 4)
    assert names(listener, 2) == ["Product 0", "Product 2"]
    standin.control("webhooks", double=1)
    products(standin, 1)
    assert names(listener, 4)[2:] == ["Product 0", "Product 0"]


def test_events_are_late_on_demand_and_others_overtake_them(standin: StandIn, listener: Listener) -> None:
    standin.post("/v1/webhook_endpoints", url=listener.url, enabled_events=["*"])
    standin.control("webhooks", delay=0.5, types="^product")
    products(standin, 1)
    standin.post("/v1/customers", email="a@example.com")
    came = [json.loads(body)["type"] for _, body in listener.wait_for(2)]
    assert came == ["customer.created", "product.created"]


def test_recorded_events_are_listed_and_sent_by_hand(standin: StandIn, listener: Listener) -> None:
    standin.post("/v1/webhook_endpoints", url=listener.url, enabled_events=["*"])
    standin.control("webhooks", record_only=True)
    products(standin, 2)
    listed = standin.get("/v1/events", type="product.created")["data"]
    assert [event["data"]["object"]["name"] for event in listed] == ["Product 1", "Product 0"]
    assert standin.control("resend", event=listed[1]["id"]) == {"endpoints": 1}
    assert names(listener, 1) == ["Product 0"]
    assert standin.try_control("resend", event="evt_nobody")[0] == 404


def test_calls_and_effects_are_counted_by_route(standin: StandIn) -> None:
    create(standin)
    create(standin)
    customer = standin.get("/v1/customers")["data"][0]["id"]
    standin.get(f"/v1/customers/{customer}")
    request = standin.request("GET", "/_control/calls")
    assert request[2]["calls"] == {
        "POST /v1/customers": 2,
        "GET /v1/customers": 1,
        "GET /v1/customers/{id}": 1,
    }
    assert request[2]["effects"] == {"POST /v1/customers": 1}


def test_an_unknown_control_names_those_that_there_are(standin: StandIn) -> None:
    status, body = standin.try_control("weather")
    assert status == 404
    assert "POST /_control/clock" in body["error"]["message"]
