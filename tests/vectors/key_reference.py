"""Keyrail's key format and the Standard Webhooks signature, written a second time.

The values in key.json and webhook.json come from here and not from the crates.

    python3 tests/vectors/key_reference.py

checks that every good case of `key.generate`, `key.parse`, `key.digest`,
`key.verify`, `webhook.sign` and `webhook.verify` says what this file computes,
and exits with 1 where one does not.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import re
import sys
import zlib

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
KEY = re.compile(r"kr_(live|test)_([0-9A-Za-z]{12})_([0-9A-Za-z]{27})([0-9A-Za-z]{6})")


def checksum(body):
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = ALPHABET[digit] + digits
    return digits


def generate(environment, entropy):
    label, stream, block = b"keyrail-key-v1\0kr\0" + environment.encode() + b"\0", "", 0
    while len(stream) < 12 + 27:
        random = hmac.digest(entropy, label + block.to_bytes(4, "big"), "sha256")
        stream += "".join(ALPHABET[byte % 62] for byte in random if byte < 248)
        block += 1
    body = f"kr_{environment}_{stream[:12]}_{stream[12:39]}"
    return body + checksum(body)


def parse(text):
    environment, key_id, _, check = KEY.fullmatch(text).groups()
    if check != checksum(text[:-6]):
        raise ValueError("the checksum does not fit")
    mask = f"kr_{environment}_{key_id}_" + "\u2022" * 8
    return {"format": "keyrail", "environment": environment, "id": key_id, "mask": mask}


def digest(text, pepper=None):
    if pepper is None:
        label, value = "sha256", hashlib.sha256(text.encode()).digest()
    else:
        label = "hmac-sha256:" + pepper["id"]
        value = hmac.digest(pepper["secret"].encode(), text.encode(), "sha256")
    return f"{label}:{base64.urlsafe_b64encode(value).decode().rstrip('=')}"


def verify(text, digest_text, pepper=None):
    return digest(text, pepper if digest_text.startswith("hmac-") else None) == digest_text


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


def receive(secrets, headers, body):
    """What a receiver makes of headers that are known to be right."""
    values = {name.lower(): value.strip() for name, value in headers}
    message_id, timestamp = values["webhook-id"], int(values["webhook-timestamp"])
    ours = sign(secrets, message_id, timestamp * 1000, body)[2][1].split(" ")
    if not set(ours) & set(values["webhook-signature"].split(" ")):
        raise ValueError("no signature fits")
    return {"id": message_id, "timestamp_ms": timestamp * 1000}


CALLS = {
    "key.generate": lambda given: generate(given["environment"], bytes.fromhex(given["entropy"])),
    "key.parse": lambda given: parse(given["text"]),
    "key.digest": lambda given: digest(given["text"], given.get("pepper")),
    "key.verify": lambda given: verify(given["text"], given["digest"], given.get("pepper")),
    "webhook.sign": lambda given: sign(
        given["secrets"], given["id"], given["timestamp_ms"], given["body"]
    ),
    "webhook.verify": lambda given: receive(given["secrets"], given["headers"], given["body"]),
}


def main():
    checked, wrong = 0, 0
    for name in ("key.json", "webhook.json"):
        document = json.loads((pathlib.Path(__file__).parent / name).read_text("utf-8"))
        for case in document["cases"]:
            if "want" not in case or case["call"] not in CALLS:
                continue
            checked += 1
            try:
                computed = CALLS[case["call"]](case["given"])
            except (AttributeError, ValueError) as error:
                computed = error
            if computed != case["want"]:
                wrong += 1
                print(f"{name}: {case['name']}: {computed!r} is not {case['want']!r}")
    print(f"{checked} cases checked, {wrong} wrong")
    return 1 if wrong or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
