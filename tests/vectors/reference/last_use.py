"""Last uses of keys, and alerts for keys that are not used."""

import re
from datetime import datetime, timezone

from reference.common import Rejected

DAY = 86_400_000
MAX_DIGESTS = 16
# The digests of the cases: without a pepper, or with the pepper p1.
DIGEST = "(sha256|hmac-sha256:p1):[A-Za-z0-9_-]{43}"


def millis(time):
    return round(datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() * 1000)


def printed(time):
    moment = datetime.fromtimestamp(time // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    return re.sub("[.]?0+$", "", f"{moment}.{time % 1000:03}") + "Z"


def unused_since(record, last_use, now):
    """Returns the time since which a key has not been used, or None if the key gets no alerts."""
    if "revoked" in record or not record.get("enabled", True):
        return None
    ends = [it.get("valid_until") for it in record["digests"]]
    if all(end is not None and millis(end) <= now for end in ends):
        return None
    if record.get("expires_at", "never") != "never" and millis(record["expires_at"]) <= now:
        return None
    current = [it for it in record["digests"] if "valid_until" not in it]
    created = [it.get("created_at", record.get("created_at")) for it in current]
    times = [last_use if last_use is not None and last_use <= now + 60_000 else None]
    if created and None not in created:
        times.append(min(map(millis, created)))
    times = [time for time in times if time is not None]
    if not times:
        return None
    starts = [millis(record["not_before"])] if "not_before" in record else []
    return max(times + starts)


def unused_alerts(given):
    days = given.get("days", [30, 90])
    if len(days) > 16 or not all(1 <= it <= 3660 for it in days):
        raise Rejected("access.malformed_days")
    if given["now_ms"] < 100_000_000_000:
        raise Rejected("access.time_in_seconds")
    alerts = []
    for use in given["uses"]:
        since = unused_since(use["record"], use.get("last_use_ms"), given["now_ms"])
        if since is None:
            continue
        due = [it for it in days if given["since_ms"] < since + it * DAY <= given["now_ms"]]
        if due:
            record, most = use["record"]["id"], max(due)
            alerts.append(
                {
                    "id": f"{record}:unused:{printed(since)}:{most}d",
                    "record": record,
                    "days": most,
                    "due_ms": since + most * DAY,
                    "unused_since_ms": since,
                }
            )
    return alerts


def touch(given):
    stored, now = given.get("stored_ms"), given["now_ms"]
    return now if stored is None or not -60_000 <= now - stored < 60_000 else None


def latest(uses, digests):
    return max((uses[it["digest"]] for it in digests if it["digest"] in uses), default=None)


def touch_last_uses(given):
    read = given.get("last_uses", {"uses": []})["uses"]
    uses = {use["digest"]: millis(use["at"]) for use in read}
    stored = []
    for use in given.get("touches", []):
        digest, now = use["digest"], use["now_ms"]
        if not re.fullmatch(DIGEST, digest):
            raise Rejected("key.malformed_digest", offset=min(len(digest), len("sha256:") + 43))
        if now < 100_000_000_000:
            raise Rejected("access.time_in_seconds")
        time = touch({"stored_ms": uses.get(digest), "now_ms": now})
        stored.append(time is not None)
        if time is not None:
            if digest not in uses and len(uses) == MAX_DIGESTS:
                is_right = {it: uses[it] <= now + 60_000 for it in uses}
                del uses[min(uses, key=lambda it: (is_right[it], uses[it], it))]
            uses[digest] = time
    digests = given.get("record", {"digests": []})["digests"]
    return {
        "last_uses": {
            "schema": 1,
            "uses": [{"digest": it, "at": printed(uses[it])} for it in sorted(uses)],
        },
        "stored": stored,
        "at_ms": uses.get(given.get("digest")),
        "current_ms": latest(uses, [it for it in digests if "valid_until" not in it]),
        "replaced_ms": latest(uses, [it for it in digests if "valid_until" in it]),
    }


CALLS = {
    "access.unused_alerts": unused_alerts,
    "access.touch": touch,
    "access.touch_last_uses": touch_last_uses,
}
