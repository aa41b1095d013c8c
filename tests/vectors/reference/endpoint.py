"""The health and the activity of endpoints."""

import re
from fractions import Fraction

from reference import delivery
from reference.common import Rejected
from reference.last_use import millis, printed

MOST = 2**53 - 1
# The bounds of the buckets: the series R10, in whole milliseconds.
DECADE = [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8]
BOUNDS = sorted({int(number * 10**power + 0.5) for power in range(5) for number in DECADE} | {100_000})
TIMES = ("failing_since", "warned_at", "parked_until")


def read_policy(given):
    """Returns a health policy with all its members, or raises its faults."""
    members = {"warn_after_seconds": 86_400, "disable_after_seconds": 432_000, "disable_after_dead": 3}
    members |= given
    ranges = {"disable_after_dead": 1_000_000}
    faults = [
        ["webhook.malformed_health_policy", f"/{name}"]
        for name, value in members.items()
        if not 1 <= value <= ranges.get(name, 86_400_000)
    ]
    is_sound = not any(path.endswith("_seconds") for _, path in faults)
    if is_sound and members["disable_after_seconds"] < members["warn_after_seconds"]:
        faults.append(["webhook.malformed_health_policy", "/disable_after_seconds"])
    if faults:
        raise Rejected(faults[0][0], faults=faults)
    return members


def new_health(endpoint):
    if not 1 <= len(endpoint.encode()) <= 256 or re.search("[\0-\x1f\x7f-\x9f]", endpoint):
        raise Rejected("webhook.malformed_endpoint")
    return {"endpoint": endpoint, "version": 0, "dead": 0}


def read_health(given):
    health = {"version": 0, "dead": 0} | {
        name: millis(value) if name in TIMES else value
        for name, value in given.items()
        if name != "schema"
    }
    if "disabled" in health:
        health["disabled"] = given["disabled"] | {"at": millis(given["disabled"]["at"])}
    return health


def status(health, now):
    if "disabled" in health:
        return "disabled"
    if health.get("parked_until", now) > now:
        return "parked"
    return "failing" if "failing_since" in health else "healthy"


def describe_health(health):
    written = {"schema": 1} | {
        name: printed(value) if name in TIMES else value for name, value in health.items()
    }
    disabled = health.get("disabled", {})
    if disabled:
        written["disabled"] = disabled | {"at": printed(disabled["at"])}
    return {
        "json": written,
        "endpoint": health["endpoint"],
        "version": health["version"],
        "failing_since_ms": health.get("failing_since"),
        "dead": health["dead"],
        "warned_at_ms": health.get("warned_at"),
        "parked_until_ms": health.get("parked_until"),
        "is_disabled": "disabled" in health,
        "disabled_at_ms": disabled.get("at"),
        "disabled_reason": disabled.get("reason"),
    }


def forget(health):
    for name in ("failing_since", "warned_at"):
        health.pop(name, None)
    health["dead"] = 0


def record(health, result, state, step, policy, is_attempt):
    """Changes a health after an attempt or after a delivery was held, and returns the events."""
    events, now = [], step["now_ms"]
    kind, reason = result["kind"], result.get("reason")
    if kind == "delivered" and state["attempts"] > 1:
        events.append("delivery.recovered")
    is_lost = reason in ("exhausted", "deadline")
    if is_lost:
        events.append("delivery.exhausted")
    if "disabled" in health:
        return events
    if "parked_until_ms" in result:
        health["parked_until"] = max(health.get("parked_until", 0), result["parked_until_ms"])
    if kind == "delivered":
        if "warned_at" in health:
            events.append("endpoint.recovered")
        forget(health)
        return events
    if not (is_attempt or is_lost):
        return events
    since = health["failing_since"] = min(health.get("failing_since", now), now)
    health["dead"] = min(health["dead"] + (kind == "dead"), MOST)
    warn, disable = policy["warn_after_seconds"] * 1000, policy["disable_after_seconds"] * 1000
    warned_at = health.get("warned_at")
    if reason == "gone":
        health["disabled"] = {"at": now, "reason": "gone"}
    elif warned_at is None:
        if now >= since + warn:
            health["warned_at"] = now
            events.append("endpoint.warned")
    elif now >= since + disable and now >= warned_at + (disable - warn):
        if health["dead"] >= policy["disable_after_dead"]:
            health["disabled"] = {"at": now, "reason": "failures"}
    if "disabled" in health:
        events.append("endpoint.disabled")
    return events


