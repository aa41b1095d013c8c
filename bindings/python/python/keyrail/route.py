"""Routing of a channel's message to a queue, an app and its webhooks, with the reason."""

from ._keyrail import (
    Assignment,
    Change,
    Decision,
    Explanation,
    Mismatch,
    RuleReport,
    Table,
    diff,
)
from ._keyrail import RouteFailure as Failure
from ._keyrail import RouteFinding as Finding

__all__ = [
    "Assignment",
    "Change",
    "Decision",
    "Explanation",
    "Failure",
    "Finding",
    "Mismatch",
    "RuleReport",
    "Table",
    "diff",
]
