"""Where the webhooks are mounted: a walk through the host's URLconf that survives whatever it finds there."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.urls import Resolver404, get_resolver, get_script_prefix, resolve
from django.urls.resolvers import RegexPattern
from django.utils.regex_helper import normalize

#: Where the documentation and everybody's habits expect the webhook.
CANONICAL: Final = "/api/finances/stripe/webhook/"


@dataclass(frozen=True)
class Mount:
    """One place at which a webhook is mounted.

    Attributes:
        path: The path in the URLconf; what varies stands in angle brackets.
        reached: Whether a request for it gets there; False when a pattern above it takes it.
    """

    path: str
    reached: bool

    @property
    def address(self) -> str:
        """The path from the root of the server: after FORCE_SCRIPT_NAME, where there is one."""
        return get_script_prefix().rstrip("/") + self.path


@dataclass
class Mounts:
    """What was found. *broken*: the name of the exception that loading the URLconf ended with, or empty."""

    ours: list[Mount] = field(default_factory=list)
    djstripe: list[Mount] = field(default_factory=list)
    broken: str = ""


def find_mounts() -> Mounts:
    """Our webhook and dj-stripe's own in ROOT_URLCONF; two patterns that differ by the last slash are one mount."""
    mounts = Mounts()
    if not getattr(settings, "ROOT_URLCONF", None):
        return mounts
    try:
        found = list(_walk(get_resolver(), "/"))
        ours = {_with_slash(path) for path, view in found if _is(view, _is_our_view)}
        djstripe = {_with_slash(path) for path, view in found if _is(view, _is_djstripe_view)}
        mounts.ours = [Mount(path, _reached(path, _is_our_view)) for path in sorted(ours)]
        mounts.djstripe = [Mount(path, reached=True) for path in sorted(djstripe)]
    except Exception as error:
        mounts.broken = type(error).__name__
    return mounts


def _walk(resolver: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        path = prefix + _text(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern, path)
        else:
            yield path, pattern.callback


def _text(pattern: Any) -> str:
    """A pattern's part of the address: a route as it is written, a regular expression as one example of it."""
    text = str(pattern)
    if not isinstance(pattern, RegexPattern):
        return text  # a route, or the prefix of i18n_patterns
    try:
        example, names = normalize(text)[0]
        shown = str(example % {name: f"<{name}>" for name in names})
    except (ValueError, TypeError, KeyError):
        return text
    # Too clever for an example? Then it is shown as it is.
    return shown if names or pattern.regex.match(shown) else text


def _is(view: Any, wanted: Callable[[Any], bool]) -> bool:
    """Whether *view* is the wanted one, also inside decorators of the host."""
    seen: list[Any] = []
    queue = [view]
    while queue:
        candidate = queue.pop()
        if any(candidate is other for other in seen):
            continue
        seen.append(candidate)
        if wanted(candidate):
            return True
        if isinstance(candidate, functools.partial):
            queue.append(candidate.func)
        if hasattr(candidate, "__wrapped__"):
            queue.append(candidate.__wrapped__)
        elif closure := getattr(candidate, "__closure__", None):
            # A decorator without functools.wraps: what it calls is among the variables that it closes over.
            queue += [value for cell in closure if callable(value := _contents(cell))]
    return False


def _contents(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None


def _is_our_view(view: Any) -> bool:
    # By name and not by identity: importing the view here would import dj-stripe's models, which may be absent.
    return _full_name(view) == "django_finances.webhooks.endpoint.stripe_webhook"


def _is_djstripe_view(view: Any) -> bool:
    return _full_name(getattr(view, "view_class", None)) == "djstripe.views.ProcessWebhookView"


def _full_name(thing: Any) -> str:
    return f"{getattr(thing, '__module__', '')}.{getattr(thing, '__qualname__', '')}"


def _reached(path: str, wanted: Callable[[Any], bool]) -> bool:
    if "<" in path:
        return True  # an example would be needed for what varies
    for candidate in (path, path.rstrip("/")):
        try:
            return _is(resolve(candidate).func, wanted)
        except Resolver404:
            continue
    return True  # an expression of which our example wasn't one


def _with_slash(path: str) -> str:
    return path.rstrip("/") + "/"
