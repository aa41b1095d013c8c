"""Webhooks: signing and verifying deliveries (Standard Webhooks 1.0), and when they are repeated."""

from ._keyrail import (
    DeliveryFailure,
    DeliveryOutcome,
    DeliveryState,
    RetryPolicy,
    Settled,
    Signer,
    Verified,
    VerifiedRequest,
    Verifier,
    check_target,
    generate_private_key,
    generate_secret,
    is_public_address,
    public_key,
)
from ._keyrail import WebhookScheme as Scheme

__all__ = [
    "DeliveryFailure",
    "DeliveryOutcome",
    "DeliveryState",
    "RetryPolicy",
    "Scheme",
    "Settled",
    "Signer",
    "Verified",
    "VerifiedRequest",
    "Verifier",
    "check_target",
    "generate_private_key",
    "generate_secret",
    "is_public_address",
    "public_key",
]
