"""A second implementation of the operations on key records, limits, last uses, usage and the audit
log.

It implements the documentation with only the standard library. The expected values of the cases
`access.issue`, `access.reissue`, `access.rotate`, `access.change`, `access.consume`,
`access.unused_alerts`, `access.touch`, `access.touch_last_uses`, `access.count_usage`,
`access.merge_usage`, `access.checkpoint`, `access.audit_append`, `access.audit_verify` and
`access.audit_erase` in access.json come from this file or from reasoning, and not from the crates.
Run it with

    python3 tests/vectors/access_reference.py

It computes the value or the error of each of these cases, and checks that it equals
the expected one. It exits with 1 if a case is wrong.
"""

import base64
import copy
import datetime
import ipaddress
import json
import re
import sys

from reference import audit, last_use, limits, usage
from reference.cases import cases
from reference.common import Rejected
from reference.declarations import format_of
from reference.digests import hashed

DAY = 86_400_000
SCOPES = ["read", "read_write", "admin"]
EDITS = {
    "rename": ("name", "name"),
    "set_scope": ("scope", "scope"),
    "set_operations": ("operations", "operations"),
    "set_queues": ("queues", "queues"),
    "set_networks": ("allow_ips", "networks"),
    "set_limits": ("limits", "limits"),
    "set_metadata": ("metadata", "metadata"),
}
ACTIONS = ["issue", "reissue", "rotate", "revoke", "disable", "enable", "set_expiry", *EDITS]
WITHOUT_LIMITS = [action for action in ACTIONS if action != "set_limits"]
ALL = {"scopes": SCOPES, "actions": ["*"]}
LIFETIME = {"never": True}
PRESETS = {
    "azeer": {
        "expiry": LIFETIME,
        "roles": {"owner": {"scopes": SCOPES[:2], "actions": WITHOUT_LIMITS, "keys": "own"}},
        "authority": "owner",
    },
    "mehery": {"expiry": LIFETIME, "roles": {"admin": ALL}},
    "sceyt": {
        "expiry": LIFETIME,
        "names": {"required": True},
        "roles": {"admin": ALL},
        "allow_ips": "required",
    },
    "swellsign": {
        "expiry": {"days": [30, 60, 90], "custom": {"min_days": 1, "max_days": 365}},
        "names": {"required": True},
        "roles": {
            "member": {
                "scopes": SCOPES[:2],
                "actions": ["issue", "reissue", "rotate", "revoke", "disable", "rename"],
            },
            "org_admin": ALL,
        },
    },
    "vchatcloud": {
        "expiry": LIFETIME,
        "roles": {"member": {"scopes": SCOPES, "actions": WITHOUT_LIMITS}},
        "rotation": {"max_grace_days": 0},
    },
}


def millis(time):
    """Returns the Unix milliseconds of an RFC 3339 timestamp. Raises ValueError for any other text."""
    if not re.fullmatch(r"[0-9-]{10}T[0-9:]{8}(\.[0-9]+)?(Z|[+-][0-9:]{5})", time):
        raise ValueError("not an RFC 3339 timestamp")
    parsed = datetime.datetime.fromisoformat(time.replace("Z", "+00:00"))
    return round(parsed.timestamp() * 1000)


