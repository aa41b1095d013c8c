"""A second implementation of the signatures of Standard Webhooks, of deliveries, endpoints and claims.

Run it with

    python3 tests/vectors/webhook_reference.py

It computes the result of every case in webhook.json that signs, verifies or creates secrets and
expects no error, and compares it with the expected value. Every delivery that is rejected for its
signature must be invalid here too. It also computes every policy, including the faults, what
becomes of every delivery, the health and the activity of every endpoint, and every claim. It does
not check which stored documents are rejected. It signs and verifies the requests of every scheme; a
request that must be rejected must be rejected here too if its signature is wrong. It exits with 1
if a case is wrong.
"""

import base64
import binascii
import hmac
import sys

from reference import delivery, ed25519, endpoint, receive, webhook_scheme
from reference.cases import cases
from reference.common import Rejected

PREFIXES = {"standard": "webhook", "svix": "svix"}


def decode(text):
    """Returns the prefix and the bytes of a secret."""
    prefix, encoded = text.split("_", 1)
    encoded = encoded.rstrip("=")
    return prefix, base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)


def encode(prefix, data):
    return f"{prefix}_{base64.b64encode(data).decode()}"


def signature(secret, content):
    prefix, key = decode(secret)
    if prefix == "whsec":
        return "v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode()
    if prefix != "whsk" or len(key) == 64 and ed25519.public_key(key[:32]) != key[32:]:
        raise ValueError("not a private key")
    return "v1a," + base64.b64encode(ed25519.sign(key[:32], content)).decode()


def sign(secrets, id, timestamp_ms, body, header_names="standard"):
    seconds, prefix = str(timestamp_ms // 1000), PREFIXES[header_names]
    content = f"{id}.{seconds}.{body}".encode()
    return [
        [f"{prefix}-id", id],
        [f"{prefix}-timestamp", seconds],
        [f"{prefix}-signature", " ".join(signature(secret, content) for secret in secrets)],
    ]


def is_valid(secrets, content, list_of_signatures):
    """Returns whether a signature of the required version is valid."""
    public = [key for prefix, key in map(decode, secrets) if prefix == "whpk"]
    if not public:
        expected = {signature(secret, content) for secret in secrets}
        return bool(expected & set(list_of_signatures))
    for text in list_of_signatures:
        try:
            value = base64.b64decode(text.removeprefix("v1a,"), validate=True)
        except binascii.Error:
            continue
        if text.startswith("v1a,") and len(value) == 64:
            if any(ed25519.verify(key, content, value) for key in public):
                return True
    return False


def verify(secrets, headers, body, now_ms, tolerance_s=300, header_names="standard"):
    """Verifies headers whose id and timestamp are known to be well formed and recent."""
    values = {name.lower(): value.strip(" \t") for name, value in headers}
    prefix = PREFIXES[header_names]
    id, seconds = values[f"{prefix}-id"], values[f"{prefix}-timestamp"]
    content = f"{id}.{seconds}.{body}".encode()
    if not is_valid(secrets, content, values[f"{prefix}-signature"].split(" ")):
        raise ValueError("no signature is valid")
    return {"id": id, "timestamp_ms": int(seconds) * 1000}


def derive(entropy, purpose):
    return hmac.digest(bytes.fromhex(entropy), purpose, "sha256")


def generate_private_key(entropy):
    seed = derive(entropy, b"keyrail-webhook-private-key-v1")
    return encode("whsk", seed + ed25519.public_key(seed))


CALLS = {
    "webhook.sign": sign,
    "webhook.verify": verify,
    "webhook.generate_secret": lambda entropy: encode(
        "whsec", derive(entropy, b"keyrail-webhook-secret-v1")
    ),
    "webhook.generate_private_key": generate_private_key,
    "webhook.public_key": lambda text: encode("whpk", ed25519.public_key(decode(text)[1][:32])),
}

OTHER_CALLS = delivery.CALLS | endpoint.CALLS | receive.CALLS | webhook_scheme.CALLS
# The calls that only read a stored document: what they reject is not checked.
STORED = [
    "webhook.delivery_state",
    "webhook.delivery_claim",
    "webhook.endpoint_health",
    "webhook.endpoint_activity",
]
# The errors of a receiver that have no second implementation here.
VERIFIED = ["webhook.wrong_signature", "webhook.too_old", "webhook.missing_header"]

# The errors of a delivery that has a signature, but no valid one.
UNSIGNED = ["webhook.malformed_signature", "webhook.unknown_version", "webhook.wrong_signature"]


def is_right(case):
    """Returns whether the result of a case is the expected one, and the result."""
    try:
        computed = CALLS[case["call"]](**case["given"])
    except (KeyError, ValueError) as error:
        return "error" in case, error
    return computed == case.get("want"), computed


def has_error(given, call, error):
    """Returns whether a call is rejected with an error, and what happened."""
    try:
        computed = call(given)
    except Rejected as rejected:
        found = {"code": rejected.code}
        if "faults" in error:
            found["faults"] = rejected.faults
        return sorted_faults(found) == sorted_faults(error), rejected.code
    return False, computed


def sorted_faults(error):
    return error | {"faults": sorted(error.get("faults", []))}


def is_right_call(case):
    """Returns whether the result of one of `OTHER_CALLS` is the expected one, and the result."""
    call = OTHER_CALLS[case["call"]]
    if "error" in case:
        return has_error(case["given"], call, case["error"])
    computed = call(case["given"])
    return computed == case["want"], computed


def is_checked(case):
    """Returns whether the case has a second implementation."""
    code = case.get("error", {}).get("code")
    if case["call"] in STORED:
        return code is None
    if case["call"] in receive.CALLS and code in VERIFIED:
        return False
    if case["call"] in webhook_scheme.CALLS:
        return code in [None, "webhook.wrong_signature"]
    if case["call"] in OTHER_CALLS:
        return True
    return case["call"] in CALLS and (code is None or code in UNSIGNED)


def main():
    checked, wrong = 0, 0
    for case in filter(is_checked, cases("webhook.json")):
        checked += 1
        check = is_right_call if case["call"] in OTHER_CALLS else is_right
        right, computed = check(case)
        if not right:
            wrong += 1
            print(f"{case['name']}: {computed!r} is not {case.get('want', case.get('error'))!r}")
    print(f"{checked} cases checked, {wrong} wrong")
    return 1 if wrong or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
