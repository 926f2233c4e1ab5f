"""What hosts use in their own tests."""

from .events import make_event, signature_header

__all__ = ["make_event", "signature_header"]
