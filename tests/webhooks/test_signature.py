from __future__ import annotations

import pytest
import stripe

from django_finances.testing import signature_header
from django_finances.webhooks.signature import NotVerified, verify

BODY = b'{"id": "evt_1"}'
SECRET = "whsec_of_the_tests"
NOW = 1_800_000_000


def check(header: str, *, body: bytes = BODY, secrets: tuple[str, ...] = (SECRET,), now: float = NOW) -> None:
    verify(body, header, secrets=secrets, tolerance=300, now=now)


def test_a_signature_of_stripes_own_library_is_accepted() -> None:
    digest = stripe.WebhookSignature._compute_signature(f"{NOW}.{BODY.decode()}", SECRET)
    check(f"t={NOW},v1={digest}")


def test_our_test_helper_signs_so_that_stripes_own_library_accepts_it() -> None:
    header = signature_header(BODY, SECRET)
    assert stripe.WebhookSignature.verify_header(BODY.decode(), header, SECRET, tolerance=300)


@pytest.mark.parametrize("age", [-300, -1, 0, 299, 300])
def test_a_signature_within_the_tolerance_is_accepted(age: int) -> None:
    check(signature_header(BODY, SECRET, timestamp=NOW - age))


@pytest.mark.parametrize(("age", "reason"), [(301, "past"), (-301, "future"), (10**9, "past")])
def test_a_signature_out_of_tolerance_is_refused_in_both_directions(age: int, reason: str) -> None:
    with pytest.raises(NotVerified, match=reason):
        check(signature_header(BODY, SECRET, timestamp=NOW - age))


def test_while_a_secret_is_rolled_either_of_the_two_verifies() -> None:
    for secret in ("whsec_old", "whsec_new"):
        check(signature_header(BODY, secret, timestamp=NOW), secrets=("whsec_old", "whsec_new"))


def test_one_right_signature_among_several_is_enough() -> None:
    right = signature_header(BODY, SECRET, timestamp=NOW)
    check(f"{right},v1={'0' * 64},v0={'1' * 64}")


RIGHT = signature_header(BODY, SECRET, timestamp=NOW).split("v1=")[1]


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("", id="none"),
        pytest.param("nonsense", id="nonsense"),
        pytest.param(f"v1={RIGHT}", id="without a time"),
        pytest.param(f"t={NOW}", id="without a signature"),
        pytest.param(f"t={NOW},v1=", id="empty"),
        pytest.param(f"t={NOW},v1={'0' * 64}", id="wrong"),
        pytest.param(f"t={NOW},v1={RIGHT[:-1]}", id="cut short"),
        pytest.param(f"t={NOW},v0={RIGHT}", id="v0 only: no downgrade"),
        pytest.param(f"t={NOW},v2={RIGHT}", id="unknown scheme only"),
        pytest.param(f"t={NOW},v1=é{RIGHT[1:]}", id="not ASCII"),
        pytest.param(f"t={NOW},v1={RIGHT.upper()}", id="upper case"),
        pytest.param(f"t={NOW + 1},v1={RIGHT}", id="of another second"),
        pytest.param(f"t={NOW},t={NOW},v1={RIGHT}", id="two times"),
        pytest.param(f"t=,v1={RIGHT}", id="empty time"),
        pytest.param(f"t=-{NOW},v1={RIGHT}", id="negative time"),
        pytest.param(f"t={NOW}.5,v1={RIGHT}", id="fractional time"),
        pytest.param(f"t=１７６７２２５６００,v1={RIGHT}", id="time in other digits"),
        pytest.param(f"t={'9' * 5000},v1={RIGHT}", id="a time of five thousand digits"),
        pytest.param(f"t={NOW}," + ",".join(f"v1={'0' * 64}" for _ in range(1000)), id="a thousand signatures"),
        pytest.param(f"t={NOW}," + ",".join([f"v1={'0' * 64}"] * 1000 + [f"v1={RIGHT}"]), id="hidden in a thousand"),
    ],
)
def test_a_header_that_isnt_stripes_is_refused(header: str) -> None:
    with pytest.raises(NotVerified):
        check(header)


def test_a_signature_over_other_bytes_is_refused() -> None:
    header = signature_header(BODY, SECRET, timestamp=NOW)
    for body in (BODY + b" ", BODY.replace(b": ", b":"), b""):
        with pytest.raises(NotVerified):
            check(header, body=body)


def test_the_reason_holds_nothing_of_the_secret_or_the_header() -> None:
    with pytest.raises(NotVerified) as refused:
        check(signature_header(BODY, "whsec_of_somebody_else", timestamp=NOW))
    assert "whsec" not in str(refused.value)
    assert str(NOW) not in str(refused.value)
