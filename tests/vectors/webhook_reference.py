"""A second implementation of the Standard Webhooks signature.

Run it with

    python3 tests/vectors/webhook_reference.py

It computes the result of every case of `webhook.sign` and `webhook.verify` in webhook.json
that expects no error, and compares it with the expected value. It exits with 1 if a case
is wrong.
"""

import base64
import hmac
import sys

from reference.cases import cases


def sign(secrets, message_id, timestamp_ms, body):
    seconds = str(timestamp_ms // 1000)
    content = f"{message_id}.{seconds}.{body}".encode()

    def signature(secret):
        encoded = secret.removeprefix("whsec_").rstrip("=")
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
        return "v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode()

    signatures = " ".join(signature(secret) for secret in secrets)
    return [
        ["webhook-id", message_id],
        ["webhook-timestamp", seconds],
        ["webhook-signature", signatures],
    ]


def verify(secrets, headers, body):
    """Verifies headers that are known to be well formed."""
    values = {name.lower(): value.strip() for name, value in headers}
    message_id, timestamp = values["webhook-id"], int(values["webhook-timestamp"])
    expected = sign(secrets, message_id, timestamp * 1000, body)[2][1].split(" ")
    if not set(expected) & set(values["webhook-signature"].split(" ")):
        raise ValueError("no signature is valid")
    return {"id": message_id, "timestamp_ms": timestamp * 1000}


CALLS = {
    "webhook.sign": lambda given: sign(
        given["secrets"], given["id"], given["timestamp_ms"], given["body"]
    ),
    "webhook.verify": lambda given: verify(given["secrets"], given["headers"], given["body"]),
}


def main():
    checked, wrong = 0, 0
    for case in cases("webhook.json"):
        if "want" not in case or case["call"] not in CALLS:
            continue
        checked += 1
        try:
            computed = CALLS[case["call"]](case["given"])
        except (KeyError, ValueError) as error:
            computed = error
        if computed != case["want"]:
            wrong += 1
            print(f"{case['name']}: {computed!r} is not {case['want']!r}")
    print(f"{checked} cases checked, {wrong} wrong")
    return 1 if wrong or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
