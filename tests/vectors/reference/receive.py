"""Receiving deliveries: claims against duplicates."""

import re

from reference.common import Rejected
from reference.delivery import LAST, MIN_MS
from reference.last_use import millis, printed

MOST = 2**53 - 1
TIMES = ("timestamp", "leased_until", "finished_at", "released_at", "expires_at")


def read_policy(given):
    """Returns a receive policy with all its members, or raises its faults."""
    members = {"lease_seconds": 60, "remember_seconds": 412_926} | given
    faults = [
        ["webhook.malformed_receive_policy", f"/{name}"]
        for name, most in (("lease_seconds", 86_400), ("remember_seconds", 86_400_000))
        if not 1 <= members[name] <= most
    ]
    if not faults and members["remember_seconds"] < members["lease_seconds"]:
        faults.append(["webhook.malformed_receive_policy", "/remember_seconds"])
    if faults:
        raise Rejected(faults[0][0], faults=faults)
    return members


def read_claim(given):
    claim = {name: millis(it) if name in TIMES else it for name, it in given.items()}
    claim.pop("schema", None)
    return {"version": 0} | claim


def describe(claim):
    """Returns all that can be read from a claim."""
    written = {name: printed(it) if name in TIMES else it for name, it in claim.items()}
    state = next(name for name in ("leased_until", "finished_at", "released_at") if name in claim)
    return {
        "json": {"schema": 1} | written,
        "id": claim["id"],
        "version": claim["version"],
        "timestamp_ms": claim.get("timestamp"),
        "state": state.split("_")[0],
        "state_ms": claim[state],
        "expires_at_ms": claim["expires_at"],
    }


def claim(policy, id, timestamp, stored, now):
    """Returns the result of a claim, and the new claim if the delivery is to be processed."""
    if not re.fullmatch("[!-~]{1,256}", id) or "." in id:
        raise Rejected("webhook.malformed_id")
    if now < MIN_MS or timestamp is not None and timestamp < MIN_MS:
        raise Rejected("webhook.time_in_seconds")
    if stored and stored["id"] != id:
        raise Rejected("webhook.other_claim")
    version = (stored["version"] + 1) % (MOST + 1) if stored else now
    if stored and now > stored["expires_at"]:
        stored = None
    if stored and "finished_at" in stored:
        return {"kind": "duplicate", "status": 200}, None
    if stored and now < stored.get("leased_until", now):
        return {"kind": "busy", "status": 409, "until_ms": stored["leased_until"]}, None
    known = stored and stored.get("timestamp")
    if known is not None and timestamp is not None and timestamp <= known:
        raise Rejected("webhook.replayed")
    new = {"id": id, "version": version}
    signed_at = known if timestamp is None else timestamp
    if signed_at is not None:
        new["timestamp"] = signed_at
    end = new["leased_until"] = min(now + policy["lease_seconds"] * 1000, LAST)
    end = end if signed_at is None else max(end, signed_at)
    new["expires_at"] = min(end + policy["remember_seconds"] * 1000, LAST)
    return {"kind": "process", "status": None}, new


def receive(given):
    """Applies steps to the stored claim of a delivery."""
    policy = read_policy(given.get("policy", {}))
    stored = read_claim(given["claim"]) if "claim" in given else None
    results = []
    for step in given["steps"]:
        now = step["now_ms"]
        if "finish" in step or "release" in step:
            if "finished_at" in stored or "release" in step and "released_at" in stored:
                raise Rejected("webhook.claim_ended")
            if now < MIN_MS:
                raise Rejected("webhook.time_in_seconds")
            names = [name for name in ("leased_until", "released_at") if name in stored]
            start = stored.pop(names[0])
            kept = stored["expires_at"] - start
            stored["expires_at"] = min(max(stored["expires_at"], now + kept), LAST)
            stored["version"] = (stored["version"] + 1) % (MOST + 1)
            stored["finished_at" if "finish" in step else "released_at"] = now
            results.append(None)
            continue
        id = step.get("id", "msg_1")
        result, new = claim(policy, id, step.get("timestamp_ms"), stored, now)
        stored = new or stored
        results.append(result)
    return {"results": results, "claim": stored and describe(stored)}


def receiver(given):
    """Checks only the replay window: the other members are those of webhook.verify."""
    policy = read_policy(given.get("policy", {}))
    if policy["remember_seconds"] < 2 * given.get("tolerance_s", 300):
        raise Rejected("webhook.replay_window")
    return {"kind": "process", "status": None}


CALLS = {
    "webhook.receive_policy": lambda given: read_policy(given.get("policy", {})),
    "webhook.receive": receive,
    "webhook.receiver": receiver,
    "webhook.delivery_claim": lambda given: describe(read_claim(given["claim"])),
}
