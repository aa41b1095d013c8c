"""Webhooks: signing and verifying deliveries (Standard Webhooks 1.0)."""

from ._keyrail import (
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
    "Signer",
    "Verified",
    "Verifier",
    "check_target",
    "generate_private_key",
    "generate_secret",
    "is_public_address",
    "public_key",
]
