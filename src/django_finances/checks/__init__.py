"""System checks: whatever can be known to be wrong before the first payment, said once, with what to do.

Each check is registered under the tag ``django_finances``; ``docs/reference/checks.md`` lists the ids, which don't
change between releases. An **error** is a setting that is certainly wrong: Django refuses to migrate or to start.
A **warning** is something missing, or something that works but not well: an image can be built, and ``migrate`` run,
without any variables set, while ``manage.py check --fail-level WARNING`` still tells.

One fault gives one message: a value is judged in one place (`django_finances.keys`), and the graver fault is named.
No message holds a value of a setting.
"""

from . import deployment, installation, keys, mode, own_settings, webhook_secret, webhook_url

__all__ = ["deployment", "installation", "keys", "mode", "own_settings", "webhook_secret", "webhook_url"]