class Activity:
    def __init__(self):
        self.attempts = self.successes = self.dead = 0
        self.times, self.latencies, self.failures = [], [], []

    def record(self, result, state, step, is_attempt):
        self.dead += result["kind"] == "dead"
        if is_attempt or result["kind"] == "dead":
            self.times.append(step["now_ms"])
        if not is_attempt:
            return
        self.attempts += 1
        self.successes += result["kind"] == "delivered"
        if "status" in step:
            self.latencies.append(min(max(step.get("latency_ms", 0), 0), 2**32 - 1))
        if result["kind"] != "delivered":
            self.failures.append(state["last_failure"])


def bucket(latency):
    return sum(bound < latency for bound in BOUNDS)


def percentile(counts, longest, percent):
    """Returns a percentile: the bound of the bucket with the latency of this rank."""
    rank, total = 0, sum(counts)
    for index, count in enumerate(counts):
        rank += count
        if count and Fraction(rank, total) >= Fraction(percent, 100):
            return min(longest, BOUNDS[index]) if index < len(BOUNDS) else longest
    return None


def describe_activity(written, health=None, now=None):
    """Returns all that can be read from an activity in the form of its JSON."""
    counts, longest = written["latencies"], written.get("max_latency_ms")
    percentiles = [percentile(counts, longest, percent) for percent in (50, 95, 99)]
    attempts, successes = written["attempts"], written["successes"]
    since, until = written.get("since"), written.get("until")
    described = {
        "json": written,
        "attempts": attempts,
        "successes": successes,
        "dead": written["dead"],
        "success_rate": successes / attempts if attempts else None,
        "since_ms": since and millis(since),
        "until_ms": until and millis(until),
        "p50_ms": percentiles[0],
        "p95_ms": percentiles[1],
        "p99_ms": percentiles[2],
        "max_ms": longest,
        "failures": [
            {
                "at_ms": millis(failure["at"]),
                "status": failure.get("status"),
                "no_response": failure.get("no_response"),
                "body": failure.get("body"),
            }
            for failure in written["failures"]
        ],
    }
    if health is None:
        return described
    disabled, parked = health.get("disabled", {}), health.get("parked_until", 0)
    report = {
        "endpoint": health["endpoint"],
        "status": status(health, now),
        "failing_since": health.get("failing_since") and printed(health["failing_since"]),
        "parked_until": printed(parked) if parked > now else None,
        "disabled_at": disabled and printed(disabled["at"]),
        "disabled_reason": disabled.get("reason"),
        "since": since,
        "until": until,
        "attempts": attempts,
        "successes": successes,
        "dead": written["dead"],
        "failures": written["failures"],
    }
    report = {name: value for name, value in report.items() if value not in (None, {})}
    if attempts:
        rounded = (Fraction(successes, attempts) * 10_000 + Fraction(1, 2)).__floor__()
        if 0 < successes < attempts:
            rounded = min(max(rounded, 1), 9_999)
        report["success_rate"] = rounded / 10_000
    if counts:
        names = dict(zip(("p50", "p95", "p99"), percentiles))
        report["latency_ms"] = names | {"max": longest}
    return {"activity": described, "report": report}


def order(failure):
    """Returns the order of failures: the latest first, then those without a status or a body."""

    def text(name):
        return (name in failure, failure.get(name, ""))

    status = failure.get("status", -1)
    return (-millis(failure["at"]), status, text("no_response"), text("body"))


def written_activity(activities):
    """Returns the JSON of all activities together."""
    times = [time for activity in activities for time in activity.times]
    latencies = [latency for activity in activities for latency in activity.latencies]
    failures = [failure for activity in activities for failure in activity.failures]
    failures = [failure | {"at": printed(failure["at"])} for failure in failures]
    counts = [0] * (len(BOUNDS) + 1)
    for latency in latencies:
        counts[bucket(latency)] += 1
    while counts and not counts[-1]:
        counts.pop()
    written = {"schema": 1}
    for name in ("attempts", "successes", "dead"):
        written[name] = sum(getattr(activity, name) for activity in activities)
    if times:
        written |= {"since": printed(min(times)), "until": printed(max(times))}
    written["latencies"] = counts
    if latencies:
        written["max_latency_ms"] = max(latencies)
    return written | {"failures": sorted(failures, key=order)[:10]}


