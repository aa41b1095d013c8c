"""Keys: their format, their masks, and the digests to store instead of them."""

from ._keyrail import ApiKey, Digest, Format, Pepper

__all__ = ["ApiKey", "Digest", "Format", "Pepper"]
