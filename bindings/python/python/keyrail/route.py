"""Routing of messages from channels to queues, apps and webhooks, with the reason for each
decision.
"""

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