def endpoint(given):
    """Applies steps to the deliveries, the health and the activities of an endpoint."""
    health = read_health(given["health"]) if "health" in given else None
    health = health or new_health(given.get("endpoint", "desk-hook"))
    policy = read_policy(given.get("policy", {}))
    states, activities, results = {}, {}, []
    for step in given["steps"]:
        before, events, result = dict(health), [], None
        if "disable" in step:
            if step["now_ms"] < delivery.MIN_MS:
                raise Rejected("webhook.time_in_seconds")
            if "disabled" not in health:
                health["disabled"] = {"at": step["now_ms"], "reason": "host"}
                events = ["endpoint.disabled"]
        elif "enable" in step:
            events = ["endpoint.recovered"] * ("warned_at" in health)
            events = ["endpoint.enabled"] if "disabled" in health else events
            forget(health)
            health.pop("disabled", None)
            health.pop("parked_until", None)
        else:
            name = step.get("delivery", "msg_1")
            if name not in states:
                started = {"id": name, "now_ms": step["now_ms"], "policy": given.get("retry_policy", {})}
                started["endpoint"] = step.get("endpoint", "desk-hook")
                states[name] = delivery.start(started)
            state = states[name]
            is_attempt = not {"hold", "give_up", "postpone_ms"} & step.keys()
            if "hold" in step:
                if state["endpoint"] != health["endpoint"]:
                    raise Rejected("webhook.other_endpoint")
                held = dict(step)
                if "disabled" in health:
                    held["give_up"] = "endpoint_disabled"
                elif health.get("parked_until", 0) > step["now_ms"]:
                    held["postpone_ms"] = health["parked_until"]
                if len(held) > len(step):
                    result = delivery.settle(state, held)
                elif "next_at" not in state:
                    raise Rejected("webhook.delivery_ended")
            else:
                result = delivery.settle(state, step)
            if result is not None:
                if state["endpoint"] != health["endpoint"]:
                    raise Rejected("webhook.other_endpoint")
                events = record(health, result, state, step, policy, is_attempt)
                activity = activities.setdefault(step.get("worker", 0), Activity())
                activity.record(result, state, step, is_attempt)
        is_changed = health != before
        if is_changed:
            health["version"] = (health["version"] + 1) % (MOST + 1)
        results.append(
            {
                "result": result,
                "status": status(health, step.get("now_ms", given["now_ms"])),
                "is_changed": is_changed,
                "events": events,
            }
        )
    written = written_activity(list(activities.values()))
    return {
        "results": results,
        "health": describe_health(health),
        **describe_activity(written, health, given["now_ms"]),
    }


def activity(given):
    """Returns all that can be read from several activities that were merged."""
    merged = {"schema": 1, "attempts": 0, "successes": 0, "dead": 0, "latencies": [], "failures": []}
    for other in given["activities"]:
        for name in ("attempts", "successes", "dead"):
            merged[name] = min(merged[name] + other[name], MOST)
        for name, choose in (("since", min), ("until", max)):
            if name in other:
                merged[name] = choose(merged.get(name, other[name]), other[name])
        if "max_latency_ms" in other:
            longest = max(merged.get("max_latency_ms", 0), other["max_latency_ms"])
            merged["max_latency_ms"] = longest
        size = max(len(merged["latencies"]), len(other["latencies"]))
        lists = [it["latencies"] + [0] * (size - len(it["latencies"])) for it in (merged, other)]
        merged["latencies"] = [min(a + b, MOST) for a, b in zip(*lists)]
        while merged["latencies"] and not merged["latencies"][-1]:
            merged["latencies"].pop()
        merged["failures"] = sorted(merged["failures"] + other["failures"], key=order)[:10]
    return describe_activity(merged)


CALLS = {
    "webhook.health_policy": lambda given: read_policy(given.get("policy", {})),
    "webhook.endpoint": endpoint,
    "webhook.endpoint_health": lambda given: describe_health(read_health(given["health"])),
    "webhook.endpoint_activity": activity,
}
