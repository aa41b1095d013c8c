"""Routes: from a channel's message to a queue, an app and its webhooks."""

from ._keyrail import Decision, Table

__all__ = ["Decision", "Table"]
