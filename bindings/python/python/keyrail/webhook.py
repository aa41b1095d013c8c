"""Webhooks: signing and verifying deliveries (Standard Webhooks 1.0)."""

from ._keyrail import Signer, Verified, Verifier, check_target

__all__ = ["Signer", "Verified", "Verifier", "check_target"]
