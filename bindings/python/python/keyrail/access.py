"""Access: the life of a key, and what it allows, at which times and from which networks."""

from ._keyrail import (
    Actor,
    Author,
    ExpiryAlert,
    Grant,
    Issued,
    KeyDigest,
    KeyEvent,
    Permissions,
    Policy,
    Record,
    Revocation,
    expiry_alerts,
    peppers_in_use,
)
from ._keyrail import KeyChange as Change

__all__ = [
    "Actor",
    "Author",
    "Change",
    "ExpiryAlert",
    "Grant",
    "Issued",
    "KeyDigest",
    "KeyEvent",
    "Permissions",
    "Policy",
    "Record",
    "Revocation",
    "expiry_alerts",
    "peppers_in_use",
]
