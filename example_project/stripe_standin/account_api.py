"""The account itself (https://docs.stripe.com/api/accounts)."""

from __future__ import annotations

from typing import Any

from .call import Call
from .errors import missing


def retrieve(call: Call) -> dict[str, Any]:
    body: dict[str, Any] = call.ctx.state["account"]["object"]
    if call.ids and call.ids[0] != body["id"]:
        raise missing("account", call.ids[0])
    return body
