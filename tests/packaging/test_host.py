"""A host that has the wheel and the lines of docs/how-to/install.md, and nothing else."""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ..standin.process import free_port
from .conftest import KEYS, run

EVENT = {
    "id": "evt_1",
    "object": "event",
    "api_version": "2026-08-26.dahlia",
    "created": 1_790_000_000,
    "data": {
        "object": {
            "id": "cus_1",
            "object": "customer",
            "created": 1_790_000_000,
            "email": "a@example.com",
            "livemode": False,
            "metadata": {},
        }
    },
    "livemode": False,
    "pending_webhooks": 1,
    "request": {"id": None, "idempotency_key": None},
    "type": "customer.created",
}


@pytest.fixture(scope="module")
def server(host: Path) -> Iterator[str]:
    port = free_port()
    python = str(host / "venv/bin/python")
    command = [python, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    # A host of Stripe's that doesn't exist: whatever would call Stripe fails.
    process = subprocess.Popen(
        command,
        cwd=host,
        env={**KEYS, "STRIPE_API_HOST": "http://127.0.0.1:9", "PATH": "/usr/bin:/bin"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=5)
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.1)
        else:
            break
    yield url
    process.terminate()
    process.wait(timeout=10)


def post(url: str, body: bytes, secret: str) -> int:
    now = int(time.time())
    signature = hmac.new(secret.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
    request = urllib.request.Request(url, body, {"Stripe-Signature": f"t={now},v1={signature}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_correct_host_has_no_message(host: Path) -> None:
    python = str(host / "venv/bin/python")
    settings = {**KEYS, "DJANGO_SETTINGS_MODULE": "shop.settings"}
    said = run(python, "manage.py", "check", "--fail-level", "WARNING", cwd=host, **settings)
    assert "no issues (0 silenced)" in said


def test_without_any_variable_a_build_works_and_says_what_is_missing(host: Path) -> None:
    python = str(host / "venv/bin/python")
    with (host / "shop/settings.py").open("a") as file:
        file.write('\nSTATIC_ROOT = BASE_DIR / "static"\n')
    run(python, "manage.py", "collectstatic", "--noinput", "--verbosity", "0", cwd=host)
    said = run(python, "manage.py", "check", cwd=host)
    assert "django_finances.W001" in said
    assert "django_finances.W002" in said


def test_no_migration_is_missing(host: Path) -> None:
    python = str(host / "venv/bin/python")
    run(python, "manage.py", "makemigrations", "--check", "--dry-run", "django_finances", "djstripe", cwd=host, **KEYS)


@pytest.mark.parametrize("path", ["/api/finances/stripe/webhook/", "/api/finances/stripe/webhook"])
def test_a_signed_event_lands_in_djstripes_tables(host: Path, server: str, path: str) -> None:
    assert post(server + path, json.dumps(EVENT).encode(), KEYS["DJSTRIPE_WEBHOOK_SECRET"]) == 200
    with closing(sqlite3.connect(host / "db.sqlite3")) as database:
        (row,) = database.execute("SELECT stripe_data FROM djstripe_customer WHERE id = 'cus_1'").fetchall()
        ((status,),) = database.execute("SELECT status FROM django_finances_inboxevent").fetchall()
    assert json.loads(row[0])["email"] == "a@example.com"
    assert status == "done"


def test_a_forged_event_is_refused(host: Path, server: str) -> None:
    forged = json.dumps({**EVENT, "id": "evt_forged"}).encode()
    assert post(server + "/api/finances/stripe/webhook/", forged, "whsec_OfSomebodyElse") == 400
    with closing(sqlite3.connect(host / "db.sqlite3")) as database:
        query = "SELECT count(*) FROM django_finances_inboxevent WHERE event_id = 'evt_forged'"
        assert database.execute(query).fetchone() == (0,)
