"""``make demo``: the example site and the stand-in for Stripe, ready to click.

Each start begins anew, because the stand-in forgets everything when it stops. With STRIPE_TEST_SECRET_KEY and
DJSTRIPE_WEBHOOK_SECRET in the environment, the site talks to Stripe itself, and keeps its database.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlencode

EXAMPLE = Path(__file__).resolve().parent
FOLDER = Path(os.environ.get("DEMO_FOLDER", EXAMPLE.parent / ".demo"))
KEY = "sk_test_OfTheStandIn"
USER = "demo"


class CannotStart(RuntimeError):
    """Something that the demo needs isn't there; the text says what to do."""


class Children:
    """The processes of the demo. All of them end with it."""

    def __init__(self) -> None:
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(self, name: str, command: list[str], environment: dict[str, str], *, log: Path) -> None:
        # In sessions of their own: Ctrl-C reaches only us, and we stop them in order.
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        self._running.append((name, process))

    def check(self) -> None:
        """Raises `CannotStart` if one has ended by itself."""
        for name, process in self._running:
            if process.poll() is not None:
                log = FOLDER / f"{name}.log"
                last = "".join(log.read_text(errors="replace").splitlines(keepends=True)[-15:])
                raise CannotStart(f"The {name} has stopped. The end of {log}:\n{last}")

    def stop(self) -> None:
        for _, process in reversed(self._running):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for _, process in reversed(self._running):
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._running.clear()


def main() -> int:
    """Start everything, say what to click, and wait for Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    children = Children()
    try:
        FOLDER.mkdir(exist_ok=True)
        url = _start(children)
        _tell(url)
        while True:
            children.check()
            time.sleep(0.5)
    except CannotStart as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopping.", flush=True)
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        children.stop()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _start(children: Children) -> str:
    if os.environ.get("STRIPE_LIVE_MODE", "").lower() in {"true", "1"}:
        raise CannotStart("STRIPE_LIVE_MODE is on. The demo plays in test mode only: unset it.")
    site_port = _port("PORT", 8000)
    url = f"http://127.0.0.1:{site_port}"
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore"}
    if os.environ.get("STRIPE_TEST_SECRET_KEY"):
        environment["DATABASE_PATH"] = str(FOLDER / "stripe.sqlite3")
        _say("preparing the database")
        _manage(environment, "migrate", "--verbosity", "0")
    else:
        environment |= _start_standin(children, url)
        environment["DATABASE_PATH"] = str(_fresh_database(environment))
    _create_users(environment)
    _say("starting the site")
    site = [sys.executable, str(EXAMPLE / "manage.py"), "runserver", "--noreload", f"127.0.0.1:{site_port}"]
    children.start("site", site, environment, log=FOLDER / "site.log")
    _wait_for(children, f"{url}/login/")
    _say("creating three plans at Stripe; webhooks bring them to the site")
    _manage(environment, "seed_catalog", "--verbosity", "0")
    _wait_for(children, url, containing="Company")
    return url


def _start_standin(children: Children, url: str) -> dict[str, str]:
    standin = [sys.executable, str(EXAMPLE / "stripe_standin")]
    _say("starting the stand-in for Stripe (its first start makes an environment for it)")
    prepared = subprocess.run([*standin, "--prepare"])
    if prepared.returncode != 0:
        raise CannotStart("The stand-in for Stripe can't run; it says why above.")
    port = _port("STANDIN_PORT", 12111)
    origin = f"http://127.0.0.1:{port}"
    children.start("stand-in", [*standin, "--port", str(port)], dict(os.environ), log=FOLDER / "stand-in.log")
    _wait_for(children, f"{origin}/_control/health")
    endpoint = _register_webhook(origin, f"{url}/api/finances/stripe/webhook/")
    return {"STRIPE_API_HOST": origin, "DJSTRIPE_WEBHOOK_SECRET": endpoint["secret"]}


def _register_webhook(origin: str, url: str) -> dict[str, Any]:
    credentials = base64.b64encode(f"{KEY}:".encode()).decode()
    request = urllib.request.Request(
        f"{origin}/v1/webhook_endpoints",
        urlencode({"url": url, "enabled_events[]": "*", "api_version": "2026-08-26.dahlia"}).encode(),
        {"Authorization": f"Basic {credentials}"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        endpoint: dict[str, Any] = json.loads(response.read())
    return endpoint


def _fresh_database(environment: dict[str, str]) -> Path:
    """An empty database with all tables: migrated once, copied at each start."""
    template = FOLDER / f"empty-{_schema_digest()}.sqlite3"
    if not template.exists():
        _say("preparing the database")
        partial = template.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        _manage({**environment, "DATABASE_PATH": str(partial)}, "migrate", "--verbosity", "0")
        partial.rename(template)
    database = FOLDER / "demo.sqlite3"
    for leftover in FOLDER.glob("demo.sqlite3*"):
        leftover.unlink()
    shutil.copyfile(template, database)
    return database


def _schema_digest() -> str:
    """Changes with every migration that the project has."""
    environment = {**os.environ, "DATABASE_PATH": ":memory:", "PYTHONWARNINGS": "ignore"}
    listed = _manage(environment, "showmigrations", "--plan", "--skip-checks")
    return hashlib.sha256(listed.encode()).hexdigest()[:12]


def _create_users(environment: dict[str, str]) -> None:
    program = (
        "from django.contrib.auth.models import User\n"
        f"if not User.objects.filter(username='{USER}').exists():\n"
        f"    User.objects.create_superuser('{USER}', 'demo@example.com', '{USER}')\n"
    )
    _manage(environment, "shell", "--verbosity", "0", "-c", program)


def _manage(environment: dict[str, str], *arguments: str) -> str:
    """What a command of the site's prints. Raises `CannotStart` if it fails."""
    outcome = subprocess.run(
        [sys.executable, str(EXAMPLE / "manage.py"), *arguments], env=environment, capture_output=True, text=True
    )
    if outcome.returncode != 0:
        raise CannotStart(f"`manage.py {arguments[0]}` failed:\n{outcome.stdout[-2000:]}{outcome.stderr[-2000:]}")
    return outcome.stdout


def _wait_for(children: Children, url: str, *, containing: str = "") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        children.check()
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                if containing in response.read().decode():
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise CannotStart(f"{url} doesn't answer as it should. The logs are in {FOLDER}.")


def _port(variable: str, usual: int) -> int:
    """The port that the environment asks for; else the usual one, or any other if that is taken."""
    if asked := os.environ.get(variable):
        if not asked.isdigit() or not _is_free(int(asked)):
            raise CannotStart(f"{variable}={asked} can't be used: it isn't a free port.")
        return int(asked)
    if _is_free(usual):
        return usual
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True


def _say(text: str) -> None:
    print(f"demo: {text} …", flush=True)


def _tell(url: str) -> None:
    print(
        f"""
  The example site:  {url}/

  1. Log in as {USER} with the password {USER} ({url}/login/), or sign up.
  2. Choose a plan and press Subscribe. You come to a page that stands for Stripe's Checkout.
  3. Pay with the card that works. Stripe's webhook travels to the site, and your account shows the subscription.
     The card that is declined, and Back, are worth a try too.
  4. See what came in: {url}/admin/ (Finances: events, and dj-stripe's tables).

  Logs are in {FOLDER}. Ctrl-C stops everything.
""",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
