"""Webhooks: signing and verifying deliveries (Standard Webhooks 1.0), and when they are repeated."""

from ._keyrail import (
    DeliveryFailure,
    DeliveryOutcome,
    DeliveryState,
    RetryPolicy,
    Settled,
    Signer,
    Verified,
    Verifier,
    check_target,
    generate_private_key,
    generate_secret,
    is_public_address,
    public_key,
)

__all__ = [
    "DeliveryFailure",
    "DeliveryOutcome",
    "DeliveryState",
    "RetryPolicy",
    "Settled",
    "Signer",
    "Verified",
    "Verifier",
    "check_target",
    "generate_private_key",
    "generate_secret",
    "is_public_address",
    "public_key",
]
