"""Keys: their formats, their masks, and the digests to store instead of the keys."""

from ._keyrail import ApiKey, Digest, Format, FormatSet, MaskPolicy, Pepper

__all__ = ["ApiKey", "Digest", "Format", "FormatSet", "MaskPolicy", "Pepper"]
