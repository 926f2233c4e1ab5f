"""The tutorial, as somebody follows it: each block into its file, each command run, then paid in a browser's place.

Two things differ: the stand-in is Stripe, and its webhook endpoint is what `stripe listen` would be.
"""

from __future__ import annotations

import http.cookiejar
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..standin.process import StandIn, free_port
from .blocks import blocks_of

PAGE = Path("docs/tutorial/first-payment.md")
WEBHOOK = "/api/finances/stripe/webhook/"


class Person:
    """Somebody with a browser that keeps cookies."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path: str) -> str:
        with self.opener.open(urllib.parse.urljoin(self.origin, path), timeout=20) as response:
            return str(response.read().decode())

    def submit(self, page: str, action: str, **fields: str) -> tuple[str, str]:
        """Fill in a form; returns where it led and the page there."""
        token = re.search(r"name=['\"]csrfmiddlewaretoken['\"] value=['\"](\w+)['\"]", page)
        data = {**({"csrfmiddlewaretoken": token[1]} if token else {}), **fields}
        url = urllib.parse.urljoin(self.origin, action)
        request = urllib.request.Request(url, urllib.parse.urlencode(data).encode(), {"Referer": url})
        with self.opener.open(request, timeout=20) as response:
            return str(response.url), str(response.read().decode())


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn() as standin:
        yield standin


def follow(folder: Path, environment: dict[str, str]) -> None:
    """Do what the page says, up to `runserver`. The project's environment is this one: the package is installed."""
    for block in blocks_of(PAGE):
        if block.language == "python":
            file = folder / block.caption
            with file.open("a") as text:
                text.write("\n" + block.code + "\n")
        elif block.language == "console":
            for line in block.code.splitlines():
                words = line.removeprefix("$ ").split()
                if words[0] == "venv/bin/django-admin":
                    run([sys.executable, "-m", "django", *words[1:]], folder, environment)
                elif words[:2] == ["venv/bin/python", "manage.py"] and words[2] != "runserver":
                    without_questions = ["--noinput"] if words[2] == "createsuperuser" else []
                    said = run([sys.executable, *words[1:], *without_questions], folder, environment)
                    if words[2] == "check":
                        assert "no issues (0 silenced)" in said


def run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    outcome = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert outcome.returncode == 0, f"{command}\n{outcome.stdout}{outcome.stderr}"
    return outcome.stdout + outcome.stderr


def test_whoever_follows_the_tutorial_ends_with_an_active_subscription(standin: StandIn, tmp_path: Path) -> None:
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    product = standin.post("/v1/products", name="Pro")
    price = standin.post(
        "/v1/prices", unit_amount=1200, currency="eur", recurring={"interval": "month"}, product=product["id"]
    )
    endpoint = standin.post("/v1/webhook_endpoints", url=origin + WEBHOOK, enabled_events=["*"])
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("STRIPE", "DJ", "PYTEST"))}
    environment = {
        **clean,
        "STRIPE_TEST_SECRET_KEY": standin.key,
        "STRIPE_API_HOST": standin.origin,
        "DJSTRIPE_WEBHOOK_SECRET": endpoint["secret"],
        "PRO_PRICE": price["id"],
        "DJANGO_SUPERUSER_PASSWORD": "correct horse",
        "PYTHONWARNINGS": "ignore",
    }
    follow(tmp_path, environment)
    server = subprocess.Popen(
        [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        person = Person(origin)
        login = wait_for_login(person)
        _, home = person.submit(login, "/admin/login/?next=/", username="me", password="correct horse")
        assert "Your subscription: none" in home
        checkout, page = person.submit(home, "/buy/")
        assert checkout.startswith(f"{standin.origin}/c/pay/cs_test_")
        assert "12.00 EUR / month" in page
        back, _ = person.submit("", checkout, number="4242424242424242", email="me@example.com")
        assert back == f"{origin}/"
        assert "Your subscription: active" in wait_for_active(person)
    finally:
        server.terminate()
        server.wait(timeout=10)


def wait_for_login(person: Person) -> str:
    for _ in range(200):
        try:
            return person.get("/admin/login/?next=/")
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the site doesn't answer")


def wait_for_active(person: Person) -> str:
    """The webhook may be a moment behind the person."""
    page = ""
    for _ in range(100):
        page = person.get("/")
        if "active" in page:
            break
        time.sleep(0.1)
    return page
