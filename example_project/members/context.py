from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def standin(request: HttpRequest) -> dict[str, bool]:
    """Whether the pages say that no money moves."""
    return {"standin": settings.STANDIN}
