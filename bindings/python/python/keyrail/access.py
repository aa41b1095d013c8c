"""Access: what a key allows, at which times and from which networks."""

from ._keyrail import (
    Author,
    ExpiryAlert,
    Grant,
    KeyDigest,
    Record,
    Revocation,
    expiry_alerts,
)

__all__ = [
    "Author",
    "ExpiryAlert",
    "Grant",
    "KeyDigest",
    "Record",
    "Revocation",
    "expiry_alerts",
]
