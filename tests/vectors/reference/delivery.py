"""The delivery of webhooks: retry policies, and the states of deliveries."""

import re

from reference.common import Rejected
from reference.last_use import millis, printed

STANDARD = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
LAST = 253402300799999
MIN_MS = 100_000_000_000
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def read_policy(given):
    """Returns a policy with all its members, or raises its faults."""
    faults = []

    def check(name, value, least, most, kind):
        if value is not None and not least <= value <= most:
            faults.append([f"webhook.malformed_{kind}", f"/{name}"])

    jitter, deadline = given.get("jitter_percent"), given.get("deadline_seconds")
    if "delays_seconds" in given and "exponential" in given:
        faults.append(["webhook.two_schedules", "/exponential"])
    delays = given.get("delays_seconds")
    if "exponential" in given:
        it = given["exponential"]
        first, most, factor = it["first_seconds"], it["max_seconds"], it.get("factor", 2)
        check("exponential/first_seconds", first, 1, 604800, "delay")
        check("exponential/max_seconds", most, 1, 604800, "delay")
        check("exponential/attempts", it["attempts"], 1, 64, "attempts")
        check("exponential/factor", factor, 2, 10, "factor")
        if most < first:
            faults.append(["webhook.malformed_delay", "/exponential/max_seconds"])
    check("jitter_percent", jitter, 0, 100, "jitter")
    check("deadline_seconds", deadline, 1, 86_400_000, "deadline")
    if delays is not None:
        if len(delays) > 63:
            faults.append(["webhook.malformed_attempts", "/delays_seconds"])
        else:
            for index, delay in enumerate(delays):
                check(f"delays_seconds/{index}", delay, 1, 604800, "delay")
    elif "exponential" in given and not faults:
        delays = [min(first * factor**number, most) for number in range(it["attempts"] - 1)]
    elif "exponential" not in given:
        delays = STANDARD
    if deadline is not None and not faults and delays and deadline < delays[0]:
        faults.append(["webhook.malformed_deadline", "/deadline_seconds"])
    if faults:
        raise Rejected(faults[0][0], faults=faults)
    jitter = 20 if jitter is None else jitter
    # Rounded up to whole seconds, and one day more.
    longest = -(-sum(delays) * (100 + jitter) // 100) + 86400
    return {
        "delays_seconds": delays,
        "jitter_percent": jitter,
        "deadline_seconds": longest if deadline is None else deadline,
    }


def policy(given):
    read = read_policy(given.get("policy", {}))
    return {"policy": read, "attempts": len(read["delays_seconds"]) + 1}


def http_date(text, now):
    """Returns the time of an HTTP date of the form of IMF-fixdate or of asctime."""
    fixed = re.fullmatch(r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) ([\d:]{8}) GMT", text)
    old = re.fullmatch(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) ([\d:]{8}) (\d{4})", text)
    short = re.fullmatch(r"[A-Z][a-z]+day, (\d\d)-([A-Z][a-z]{2})-(\d\d) ([\d:]{8}) GMT", text)
    if fixed:
        day, month, year, clock = fixed.groups()
    elif old:
        month, day, clock, year = old.groups()
    elif short:
        day, month, year, clock = short.groups()
        year = "20" + year
    else:
        return None
    if month not in MONTHS:
        return None
    number, leap = MONTHS.index(month) + 1, clock == "23:59:60"
    clock = "23:59:59" if leap else clock
    return millis(f"{year}-{number:02}-{int(day):02}T{clock}Z") + 1000 * leap


def retry_after(value, now):
    """Returns the time before which the endpoint wants no request, or None."""
    value = value.strip(" \t")
    if re.fullmatch("[0-9]+", value):
        time = min(now + int(value) * 1000, LAST)
    else:
        time = http_date(value, now)
    return time if time is not None and time > now else None


def excerpt(body):
    """Returns the start of a body. The bodies of the cases contain at most one credential."""
    mask = "\u2022" * 8
    redacted = re.sub("(token=)[^ ,&\n]+", "\\1" + mask, body)
    redacted = re.sub("(://[a-z]+:)[^@]+@", "\\1" + mask + "@", redacted)
    return redacted.encode()[:1024].decode(errors="ignore")


def start(given):
    if "state" in given:
        return read_state(given["state"])
    if not re.fullmatch("[!-~]{1,256}", given.get("id", "msg_1")) or "." in given.get("id", ""):
        raise Rejected("webhook.malformed_id")
    endpoint = given.get("endpoint", "desk-hook")
    if not 1 <= len(endpoint.encode()) <= 256 or re.search("[\0-\x1f\x7f-\x9f]", endpoint):
        raise Rejected("webhook.malformed_endpoint")
    read = read_policy(given.get("policy", {}))
    if given["now_ms"] < MIN_MS:
        raise Rejected("webhook.time_in_seconds")
    return {
        "id": given.get("id", "msg_1"),
        "endpoint": endpoint,
        "policy": read,
        "started_at": given["now_ms"],
        "attempts": 0,
        "next_at": given["now_ms"],
    }


def read_state(given):
    state = {name: given[name] for name in ("id", "endpoint", "attempts")}
    state["policy"] = read_policy(given["policy"])
    state["started_at"] = millis(given["started_at"])
    for name in ("next_at", "delivered_at"):
        if name in given:
            state[name] = millis(given[name])
    if "dead" in given:
        state["dead"] = {"at": millis(given["dead"]["at"]), "reason": given["dead"]["reason"]}
    if "last_failure" in given:
        failure = given["last_failure"]
        state["last_failure"] = failure | {"at": millis(failure["at"])}
    return state


def deadline(state):
    return min(state["started_at"] + state["policy"]["deadline_seconds"] * 1000, LAST)


def described(state):
    """Returns all that can be read from a state."""
    times = ("started_at", "next_at", "delivered_at")
    written = {"schema": 1} | {
        name: printed(value) if name in times else value for name, value in state.items()
    }
    for name in ("dead", "last_failure"):
        if name in state:
            written[name] = state[name] | {"at": printed(state[name]["at"])}
    failure, dead = state.get("last_failure"), state.get("dead", {})
    return {
        "json": written,
        "id": state["id"],
        "endpoint": state["endpoint"],
        "policy": state["policy"],
        "started_at_ms": state["started_at"],
        "deadline_ms": deadline(state),
        "attempts": state["attempts"],
        "next_at_ms": state.get("next_at"),
        "delivered_at_ms": state.get("delivered_at"),
        "dead_at_ms": dead.get("at"),
        "dead_reason": dead.get("reason"),
        "last_failure": failure
        and {
            "at_ms": failure["at"],
            "status": failure.get("status"),
            "no_response": failure.get("no_response"),
            "body": failure.get("body"),
        },
    }


def settle(state, step):
    """Changes a state, and returns the result of a step."""
    now, jitter = step["now_ms"], step.get("jitter", 0)
    if "next_at" not in state:
        raise Rejected("webhook.delivery_ended")
    if now < MIN_MS:
        raise Rejected("webhook.time_in_seconds")
    if "give_up" in step:
        del state["next_at"]
        state["dead"] = {"at": now, "reason": step["give_up"]}
        return {"kind": "dead", "reason": step["give_up"]}
    if "postpone_ms" in step:
        if step["postpone_ms"] < MIN_MS:
            raise Rejected("webhook.time_in_seconds")
        at = max(state["next_at"], step["postpone_ms"])
        if at > deadline(state):
            del state["next_at"]
            state["dead"] = {"at": now, "reason": "deadline"}
            return {"kind": "dead", "reason": "deadline"}
        state["next_at"] = at
        return {"kind": "retry", "at_ms": at}
    if not 0 <= jitter <= 1:
        raise Rejected("webhook.malformed_jitter")
    status, result = step.get("status"), {}
    parked = None
    if status in (429, 503) and "retry_after" in step:
        parked = retry_after(step["retry_after"], now)
    if parked is not None:
        result["parked_until_ms"] = parked
    state["attempts"] += 1
    del state["next_at"]
    if status is not None and 200 <= status < 300:
        state["delivered_at"] = now
        return result | {"kind": "delivered"}
    failure = {"at": now}
    for name in ("status", "no_response"):
        if name in step:
            failure[name] = step[name]
    if "body" in step and status is not None and "\0" not in step["body"]:
        failure["body"] = excerpt(step["body"])
    state["last_failure"] = failure
    delays, percent = state["policy"]["delays_seconds"], state["policy"]["jitter_percent"]
    reason = "gone" if status == 410 else None
    if reason is None and state["attempts"] > len(delays):
        reason = "exhausted"
    if reason is None:
        delay = delays[state["attempts"] - 1] * 1000
        earliest = max(now + delay, parked or now)
        if earliest <= deadline(state):
            at = min(earliest + int(delay * percent * jitter / 100), deadline(state))
            state["next_at"] = at
            return result | {"kind": "retry", "at_ms": at}
        reason = "deadline"
    state["dead"] = {"at": now, "reason": reason}
    gone = {"disables_endpoint": True} if reason == "gone" else {}
    return result | gone | {"kind": "dead", "reason": reason}


def deliver(given):
    state = start(given)
    results = [settle(state, step) for step in given["steps"]]
    return {"results": results, "end": described(state)}


CALLS = {
    "webhook.retry_policy": policy,
    "webhook.deliver": deliver,
    "webhook.delivery_state": lambda given: described(read_state(given["state"])),
}
