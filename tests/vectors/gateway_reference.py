"""Checks the hashes and signatures in gateway.json with only the standard library.

The script computes the idempotency key, the webhook-id and the signature of every delivery, and
every ordering key, from the input of the case. The script can be run from any folder, such as the
root of the repository:
python3 tests/vectors/gateway_reference.py
"""

import base64
import hashlib
import hmac
import sys

import route_reference
from reference import ed25519
from reference.cases import cases


def framed(text: str) -> bytes:
    """Returns a text preceded by its length, which is written as 8 bytes in big-endian order."""
    return len(text.encode()).to_bytes(8, "big") + text.encode()


def idempotency_key(message_id: str, message: dict, webhook: str) -> str:
    """Returns msg_ and 128 bits of a SHA-256 hash of the parts that identify a delivery."""
    event = message.get("event")
    parts = framed(message["channel"]) + framed(message_id) + framed(webhook)
    parts += b"\x01" + framed(event) if isinstance(event, str) else b"\x00"
    generation = (0).to_bytes(4, "big")
    return "msg_" + hashlib.sha256(parts + generation).hexdigest()[:32]


def signature(secret: str, identifier: str, seconds: int, body: str) -> str:
    """Returns the Standard Webhooks signature with one secret."""
    prefix, encoded = secret.split("_", 1)
    key = base64.b64decode(encoded)
    content = f"{identifier}.{seconds}.{body}".encode()
    if prefix == "whsk":
        return "v1a," + base64.b64encode(ed25519.sign(key[:32], content)).decode()
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def expected_headers(given: dict, webhook: str) -> list:
    """Returns the headers of a delivery, in order."""
    identifier = idempotency_key(given["message_id"], given["message"], webhook)
    seconds = given["now_ms"] // 1000
    secrets = given["secrets"]["webhook:" + webhook]
    secrets = [secrets] if isinstance(secrets, str) else secrets
    signatures = [signature(secret, identifier, seconds, given["body"]) for secret in secrets]
    return [
        ["content-type", "application/json"],
        ["webhook-id", identifier],
        ["webhook-timestamp", str(seconds)],
        ["webhook-signature", " ".join(signatures)],
    ]


def main() -> int:
    checked = 0
    for case in cases("gateway.json"):
        if case["call"] != "gateway.inbound" or "want" not in case:
            continue
        for delivery in case["want"]["deliveries"]:
            expected = expected_headers(case["given"], delivery["webhook"])
            if delivery["headers"] != expected or delivery["idempotency_key"] != expected[1][1]:
                print(f"{case['name']}: the headers of {delivery['webhook']} should be {expected}")
                return 1
            checked += 1
    keys = route_reference.check("gateway.json", "gateway.handed_on")
    print(f"{checked} deliveries and {keys} ordering keys checked")
    return 0 if checked and keys else 1


if __name__ == "__main__":
    sys.exit(main())
