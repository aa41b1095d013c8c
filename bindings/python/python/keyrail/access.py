"""Access: what a key may do, when, and from where."""

from ._keyrail import Grant, Record

__all__ = ["Grant", "Record"]