def rfc3339(time):
    """Returns the RFC 3339 timestamp of Unix milliseconds."""
    try:
        moment = datetime.datetime.fromtimestamp(time // 1000, datetime.timezone.utc)
    except ValueError:
        raise Rejected("access.malformed_expiry") from None
    fraction = f".{time % 1000:03}".rstrip("0") if time % 1000 else ""
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"


def is_ip(text):
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


class Actor:
    def __init__(self, document):
        self.record = document.get("record")
        self.key = document.get("key")
        self.id = self.record["id"] if self.record else document["id"]
        self.role = "key" if self.record else document["role"]
        if not self.record:
            personal = "@" in self.id or any(it.isspace() for it in self.id) or is_ip(self.id)
            if self.role == "key" or personal:
                raise Rejected("access.malformed_actor")
        self.owner = self.record.get("owner") if self.record else self.id

    def author(self):
        return {"id": self.id, "role": self.role}

    def ends(self):
        """Returns the end times of the actor's key: the `valid_until` of its digests and the
        `expires_at` of its record.
        """
        digests = self.record["digests"]
        if self.key is not None:
            digests = [digest for digest in digests if digest["digest"] == hashed(self.key)]
        ends = [digest["valid_until"] for digest in digests if "valid_until" in digest]
        if self.record.get("expires_at", "never") != "never":
            ends.append(self.record["expires_at"])
        return [millis(end) for end in ends]

    def is_valid(self, now):
        starts = self.record.get("not_before")
        return (
            "revoked" not in self.record
            and self.record.get("enabled", True)
            and not (starts and now < millis(starts))
            and all(now < end for end in self.ends())
        )


def role_of(policy, actor, action, now):
    if now < 100_000_000_000:
        raise Rejected("access.time_in_seconds")
    role = policy["roles"].get(actor.role)
    if role is None:
        raise Rejected("access.actor_role")
    if actor.record and not actor.is_valid(now):
        raise Rejected("access.actor_invalid")
    if "*" not in role["actions"] and action not in role["actions"]:
        raise Rejected("access.actor_action")
    return role


def check_covers(policy, role, actor, record, before=None):
    default = "own" if policy.get("authority") == "owner" else "all"
    if role.get("keys", default) == "own":
        if actor.owner is None or actor.owner != record.get("owner"):
            raise Rejected("access.actor_owner")
    if record["scope"] not in role["scopes"]:
        raise Rejected("access.actor_scope")
    if actor.record:
        check_key_covers(actor, record, before or {})


def check_key_covers(actor, record, before):
    own = actor.record
    for member in ("app", "organization", "environment"):
        if own.get(member) != record.get(member):
            raise Rejected("access.actor_app")
    if own.get("authority") == "owner":
        if record.get("authority") != "owner" or own.get("owner") != record.get("owner"):
            raise Rejected("access.actor_owner")
    if SCOPES.index(own["scope"]) < SCOPES.index(record["scope"]):
        raise Rejected("access.actor_scope")
    for member, code, covers in [
        ("operations", "access.actor_operations", pattern_covers),
        ("queues", "access.actor_queues", lambda one, other: one == other),
        ("allow_ips", "access.actor_networks", network_covers),
    ]:
        outer, inner = own.get(member), record.get(member)
        if outer is None:
            continue
        if inner is None or not all(any(covers(one, it) for one in outer) for it in inner):
            raise Rejected(code)
    names = [it for it in record.get("operations", []) if not it.endswith("*")]
    if "queues" in own and not set(names) <= set(own.get("operations", [])):
        raise Rejected("access.actor_operations")
    if actor.ends():
        end = record.get("expires_at", "never")
        if end == "never" or millis(end) > min(actor.ends()):
            raise Rejected("access.actor_expiry")
    written_limits = limits.written(record.get("limits", []))
    if not all(limit in written_limits for limit in limits.written(own.get("limits", []))):
        raise Rejected("access.actor_limits")
    owners = [limit.get("of") for limit in own.get("limits", [])]
    if "owner" in owners and own["owner"] != record.get("owner"):
        raise Rejected("access.actor_limits")
    known = limits.written(own.get("limits", []) + before.get("limits", []))
    if not all(limit["of"] == "key" or limit in known for limit in written_limits):
        raise Rejected("access.actor_limits")


def pattern_covers(one, other):
    if one == "*" or one == other:
        return True
    return one.endswith(".*") and other != "*" and other.startswith(one[:-1])


def network_covers(one, other):
    one, other = ipaddress.ip_network(one), ipaddress.ip_network(other)
    return one.version == other.version and other.subnet_of(one)


def end_of(expires, now):
    """Returns the end of an expiry such as 90d, in milliseconds, or None if it never ends."""
    if expires == "never":
        return None
    days = re.fullmatch("([1-9][0-9]{0,7})d", expires)
    if days:
        end = now + int(days[1]) * DAY
        rfc3339(end)
        return end
    try:
        return millis(expires)
    except ValueError:
        raise Rejected("access.malformed_expiry") from None


def allowed_end(policy, expires, now):
    rules = policy["expiry"]
    if expires is None:
        if rules.get("days") or rules.get("custom"):
            raise Rejected("access.policy_expiry")
        expires = "never"
    end = end_of(expires, now)
    if end is None:
        allowed = rules.get("never", False)
    else:
        custom = rules.get("custom")
        allowed = custom and custom["min_days"] * DAY <= end - now <= custom["max_days"] * DAY
        allowed = allowed or expires in [f"{days}d" for days in rules.get("days", [])]
    if not allowed:
        raise Rejected("access.policy_expiry")
    return end


def check_record(record):
    check_counts(record)
    limits.check_record(record)
    if record.get("authority") == "owner" and "owner" not in record:
        raise Rejected("access.no_owner")
    if len({digest.get("key_id") for digest in record["digests"]}) > 3:
        raise Rejected("access.too_many_digests")
    if not all(record.get("queues", [])):
        raise Rejected("access.malformed_id")
    starts = [millis(record[it]) for it in ("created_at", "not_before") if it in record]
    end = record.get("expires_at", "never")
    if end != "never" and starts and millis(end) <= max(starts):
        raise Rejected("access.never_valid")
    if any(len(digest.get("key_id", "").encode()) > 256 for digest in record["digests"]):
        raise Rejected("access.malformed_id")
    if len(record.get("display", "")) > 128:
        raise Rejected("access.malformed_name")
    metadata = record.get("metadata", {})
    if len(metadata) > 32 or any(len(value.encode()) > 512 for value in metadata.values()):
        raise Rejected("access.malformed_metadata")


def check_life(policy, created, end):
    """Checks that a lifetime is not longer than the longest expiry of the policy."""
    rules = policy["expiry"]
    if rules.get("never"):
        return
    longest = max([*rules.get("days", []), rules.get("custom", {}).get("max_days", 0)])
    if end == "never" or millis(end) - created > longest * DAY:
        raise Rejected("access.policy_expiry")


def authority_of(policy, record):
    """Returns the member `authority` of a changed record."""
    is_owner = "owner" in (policy.get("authority"), record.get("authority"))
    return {"authority": "owner"} if is_owner else {}


def check_counts(record):
    """Checks the lengths of lists first, so that no later check takes long."""
    for member, name in [("operations", "operation"), ("queues", "queue"), ("allow_ips", "network")]:
        if record.get(member) == []:
            raise Rejected(f"access.no_{name}")
        if len(record.get(member, [])) > 1024:
            raise Rejected("access.too_many_items")


def check_entropy(record, digest):
    for old in record["digests"]:
        same_id = "key_id" in old and old["key_id"] == digest.get("key_id")
        if old["digest"] == digest["digest"] or same_id:
            raise Rejected("access.reused_entropy")


def end_replaced(record):
    """Makes all replaced keys end no later than the record does."""
    if record.get("expires_at", "never") != "never":
        for digest in record["digests"]:
            if "valid_until" in digest:
                end = min(millis(digest["valid_until"]), millis(record["expires_at"]))
                digest["valid_until"] = rfc3339(end)


def check_name(policy, name):
    rules = policy.get("names", {})
    too_long = name is not None and len(name) > rules.get("max_length", 128)
    if too_long or (rules.get("required") and not (name or "").strip()):
        raise Rejected("access.policy_name")
    if name is not None and (not name or re.search("[\x00-\x1f\u202a-\u202e]", name)):
        raise Rejected("access.malformed_name")


def check_networks(policy, record):
    if policy.get("allow_ips") != "required":
        return
    networks = [ipaddress.ip_network(text) for text in record.get("allow_ips", [])]
    families = ([one for one in networks if one.version == version] for version in (4, 6))
    merged = [one for family in families for one in ipaddress.collapse_addresses(family)]
    if not networks or any(one.prefixlen == 0 for one in merged):
        raise Rejected("access.policy_networks")


def check_environment(given, policy, actor):
    """Checks that the actor may issue a key for the first environment, if that of the old key is
    unknown."""
    environments = format_of(given.get("format", "keyrail")).environments or []
    if "environment" not in given["record"] and len(environments) > 1:
        role_of(policy, actor, "issue", given["now_ms"])
        if actor.record:
            raise Rejected("access.actor_app")


def generate(given, environment):
    form = format_of(given.get("format", "keyrail"))
    if form.environments:
        environment = environment or form.environments[0]
    else:
        environment = None
    text = form.generate(environment, bytes.fromhex(given["entropy"]))
    parsed = form.parse(text)
    digest = {
        "key_id": parsed["id"],
        "digest": hashed(text, given.get("pepper")),
        "display": parsed["mask"],
        "created_at": rfc3339(given["now_ms"]),
    }
    digest = {member: value for member, value in digest.items() if value is not None}
    return text, digest, environment


def merge_diff(old, new):
    patch = {name: None for name in old if name not in new}
    for name, value in new.items():
        if isinstance(value, dict) and isinstance(old.get(name), dict):
            inner = merge_diff(old[name], value)
            if inner:
                patch[name] = inner
        elif old.get(name) != value:
            patch[name] = value
    return patch


def written(record):
    """Returns a record as the library writes it."""
    record = {"schema": 1, "expires_at": "never", "enabled": True, "version": 0} | record
    if "allow_ips" in record:
        record["allow_ips"] = [str(ipaddress.ip_network(it)) for it in record["allow_ips"]]
    if "limits" in record:
        record["limits"] = limits.written(record["limits"])
    empty = [name for name in ("metadata", "limits") if not record.get(name)]
    return {name: value for name, value in record.items() if value is not None and name not in empty}


def change(old, new, action, actor, given, any_version=False):
    base = 0 if old is None else old.get("version", 0)
    if base == 2**63 - 1:
        raise Rejected("access.too_many_changes")
    new = written(new) | {"version": base + 1}
    patch = merge_diff({} if old is None else written(old), new)
    changes = copy.deepcopy(patch)
    del changes["version"]
    for digest in changes.get("digests", []):
        del digest["digest"]
    event = {
        "action": action,
        "record": new["id"],
        "actor": actor.author(),
        "at": rfc3339(given["now_ms"]),
        "version": base + 1,
        "changes": changes,
    }
    if given.get("reason") is not None:
        event["reason"] = given["reason"]
    result = {"base_version": base, "any_version": any_version, "patch": patch, "event": event}
    return result, new


def check_key_count(policy, given):
    if "max_keys" in policy:
        if "key_count" not in given:
            raise Rejected("access.policy_key_count")
        if given["key_count"] >= policy["max_keys"]:
            raise Rejected("access.policy_max_keys")


def issue(given):
    policy, actor, now = policy_of(given), Actor(given["actor"]), given["now_ms"]
    new = given["new"]
    role = role_of(policy, actor, "issue", now)
    if millis(new.get("not_before", "2000-01-01T00:00:00Z")) < 100_000_000_000:
        raise Rejected("access.time_in_seconds")
    check_key_count(policy, new)
    end = allowed_end(policy, new.get("expires"), now)
    text, digest, environment = generate(given, new.get("environment"))
    identifier = new.get("id", digest.get("key_id"))
    if identifier is None:
        raise Rejected("access.id_required")
    given_members = "app organization environment name scope operations queues allow_ips limits not_before"
    record = {name: new[name] for name in given_members.split() if name in new}
    record |= {
        "id": identifier,
        "owner": new.get("owner", actor.owner),
        "environment": new.get("environment", environment),
        "metadata": new.get("metadata", {}),
        "digests": [digest],
        "display": digest["display"],
        "created_at": rfc3339(now),
        "created_by": actor.author(),
        "expires_at": "never" if end is None else rfc3339(end),
        "expires_set_at": rfc3339(now),
    }
    if policy.get("authority") == "owner":
        record["authority"] = "owner"
    record = {name: value for name, value in record.items() if value is not None}
    check_counts(record)
    check_covers(policy, role, actor, record)
    check_record(record)
    check_name(policy, record.get("name"))
    check_networks(policy, record)
    return {"key": text} | change(None, record, "issue", actor, given)[0]


def is_expired(record, now):
    ends = [digest.get("valid_until") for digest in record["digests"]]
    all_ended = all(end is not None and now >= millis(end) for end in ends)
    end = record.get("expires_at", "never")
    return all_ended or (end != "never" and now >= millis(end))


def reissue(given):
    policy, actor, now = policy_of(given), Actor(given["actor"]), given["now_ms"]
    old = given["record"]
    role = role_of(policy, actor, "reissue", now)
    check_covers(policy, role, actor, old, old)
    if "revoked" not in old and not is_expired(old, now):
        raise Rejected("access.not_ended")
    check_key_count(policy, given)
    end = allowed_end(policy, given.get("expires"), now)
    check_environment(given, policy, actor)
    text, digest, _ = generate(given, old.get("environment"))
    check_entropy(old, digest)
    identifier = given.get("id", digest.get("key_id"))
    if identifier in (None, old["id"]):
        raise Rejected("access.id_required")
    kept = {
        name: value
        for name, value in old.items()
        if name not in ("revoked", "not_before", "authority")
    }
    record = kept | {
        "id": identifier,
        "digests": [digest],
        "display": digest["display"],
        "created_at": rfc3339(now),
        "created_by": actor.author(),
        "expires_at": "never" if end is None else rfc3339(end),
        "expires_set_at": rfc3339(now),
    }
    record |= authority_of(policy, old)
    check_covers(policy, role, actor, record, old)
    check_record(record)
    check_name(policy, record.get("name"))
    check_networks(policy, record)
    return {"key": text} | change(None, record, "reissue", actor, given)[0]


def rotate(given):
    policy, actor, now = policy_of(given), Actor(given["actor"]), given["now_ms"]
    old = given["record"]
    role = role_of(policy, actor, "rotate", now)
    check_covers(policy, role, actor, old, old)
    if "revoked" in old:
        raise Rejected("access.already_revoked")
    if is_expired(old, now):
        raise Rejected("access.already_expired")
    longest = policy.get("rotation", {}).get("max_grace_days", 30) * DAY
    units = {"d": DAY, "h": DAY // 24, "m": 60_000}
    grace = given.get("grace")
    if grace is None:
        grace = min(longest, DAY)
    else:
        if not re.fullmatch("(0|[1-9][0-9]*)[dhm]", grace):
            raise Rejected("access.malformed_period")
        grace = int(grace[:-1]) * units[grace[-1]]
        if grace > 36_525 * DAY:
            raise Rejected("access.malformed_period")
        if grace > longest:
            raise Rejected("access.policy_grace")
    record = copy.deepcopy(old)
    limit = now + grace
    if old.get("expires_at", "never") != "never":
        limit = min(limit, millis(old["expires_at"]))
    for digest in record["digests"]:
        end = min(limit, millis(digest["valid_until"])) if "valid_until" in digest else limit
        digest["valid_until"] = rfc3339(end)
    kept = [digest for digest in record["digests"] if millis(digest["valid_until"]) > now]
    record["digests"] = kept
    if sum("key_id" not in digest for digest in kept) > 2:
        raise Rejected("access.too_many_digests")
    if given.get("expires") is not None:
        end = allowed_end(policy, given["expires"], now)
        record["expires_at"] = "never" if end is None else rfc3339(end)
        record["expires_set_at"] = rfc3339(now)
        end_replaced(record)
    else:
        created = max(now, millis(record["created_at"])) if "created_at" in record else now
        check_life(policy, created, record.get("expires_at", "never"))
    record |= authority_of(policy, old)
    check_environment(given, policy, actor)
    text, digest, _ = generate(given, old.get("environment"))
    check_entropy(old, digest)
    record["digests"] = [digest, *record["digests"]]
    record["display"] = digest["display"]
    check_covers(policy, role, actor, record, old)
    check_record(record)
    check_networks(policy, record)
    return {"key": text} | change(old, record, "rotate", actor, given)[0]


def check_arguments(given):
    """Checks the reason, and the scope and the operations, which have types of their own in
    Keyrail."""
    if given.get("scope", "read") not in SCOPES:
        raise Rejected("access.unknown_scope")
    for pattern in given.get("operations") or []:
        if len(pattern.encode()) > 256 or not re.fullmatch(r"\*|[^*.]+(\.[^*.]+)*(\.\*)?", pattern):
            raise Rejected("event.malformed_pattern")
    if re.search("[\x00-\x1f]", given.get("reason") or ""):
        raise Rejected("access.malformed_reason")


def edit(given):
    check_arguments(given)
    policy, actor, now = policy_of(given), Actor(given["actor"]), given["now_ms"]
    old, action = given["record"], given["operation"]
    role = role_of(policy, actor, action, now)
    check_covers(policy, role, actor, old, old)
    if "revoked" in old:
        raise Rejected("access.already_revoked")
    record, any_version = copy.deepcopy(old), action in ("revoke", "disable")
    replaced = None
    if action == "revoke":
        replaced = revoke(given, record, actor)
    elif action in ("disable", "enable"):
        record["enabled"] = action == "enable"
    elif action == "set_expiry":
        set_expiry(given, policy, record)
    else:
        member, argument = EDITS[action]
        if action == "rename":
            check_name(policy, given.get("name"))
        record.pop(member, None)
        if given.get(argument) is not None:
            record[member] = given[argument]
        if action == "set_networks":
            check_networks(policy, record)
    if written(record) == written(old):
        raise Rejected("access.unchanged")
    if not any_version:
        record |= authority_of(policy, old)
        check_counts(record)
        check_covers(policy, role, actor, record, old)
        check_record(record)
    result, changed = change(old, record, action, actor, given, any_version)
    return result | applied(given, result, changed, replaced, actor)


def same_hash(stored, presented):
    """Returns whether a stored digest contains the SHA-256 of the presented key."""
    if stored.startswith("foreign-sha256:"):
        value = bytes.fromhex(stored.removeprefix("foreign-sha256:"))
        stored = "sha256:" + base64.urlsafe_b64encode(value).decode().rstrip("=")
    return stored == presented


def revoke(given, record, actor):
    """Revokes a record, or one of its replaced keys. Returns None, or the digests of that key."""
    chosen = None
    if "digest" in given:
        if given["digest"] >= len(record["digests"]):
            raise Rejected("access.unknown_digest")
        chosen = record["digests"][given["digest"]]
    elif "key" in given:
        presented = hashed(given["key"])
        ends = "9999-12-31T23:59:59Z"
        chosen = [digest for digest in record["digests"] if same_hash(digest["digest"], presented)]
        chosen = min(chosen, key=lambda digest: millis(digest.get("valid_until", ends)))
    if chosen is not None:
        same = [it for it in record["digests"] if it.get("key_id") == chosen.get("key_id")]
        open_ended = [it for it in same if "valid_until" not in it]
        current = open_ended and "key_id" in chosen
        current = current or any(it["digest"] == chosen["digest"] for it in open_ended)
        ended = [it for it in same if "valid_until" in it]
        if "valid_until" in chosen and not current and len(ended) < len(record["digests"]):
            record["digests"] = [it for it in record["digests"] if it not in ended]
            return ended
    record["revoked"] = {"at": rfc3339(given["now_ms"]), "by": actor.id}
    if given.get("reason") is not None:
        record["revoked"]["reason"] = given["reason"]
    return None


def issued_at(policy, record, now):
    """Returns when the current key was created. If that is unknown, returns `now`, or raises
    Rejected if the policy limits lifetimes.
    """
    current = [it for it in record["digests"] if "valid_until" not in it]
    times = [it.get("created_at", record.get("created_at")) for it in current]
    if times and None not in times:
        return min(map(millis, times))
    if policy["expiry"].get("never"):
        return now
    raise Rejected("access.policy_expiry")


def set_expiry(given, policy, record):
    now, previous = given["now_ms"], record.get("expires_at", "never")
    if is_expired(record, now):
        raise Rejected("access.already_expired")
    end = end_of(given["expires"], now)
    if end is not None and end <= now:
        raise Rejected("access.never_valid")
    shorter = end is not None and (previous == "never" or end < millis(previous))
    text = "never" if end is None else rfc3339(end)
    if not shorter:
        allowed_end(policy, given["expires"], now)
        check_life(policy, issued_at(policy, record, now), text)
    if text != previous:
        record["expires_at"], record["expires_set_at"] = text, rfc3339(now)
        end_replaced(record)


def applied(given, result, changed, replaced, actor):
    """Returns the stored record with the change, and the change based on the stored record, if
    the case has a stored record.
    """
    if "stored" not in given:
        return {}
    stored = written(given["stored"])
    if stored["id"] != changed["id"]:
        raise Rejected("access.version_conflict")
    if result["any_version"]:
        if "revoked" in stored:
            raise Rejected("access.already_revoked")
        if given["operation"] == "disable" and not stored["enabled"]:
            raise Rejected("access.unchanged")
        if replaced:
            key_id = replaced[0].get("key_id")
            hashes = [it["digest"] for it in replaced]
            gone = [it for it in stored["digests"] if it.get("key_id") == key_id]
            if key_id is None:
                gone = [it for it in gone if it["digest"] in hashes]
            left = [it for it in stored["digests"] if it not in gone]
            if key_id is None and len(gone) != len(replaced):
                raise Rejected("access.version_conflict")
            if not gone:
                raise Rejected("access.unchanged")
            if not left or any("valid_until" not in it for it in gone):
                raise Rejected("access.version_conflict")
            stored["digests"] = left
        stored |= {name: changed[name] for name in ("revoked", "enabled") if name in result["patch"]}
        action = result["event"]["action"]
        rebased, new = change(written(given["stored"]), stored, action, actor, given, True)
        return {"applied": new, "rebased": rebased}
    if stored["version"] != result["base_version"]:
        raise Rejected("access.version_conflict")
    return {"applied": changed, "rebased": result}


def policy_of(given):
    policy = given["policy"]
    return PRESETS[policy] if isinstance(policy, str) else policy


CALLS = audit.CALLS | last_use.CALLS | limits.CALLS | usage.CALLS | {
    "access.issue": issue,
    "access.reissue": reissue,
    "access.rotate": rotate,
    "access.change": edit,
}


def computed(case):
    """Computes the member `want` or `error` of a case."""
    try:
        return {"want": CALLS[case["call"]](copy.deepcopy(case["given"]))}
    except Rejected as error:
        given = {"offset": error.offset, "faults": error.faults}
        present = {name: value for name, value in given.items() if value is not None}
        return {"error": {"code": error.code} | present}


def main():
    checked, wrong = 0, 0
    for case in cases("access.json"):
        if case["call"] not in CALLS:
            continue
        checked += 1
        expected = {member: case[member] for member in ("want", "error") if member in case}
        result = computed(case)
        if result != expected:
            wrong += 1
            print(f"{case['name']}: {json.dumps(result)} is not {json.dumps(expected)}")
    print(f"{checked} cases checked, {wrong} wrong")
    return 1 if wrong or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
