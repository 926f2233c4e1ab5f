from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import CreateView

from django_finances.exceptions import FinancesError
from django_finances.services import checkout, customers

from . import billing
from .forms import SignUpForm


@require_GET
def plans(request: HttpRequest) -> HttpResponse:
    subscription = billing.subscription_of(request.user) if request.user.is_authenticated else None
    return render(request, "members/plans.html", {"plans": billing.plans(), "subscription": subscription})


@require_POST
@login_required
@transaction.non_atomic_requests
def subscribe(request: HttpRequest, price_id: str) -> HttpResponse:
    """Send the user to Stripe's Checkout. The price is one of ours: what a form says is only which."""
    if not any(plan.price_id == price_id for plan in billing.plans()):
        raise Http404
    if billing.subscription_of(request.user) is not None:
        messages.info(request, "You already have a subscription.")
        return redirect("account")
    account = request.build_absolute_uri(reverse("account"))
    try:
        session = checkout.create(
            customers.get_or_create(request.user),
            mode="subscription",
            price=price_id,
            success_url=f"{account}?session={{CHECKOUT_SESSION_ID}}",
            cancel_url=request.build_absolute_uri(reverse("plans")),
        )
    except FinancesError as error:
        messages.error(request, f"That didn't work. {error}")
        return redirect("plans")
    return redirect(session.stripe_data["url"])


@require_GET
@login_required
def account(request: HttpRequest) -> HttpResponse:
    subscription = billing.subscription_of(request.user)
    context = {
        "subscription": subscription,
        "payments": list(billing.payments_of(request.user)),
        "card": billing.card_of(request.user),
        # Whoever comes from Checkout may be faster than the webhook: the page asks again until the tables know.
        "waiting": subscription is None and "session" in request.GET,
    }
    return render(request, "members/account.html", context)


class SignUp(CreateView):
    form_class = SignUpForm
    template_name = "registration/signup.html"
    success_url = reverse_lazy("plans")

    def form_valid(self, form: ModelForm[Any]) -> HttpResponse:
        response = super().form_valid(form)
        login(self.request, self.object)
        return response
