"""Usage: counting requests, merging what servers published, and closing days."""

import re
from collections import Counter
from datetime import date, datetime, timedelta, timezone

from reference.common import Rejected

LARGEST = 2**53 - 1


def day_of(millis):
    """Returns the day of a time in UTC, such as 2026-12-01."""
    return (date(1970, 1, 1) + timedelta(days=millis // 86_400_000)).isoformat()


def is_id(text):
    bad = any(ord(c) < 32 or 127 <= ord(c) < 160 for c in text)
    return 1 <= len(text.encode()) <= 256 and not bad


def sort_key(counted):
    record, operation, outcome = counted
    return (record is not None, (record or "").encode(), operation.encode(), outcome.encode())


def written(counts):
    """Returns counts as JSON: those without a record first, then by record, operation, outcome."""
    items = []
    for record, operation, outcome in sorted(counts, key=sort_key):
        item = {} if record is None else {"record": record}
        item |= {"operation": operation, "outcome": outcome}
        items.append(item | {"count": counts[record, operation, outcome]})
    return items


class Usage:
    """Open counts by day, epoch and what was counted; closed days as sums."""

    def __init__(self):
        self.open = {}
        self.epochs = {}  # for each closed day, the number of requests of each epoch
        self.sums = {}  # for each closed day, the sum of each count

    @classmethod
    def read(cls, document):
        usage = cls()
        for item in document["open"]:
            if item["counts"]:
                usage.open[item["day"], item["epoch"]] = read(item["counts"])
        for item in document["closed"]:
            usage.sums[item["day"]] = read(item["counts"])
            usage.epochs[item["day"]] = {it["epoch"]: it["count"] for it in item["epochs"]}
        return usage

    def written(self):
        return {
            "schema": 1,
            "open": [
                {"day": day, "epoch": epoch, "counts": written(self.open[day, epoch])}
                for day, epoch in sorted(self.open)
            ],
            "closed": [
                {
                    "day": day,
                    "epochs": [
                        {"epoch": epoch, "count": count}
                        for epoch, count in sorted(self.epochs[day].items())
                    ],
                    "counts": written(self.sums[day]),
                }
                for day in sorted(self.sums)
            ],
        }

    def merge(self, other):
        for day in other.sums:
            larger(self.sums.setdefault(day, {}), other.sums[day])
            larger(self.epochs.setdefault(day, {}), other.epochs[day])
        for source in (dict(self.open), other.open):
            for (day, epoch), counts in source.items():
                if day in self.sums:
                    self.open.pop((day, epoch), None)
                    larger(self.epochs[day], {epoch: total(counts)})
                else:
                    larger(self.open.setdefault((day, epoch), {}), counts)

    def close_before(self, end):
        for day, epoch in [key for key in self.open if key[0] < end]:
            counts = self.open.pop((day, epoch))
            self.epochs.setdefault(day, {})[epoch] = total(counts)
            sums = self.sums.setdefault(day, {})
            for counted, count in counts.items():
                sums[counted] = min(sums.get(counted, 0) + count, LARGEST)

    def remove_before(self, end):
        self.open = {key: counts for key, counts in self.open.items() if key[0] >= end}
        self.sums = {day: counts for day, counts in self.sums.items() if day >= end}
        self.epochs = {day: counts for day, counts in self.epochs.items() if day >= end}

    def totals(self):
        totals = Counter()
        for (day, _), counts in self.open.items():
            for counted, count in counts.items():
                totals[day, counted] += count
        for day, counts in self.sums.items():
            for counted, count in counts.items():
                totals[day, counted] += count
        return totals

    def late(self):
        return sum(
            max(0, total(self.epochs[day]) - total(counts))
            for day, counts in self.sums.items()
        )


def read(counts):
    return {(it.get("record"), it["operation"], it["outcome"]): it["count"] for it in counts}


def total(counts):
    return min(sum(counts.values()), LARGEST)


def larger(counts, others):
    """Merges `others` into `counts`, and keeps the larger value of each count."""
    for counted, count in others.items():
        counts[counted] = max(counts.get(counted, 0), count)


def count_usage(given):
    for index, name in enumerate(given["operations"]):
        if index == 1024:
            raise Rejected("access.too_many_operations")
        if not is_id(name):
            raise Rejected("access.malformed_id")
    if not is_id(given["epoch"]):
        raise Rejected("access.malformed_id")
    outcomes, usage, counts = [], Usage(), {}
    for request in given["requests"]:
        if request["now_ms"] < 100_000_000_000:
            raise Rejected("access.time_in_seconds")
        outcome = request["outcome"]
        if outcome not in outcomes:
            if len(outcomes) < 128 and re.fullmatch(r"[a-z0-9._]{1,64}", outcome):
                outcomes.append(outcome)
            else:
                outcome = "other"
        record = request.get("record")
        record = record if record is not None and is_id(record) else None
        operation = request.get("operation")
        operation = operation if operation in given["operations"] else "other"
        counts = usage.open.setdefault((day_of(request["now_ms"]), given["epoch"]), {})
        counted = (record, operation, outcome)
        counts[counted] = counts.get(counted, 0) + 1
    if "remove_before_ms" in given:
        usage.remove_before(day_of(given["remove_before_ms"]))
    return usage.written()


def merge_usage(given):
    usage = Usage()
    for step in given["steps"]:
        times = [step.get("close_before_ms"), step.get("remove_before_ms")]
        if any(time is not None and time < 100_000_000_000 for time in times):
            raise Rejected("access.time_in_seconds")
        if "merge" in step:
            usage.merge(Usage.read(step["merge"]))
        if "close_before_ms" in step:
            usage.close_before(day_of(step["close_before_ms"]))
        if "remove_before_ms" in step:
            usage.remove_before(day_of(step["remove_before_ms"]))
    totals = usage.totals()
    counts = []
    for day, counted in sorted(totals, key=lambda it: (it[0], sort_key(it[1]))):
        record, operation, outcome = counted
        if given.get("record") in (None, record):
            start = datetime.fromisoformat(day).replace(tzinfo=timezone.utc)
            counts.append(
                {
                    "day_ms": int(start.timestamp()) * 1000,
                    "record": record,
                    "operation": operation,
                    "outcome": outcome,
                    "count": min(totals[day, counted], LARGEST),
                }
            )
    return {"usage": usage.written(), "late": usage.late(), "counts": counts}


CALLS = {"access.count_usage": count_usage, "access.merge_usage": merge_usage}
