"""A second implementation of Keyrail's key formats, digests and masks.

It implements the documentation with only the standard library. The expected values in
key.json come from this file or from reasoning, and not from the crates. Run it with

    python3 tests/vectors/key_reference.py

It computes the value or the error of every case of key.json, and checks that it equals the expected
one. Patterns are not compared as text. Instead, the script checks that the expected pattern matches
keys of the format, but no similar strings. It exits with 1 if a case is wrong.
"""

import sys

from reference.cases import cases
from reference.common import Rejected
from reference.declarations import format_of
from reference.digests import (
    digest, import_base64, import_hex, import_hmac, import_salted, verify
)
from reference.patterns import finds_keys_by_partner_pattern, matches_keys, finds_keys_by_rule
from reference.sets import parse_in_set


def described(form):
    return {
        "name": form.name,
        "environments": form.environments,
        "entropy_bits": round(form.entropy_bits(), 2),
        "pattern": None,
    }


def masked(given):
    policy = given["policy"]
    if not (0 <= policy["start"] <= 4 and 0 <= policy["end"] <= 4):
        raise Rejected("key.mask_policy")
    form = format_of(given.get("format"))
    return form.mask(given["text"], policy["start"], policy["end"], policy["ascii"])


def read_policy(given):
    """Reads a mask policy from its document. Raises Rejected with all faults if it is invalid."""
    policy = given["policy"]
    known = {"start": int, "end": int, "ascii": bool, "version": int, "$schema": str}
    faults = []
    for member, value in policy.items():
        if member not in known:
            faults.append(["config.unknown_member", ""])
        elif type(value) is not known[member]:
            faults.append(["config.wrong_type", f"/{member}"])
    valid = {name: value for name, value in policy.items() if type(value) is known.get(name)}
    shown = {"start": 0, "end": 0, "ascii": False} | valid
    for end in ("start", "end"):
        if not 0 <= shown[end] <= 4:
            faults.append(["key.mask_policy", f"/{end}"])
    if faults:
        raise Rejected(faults[0][0], faults=faults)
    return {name: shown[name] for name in ("start", "end", "ascii")}


def digest_of_key(given):
    text = given["text"]
    if "format" in given:
        text = format_of(given["format"]).digested_part(text)
    return digest(text, given.get("pepper"))


def generated(given):
    form = format_of(given.get("format"))
    return form.generate(given["environment"], bytes.fromhex(given["entropy"]))


CALLS = {
    "key.generate": generated,
    "key.parse": lambda given: format_of(given.get("format")).parse(given["text"]),
    "key.format": lambda given: described(format_of(given["format"])),
    "key.hint": lambda given: format_of(given["format"]).hint(given["text"]),
    "key.set.parse": lambda given: parse_in_set(given["formats"], given["text"]),
    "key.mask": masked,
    "key.mask_policy": read_policy,
    "key.digest": digest_of_key,
    "key.digest.import": lambda given: import_hex(given["hex"]),
    "key.digest.import_base64": lambda given: import_base64(given["base64"]),
    "key.digest.import_hmac": lambda given: import_hmac(given["hmac"], given["pepper_id"]),
    "key.digest.import_salted": lambda given: import_salted(
        given["hash"], bytes.fromhex(given["salt"]), given["position"]
    ),
    "key.verify": lambda given: verify(given["text"], given["digest"], given.get("pepper")),
}

PATTERNS = {
    "key.pattern": matches_keys,
    "key.gitleaks_rule": finds_keys_by_rule,
    "key.github_partner_pattern": finds_keys_by_partner_pattern,
}


def check(case):
    """Returns what is wrong with a case, or None."""
    if case["call"] not in CALLS:
        return check_pattern(case)
    expected = case.get("want", case.get("error"))
    try:
        computed = CALLS[case["call"]](case["given"])
        if case["call"] == "key.format" and "want" in case:
            form, pattern = format_of(case["given"]["format"]), expected["pattern"]
            computed["pattern"] = pattern if matches_keys(form, pattern) else "a pattern that matches the keys of the format"
    except Rejected as error:
        known = {"code": error.code, "offset": error.offset, "faults": error.faults}
        computed = {member: known[member] for member in case.get("error", known)}
    return None if computed == expected else f"{computed!r} is not {expected!r}"


def check_pattern(case):
    if case["call"] in PATTERNS:
        if "error" in case:
            return None if case["given"]["format"] == "opaque" else "this format has a pattern"
        is_correct = PATTERNS[case["call"]](format_of(case["given"]["format"]), case["want"])
        return None if is_correct else "the pattern does not match exactly the keys of the format"
    return "an unknown call"


def main():
    all_cases, wrong = cases("key.json"), 0
    for case in all_cases:
        difference = check(case)
        if difference:
            wrong += 1
            print(f"{case['call']}: {case['name']}: {difference}")
    print(f"{len(all_cases)} cases checked, {wrong} wrong")
    return 1 if wrong or not all_cases else 0


if __name__ == "__main__":
    sys.exit(main())
