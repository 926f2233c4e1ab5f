"""What this site does when something happens at Stripe."""

from __future__ import annotations

from django.core.mail import send_mail
from djstripe.models import Customer

from django_finances import mirror, money, webhooks
from django_finances.models import InboxEvent


@webhooks.on("invoice.paid", after_commit=True)
def thank(event: InboxEvent) -> None:
    """A receipt by e-mail. After the commit: a mail server that is down must not undo the payment."""
    invoice = event.data["object"]
    customer = mirror.real(Customer.objects.filter(id=invoice["customer"])).first()
    if customer is None or customer.subscriber is None or not invoice["amount_paid"]:
        return
    amount = money.display(invoice["amount_paid"], invoice["currency"])
    send_mail("Thank you", f"We received {amount}.", None, [customer.subscriber.email])
