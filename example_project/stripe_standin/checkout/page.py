"""The hosted page at ``/c/pay/cs_…``: a person chooses a test card and pays, or goes back."""

from __future__ import annotations

import html
import string
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from seahaven.http import HttpRequest, HttpResponse

from .. import base, documents
from . import sessions
from .completion import Declined, complete

if TYPE_CHECKING:
    from ..accounts import Account, Accounts

PREFIX = "/c/pay/"
TEMPLATE = string.Template((Path(__file__).parent / "page.html").read_text(encoding="utf-8"))
#: What the page offers, as the numbers that Stripe's documentation gives.
CARDS = {
    "4242424242424242": "Visa 4242 — works",
    "4000000000000341": "Visa 0341 — is declined",
    "4000000000009995": "Visa 9995 — has insufficient funds",
}
THREE_DECIMALS = {"bhd", "jod", "kwd", "omr", "tnd"}
NO_DECIMALS = frozenset(
    {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"}
)


def respond(accounts: Accounts, request: HttpRequest) -> HttpResponse:
    """Show the page, or pay."""
    id = request.path.removeprefix(PREFIX)
    for account in accounts.all():
        with account.transaction() as ctx:
            session = documents.find(ctx, sessions.KIND, id)
            if session is not None:
                return _respond(account, ctx, session, request)
    return _plain(404, "There is no such Checkout Session here. The stand-in forgets everything when it stops.")


def _respond(account: Account, ctx: Any, session: dict[str, Any], request: HttpRequest) -> HttpResponse:
    if session["status"] == "complete":
        return _redirect(_success_url(session))
    if session["status"] == "expired":
        return _plain(410, "This Checkout Session has expired.")
    if request.method != "POST":
        return _page(ctx, session)
    form = {name: values[-1] for name, values in parse_qs(request.body.decode(errors="replace")).items()}
    email = form.get("email", "").strip()
    number = form.get("number", "")
    if "@" not in email:
        return _page(ctx, session, error="Enter an e-mail address.", email=email)
    if number not in CARDS:
        return _page(ctx, session, error="Choose a card.", email=email)
    try:
        return _redirect(_success_url(complete(ctx, session, number=number, email=email)))
    except Declined as declined:
        return _page(ctx, documents.get(ctx, sessions.KIND, session["id"]), error=str(declined), email=email)


def _success_url(session: dict[str, Any]) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _page(ctx: Any, session: dict[str, Any], *, error: str = "", email: str = "") -> HttpResponse:
    lines = sessions.lines_of(ctx, session["id"])["data"]
    known = session["customer"] and base.get(ctx, f"/v1/customers/{session['customer']}").get("email")
    options = "".join(
        f'<label><input type="radio" name="number" value="{number}"{" checked" if place == 0 else ""}> '
        f"{html.escape(text)}</label>"
        for place, (number, text) in enumerate(CARDS.items())
    )
    body = TEMPLATE.substitute(
        action=html.escape(session["id"], quote=True),
        back=_back_link(session),
        cards=options,
        email=html.escape(email or session["customer_email"] or known or "", quote=True),
        error=f'<p class="error" role="alert">{html.escape(error)}</p>' if error else "",
        lines="".join(_line(line) for line in lines),
        total=html.escape(amount(session["amount_total"], session["currency"])) if lines else "",
        verb={"subscription": "Subscribe", "payment": "Pay", "setup": "Save card"}[session["mode"]],
    )
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    )
    return HttpResponse(402 if error else 200, headers, body)


def _back_link(session: dict[str, Any]) -> str:
    if not session["cancel_url"]:
        return ""
    return f'<a class="back" href="{html.escape(session["cancel_url"], quote=True)}">← Back</a>'


def _line(line: dict[str, Any]) -> str:
    recurring = line["price"].get("recurring")
    every = f" / {recurring['interval']}" if recurring else ""
    name = html.escape(f"{line['quantity']} × {line['description']}")
    price = html.escape(amount(line["amount_total"], line["currency"]) + every)
    return f"<li><span>{name}</span><span>{price}</span></li>"


def amount(minor: int, currency: str) -> str:
    """An amount in minor units as people write it, such as ``12.00 EUR``."""
    digits = 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2
    whole, part = divmod(minor, 10**digits)
    return f"{whole}{f'.{part:0{digits}d}' if digits else ''} {currency.upper()}"


def _redirect(url: str) -> HttpResponse:
    return HttpResponse(303, (("Location", url), ("Cache-Control", "no-store")))


def _plain(status: int, text: str) -> HttpResponse:
    return HttpResponse(status, (("Content-Type", "text/plain; charset=utf-8"),), text)
