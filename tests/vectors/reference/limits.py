"""Limits: rates with exact fractions, and quotas with the calendar of `datetime`."""

import calendar
import datetime
import math
from fractions import Fraction

from reference.common import Rejected

EPOCH = datetime.datetime(1970, 1, 1)
# The milliseconds by which clocks may differ.
TOLERANCE = 60_000
SECONDS = {"hour": 3600, "day": 86_400, "week": 7 * 86_400}


class Rate:
    """A bucket that fills evenly. Times are exact fractions of milliseconds."""

    def __init__(self, limit):
        rate = limit["rate"]
        self.cost, self.units, self.seconds = limit.get("cost", 1), rate["units"], rate["per_seconds"]
        self.burst = rate.get("burst", self.units)
        self.unit = Fraction(self.seconds * 1000, self.units)

    def full_at(self, state, now):
        if state is None:
            return Fraction(now)
        stored = state[0] + Fraction(state[1], self.units)
        empty = now + self.burst * self.unit
        return empty if stored > empty + TOLERANCE else max(Fraction(now), stored)

    def consume(self, state, now):
        new = self.full_at(state, now) + self.cost * self.unit
        if new > now + self.burst * self.unit:
            return None
        at = math.floor(new)
        return [at, int((new - at) * self.units)]

    def corrected(self, state, now):
        empty = now + self.burst * self.unit
        if state is None or state[0] + Fraction(state[1], self.units) <= empty + TOLERANCE:
            return None
        return [math.floor(empty), int((empty - math.floor(empty)) * self.units)]

    def remaining(self, state, now):
        missing = (self.full_at(state, now) - now) / self.unit
        return max(0, math.floor(self.burst - missing)) // self.cost

    def next_at(self, state, now):
        wanted = (self.remaining(state, now) + 1) * self.cost
        if wanted > self.burst:
            return None
        return max(now, math.ceil(self.full_at(state, now) - (self.burst - wanted) * self.unit))

    def policy(self):
        if self.units < self.cost:
            return f";q=1;w={math.ceil(Fraction(self.cost * self.seconds, self.units))}"
        return f";q={self.units // self.cost};w={self.seconds}"


class Quota:
    def __init__(self, limit):
        quota = limit["quota"]
        self.cost, self.units, self.per = limit.get("cost", 1), quota["units"], quota["per"]
        self.day = quota.get("day", 1)

    def first_day(self, year, month):
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
        day = min(self.day, calendar.monthrange(year, month)[1])
        return datetime.datetime(year, month, day)

    def window(self, now):
        time = EPOCH + datetime.timedelta(milliseconds=now)
        day = datetime.datetime(time.year, time.month, time.day)
        if self.per == "hour":
            start = day.replace(hour=time.hour)
        elif self.per == "week":
            start = day - datetime.timedelta(days=day.weekday())
        else:
            start = day
        if self.per != "month":
            end = start + datetime.timedelta(seconds=SECONDS[self.per])
        else:
            later = int(day >= self.first_day(day.year, day.month))
            start = self.first_day(day.year, day.month + later - 1)
            end = self.first_day(day.year, day.month + later)
        millis = datetime.timedelta(milliseconds=1)
        return (start - EPOCH) // millis, (end - EPOCH) // millis

    def counted(self, state, now):
        """Returns the current window. If the stored window starts later, but within the
        tolerance, returns that one.
        """
        is_ahead = state is not None and now < state[0] <= now + TOLERANCE
        return self.window(state[0] if is_ahead else now)

    def used(self, state, now):
        if state is None or state[0] < self.counted(state, now)[0]:
            return 0
        return max(0, min(state[1], self.units))

    def consume(self, state, now):
        used = self.used(state, now) + self.cost
        return [self.counted(state, now)[0], used] if used <= self.units else None

    def corrected(self, state, now):
        if state is None or state[0] <= now + TOLERANCE:
            return None
        return [self.window(now)[0], self.used(state, now)]

    def remaining(self, state, now):
        return (self.units - self.used(state, now)) // self.cost

    def next_at(self, state, now):
        is_full = self.remaining(state, now) == self.units // self.cost
        return None if is_full else self.counted(state, now)[1]

    def policy(self):
        window = f";w={SECONDS[self.per]}" if self.per in SECONDS else ""
        return f";q={self.units // self.cost}{window}"


def check_limits(limits):
    if len(limits) > 16:
        raise Rejected("access.too_many_limits")
    if len({limit["name"] for limit in limits}) < len(limits):
        raise Rejected("access.duplicate_limit")


def check_record(record):
    """Checks the limits of a record."""
    limits = record.get("limits", [])
    if len(limits) > 16:
        raise Rejected("access.too_many_limits")
    names = set()
    for limit in limits:
        if limit["name"] in names:
            raise Rejected("access.duplicate_limit")
        names.add(limit["name"])
        owner = limit.get("of", "key")
        if owner != "key" and owner not in record:
            raise Rejected(f"access.no_{owner}")


def written(limits):
    """Returns limits as the library writes them."""

    def rule(limit):
        if "rate" in limit:
            return {"rate": {"burst": limit["rate"]["units"]} | limit["rate"]}
        quota = limit["quota"]
        return {"quota": ({"day": 1} if quota["per"] == "month" else {}) | quota}

    return [
        {"name": limit["name"], "of": limit.get("of", "key"), "cost": limit.get("cost", 1)}
        | rule(limit)
        for limit in limits
    ]


def consume(given):
    now = given["now_ms"]
    limits = [(it["limit"], it.get("state")) for it in given["limits"]]
    check_limits([limit for limit, _ in limits])
    rules = [Rate(limit) if "rate" in limit else Quota(limit) for limit, _ in limits]
    consumed = [rule.consume(state, now) for rule, (_, state) in zip(rules, limits)]
    is_allowed = None not in consumed
    described, policies, remaining, retry = [], [], [], []
    for rule, (limit, old), new in zip(rules, limits, consumed):
        stored = new if is_allowed else rule.corrected(old, now)
        shown = old if stored is None else stored
        requests, next_at = rule.remaining(shown, now), rule.next_at(shown, now)
        described.append(
            {
                "name": limit["name"],
                "exceeded": new is None,
                "remaining": requests,
                "old": old,
                "new": stored,
                "next_at_ms": next_at,
            }
        )
        policies.append(f'"{limit["name"]}"{rule.policy()}')
        seconds = None if next_at is None else -((now - next_at) // 1000)
        remaining.append(f'"{limit["name"]}";r={requests}' + ("" if seconds is None else f";t={seconds}"))
        if new is None:
            retry.append((next_at, seconds))
    headers = []
    if limits:
        headers = [["RateLimit-Policy", ", ".join(policies)], ["RateLimit", ", ".join(remaining)]]
    if retry:
        headers.append(["Retry-After", str(max(retry)[1])])
    return {
        "allowed": is_allowed,
        "limits": described,
        "retry_at_ms": max(retry)[0] if retry else None,
        "retry_after_seconds": max(retry)[1] if retry else None,
        "headers": headers,
    }


CALLS = {"access.consume": consume}
