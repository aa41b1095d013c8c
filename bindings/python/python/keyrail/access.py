"""Access: what a key allows, at which times and from which networks."""

from ._keyrail import Grant, Record

__all__ = ["Grant", "Record"]
